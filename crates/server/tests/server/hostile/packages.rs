//! What is sent, and what becomes of it.

use std::io::{self, Cursor, Write};
use std::time::Duration;

use padlock_trials::large;
use serde_json::Value;
use tokio::time::Instant;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::forge::{Claim, MANIFEST, METADATA, MIB, bomb, long_manifest, many};
use super::sender::Target;
use crate::support::zipped;

/// How much more memory than an idle server's any of it may take, in MiB.
const MORE: u64 = 64;

/// Refused as no package, in words, with nothing left.
#[track_caller]
fn refused(target: &Target, what: &str, words: &str, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
    let (before, began) = (target.files(), Instant::now());
    let (status, problem) = target.upload(write);
    let detail = problem["detail"].as_str().unwrap_or_default();
    assert_eq!((status, problem["code"].as_str()), (422, Some("invalid_package")), "{what}: {problem}");
    assert!(detail.contains(words) && detail.ends_with('.'), "{what}: {detail}");
    assert_eq!(target.files(), before, "{what}");
    println!("{what}: {:?}, at most {} MiB", began.elapsed(), target.peak_mib());
}

/// A package with one more file in it, and some bytes of it exchanged for others wherever they stand.
fn with(name: &str, from: &str, to: &str) -> Vec<u8> {
    let mut bytes =
        zipped(&[(MANIFEST, METADATA), ("web/index.html", b"<h1>9.9.9</h1>"), (name, b"some text to be read")]);
    assert_eq!(from.len(), to.len());
    for at in 0..bytes.len() - from.len() {
        if bytes[at..].starts_with(from.as_bytes()) {
            bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        }
    }
    bytes
}

fn with_link() -> Vec<u8> {
    let mut zip = ZipWriter::new_append(Cursor::new(with("web/a", "", ""))).unwrap();
    zip.add_symlink("web/x", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    zip.finish().unwrap().into_inner()
}

fn manifest(json: &str) -> Vec<u8> {
    zipped(&[(MANIFEST, json.as_bytes()), ("web/index.html", b"x")])
}

#[test]
fn refused_with_words_and_nothing_left() {
    let target = Target::new();
    let idle = target.peak_mib();

    let wrong_checksum = {
        let mut bytes = with("web/a", "", "");
        let at = bytes.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
        // The checksum in the first entry of the directory.
        bytes[at + 16] ^= 1;
        bytes
    };
    for (what, words, bytes) in [
        ("an absolute name", "an absolute path", with("/etc/passwd", "", "")),
        ("a name on a drive", "an absolute path", with("C:/x", "", "")),
        ("a name that climbs", "a path with “..”", with("web/../../x", "", "")),
        ("backslashes", "characters that are not allowed", with("web\\..\\x", "", "")),
        ("a zero in a name", "characters that are not allowed", with("web/a_b", "web/a_b", "web/a\0b")),
        ("a deep name", "a path that is too long", with(&format!("{}x", "a/".repeat(500)), "", "")),
        ("a link", "it holds a link", with_link()),
        ("the same name twice", "two files of one name", with("web/index.htm_", "web/index.htm_", "web/index.html")),
        ("the same name in another case", "a path that occurs twice", with("web/INDEX.html", "", "")),
        ("a file that is a folder", "a path that occurs twice", with("web/index.html/x", "", "")),
        ("a wrong checksum", "model/metadata.json cannot be read", wrong_checksum),
        ("a manifest's key twice", "duplicate field", manifest(r#"{"ModelVersion":"1","ModelVersion":"2"}"#)),
        ("a manifest that is deep", "cannot be read", manifest(&"{\"a\":[".repeat(50_000))),
    ] {
        refused(&target, what, words, |out| out.write_all(&bytes));
    }

    refused(&target, "200 000 members", "more than 20000 files", |out| {
        many(out, 200_000, &Claim { entries: u16::MAX, sized: 200_000, in_64_bits: Some(200_000) })
    });
    refused(&target, "200 000 members, said to be 10", "the names of its files are too long", |out| {
        many(out, 200_000, &Claim { entries: 10, sized: 200_000, in_64_bits: None })
    });
    refused(&target, "200 000 members, of which 10 are shown", "not a whole zip file", |out| {
        many(out, 200_000, &Claim { entries: 10, sized: 10, in_64_bits: None })
    });
    refused(&target, "2^40 members in 64 bits", "more than 20000 files", |out| {
        many(out, 10, &Claim { entries: u16::MAX, sized: 10, in_64_bits: Some(1 << 40) })
    });
    refused(&target, "a manifest of 100 MB", "larger than 1024 KiB", |out| long_manifest(out, 100 * MIB));
    refused(&target, "a bomb of 3 GB", "unpack to far more", |out| bomb(out, 3 * 1024 * MIB));

    let peak = target.peak_mib();
    assert!(peak <= idle + MORE, "{peak} MiB, idle {idle} MiB");
}

#[test]
fn forms_without_an_end() {
    let target = Target::new();
    let (idle, before) = (target.peak_mib(), target.files());
    let endless = |start: &'static [u8]| {
        move |out: &mut dyn Write| {
            out.write_all(start)?;
            (0..100).try_for_each(|_| out.write_all(&[b'x'; MIB]))
        }
    };
    for (what, start) in [
        ("nothing that begins", b"".as_slice()),
        ("a head", b"--xyz\r\nContent-Disposition: form-data; name=\"file\"; x=\""),
        ("another field", b"--xyz\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n"),
    ] {
        // Answered in the middle of it; whether the answer is heard hangs on who hangs up first.
        if let Ok((status, problem)) = target.upload_form(endless(start)) {
            assert_eq!((status, problem["code"].as_str()), (413, Some("too_large")), "{what}: {problem}");
        }
        assert_eq!(target.files(), before, "{what}");
    }
    let peak = target.peak_mib();
    assert!(peak <= idle + MORE, "{peak} MiB, idle {idle} MiB");
}

#[test]
fn a_client_that_hangs_up() {
    let target = Target::new();
    let before = target.files();
    let stream = target.begin();
    until(|| target.files() != before, "it began to be written");
    drop(stream);
    until(|| target.files() == before, "nothing of it is left");
}

#[test]
fn a_disk_that_is_full() {
    let target = Target::in_little_room(16);
    let before = target.files();
    let (status, problem) = target.upload(|out| large(out, "9.9.9", 40));
    assert_eq!((status, problem["code"].as_str()), (507, Some("disk_full")), "{problem}");
    assert_eq!(target.files(), before, "nothing half-written");
    kept(target.upload(|out| large(out, "9.9.9", 1)), MIB);
}

#[test]
fn a_server_that_is_killed() {
    let mut target = Target::new();
    let before = target.files();
    let _under_way = target.begin();
    until(|| target.files() != before, "it began to be written");
    target = target.killed();
    assert_eq!(target.files(), before, "what was half-done is swept at the start");
    kept(target.upload(|out| large(out, "9.9.9", 1)), MIB);
    let kept = target.files();
    assert_eq!(kept.len(), before.len() + 1);
    assert_eq!(target.killed().files(), kept, "what was answered is there");
}

fn until(holds: impl Fn() -> bool, what: &str) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(10), "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn kept(answer: (u16, Value), size: usize) {
    let (status, package) = answer;
    assert_eq!(status, 201, "{package}");
    assert_eq!(package["version"], "9.9.9");
    assert!(package["size"].as_u64().unwrap() > size as u64);
}

#[test]
fn two_hundred_megabytes_take_no_memory() {
    let target = Target::new();
    let idle = target.peak_mib();
    kept(target.upload(|out| large(out, "9.9.9", 200)), 200 * MIB);
    let form = |out: &mut dyn Write| {
        out.write_all(b"--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mda\"\r\n\r\n")?;
        large(out, "9.9.9", 40)?;
        out.write_all(b"\r\n--xyz--\r\n")
    };
    kept(target.upload_form(form).unwrap(), 40 * MIB);
    let peak = target.peak_mib();
    println!("{peak} MiB, idle {idle} MiB");
    assert!(peak <= idle + MORE, "{peak} MiB, idle {idle} MiB");
}
