//! Fuzzing of the archive reader. `cargo test` runs the corpus beside this file and some thousand random inputs;
//! `cargo bolero test` runs until it is stopped (CONTRIBUTING.md).

use std::io::Cursor;

use super::tests::{METADATA, zipped};
use super::*;

/// Limits that small inputs can reach.
fn limits() -> PackageLimits {
    PackageLimits { unpacked_bytes: 64 * 1024, manifest_bytes: 4 * 1024, ..PackageLimits::default() }
}

/// Reads the input as a package, and a valid package changed at positions that the input names.
#[test]
fn package() {
    let good =
        zipped(&[(MANIFEST, METADATA), ("web/index.html", b"<h1>1.0.0</h1>"), ("web/css/site.css", &[b' '; 900])]);
    assert!(inspect(Box::new(Cursor::new(good.clone())), good.len() as u64, &limits()).is_ok());
    bolero::check!(name = "package").with_iterations(20_000).for_each(|bytes: &[u8]| {
        assert_unpacks_if_accepted(bytes.to_vec());
        let mut changed = good.clone();
        for change in bytes.chunks_exact(3) {
            if let &[high, low, byte] = change {
                let position = usize::from(u16::from_be_bytes([high, low])) % changed.len();
                changed[position] = byte;
            }
        }
        assert_unpacks_if_accepted(changed);
    });
}

/// Asserts that an accepted package unpacks, within the limits and below its folder.
fn assert_unpacks_if_accepted(bytes: Vec<u8>) {
    let size = bytes.len() as u64;
    let inspected = inspect(Box::new(Cursor::new(bytes.clone())), size, &limits());
    let mut total = 0;
    let unpacked = unpack_web(Box::new(Cursor::new(bytes)), size, &limits(), &mut |_, _| {}, &mut |path, member| {
        assert!(!path.is_empty() && !path.starts_with('/') && !path.contains('\\'), "{path:?}");
        assert!(path.split('/').all(|part| !["", ".", ".."].contains(&part)), "{path:?}");
        total += io::copy(member, &mut io::sink())?;
        Ok(())
    });
    // One byte more is read to see that there is more than allowed.
    assert!(total <= limits().unpacked_bytes + 1, "{total} bytes");
    if let Ok(contents) = inspected {
        assert!(unpacked.is_ok(), "{:?} of {}", unpacked, contents.manifest.version);
    }
}
