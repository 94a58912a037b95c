//! Packages of any bytes. Under `cargo test` the corpus beside this file and some thousand random ones;
//! `cargo bolero test` goes on for as long as it is let (CONTRIBUTING.md).

use std::io::Cursor;

use super::tests::{METADATA, zipped};
use super::*;

/// Small enough to be met by small inputs.
fn caps() -> PackageLimits {
    PackageLimits { unpacked: 64 * 1024, manifest: 4 * 1024, ..PackageLimits::default() }
}

/// Bytes as they come, and the same bytes as changes of a good package: places and what is put there.
#[test]
fn package() {
    let good =
        zipped(&[(MANIFEST, METADATA), ("web/index.html", b"<h1>1.0.0</h1>"), ("web/css/site.css", &[b' '; 900])]);
    bolero::check!(name = "package").with_iterations(20_000).for_each(|bytes: &[u8]| {
        holds(bytes.to_vec());
        let mut changed = good.clone();
        for change in bytes.chunks_exact(3) {
            if let &[high, low, byte] = change {
                let place = usize::from(u16::from_be_bytes([high, low])) % changed.len();
                changed[place] = byte;
            }
        }
        holds(changed);
    });
}

/// Whatever passes the look is unpacked as it was looked at, within the caps and the folder.
fn holds(bytes: Vec<u8>) {
    let size = bytes.len() as u64;
    let looked = inspect(Box::new(Cursor::new(bytes.clone())), size, &caps());
    let mut all = 0;
    let unpacked = unpack_web(Box::new(Cursor::new(bytes)), size, &caps(), &mut |path, member| {
        assert!(!path.is_empty() && !path.starts_with('/') && !path.contains('\\'), "{path:?}");
        assert!(path.split('/').all(|part| !["", ".", ".."].contains(&part)), "{path:?}");
        all += io::copy(member, &mut io::sink())?;
        Ok(())
    });
    // One byte more tells that there is too much.
    assert!(all <= caps().unpacked + 1, "{all} bytes");
    if let Ok(manifest) = looked {
        assert!(unpacked.is_ok(), "{:?} of {}", unpacked, manifest.version);
    }
}
