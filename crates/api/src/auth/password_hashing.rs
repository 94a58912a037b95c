//! Argon2id (RFC 9106) with reusable memory: 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet).

use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use data_encoding::BASE64_NOPAD;
use subtle::ConstantTimeEq;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const OUTPUT: usize = 32;

/// The memory that a hash is computed in. Concurrent hashes need one each.
#[derive(Debug, Default)]
pub struct Argon2Memory(Vec<Block>);

/// Returns the PHC string of a password hashed with `salt`, or `None` if the parameters were invalid.
#[must_use]
pub fn hash(password: &str, salt: [u8; 16], memory: &mut Argon2Memory) -> Option<String> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(OUTPUT)).ok()?;
    let output = compute(params, password, &salt, memory)?;
    Some(format!(
        "$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${}${}",
        BASE64_NOPAD.encode(&salt),
        BASE64_NOPAD.encode(&output),
    ))
}

/// Returns whether a password matches a PHC string. Without one it returns `false` after the same time.
#[must_use]
pub fn verify(password: &str, phc: Option<&str>, memory: &mut Argon2Memory) -> bool {
    let stored = phc.and_then(|text| {
        let phc = Phc::new(text).ok()?;
        let params = Params::try_from(&phc).ok()?;
        Some((params, phc.salt?, phc.hash?))
    });
    match stored {
        Some((params, salt, expected)) => compute(params, password, salt.as_ref(), memory)
            .is_some_and(|output| bool::from(output.as_slice().ct_eq(expected.as_bytes()))),
        None => {
            // Takes the same time, so that unknown logins cannot be told from known ones.
            let _ = std::hint::black_box(hash(password, [0; 16], memory));
            false
        }
    }
}

fn compute(params: Params, password: &str, salt: &[u8], memory: &mut Argon2Memory) -> Option<Vec<u8>> {
    let mut output = vec![0; params.output_len().unwrap_or(OUTPUT)];
    if memory.0.len() < params.block_count() {
        memory.0.resize(params.block_count(), Block::default());
    }
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password.as_bytes(), salt, &mut output, &mut memory.0)
        .ok()?;
    Some(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_matches_only_its_own_hash() {
        let mut memory = Argon2Memory::default();
        let phc = hash("correct horse", [7; 16], &mut memory).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify("correct horse", Some(&phc), &mut memory));
        assert!(!verify("correct horse ", Some(&phc), &mut memory));
        assert!(!verify("correct horse", None, &mut memory));
        assert!(!verify("correct horse", Some("garbage"), &mut memory));
    }

    #[test]
    fn reused_memory_does_not_change_the_hash() {
        let mut memory = Argon2Memory::default();
        let first = hash("a", [1; 16], &mut memory);
        let _ = hash("b", [2; 16], &mut memory);
        assert_eq!(hash("a", [1; 16], &mut memory), first);
    }
}
