//! Identity: credentials, sessions and tokens.
//!
//! # Owns
//! The table `auth`: credentials, sessions, reset requests, counters of attempts, and the published keys with which every
//! function verifies tokens. Tokens are not stored: keys in KMS sign access tokens and derive refresh and reset tokens.
//!
//! # Access patterns
//! | access | index | key | read by |
//! |---|---|---|---|
//! | credential of an employee | table | `CRED#<employee id>`, `CRED` | login, password, reset |
//! | session epoch of an employee | table | the same, two attributes | refresh, sessions list |
//! | one session | table | `USER#<employee id>`, `SESS#<session id>` | refresh, logout, sessions delete |
//! | sessions of an employee | table | `USER#<employee id>`, begins with `SESS#` | sessions list |
//! | number of attempts | table | `THROTTLE#<rule>#<subject>`, `<first second of the window>` | login, password, forgot, reset |
//! | one reset request | table | `RESET#<reset id>`, `RESET` | forgot, reset |
//! | published keys | table | `KEYS`, `KEYS` | every function at init, the job |
//! | circuit breaker of the identity provider | table | `BREAKER#jwks`, `BREAKER` | the job |
//! | answer stored under an idempotency key | table | `IDEM#<scope>`, `IDEM` | logout, forgot, reset |
//!
//! Employees are read through `directory`, by login name (`UNIQ#EMAIL#`, `UNIQ#CODE#`) and by id.
//!
//! # Publishes
//! `user.login`, `user.login_failed`, `user.logout`, `user.session_revoked`, `user.token_reused`, `user.password_changed`,
//! `user.password_reset_requested`.
//!
//! # Consumes
//! `employee.status_changed`, `employee.deleted`, `employee.roles_changed`.
//!
//! # Invariants
//! - An attempt is counted before it is evaluated. Neither the answer nor its cost tells whether a login exists.
//! - One write makes refresh tokens invalid at once: a logout or a revocation marks the session; a new password and
//!   `auth-on-employee` increment the epoch of the credential, which every session records.
//! - A reset works once, and makes every other outstanding reset invalid.
//! - If KMS fails, nothing is changed.
//!
//! # Limits
//! - Access tokens are not looked up. After a logout or a new password, those of the ended sessions stay valid until they expire,
//!   at most 15 minutes. After a change of roles or status they are refused at once, because every function compares their
//!   role version with the directory.
//! - A login has five round trips and eight requests, one more if failed attempts are cleared: count the address; count the
//!   account, and meanwhile look up the name, then person and credential; verify the password; sign and derive; store the
//!   session. A refused login publishes its event after the verification.
//! - A refresh has four round trips and seven requests: verify the MAC; read person, epoch and session; sign and derive; one
//!   conditional write.
#![allow(missing_docs, reason = "names that explain themselves need no doc")]

pub mod api;
pub mod app;
pub mod domain;
pub mod job;
pub mod messages;
pub mod on;
pub mod store;

use jiff::Timestamp;
use kernel::{EmployeeId, Result};

/// Write that hashes and sets a password without checking the password rules, and ends all sessions: for `muster` and
/// for tests. It creates the credential if it is missing.
///
/// # Errors
/// Internal, if the password cannot be hashed.
pub fn unchecked_password_write(id: EmployeeId, password: &str, at: Timestamp) -> Result<::store::Write> {
    let hash = app::new_password::hash_with_new_salt(&domain::password::Password::unchecked(password))?;
    Ok(store::password_write(id, &hash, None, at))
}
