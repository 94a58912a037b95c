//! Broken and hostile packages.

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

fn read(bytes: Vec<u8>) -> Result<Manifest, PackageError> {
    let size = bytes.len() as u64;
    inspect(Box::new(Cursor::new(bytes)), size, &PackageLimits::default()).map(|contents| contents.manifest)
}

fn refusal(bytes: Vec<u8>) -> String {
    read(bytes).unwrap_err().to_string()
}

#[test]
fn a_valid_package_is_accepted() {
    let bytes = zipped(&[(MANIFEST, METADATA), ("web/index.html", b"<h1>1.0.0</h1>")]);
    assert_eq!(read(bytes).unwrap().version, "1.0.0");
}

#[test]
fn a_package_needs_a_manifest_and_a_site() {
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
fn a_truncated_package_is_refused() {
    let bytes = zipped(&[(MANIFEST, METADATA), ("web/index.html", b"<h1>1.0.0</h1>")]);
    for cut in [1, 30, bytes.len() / 2, bytes.len() - 1] {
        assert!(read(bytes[..cut].to_vec()).is_err(), "cut at {cut}");
    }
}

#[test]
fn paths_outside_the_folder_are_refused() {
    for name in ["../x", "/etc/passwd", "web/../../x", "web\\..\\x", "C:/x"] {
        assert!(matches!(read(zipped(&[(name, b"")])), Err(PackageError::Name { .. })), "{name}");
    }
}

#[test]
fn names_that_differ_in_case_only_are_refused() {
    let bytes = zipped(&[("web/a", b""), ("web/A", b"")]);
    assert!(matches!(read(bytes), Err(PackageError::Name { why: InvalidPath::Duplicate, .. })));
}

#[test]
fn duplicate_names_are_refused() {
    let mut bytes = zipped(&[(MANIFEST, METADATA), ("web/a", b""), ("web/b", b"")]);
    for at in 0..bytes.len() - 5 {
        if bytes[at..].starts_with(b"web/b") {
            bytes[at + 4] = b'a';
        }
    }
    assert!(matches!(read(bytes), Err(PackageError::DuplicateName)));
}

#[test]
fn folders_count_as_files() {
    let names: Vec<_> = (0..3_000).map(|n| format!("web/{n}/b/c/d/e/f/g/h")).collect();
    let members: Vec<_> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
    assert!(matches!(read(zipped(&members)), Err(PackageError::TooManyFiles(20_000))));
}

/// Returns a valid package whose end record was changed.
fn with_changed_end_record(change: impl FnOnce(&mut [u8])) -> Vec<u8> {
    let mut bytes = zipped(&[(MANIFEST, METADATA), ("web/index.html", b"x")]);
    let end = bytes.len() - 22;
    change(&mut bytes[end..]);
    bytes
}

#[test]
fn inconsistent_end_records_are_refused() {
    let put = |at: usize, value: &'static [u8]| {
        with_changed_end_record(|end| end[at..at + value.len()].copy_from_slice(value))
    };
    assert!(read(put(0, b"")).is_ok());
    // More entries than the directory holds; as many as need ZIP64; entries on two disks; wrong size and position.
    assert!(matches!(read(put(8, b"\x00\x10\x00\x10")), Err(PackageError::NotAZip)));
    assert!(matches!(read(put(8, b"\xff\xff\xff\xff")), Err(PackageError::TooManyFiles(_))));
    assert!(matches!(read(put(8, b"\x01\x00\x02\x00")), Err(PackageError::NotAZip)));
    assert!(matches!(read(put(12, b"\xff\xff\xff\xff")), Err(PackageError::NamesTooLong)));
    assert!(matches!(read(put(16, b"\xff\xff\xff\xff")), Err(PackageError::NotAZip)));
    // A comment that contains another end record, and a comment that does not end with the file.
    let inner = with_changed_end_record(|_| {});
    let mut nested = put(20, b"\x16\x00");
    nested.extend_from_slice(&inner[inner.len() - 22..]);
    assert!(matches!(read(nested), Err(PackageError::NotAZip)));
    assert!(matches!(read(put(20, b"\x01\x00")), Err(PackageError::NotAZip)));
}

/// Returns a valid package with ZIP64 end records, as some tools always write them. `change` gets the record and its
/// locator, and then the other end record.
fn with_zip64_end(change: impl FnOnce(&mut [u8], &mut [u8])) -> Vec<u8> {
    let mut bytes = zipped(&[(MANIFEST, METADATA), ("web/index.html", b"x")]);
    let mut end = bytes.split_off(bytes.len() - 22);
    let number = |at: usize, length: usize| {
        let mut number = [0; 8];
        number[..length].copy_from_slice(&end[at..at + length]);
        number
    };
    let (entries, size, start, position) = (number(8, 2), number(12, 4), number(16, 4), bytes.len() as u64);
    let mut zip64 = [b"PK\x06\x06".as_slice(), &44_u64.to_le_bytes(), &[45, 0, 45, 0], &[0; 8]].concat();
    zip64.extend([entries, entries, size, start].concat());
    zip64.extend([b"PK\x06\x07".as_slice(), &[0; 4], &position.to_le_bytes(), &[1, 0, 0, 0]].concat());
    change(&mut zip64, &mut end);
    [bytes, zip64, end].concat()
}

#[test]
fn zip64_end_records_must_agree_with_the_other_one() {
    assert!(read(with_zip64_end(|_, _| {})).is_ok());
    assert!(read(with_zip64_end(|_, end| end[8..20].fill(0xff))).is_ok(), "the other one refers to them");
    let is_refused = |bytes| assert!(matches!(read(bytes), Err(PackageError::NotAZip)));
    // Each number of the record and of its locator: size, disks, entries, size and start of the directory, position.
    for at in [0, 4, 16, 20, 24, 32, 40, 48, 60, 64, 72] {
        is_refused(with_zip64_end(|zip64, _| zip64[at] ^= 2));
    }
    for at in [8, 12, 16] {
        is_refused(with_zip64_end(|_, end| end[at] ^= 1));
    }
    is_refused(with_zip64_end(|zip64, _| zip64[64..72].fill(0xff)));
    // The record of the other reading lies elsewhere.
    is_refused([b"PK".to_vec(), with_zip64_end(|_, _| {})].concat());
    let huge = with_zip64_end(|zip64, end| {
        zip64[24..40].fill(0x7f);
        end[8..12].fill(0xff);
    });
    assert!(matches!(read(huge), Err(PackageError::TooManyFiles(_))));
}

#[test]
fn a_name_that_is_not_utf8_is_shown() {
    let mut bytes = zipped(&[(MANIFEST, METADATA), ("web/Gr__e.txt", b"x")]);
    let name = b"web/Gr__e.txt";
    for at in 0..bytes.len() - name.len() {
        if bytes[at..].starts_with(name) {
            // Code page 437.
            bytes[at + 6..at + 8].copy_from_slice(b"\x94\xe1");
        }
    }
    assert_eq!(refusal(bytes), "The package cannot be used: it holds a name that is not UTF-8: web/Größe.txt.");
}

#[test]
fn a_package_without_an_index_page_is_recognised() {
    let has_index_page = |name: &str| {
        let bytes = zipped(&[(MANIFEST, METADATA), (name, b"x")]);
        let size = bytes.len() as u64;
        inspect(Box::new(Cursor::new(bytes)), size, &PackageLimits::default()).unwrap().has_index_page
    };
    assert!(has_index_page("web/index.html"));
    for other in ["web/hello.html", "web/sub/index.html", "web/index.htm"] {
        assert!(!has_index_page(other), "{other}");
    }
}

#[test]
fn links_are_refused() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.add_symlink("web/x", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    assert!(matches!(read(zip.finish().unwrap().into_inner()), Err(PackageError::Link(_))));
}

#[test]
fn a_wrong_checksum_is_refused() {
    let mut bytes = zipped(&[(MANIFEST, METADATA), ("web/index.html", b"some text that is long enough")]);
    let content = bytes.windows(10).position(|w| w == b"index.html").unwrap() + 10;
    bytes[content] ^= 0xff;
    assert!(read(bytes).is_err());
}

#[test]
fn a_zip_bomb_is_refused() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("web/bomb", SimpleFileOptions::default()).unwrap();
    for _ in 0..64 {
        zip.write_all(&[0; 1 << 20]).unwrap();
    }
    assert!(matches!(read(zip.finish().unwrap().into_inner()), Err(PackageError::TooLarge)));
}

#[test]
fn too_many_files_are_refused() {
    let limits = PackageLimits { entries: 3, ..PackageLimits::default() };
    let bytes = zipped(&[("web/a", b""), ("web/b", b""), ("web/c", b""), ("web/d", b"")]);
    let size = bytes.len() as u64;
    assert!(matches!(inspect(Box::new(Cursor::new(bytes)), size, &limits), Err(PackageError::TooManyFiles(3))));
}

#[test]
fn only_the_site_is_unpacked() {
    let bytes = zipped(&[(MANIFEST, METADATA), ("model/model.mdp", b"x"), ("web/css/a.css", b"a{}")]);
    let size = bytes.len() as u64;
    let mut unpacked = Vec::new();
    unpack_web(Box::new(Cursor::new(bytes)), size, &PackageLimits::default(), &mut |_, _| {}, &mut |path, member| {
        let mut text = String::new();
        member.read_to_string(&mut text)?;
        unpacked.push((path.to_owned(), text));
        Ok(())
    })
    .unwrap();
    assert_eq!(unpacked, [("css/a.css".to_owned(), "a{}".to_owned())]);
}
