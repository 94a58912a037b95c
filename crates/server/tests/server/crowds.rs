//! Many at once, against the binary: none of them makes it large, and slow ones hold nobody up.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use padlock_trials::{Client, Process, Request, Watch};

use crate::process::{DEMO_PASSWORD, Demo, TESS};

/// How much more memory than an idle server's they may take, in MiB: two hashes at once, and what two hundred
/// connections hold.
const MORE: u64 = 64;
/// How long anybody else may have to wait.
const GOOD_TIME: Duration = Duration::from_secs(2);

#[test]
fn two_hundred_sign_ins() {
    const MANY: usize = 200;
    let Demo { server, .. } = &Demo::start(&[]);
    let idle = server.peak_mib();
    // A person of the house, then people that nobody knows: those are guesses from one address.
    for (round, known) in [true, false].into_iter().enumerate() {
        let together = Barrier::new(MANY);
        let answers: Vec<_> = thread::scope(|scope| {
            let all: Vec<_> = (0..MANY)
                .map(|n| {
                    let (server, together) = (&server, &together);
                    scope.spawn(move || {
                        let login = if known { TESS.to_owned() } else { format!("nobody{n}@padlock.example") };
                        let mut client = Client::stranger(server.portal);
                        together.wait();
                        client.sign_in(&login, DEMO_PASSWORD).unwrap()
                    })
                })
                .collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let count = |status| answers.iter().filter(|answer| answer.status == status).count();
        let looked_at = count(if known { 200 } else { 401 });
        println!("round {round}: {looked_at} looked at, {} to come again, {} MiB", count(429), server.peak_mib());
        assert!(looked_at > 0 && looked_at + count(429) == MANY);
        let told = |name| answers.iter().filter(|answer| answer.header(name).is_some()).count();
        assert_eq!(told("retry-after"), count(429));
    }
    let peak = server.peak_mib();
    assert!(peak <= idle + MORE, "{peak} MiB, idle {idle} MiB");
    assert_eq!(Client::stranger(server.portal).sign_in(TESS, DEMO_PASSWORD).unwrap().status, 200);
}

/// Each byte comes in a packet of its own: none of them may keep the buffer that it was read into.
#[test]
fn one_body_byte_by_byte() {
    let Demo { server, .. } = &Demo::start(&[]);
    let idle = server.peak_mib();
    let form = format!(r#"{{"login":"{TESS}","password":"{}"}}"#, "x".repeat(20_000));
    let request = Request::new("POST", "/api/v1/sign-in").body("application/json", form.as_bytes());
    let bytes = request.bytes();
    let mut stream = request.begin(server.portal, bytes.len() - form.len()).unwrap();
    for byte in form.as_bytes() {
        stream.write_all(&[*byte]).unwrap();
        // So that the server reads it before the next comes.
        thread::sleep(Duration::from_micros(50));
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    let peak = server.peak_mib();
    println!("{peak} MiB, idle {idle} MiB");
    assert!(peak <= idle + MORE, "{peak} MiB, idle {idle} MiB");
}

#[test]
fn five_hundred_slow_connections() {
    let Demo { server, tess, .. } = &Demo::start(&[]);
    let idle = server.peak_mib();
    let head = Request::new("GET", "/").bytes();
    let body = Request::new("POST", "/api/v1/sign-in").body("application/json", &[b' '; 1_000]).bytes();
    let upload = tess.request("POST", "/apps/shop/packages").body("application/zip", &[b' '; 1_000]).bytes();
    let mut slow: Vec<(TcpStream, &[u8], usize)> = Vec::new();
    for (to, request, sent, many) in [
        (server.portal, head.as_slice(), 0, 100),
        (server.portal, &head, 5, 100),
        (server.portal, &body, body.len() - 900, 197),
        // As many as one person may have.
        (server.portal, &upload, upload.len() - 900, 3),
        (server.apps, &head, 0, 50),
        (server.apps, &head, 5, 50),
    ] {
        for _ in 0..many {
            let mut stream = TcpStream::connect(to).unwrap();
            stream.write_all(&request[..sent]).unwrap();
            slow.push((stream, request, sent));
        }
    }
    assert_eq!(slow.len(), 500);
    let watch = Watch::start();
    while watch.spent() < Duration::from_secs(3) {
        others(server, tess);
        for (stream, request, sent) in &mut slow {
            // One byte more, except from the idle ones, and never the last. Who was too slow has been hung up on.
            if *sent > 0 && *sent + 1 < request.len() && stream.write_all(&request[*sent..*sent + 1]).is_ok() {
                *sent += 1;
            }
        }
    }
    let peak = server.peak_mib();
    println!("{peak} MiB, idle {idle} MiB");
    assert!(peak <= idle + MORE, "{peak} MiB, idle {idle} MiB");
}

fn others(server: &Process, tess: &Client) {
    let soon = |to: SocketAddr, request: Request, status: u16| {
        let watch = Watch::start();
        let answer = request.send(to).unwrap();
        assert_eq!(answer.status, status, "{}", answer.text());
        assert!(watch.spent() < GOOD_TIME, "{:?}", watch.spent());
    };
    soon(server.portal, Request::new("GET", "/").host(&format!("localhost:{}", server.portal.port())), 200);
    soon(server.portal, tess.request("GET", "/apps/shop/environments"), 200);
    soon(server.portal, tess.request("POST", "/session/lock"), 204);
    soon(server.apps, Request::new("GET", "/shop/test/").host("127.0.0.1"), 200);
}
