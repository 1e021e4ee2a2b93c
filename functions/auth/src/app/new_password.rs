//! New passwords: checked against the rules with what is known about their owner, and hashed under a fresh salt.

use aws_lc_rs::rand;
use directory::Person;
use kernel::{Error, Result};

use crate::domain::{
    hash::{self, Salt},
    password::Password,
};

/// Checks and hashes a new password. `company` is the organisation's name; the product's own is always refused.
///
/// # Errors
/// 422 at `/new_password` with the reason.
pub(crate) fn check_and_hash(text: &str, person: &Person, company: &str, second_factor: bool) -> Result<String> {
    let own = [
        &*person.first_name,
        &*person.last_name,
        &*person.email,
        &*person.employee_code,
        &*person.site,
        company,
        "muster",
    ];
    let password = Password::for_change(text, &own, second_factor)
        .map_err(|weak| Error::invalid("/new_password", weak.code(), weak.detail()))?;
    hash_with_new_salt(&password)
}

/// Hashes under a fresh salt.
pub(crate) fn hash_with_new_salt(password: &Password) -> Result<String> {
    let mut salt: Salt = [0; 16];
    rand::fill(&mut salt).map_err(Error::internal)?;
    hash::hash(password, &salt)
}
