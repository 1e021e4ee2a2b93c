//! Identity: who somebody is, how they prove it, and for how long that is believed.
//!
//! # Owns
//! The table `auth`: credentials, sessions, reset requests, counters of tries, and the published keys that every function of
//! Muster verifies tokens with. No token is ever stored: access tokens are signed and refresh and reset tokens derived by keys
//! that never leave KMS.
//!
//! # Access patterns
//! | question | index | key | read by |
//! |---|---|---|---|
//! | how does this person sign in? | table | `CRED#<employee id>`, `CRED` | login, password, reset |
//! | which sessions of this person go on? | table | the same, two attributes | refresh, sessions list |
//! | this session | table | `USER#<employee id>`, `SESS#<session id>` | refresh, logout, sessions delete |
//! | the sessions of this person | table | `USER#<employee id>`, begins with `SESS#` | sessions list |
//! | how often was this tried? | table | `THROTTLE#<rule>#<who>`, `<first second of the window>` | login, password, forgot, reset |
//! | this reset request | table | `RESET#<reset id>`, `RESET` | forgot, reset |
//! | the keys | table | `KEYS`, `KEYS` | every function at init; the job writes |
//! | may the identity provider be called? | table | `BREAKER#jwks`, `BREAKER` | the job |
//! | answer to an idempotency key | table | `IDEM#<scope>`, `IDEM` | logout, forgot, reset |
//!
//! People are read through `directory`, by login name (`UNIQ#EMAIL#`, `UNIQ#CODE#`) and by id.
//!
//! # Publishes
//! `user.login`, `user.login_failed`, `user.logout`, `user.session_revoked`, `user.token_reused`, `user.password_changed`,
//! `user.password_reset_requested`.
//!
//! # Consumes
//! `employee.status_changed`, `employee.deleted`, `employee.roles_changed`.
//!
//! # Invariants
//! - A try is counted before it is judged. Whether a name is known cannot be told from the answer, nor from the work done for it.
//! - Refresh tokens end at once, in one write: a logout or a revocation marks the session; a new password moves the credential's
//!   epoch, which every session names; so does `auth-on-employee`.
//! - A reset works once, and ends every other reset that is under way.
//! - Where KMS fails, nothing was changed.
//!
//! # Limits
//! - Access tokens are not looked up. Those of a session that was ended by a logout or a new password live out their fifteen
//!   minutes at most. Those of a person whose roles or status changed are refused at once: every function compares their role
//!   version with the directory.
//! - A login has five waits and eight requests, one more where failed tries are to be forgotten: count the address, count the account
//!   (meanwhile the name, then person and credential at once), verify, signature and code at once, session. A refused login writes
//!   its event in place of what follows the verdict.
//! - A refresh has four waits and seven requests: check the code; person, epoch and session at once; signature and code at once; one
//!   conditional write.
#![allow(missing_docs, reason = "a definition has a doc where its name does not say everything")]

pub mod api;
pub mod app;
pub mod domain;
pub mod job;
pub mod on;
pub mod store;

use jiff::Timestamp;
use kernel::{EmployeeId, Result};

/// The write that gives somebody a password without asking for it: for the operator's seed and for tests. The rules for
/// passwords are not applied.
///
/// # Errors
/// Internal, when the password cannot be hashed.
pub fn seed_credential(id: EmployeeId, password: &str, at: Timestamp) -> Result<::store::Write> {
    let hash = app::new_password::hash_with_new_salt(&domain::password::Password::for_sign_in(password))?;
    Ok(store::password_write(id, &hash, None, at))
}
