//! Packages as broken and hostile people make them.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

pub(super) const METADATA: &[u8] = br#"{"RuntimeVersion":"10.6.1","ModelVersion":"1.0.0","ProjectName":"shop"}"#;

pub(super) fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn look(bytes: Vec<u8>) -> Result<Manifest, PackageError> {
    let size = bytes.len() as u64;
    inspect(Box::new(Cursor::new(bytes)), size, &PackageLimits::default())
}

fn refusal(bytes: Vec<u8>) -> String {
    look(bytes).unwrap_err().to_string()
}

#[test]
fn a_good_one() {
    let bytes = zipped(&[(MANIFEST, METADATA), ("web/index.html", b"<h1>1.0.0</h1>")]);
    assert_eq!(look(bytes).unwrap().version, "1.0.0");
}

#[test]
fn what_it_must_hold() {
    assert_eq!(refusal(b"not a zip".to_vec()), "This is not a deployment package: it is not a whole zip file.");
    assert_eq!(refusal(Vec::new()), "This is not a deployment package: it is not a whole zip file.");
    assert_eq!(
        refusal(zipped(&[("web/index.html", b"")])),
        "This is not a deployment package: it has no model/metadata.json."
    );
    assert_eq!(refusal(zipped(&[(MANIFEST, METADATA)])), "This is not a deployment package: it has no files in web/.");
    assert!(refusal(zipped(&[(MANIFEST, b"{")])).starts_with("The package cannot be used: model/metadata.json"));
}

#[test]
fn one_cut_short() {
    let bytes = zipped(&[(MANIFEST, METADATA), ("web/index.html", b"<h1>1.0.0</h1>")]);
    for cut in [1, 30, bytes.len() / 2, bytes.len() - 1] {
        assert!(look(bytes[..cut].to_vec()).is_err(), "cut at {cut}");
    }
}

#[test]
fn names_that_leave_the_folder() {
    for name in ["../x", "/etc/passwd", "web/../../x", "web\\..\\x", "C:/x"] {
        assert!(matches!(look(zipped(&[(name, b"")])), Err(PackageError::Name { .. })), "{name}");
    }
}

#[test]
fn a_name_twice() {
    let bytes = zipped(&[("web/a", b""), ("web/A", b"")]);
    assert!(matches!(look(bytes), Err(PackageError::Name { why: InvalidPath::Duplicate, .. })));
}

#[test]
fn the_very_same_name_twice() {
    let mut bytes = zipped(&[(MANIFEST, METADATA), ("web/a", b""), ("web/b", b"")]);
    for at in 0..bytes.len() - 5 {
        if bytes[at..].starts_with(b"web/b") {
            bytes[at + 4] = b'a';
        }
    }
    assert!(matches!(look(bytes), Err(PackageError::SameName)));
}

#[test]
fn folders_count_as_well() {
    let names: Vec<_> = (0..3_000).map(|n| format!("web/{n}/b/c/d/e/f/g/h")).collect();
    let members: Vec<_> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
    assert!(matches!(look(zipped(&members)), Err(PackageError::TooMany(20_000))));
}

/// The end record of an archive with `change` made to it.
fn with_end(change: impl FnOnce(&mut [u8])) -> Vec<u8> {
    let mut bytes = zipped(&[(MANIFEST, METADATA), ("web/index.html", b"x")]);
    let end = bytes.len() - 22;
    change(&mut bytes[end..]);
    bytes
}

#[test]
fn end_records_that_lie() {
    let put = |at: usize, value: &'static [u8]| with_end(|end| end[at..at + value.len()].copy_from_slice(value));
    assert!(look(put(0, b"")).is_ok());
    // More entries than there can be, at both places; as many as need 64 bits; on one of two disks.
    assert!(matches!(look(put(8, b"\x00\x10\x00\x10")), Err(PackageError::NotAZip)));
    assert!(matches!(look(put(8, b"\xff\xff\xff\xff")), Err(PackageError::TooMany(_))));
    assert!(matches!(look(put(8, b"\x01\x00\x02\x00")), Err(PackageError::NotAZip)));
    assert!(matches!(look(put(12, b"\xff\xff\xff\xff")), Err(PackageError::LongNames)));
    assert!(matches!(look(put(16, b"\xff\xff\xff\xff")), Err(PackageError::NotAZip)));
    // A comment that holds another end record, and one that ends elsewhere than the file.
    let inner = with_end(|_| {});
    let mut nested = put(20, b"\x16\x00");
    nested.extend_from_slice(&inner[inner.len() - 22..]);
    assert!(matches!(look(nested), Err(PackageError::NotAZip)));
    assert!(matches!(look(put(20, b"\x01\x00")), Err(PackageError::NotAZip)));
}

#[test]
fn links() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.add_symlink("web/x", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    assert!(matches!(look(zip.finish().unwrap().into_inner()), Err(PackageError::Link(_))));
}

#[test]
fn a_wrong_checksum() {
    let mut bytes = zipped(&[(MANIFEST, METADATA), ("web/index.html", b"some text that is long enough")]);
    let needle = bytes.windows(10).position(|w| w == b"index.html").unwrap() + 10;
    bytes[needle] ^= 0xff;
    assert!(look(bytes).is_err());
}

#[test]
fn a_bomb() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("web/bomb", SimpleFileOptions::default()).unwrap();
    for _ in 0..64 {
        zip.write_all(&[0; 1 << 20]).unwrap();
    }
    assert!(matches!(look(zip.finish().unwrap().into_inner()), Err(PackageError::TooLarge)));
}

#[test]
fn too_many_members() {
    let caps = PackageLimits { entries: 3, ..PackageLimits::default() };
    let bytes = zipped(&[("web/a", b""), ("web/b", b""), ("web/c", b""), ("web/d", b"")]);
    let size = bytes.len() as u64;
    assert!(matches!(inspect(Box::new(Cursor::new(bytes)), size, &caps), Err(PackageError::TooMany(3))));
}

#[test]
fn only_the_site_is_unpacked() {
    let bytes = zipped(&[(MANIFEST, METADATA), ("model/model.mdp", b"x"), ("web/css/a.css", b"a{}")]);
    let size = bytes.len() as u64;
    let mut got = Vec::new();
    unpack_web(Box::new(Cursor::new(bytes)), size, &PackageLimits::default(), &mut |path, member| {
        let mut text = String::new();
        member.read_to_string(&mut text)?;
        got.push((path.to_owned(), text));
        Ok(())
    })
    .unwrap();
    assert_eq!(got, [("css/a.css".to_owned(), "a{}".to_owned())]);
}
