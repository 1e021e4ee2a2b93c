//! New passwords: checks and hashes.

use aws_lc_rs::rand;
use directory::Person;
use kernel::{Error, Result};

use crate::domain::{
    hash::{self, Salt},
    password::Password,
};

/// Checks a new password and returns its hash. Words about the owner are names, e-mail address, code and site of the
/// person, `company` and the name of the product.
///
/// # Errors
/// 422 at `/new_password` with the rule that the password breaks.
pub(crate) fn check_and_hash_password(
    text: &str,
    person: &Person,
    company: &str,
    has_second_factor: bool,
) -> Result<String> {
    let owner_words = [
        &*person.first_name,
        &*person.last_name,
        &*person.email,
        &*person.employee_code,
        &*person.site,
        company,
        "muster",
    ];
    let password = Password::checked(text, &owner_words, has_second_factor)
        .map_err(|fault| Error::invalid("/new_password", fault.code(), fault.detail()))?;
    hash_with_new_salt(&password)
}

/// Hashes a password with a new random salt.
pub(crate) fn hash_with_new_salt(password: &Password) -> Result<String> {
    let mut salt: Salt = [0; 16];
    rand::fill(&mut salt).map_err(Error::internal)?;
    hash::hash_password(password, &salt)
}
