//! Argon2id (RFC 9106) with reusable memory: 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet).

use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use data_encoding::BASE64_NOPAD;
use padlock_domain::password::PasswordForm;
use padlock_domain::{Password, PasswordHash};
use subtle::ConstantTimeEq;

const LANES: u32 = 1;
const OUTPUT: usize = 32;

/// How much work a hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
}

impl Cost {
    /// The cost of every hash that protects a password.
    pub const STANDARD: Self = Self { memory_kib: 19 * 1024, passes: 2 };
    /// For passwords that everybody knows, where hashing has no thread of its own: the preview's.
    #[cfg(feature = "memory")]
    pub const PUBLIC_PASSWORD: Self = Self { memory_kib: 64, passes: 1 };
}

/// The memory that a hash is computed in. Concurrent hashes need one each.
#[derive(Debug, Default)]
pub struct Argon2Memory(Vec<Block>);

/// Returns the hash of a password in NFC with `salt`, or `None` if the parameters were invalid.
#[must_use]
pub fn hash(password: &Password, salt: [u8; 16], memory: &mut Argon2Memory) -> Option<PasswordHash> {
    hash_at(Cost::STANDARD, password, salt, memory)
}

/// Returns the hash of a password at this cost.
#[must_use]
pub fn hash_at(cost: Cost, password: &Password, salt: [u8; 16], memory: &mut Argon2Memory) -> Option<PasswordHash> {
    let Cost { memory_kib, passes } = cost;
    let params = Params::new(memory_kib, passes, LANES, Some(OUTPUT)).ok()?;
    let output = compute(params, password.expose(), &salt, memory)?;
    let phc = format!(
        "$argon2id$v=19$m={memory_kib},t={passes},p={LANES}${}${}",
        BASE64_NOPAD.encode(&salt),
        BASE64_NOPAD.encode(&output),
    );
    Some(PasswordHash::new(phc, PasswordForm::Nfc))
}

/// Returns whether a password matches a hash. Without one it returns `false` after the same time.
#[must_use]
pub fn verify(password: &Password, hash: Option<&PasswordHash>, memory: &mut Argon2Memory) -> bool {
    let stored = hash.and_then(|hash| {
        let phc = Phc::new(hash.expose()).ok()?;
        let params = Params::try_from(&phc).ok()?;
        Some((params, phc.salt?, phc.hash?, password.expose_in(hash.form())))
    });
    match stored {
        Some((params, salt, expected, text)) => compute(params, text, salt.as_ref(), memory)
            .is_some_and(|output| bool::from(output.as_slice().ct_eq(expected.as_bytes()))),
        None => {
            // Takes the same time, so that unknown logins cannot be told from known ones.
            let _ = std::hint::black_box(self::hash(password, [0; 16], memory));
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

    fn password(text: &str) -> Password {
        Password::from_input(text.to_owned()).unwrap()
    }

    #[test]
    fn a_password_matches_only_its_own_hash() {
        let mut memory = Argon2Memory::default();
        let mut matches = |text: &str, hash: Option<&PasswordHash>| verify(&password(text), hash, &mut memory);
        let hash = hash(&password("correct horse"), [7; 16], &mut Argon2Memory::default()).unwrap();
        assert!(hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(matches("correct horse", Some(&hash)));
        assert!(!matches("correct horse ", Some(&hash)));
        assert!(!matches("correct horse", None));
        assert!(!matches("correct horse", Some(&PasswordHash::new("garbage".to_owned(), PasswordForm::Nfc))));
    }

    #[test]
    fn a_hash_matches_however_the_letters_are_typed_unless_it_was_made_before() {
        let mut memory = Argon2Memory::default();
        let (composed, decomposed) = (password("Größe der Kuh"), password("Gro\u{308}ße der Kuh"));
        let new = hash(&decomposed, [7; 16], &mut memory).unwrap();
        assert!(verify(&composed, Some(&new), &mut memory) && verify(&decomposed, Some(&new), &mut memory));

        // Earlier versions hashed the bytes as they came.
        let params = Params::new(19 * 1024, 2, LANES, Some(OUTPUT)).unwrap();
        let output = compute(params, "Gro\u{308}ße der Kuh", &[7; 16], &mut memory).unwrap();
        let (salt, output) = (BASE64_NOPAD.encode(&[7; 16]), BASE64_NOPAD.encode(&output));
        let phc = format!("$argon2id$v=19$m=19456,t=2,p=1${salt}${output}");
        let old = PasswordHash::new(phc, PasswordForm::AsTyped);
        assert!(verify(&decomposed, Some(&old), &mut memory));
        assert!(!verify(&composed, Some(&old), &mut memory));
    }

    #[test]
    fn reused_memory_does_not_change_the_hash() {
        let mut memory = Argon2Memory::default();
        let first = hash(&password("a"), [1; 16], &mut memory);
        let _ = hash(&password("b"), [2; 16], &mut memory);
        assert_eq!(hash(&password("a"), [1; 16], &mut memory), first);
    }
}
