//! A person's day: the aggregate that punches, leave and what came of it are kept in.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{AttendanceId, EmployeeId};
use policy::{
    attendance::{ChangedInput, DayLeave, DayOutcome, EmploymentSnapshot, Exception, Punch, PunchKind},
    leave::Violation,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Builder;

/// Where somebody stands by the punches of a day: what the next live punch is written under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// Has not come, or has gone.
    Out,
    /// Works.
    In,
    /// Takes a break.
    OnBreak,
}

/// What a live punch is recognised by when it comes again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PunchReceipt {
    /// Digest of caller and `Idempotency-Key`.
    pub key: String,
    /// Digest of what was asked: the same key for something else is refused.
    #[serde(rename = "asked")]
    pub request_digest: String,
    /// The punch that came of it.
    pub punch: kernel::PunchId,
}

/// The item `EMP#<id>`, `DAY#<date>`: the `new_values` of this service's events about days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Id: follows from the person and the date.
    pub id: AttendanceId,
    pub employee_id: EmployeeId,
    /// The date on which its shifts begin.
    pub date: Date,
    /// Every punch, in the order in which they came.
    #[serde(default)]
    pub punches: Vec<Punch>,
    /// Where the person stands by them; out when there are none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub state: Option<ClockState>,
    /// Since when they are in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub open_since: Option<Timestamp>,
    /// Leave on the day.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub leaves: Vec<DayLeave>,
    /// Where the person stood with the organisation when the day was settled first.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub home: Option<EmploymentSnapshot>,
    /// What came of it, once its window has closed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub outcome: Option<DayOutcome>,
    /// What the compliance engine says to it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub violations: Vec<Violation>,
    /// What was told already: nothing is told twice.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub announced: Vec<Exception>,
    /// What the outcome was derived from, by part.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub inputs: Vec<(ChangedInput, String)>,
    /// Digest of all of that.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub inputs_digest: Option<String>,
    /// The first check-in, for people: what messages and the seed's model call so. Kept by every write of punches.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub check_in_time: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub check_out_time: Option<Timestamp>,
    /// Where the last punch was made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub location: Option<String>,
    /// How late, for people: at the first check-in, then as derived.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub late_minutes: Option<kernel::Minutes>,
    /// When it was first written.
    pub created_at: Timestamp,
    /// When it was last written.
    pub updated_at: Timestamp,
    /// What live punches are recognised by. Technical: never published.
    #[serde(rename = "_once", skip_serializing_if = "Vec::is_empty", default)]
    pub once: Vec<PunchReceipt>,
    /// The keys among them, for the condition of the next live punch.
    #[serde(rename = "_once_keys", skip_serializing_if = "Vec::is_empty", default)]
    pub once_keys: Vec<String>,
}

/// The seed's `entity_type` of a day.
pub const ENTITY: &str = "Attendance";

/// The id of a person's day: the same whoever asks first, and ids sort by date.
pub fn id_of(employee: EmployeeId, date: Date) -> AttendanceId {
    let hash = digest(&SHA256, format!("{employee}\n{date}").as_bytes());
    let random: [u8; 10] = hash.as_ref().first_chunk().copied().unwrap_or_default();
    let midnight = date.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp().as_millisecond()).unwrap_or_default();
    AttendanceId::new(
        Builder::from_unix_timestamp_millis(u64::try_from(midnight).unwrap_or_default(), &random).into_uuid(),
    )
}

impl Day {
    /// A day on which nothing has happened yet.
    pub fn new(employee_id: EmployeeId, date: Date, at: Timestamp) -> Self {
        Self {
            id: id_of(employee_id, date),
            employee_id,
            date,
            punches: Vec::new(),
            state: None,
            open_since: None,
            leaves: Vec::new(),
            home: None,
            outcome: None,
            violations: Vec::new(),
            announced: Vec::new(),
            inputs: Vec::new(),
            inputs_digest: None,
            check_in_time: None,
            check_out_time: None,
            location: None,
            late_minutes: None,
            created_at: at,
            updated_at: at,
            once: Vec::new(),
            once_keys: Vec::new(),
        }
    }

    /// The same day with other punches: state and times follow from them in the order of their instants.
    #[must_use]
    pub fn with_punches(&self, punches: Vec<Punch>, at: Timestamp) -> Self {
        let mut counting: Vec<&Punch> = punches.iter().filter(|punch| punch.is_counted()).collect();
        counting.sort_by_key(|punch| (punch.at, punch.kind, punch.id));
        let (mut state, mut open_since) = (ClockState::Out, None);
        for punch in &counting {
            (state, open_since) = match punch.kind {
                PunchKind::CheckIn => (ClockState::In, Some(punch.at)),
                PunchKind::CheckOut => (ClockState::Out, None),
                PunchKind::BreakStart if state == ClockState::In => (ClockState::OnBreak, open_since),
                PunchKind::BreakEnd if state == ClockState::OnBreak => (ClockState::In, open_since),
                PunchKind::BreakStart | PunchKind::BreakEnd => (state, open_since),
            };
        }
        let of = |kind| move |punch: &&&Punch| punch.kind == kind;
        let check_in_time = counting.iter().find(of(PunchKind::CheckIn)).map(|punch| punch.at);
        let check_out_time = counting.iter().rev().find(of(PunchKind::CheckOut)).map(|punch| punch.at);
        let location = counting.iter().rev().find_map(|punch| punch.location.clone());
        Self {
            punches,
            state: Some(state),
            open_since,
            check_in_time,
            check_out_time,
            location,
            updated_at: at,
            ..self.clone()
        }
    }
}
