//! Uploads of hostile packages.

use std::io::{self, Cursor, Write};
use std::time::Duration;

use padlock_trials::{Response, Stopwatch, write_large_package};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::target::Target;
use super::zip_files::{EndRecord, MANIFEST, METADATA, MIB, directory_of, large_manifest, zip_bomb};
use crate::support::zip_archive;

const MORE_THAN_IDLE_MIB: u64 = 64;

#[track_caller]
fn assert_refused(target: &Target, name: &str, reason: &str, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
    let (before, stopwatch) = (target.files(), Stopwatch::start());
    let response = target.upload(write);
    assert_problem(&response, 422, "invalid_package", name);
    let problem = response.json();
    let detail = problem["detail"].as_str().unwrap_or_default();
    assert!(detail.contains(reason) && detail.ends_with('.'), "{name}: {detail}");
    assert_eq!(target.files(), before, "{name}");
    println!("{name}: {:?}, at most {} MiB", stopwatch.elapsed(), target.server.peak_memory_mib());
}

#[track_caller]
fn assert_problem(response: &Response, status: u16, code: &str, name: &str) {
    assert_eq!((response.status, response.error_code().as_str()), (status, code), "{name}: {}", response.text());
}

/// Returns a package with an additional file, and with all occurrences of `from` replaced by `to`.
fn package_with(name: &str, from: &str, to: &str) -> Vec<u8> {
    let mut bytes =
        zip_archive(&[(MANIFEST, METADATA), ("web/index.html", b"<h1>9.9.9</h1>"), (name, b"some text to be read")]);
    assert_eq!(from.len(), to.len());
    for at in 0..bytes.len() - from.len() {
        if bytes[at..].starts_with(from.as_bytes()) {
            bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        }
    }
    bytes
}

fn package_with_link() -> Vec<u8> {
    let mut zip = ZipWriter::new_append(Cursor::new(package_with("web/a", "", ""))).unwrap();
    zip.add_symlink("web/x", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    zip.finish().unwrap().into_inner()
}

fn package_with_manifest(json: &str) -> Vec<u8> {
    zip_archive(&[(MANIFEST, json.as_bytes()), ("web/index.html", b"x")])
}

#[test]
fn invalid_packages_are_refused_with_a_reason_and_leave_no_files() {
    let target = Target::new();
    let idle = target.server.peak_memory_mib();

    let wrong_checksum = {
        let mut bytes = package_with("web/a", "", "");
        let at = bytes.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
        // The checksum in the first entry of the directory.
        bytes[at + 16] ^= 1;
        bytes
    };
    for (name, reason, bytes) in [
        ("an absolute name", "an absolute path", package_with("/etc/passwd", "", "")),
        ("a name on a drive", "an absolute path", package_with("C:/x", "", "")),
        ("a name with ..", "a path with “..”", package_with("web/../../x", "", "")),
        ("backslashes", "characters that are not allowed", package_with("web\\..\\x", "", "")),
        ("a NUL in a name", "characters that are not allowed", package_with("web/a_b", "web/a_b", "web/a\0b")),
        ("a long name", "a path that is too long", package_with(&format!("{}x", "a/".repeat(500)), "", "")),
        ("a link", "it holds a link", package_with_link()),
        (
            "the same name twice",
            "two files of one name",
            package_with("web/index.htm_", "web/index.htm_", "web/index.html"),
        ),
        ("the same name in another case", "a path that occurs twice", package_with("web/INDEX.html", "", "")),
        ("a file that is a folder", "a path that occurs twice", package_with("web/index.html/x", "", "")),
        ("a wrong checksum", "model/metadata.json cannot be read", wrong_checksum),
        (
            "a manifest's key twice",
            "has ModelVersion twice",
            package_with_manifest(r#"{"ModelVersion":"1","ModelVersion":"2"}"#),
        ),
        ("a deeply nested manifest", "is not valid JSON", package_with_manifest(&"{\"a\":[".repeat(50_000))),
    ] {
        assert_refused(&target, name, reason, |out| out.write_all(&bytes));
    }

    assert_refused(&target, "200 000 entries", "more than 20000 files", |out| {
        let end = EndRecord { entries: u16::MAX, entries_in_size: 200_000, zip64_entries: Some(200_000) };
        directory_of(out, 200_000, &end)
    });
    assert_refused(
        &target,
        "200 000 entries, 10 according to the end record",
        "the names of its files are too long",
        |out| directory_of(out, 200_000, &EndRecord { entries: 10, entries_in_size: 200_000, zip64_entries: None }),
    );
    assert_refused(&target, "200 000 entries in a directory of 10", "not a whole zip file", |out| {
        directory_of(out, 200_000, &EndRecord { entries: 10, entries_in_size: 10, zip64_entries: None })
    });
    assert_refused(&target, "2^40 entries according to the Zip64 record", "not a whole zip file", |out| {
        let end = EndRecord { entries: u16::MAX, entries_in_size: 10, zip64_entries: Some(1 << 40) };
        directory_of(out, 10, &end)
    });
    assert_refused(&target, "a manifest of 100 MB", "larger than 1024 KiB", |out| large_manifest(out, 100 * MIB));
    assert_refused(&target, "a zip bomb of 3 GB", "unpack to far more", |out| zip_bomb(out, 3 * 1024 * MIB));

    target.server.assert_peak_memory(idle, MORE_THAN_IDLE_MIB);
}

#[test]
fn endless_forms_are_refused() {
    let target = Target::new();
    let (idle, before) = (target.server.peak_memory_mib(), target.files());
    let endless = |start: &'static [u8]| {
        move |out: &mut dyn Write| {
            out.write_all(start)?;
            (0..100).try_for_each(|_| out.write_all(&[b'x'; MIB]))
        }
    };
    for (name, start) in [
        ("no boundary", b"".as_slice()),
        ("part headers", b"--xyz\r\nContent-Disposition: form-data; name=\"file\"; x=\""),
        ("another field", b"--xyz\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n"),
    ] {
        // The server responds early; the response may be lost when it closes the connection.
        if let Ok(response) = target.upload_form(endless(start)) {
            assert_problem(&response, 413, "too_large", name);
        }
        assert_eq!(target.files(), before, "{name}");
    }
    target.server.assert_peak_memory(idle, MORE_THAN_IDLE_MIB);
}

#[test]
fn an_upload_whose_client_disconnects_leaves_no_file() {
    let target = Target::new();
    let before = target.files();
    let stream = target.begin_upload();
    wait_until(|| target.files() != before, "the upload has begun");
    drop(stream);
    wait_until(|| target.files() == before, "the file is removed");
}

#[test]
fn an_upload_to_a_full_disk_leaves_no_file() {
    let target = Target::with_file_size_limit(16);
    let before = target.files();
    assert_problem(&target.upload(|out| write_large_package(out, "9.9.9", 40)), 507, "disk_full", "40 MiB");
    assert_eq!(target.files(), before);
    assert_stored(target.upload(|out| write_large_package(out, "9.9.9", 1)), MIB);
}

#[test]
fn a_kill_removes_unfinished_uploads_and_keeps_acknowledged_ones() {
    let mut target = Target::new();
    let before = target.files();
    let _connection = target.begin_upload();
    wait_until(|| target.files() != before, "the upload has begun");
    target = target.kill_and_restart();
    assert_eq!(target.files(), before, "removed at the start");
    assert_stored(target.upload(|out| write_large_package(out, "9.9.9", 1)), MIB);
    let after = target.files();
    assert_eq!(after.len(), before.len() + 1);
    assert_eq!(target.kill_and_restart().files(), after);
}

fn wait_until(condition: impl Fn() -> bool, name: &str) {
    let stopwatch = Stopwatch::start();
    while !condition() {
        assert!(stopwatch.elapsed() < Duration::from_secs(10), "{name}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn assert_stored(response: Response, size: usize) {
    let package = response.expect(201).json();
    assert_eq!(package["version"], "9.9.9");
    assert!(package["size"].as_u64().unwrap() > size as u64);
}

#[test]
fn large_uploads_need_little_memory() {
    let target = Target::new();
    let idle = target.server.peak_memory_mib();
    assert_stored(target.upload(|out| write_large_package(out, "9.9.9", 200)), 200 * MIB);
    let form = |out: &mut dyn Write| {
        out.write_all(b"--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mda\"\r\n\r\n")?;
        write_large_package(out, "9.9.9", 40)?;
        out.write_all(b"\r\n--xyz--\r\n")
    };
    assert_stored(target.upload_form(form).unwrap(), 40 * MIB);
    target.server.assert_peak_memory(idle, MORE_THAN_IDLE_MIB);
}
