//! Many clients at once: they do not need much memory, and slow ones do not delay the others.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use padlock_trials::{Client, Request, ServerProcess, Stopwatch, connect_from};

use crate::support::{DEMO_PASSWORD, Demo, TESS, demo_client, portal_host};

/// Enough for two concurrent password hashes and the buffers of two hundred connections.
const MORE_THAN_IDLE_MIB: u64 = 64;
const MAX_RESPONSE_TIME: Duration = Duration::from_secs(2);

#[test]
fn two_hundred_sign_ins_are_answered_or_throttled() {
    const MANY: usize = 200;
    let Demo { server, .. } = &Demo::start(&[]);
    let idle = server.peak_memory_mib();
    // Unknown logins count as guesses from one address.
    for known in [true, false] {
        let barrier = Barrier::new(MANY);
        let sign_in = |n| {
            let login = if known { TESS.to_owned() } else { format!("nobody{n}@padlock.example") };
            let mut client = Client::anonymous(server.portal);
            barrier.wait();
            client.sign_in(&login, DEMO_PASSWORD).unwrap()
        };
        let responses: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..MANY).map(|n| scope.spawn(move || sign_in(n))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let count = |status| responses.iter().filter(|response| response.status == status).count();
        let (verified, throttled) = (count(if known { 200 } else { 401 }), count(429));
        println!("known login: {known}: {verified} verified, {throttled} throttled");
        assert!(verified > 0 && verified + throttled == MANY);
        let retry_after = responses.iter().filter(|response| response.header("retry-after").is_some());
        assert_eq!(retry_after.count(), throttled);
    }
    server.assert_peak_memory(idle, MORE_THAN_IDLE_MIB);
    demo_client(server, TESS);
}

#[test]
fn a_body_that_arrives_byte_by_byte_needs_little_memory() {
    let Demo { server, .. } = &Demo::start(&[]);
    let idle = server.peak_memory_mib();
    let form = format!(r#"{{"login":"{TESS}","password":"{}"}}"#, "x".repeat(20_000));
    let request = Request::new("POST", "/api/v1/sign-in").body("application/json", form.as_bytes());
    let mut stream = request.send_part(server.portal, request.to_bytes().len() - form.len()).unwrap();
    for byte in form.as_bytes() {
        stream.write_all(&[*byte]).unwrap();
        // The server must read each byte into a buffer of its own.
        thread::sleep(Duration::from_micros(50));
    }
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 401"), "{response}");
    server.assert_peak_memory(idle, MORE_THAN_IDLE_MIB);
}

#[test]
fn five_hundred_slow_connections_do_not_delay_other_clients() {
    let Demo { server, tess, .. } = &Demo::start(&[]);
    let idle = server.peak_memory_mib();
    let head = Request::new("GET", "/").to_bytes();
    let body = Request::new("POST", "/api/v1/sign-in").body("application/json", &[b' '; 1_000]).to_bytes();
    let upload = tess.request("POST", "/apps/shop/packages").body("application/zip", &[b' '; 1_000]).to_bytes();
    let mut connections: Vec<(TcpStream, &[u8], usize)> = Vec::new();
    for (to, request, sent, count) in [
        (server.portal, head.as_slice(), 0, 100),
        (server.portal, &head, 5, 100),
        (server.portal, &body, body.len() - 900, 197),
        // The limit of concurrent uploads per account.
        (server.portal, &upload, upload.len() - 900, 3),
        (server.environments, &head, 0, 50),
        (server.environments, &head, 5, 50),
    ] {
        for n in 0..count {
            // Each client may have two hundred connections.
            let mut stream = connect_from([127, 0, 0, 2 + n / 50], to).unwrap();
            stream.write_all(&request[..sent]).unwrap();
            connections.push((stream, request, sent));
        }
    }
    assert_eq!(connections.len(), 500);
    let stopwatch = Stopwatch::start();
    while stopwatch.elapsed() < Duration::from_secs(3) {
        assert_responsive(server, tess);
        for (stream, request, sent) in &mut connections {
            // Idle connections send nothing, the others one more byte, but never the last one. The server closes those
            // that are too slow.
            if *sent > 0 && *sent + 1 < request.len() && stream.write_all(&request[*sent..*sent + 1]).is_ok() {
                *sent += 1;
            }
        }
    }
    server.assert_peak_memory(idle, MORE_THAN_IDLE_MIB);
}

fn assert_responsive(server: &ServerProcess, tess: &Client) {
    let send = |to: SocketAddr, request: Request, status: u16| {
        let stopwatch = Stopwatch::start();
        let _ = request.send(to).unwrap().expect(status);
        assert!(stopwatch.elapsed() < MAX_RESPONSE_TIME, "{:?}", stopwatch.elapsed());
    };
    send(server.portal, Request::new("GET", "/").host(&portal_host(server)), 200);
    send(server.portal, tess.request("GET", "/apps/shop/environments"), 200);
    send(server.portal, tess.request("POST", "/session/lock"), 204);
    send(server.environments, Request::new("GET", "/shop/test/").host("127.0.0.1"), 200);
}
