//! Password hashes: argon2id with 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet, second profile).

use std::cell::Cell;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{Error as HashError, PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use kernel::{Error, Result};

use crate::domain::password::Password;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Salt of one hash, 128 bits.
pub type Salt = [u8; 16];

/// Hash that is verified for unknown logins: equal cost, and no password matches it.
pub const DUMMY_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bXVzdGVyLW5vYm9keS0wMQ$0vJ5uGx3m5r1iZk0yq8oFf2l7m9b4n6c8d0e2g4h6j8";

thread_local! {
    static VERIFICATIONS: Cell<u64> = const { Cell::new(0) };
}

/// Number of passwords verified by this thread. Tests use it to show that every refusal costs the same.
pub fn password_verification_count() -> u64 {
    VERIFICATIONS.get()
}

fn argon2_hasher() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Argon2id hash of a password in PHC text form.
pub fn hash_password(password: &Password, salt: &Salt) -> Result<String> {
    let hashed: PasswordHash =
        argon2_hasher()?.hash_password_with_salt(password.as_bytes(), salt).map_err(Error::internal)?;
    Ok(hashed.to_string())
}

/// Whether a password matches a hash in PHC text form. Both results cost the same.
///
/// # Errors
/// Internal, if the text is no hash.
pub fn verify_password(password: &Password, phc: &str) -> Result<bool> {
    VERIFICATIONS.set(VERIFICATIONS.get().saturating_add(1));
    match PasswordVerifier::<str>::verify_password(&argon2_hasher()?, password.as_bytes(), phc) {
        Ok(()) => Ok(true),
        Err(HashError::PasswordInvalid) => Ok(false),
        Err(error) => Err(Error::internal(format!("password hash: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_names_its_parameters_and_matches_only_its_password() {
        let hashed = hash_password(&Password::unchecked("eine lange Parole"), &[1; 16]).unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hashed}");
        assert!(verify_password(&Password::unchecked("eine lange Parole"), &hashed).unwrap());
        assert!(!verify_password(&Password::unchecked("eine lange parole"), &hashed).unwrap());
    }

    #[test]
    fn composed_and_decomposed_text_are_the_same_password() {
        let composed = hash_password(&Password::unchecked("Zo\u{eb} liebt Pingu\u{ef}ne"), &[1; 16]).unwrap();
        assert!(verify_password(&Password::unchecked("Zoe\u{308} liebt Pingui\u{308}ne"), &composed).unwrap());
    }

    #[test]
    fn dummy_hash_costs_the_same_and_matches_no_password() {
        let any = hash_password(&Password::unchecked("x"), &[1; 16]).unwrap();
        let cost = |phc: &str| phc.split('$').take(4).map(ToOwned::to_owned).collect::<Vec<_>>();
        assert_eq!(cost(DUMMY_HASH), cost(&any));
        assert_eq!(DUMMY_HASH.len(), any.len(), "salt and output have the same length");
        assert!(!verify_password(&Password::unchecked(""), DUMMY_HASH).unwrap());
    }

    #[test]
    fn invalid_hash_is_an_error_and_no_mismatch() {
        assert!(verify_password(&Password::unchecked("x"), "plain").is_err());
    }
}
