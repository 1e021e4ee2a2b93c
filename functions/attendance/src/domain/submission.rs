//! Result of a submitted punch: accepted, duplicate, or refused with a reason.

use kernel::Message;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Result of a submitted punch.
///
/// - `accepted`: the punch was recorded
/// - `duplicate`: the same punch was recorded before
/// - `refused`: the punch was refused; its code gives the reason
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubmissionStatus {
    /// The punch was recorded.
    Accepted,
    /// The same punch was recorded before.
    Duplicate,
    /// The punch was refused; its code gives the reason.
    Refused,
}

/// Reason why a submitted punch was refused, or a warning about an accepted one.
///
/// - `in_the_future`: the time is ahead of the server's clock
/// - `too_old`: the time is too long ago to be submitted
/// - `before_hire`: the shift day of the punch is before the hire date
/// - `terminated`: the shift day of the punch is after the last day of the employment
/// - `too_many_punches`: the day has the maximum number of punches
/// - `outside_fence`: the position is outside every fence of the site
/// - `no_position`: the site requires a position
/// - `inaccurate_position`: the position is not accurate enough for the site's fences
/// - `unknown_employee`: no employee has the code of the row
/// - `bad_time`: the time of the row cannot be read, or the clocks skip it
/// - `ambiguous_time`: the clocks show the time of the row twice
/// - `unknown_kind`: the kind of the row is not allowed
/// - `missing_column`: the row lacks a required value
/// - `bad_text`: a value of the row is too long or has control characters
/// - `broken_row`: the row is not valid CSV
/// - `unavailable`: the punch could not be stored; submit it again
/// - `busy`: other requests changed the same day; submit the punch again
/// - `outside_window`: warning; the punch was accepted outside every shift window
/// - `repeated`: warning; the punch was accepted and repeats a tap, of which another punch counts
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubmissionCode {
    /// The time is ahead of the server's clock.
    InTheFuture,
    /// The time is too long ago to be submitted.
    TooOld,
    /// The shift day of the punch is before the hire date.
    BeforeHire,
    /// The shift day of the punch is after the last day of the employment.
    Terminated,
    /// The day has the maximum number of punches.
    TooManyPunches,
    /// The position is outside every fence of the site.
    OutsideFence,
    /// The site requires a position.
    NoPosition,
    /// The position is not accurate enough for the site's fences.
    InaccuratePosition,
    /// No employee has the code of the row.
    UnknownEmployee,
    /// The time of the row cannot be read, or the clocks skip it.
    BadTime,
    /// The clocks show the time of the row twice.
    AmbiguousTime,
    /// The kind of the row is not allowed.
    UnknownKind,
    /// The row lacks a required value.
    MissingColumn,
    /// A value of the row is too long or has control characters.
    BadText,
    /// The row is not valid CSV.
    BrokenRow,
    /// The punch could not be stored; submit it again.
    Unavailable,
    /// Other requests changed the same day; submit the punch again.
    Busy,
    /// Warning: the punch was accepted outside every shift window.
    OutsideWindow,
    /// Warning: the punch was accepted and repeats a tap, of which another punch counts.
    Repeated,
}

impl SubmissionCode {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InTheFuture => "in_the_future",
            Self::TooOld => "too_old",
            Self::BeforeHire => "before_hire",
            Self::Terminated => "terminated",
            Self::TooManyPunches => "too_many_punches",
            Self::OutsideFence => "outside_fence",
            Self::NoPosition => "no_position",
            Self::InaccuratePosition => "inaccurate_position",
            Self::UnknownEmployee => "unknown_employee",
            Self::BadTime => "bad_time",
            Self::AmbiguousTime => "ambiguous_time",
            Self::UnknownKind => "unknown_kind",
            Self::MissingColumn => "missing_column",
            Self::BadText => "bad_text",
            Self::BrokenRow => "broken_row",
            Self::Unavailable => "unavailable",
            Self::Busy => "busy",
            Self::OutsideWindow => "outside_window",
            Self::Repeated => "repeated",
        }
    }
}

/// Reason why a submitted punch is refused, with its code and its explanation for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PunchError {
    pub code: SubmissionCode,
    pub detail: Message,
}

impl PunchError {
    pub fn new(code: SubmissionCode, detail: Message) -> Self {
        Self { code, detail }
    }
}
