//! The rules of policies, calendars, violations and trainings as records: pure functions, no database, no clock.

pub mod calendar;
pub mod hours;
pub mod ics;
pub mod policies;
pub mod training;
pub mod violation;

use kernel::{Code, Error, FieldError};

/// 422 with every fault at its place.
pub fn invalid_error(faults: Vec<FieldError>) -> Error {
    let invalid = Error::new(Code::Invalid, "The request breaks a rule.");
    faults.into_iter().fold(invalid, |error, fault| error.with_field(fault.pointer, fault.code, fault.detail))
}
