//! Attendance day: the aggregate of punches, leave and outcome.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{AttendanceId, EmployeeId};
use policy::{
    attendance::{
        ChangedInput, DayLeave, DayOutcome, EmploymentSnapshot, Exception, Punch, PunchKind, in_reading_order,
    },
    leave::Violation,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Builder;

use super::settled_figures::{LeaveByType, SettledFigures, leave_by_type_of};

/// State of an employee by the punches of a day; it decides which live punch is allowed next.
///
/// - `out`: not checked in; a check-in is allowed
/// - `in`: checked in; a check-out or a break start is allowed
/// - `on_break`: on a break; a break end or a check-out is allowed
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// The employee is not checked in.
    Out,
    /// The employee is checked in.
    In,
    /// The employee is on a break.
    OnBreak,
}

impl ClockState {
    /// State after a recorded punch of this kind, whether or not the punch fits the state.
    pub const fn after(self, kind: PunchKind) -> Self {
        match (self, kind) {
            (_, PunchKind::CheckIn) | (Self::OnBreak, PunchKind::BreakEnd) => Self::In,
            (_, PunchKind::CheckOut) => Self::Out,
            (Self::In, PunchKind::BreakStart) => Self::OnBreak,
            (state, PunchKind::BreakStart | PunchKind::BreakEnd) => state,
        }
    }
}

/// Receipt by which a repeated live punch is recognized.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PunchReceipt {
    /// Digest of the caller and the `Idempotency-Key`.
    pub key: String,
    /// Digest of the request body. The same key with a different body is refused.
    #[serde(rename = "asked")]
    pub request_digest: String,
    /// Id of the recorded punch.
    pub punch: kernel::PunchId,
}

/// The item `EMP#<id>`, `DAY#<date>`, and the `new_values` of the events about days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Id; follows from the employee and the date.
    pub id: AttendanceId,
    pub employee_id: EmployeeId,
    /// Date on which its shifts start.
    pub date: Date,
    /// Punches in the order of their arrival.
    #[serde(default)]
    pub punches: Vec<Punch>,
    /// State by the punches; out if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub state: Option<ClockState>,
    /// Time of the last check-in while it has no check-out; absent in state out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub open_since: Option<Timestamp>,
    /// Leave on the day, returned leave included.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub leaves: Vec<DayLeave>,
    /// Employment of the person when the day was first settled.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub home: Option<EmploymentSnapshot>,
    /// Derived figures; absent before the day is settled.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub outcome: Option<DayOutcome>,
    /// Leave by type when the day was settled. Absent if `leaves` has not changed since.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub settled_leave: Option<LeaveByType>,
    /// Figures that the closed month of the day reports; absent if they are those of `outcome`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reported: Option<SettledFigures>,
    /// Policy violations of the day.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub violations: Vec<Violation>,
    /// Exceptions that were announced; each is announced once.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub announced: Vec<Exception>,
    /// Digest of each input of the outcome, to tell what has changed.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub inputs: Vec<(ChangedInput, String)>,
    /// SHA-256 digest of all `inputs`, in hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub inputs_digest: Option<String>,
    /// Time of the first counted check-in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub check_in_time: Option<Timestamp>,
    /// Time of the last counted check-out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub check_out_time: Option<Timestamp>,
    /// Place of the last counted punch that has one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub location: Option<String>,
    /// Minutes late: those of the live check-ins so far, and those of the outcome once the day is settled. Absent if they are 0
    /// or unknown.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub late_minutes: Option<kernel::Minutes>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Receipts of live punches. Technical: never published.
    #[serde(rename = "_once", skip_serializing_if = "Vec::is_empty", default)]
    pub receipts: Vec<PunchReceipt>,
    /// Keys of the receipts, for the condition of the next live punch.
    #[serde(rename = "_once_keys", skip_serializing_if = "Vec::is_empty", default)]
    pub receipt_keys: Vec<String>,
}

/// `entity_type` of a day.
pub const ENTITY: &str = "Attendance";

/// Id of an employee's day, computed from both, so that every writer uses the same one. Ids sort by date.
pub fn day_id(employee: EmployeeId, date: Date) -> AttendanceId {
    let hash = digest(&SHA256, format!("{employee}\n{date}").as_bytes());
    let random: [u8; 10] = hash.as_ref().first_chunk().copied().unwrap_or_default();
    let midnight = date.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp().as_millisecond()).unwrap_or_default();
    AttendanceId::new(
        Builder::from_unix_timestamp_millis(u64::try_from(midnight).unwrap_or_default(), &random).into_uuid(),
    )
}

impl Day {
    /// Day without punches, leave or outcome.
    pub fn new(employee_id: EmployeeId, date: Date, at: Timestamp) -> Self {
        Self {
            id: day_id(employee_id, date),
            employee_id,
            date,
            punches: Vec::new(),
            state: None,
            open_since: None,
            leaves: Vec::new(),
            home: None,
            outcome: None,
            settled_leave: None,
            reported: None,
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
            receipts: Vec::new(),
            receipt_keys: Vec::new(),
        }
    }

    /// Leave by type when the day was settled; the current leave by type of an unsettled day.
    pub fn settled_leave(&self) -> LeaveByType {
        self.settled_leave.clone().unwrap_or_else(|| leave_by_type_of(&self.leaves))
    }

    /// Outcome of the day and its leave when it was settled; empty for an unsettled day.
    pub fn settled_figures(&self) -> SettledFigures {
        let leave = |_: &DayOutcome| self.settled_leave();
        SettledFigures {
            leave_by_type: self.outcome.as_ref().map(leave).unwrap_or_default(),
            outcome: self.outcome.clone(),
        }
    }

    /// Outcome that reports show: the one of the close, if the day changed after its month was closed. `None` for a day
    /// that is not settled, or was settled for the first time after the close.
    pub fn reported_outcome(&self) -> Option<&DayOutcome> {
        self.reported.as_ref().map_or(self.outcome.as_ref(), |reported| reported.outcome.as_ref())
    }

    /// Leave by type that reports show, like [`Self::reported_outcome`].
    pub fn reported_leave(&self) -> LeaveByType {
        self.reported.as_ref().map_or_else(|| self.settled_leave(), |reported| reported.leave_by_type.clone())
    }

    /// The same day with these leaves. A settled day keeps the leave by type of its settlement.
    #[must_use]
    pub fn with_leaves(&self, leaves: Vec<DayLeave>, at: Timestamp) -> Self {
        let settled_leave = self.outcome.as_ref().map(|_| self.settled_leave());
        Self { leaves, settled_leave, updated_at: at, ..self.clone() }
    }

    /// The same day with these punches. Its state, check-in and check-out times and place follow from those that count,
    /// by their recorded kinds and flags.
    #[must_use]
    pub fn with_punches(&self, punches: Vec<Punch>, at: Timestamp) -> Self {
        let counting = in_reading_order(&punches);
        let (state, open_since) = clock_state(&counting);
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

/// State after punches in the order of reading, and the time of the last check-in if no check-out follows.
pub fn clock_state(counting: &[&Punch]) -> (ClockState, Option<Timestamp>) {
    counting.iter().fold((ClockState::Out, None), |(state, open_since), punch| {
        let open_since = match punch.kind {
            PunchKind::CheckIn => Some(punch.at),
            PunchKind::CheckOut => None,
            PunchKind::BreakStart | PunchKind::BreakEnd => open_since,
        };
        (state.after(punch.kind), open_since)
    })
}
