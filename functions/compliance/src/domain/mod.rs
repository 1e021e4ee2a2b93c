//! Rules for stored policies, calendars, violations and trainings: pure functions without database or clock.

pub mod calendar;
pub mod hours;
pub mod ics;
pub mod policies;
pub mod training;
pub mod violation;

use kernel::{Error, FieldError};

/// 422 `invalid` with all field errors.
pub fn invalid_error(faults: Vec<FieldError>) -> Error {
    let invalid = Error::invalid_values();
    faults.into_iter().fold(invalid, |error, fault| error.with_field(fault.pointer, fault.code, fault.detail))
}
