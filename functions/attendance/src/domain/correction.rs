//! Corrections of a day's punches: requested with a reason and decided by someone else; voided punches stay. See rule
//! 18 (docs/rules.md).

use jiff::{Timestamp, civil::Date};
use kernel::{Actor, CorrectionId, DepartmentId, EmployeeId, PunchId};
use policy::Person;
use policy::attendance::{Punch, PunchFlag, PunchKind, PunchSource};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::day::ClockState;

/// The `entity_type` of corrections.
pub const ENTITY: &str = "AttendanceCorrection";
/// Maximum age of a corrected day, in days.
pub const DAYS_BACK_MAX: i32 = 62;
/// Maximum punches that one correction voids.
pub const VOID_MAX: usize = 50;
/// Maximum punches that one correction adds.
pub const ADD_MAX: usize = 20;

/// Status of an attendance correction.
///
/// - `pending`: waits for a decision
/// - `approved`: approved and applied to the day
/// - `rejected`: rejected; the day did not change
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionStatus {
    /// The correction waits for a decision.
    Pending,
    /// The correction was approved and applied to the day.
    Approved,
    /// The correction was rejected; the day did not change.
    Rejected,
}

impl CorrectionStatus {
    /// Text of the status in the API and in keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}

/// Missing punch that a correction adds to the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Addition {
    /// Kind of the punch: check-in, check-out, break start or break end.
    pub kind: PunchKind,
    /// Time of the punch, in whole seconds.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Place of the punch as text; absent if none was given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub location: Option<String>,
    /// Remarks on the punch; absent if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub flags: Vec<PunchFlag>,
}

/// Correction: the item `CORR#<id>`, `CORRECTION`, and the `new_values` of its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    pub id: CorrectionId,
    pub employee_id: EmployeeId,
    pub date: Date,
    pub reason: String,
    /// Wrong punches that the correction voids.
    pub void: Vec<PunchId>,
    /// Missing punches that the correction adds.
    pub add: Vec<Addition>,
    /// Punches of the day at the time of the request.
    pub original: Vec<Punch>,
    pub status: CorrectionStatus,
    /// Department of the employee; follows the employee while pending.
    pub department_id: DepartmentId,
    /// Manager of the employee; follows the employee while pending.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub manager_id: Option<EmployeeId>,
    pub requested_by: EmployeeId,
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub approved_by: Option<EmployeeId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub approved_at: Option<Timestamp>,
    /// Comment of the approver.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub comments: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rejected_by: Option<EmployeeId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rejected_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rejected_reason: Option<String>,
    pub updated_at: Timestamp,
}

/// Reason why a person may not decide a correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictOfInterest {
    /// The correction is of the person's own day.
    Subject,
    /// The person requested the correction.
    Requester,
}

/// Date, reason and punches of a requested correction.
#[derive(Debug, Clone)]
pub struct CorrectionDetails {
    pub date: Date,
    pub reason: String,
    /// Wrong punches that the correction voids.
    pub void: Vec<PunchId>,
    /// Missing punches that the correction adds.
    pub add: Vec<Addition>,
    /// Punches of the day at the time of the request.
    pub original: Vec<Punch>,
}

impl Correction {
    /// Pending correction of a person's day.
    pub fn new(
        id: CorrectionId,
        person: &Person,
        details: CorrectionDetails,
        (requested_by, at): (EmployeeId, Timestamp),
    ) -> Self {
        Self {
            id,
            employee_id: person.id,
            date: details.date,
            reason: details.reason,
            void: details.void,
            add: details.add,
            original: details.original,
            status: CorrectionStatus::Pending,
            department_id: person.department_id,
            manager_id: person.manager_id,
            requested_by,
            created_at: at,
            approved_by: None,
            approved_at: None,
            comments: None,
            rejected_by: None,
            rejected_at: None,
            rejected_reason: None,
            updated_at: at,
        }
    }

    /// Reason why this person may not decide the correction, whatever their role; `None` if there is none.
    pub fn conflict_of_interest(&self, by: EmployeeId) -> Option<ConflictOfInterest> {
        if by == self.employee_id {
            Some(ConflictOfInterest::Subject)
        } else {
            (by == self.requested_by).then_some(ConflictOfInterest::Requester)
        }
    }

    /// The correction, approved. The day is changed by [`Correction::apply`].
    #[must_use]
    pub fn approved(&self, by: EmployeeId, comments: Option<String>, at: Timestamp) -> Self {
        Self {
            status: CorrectionStatus::Approved,
            approved_by: Some(by),
            approved_at: Some(at),
            comments,
            updated_at: at,
            ..self.clone()
        }
    }

    /// The correction, rejected.
    #[must_use]
    pub fn rejected(&self, by: EmployeeId, reason: String, at: Timestamp) -> Self {
        Self {
            status: CorrectionStatus::Rejected,
            rejected_by: Some(by),
            rejected_at: Some(at),
            rejected_reason: Some(reason),
            updated_at: at,
            ..self.clone()
        }
    }

    /// Punches of the day after the correction. `ids` become the ids of the added punches.
    ///
    /// # Errors
    /// The id of a punch to be voided that is missing or voided already.
    pub fn apply(&self, punches: &[Punch], ids: &[PunchId], zone: &str, at: Timestamp) -> Result<Vec<Punch>, PunchId> {
        let counts = |id: &PunchId| punches.iter().any(|punch| punch.id == *id && punch.is_counted());
        if let Some(uncounted) = self.void.iter().find(|id| !counts(id)) {
            return Err(*uncounted);
        }
        let mut after = punches.to_vec();
        for punch in after.iter_mut().filter(|punch| self.void.contains(&punch.id)) {
            punch.voided_by = Some(self.id);
        }
        after.extend(self.add.iter().zip(ids).map(|(addition, id)| self.added_punch(addition, *id, zone, at)));
        Ok(after)
    }

    fn added_punch(&self, addition: &Addition, id: PunchId, zone: &str, received_at: Timestamp) -> Punch {
        let (local, offset) = Punch::local_time_and_offset(addition.at, zone);
        Punch {
            id,
            kind: addition.kind,
            kind_inferred: false,
            at: addition.at,
            zone: zone.to_owned(),
            local,
            offset,
            location: addition.location.clone(),
            device: None,
            position: None,
            source: PunchSource::Correction,
            captured_at: None,
            received_at,
            by: Actor::Person(self.requested_by),
            reason: Some(self.reason.clone()),
            flags: addition.flags.clone(),
            late_minutes: None,
            voided_by: None,
            correction_id: Some(self.id),
        }
    }
}

/// Part of a correction that puts punches out of order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SequenceError {
    /// The added punch with this index.
    Added(usize),
    /// The voided punch with this index.
    Voided(usize),
}

/// Punch in the order of the day: `added` is the index of an added one, `id` is that of an existing one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct SequencedPunch {
    at: Timestamp,
    kind: PunchKind,
    /// Whether the kind was not told, so that it fits any state.
    kind_inferred: bool,
    added: Option<usize>,
    id: Option<PunchId>,
}

/// Punches that do not fit the state before them: a check-in unless out, a check-out while out, a break start unless
/// in, a break end unless on a break.
fn out_of_sequence(mut steps: Vec<SequencedPunch>) -> Vec<SequencedPunch> {
    steps.sort_unstable();
    let mut state = ClockState::Out;
    steps.retain(|step| {
        let kind = match (step.kind_inferred, state) {
            (false, _) => step.kind,
            (true, ClockState::Out) => PunchKind::CheckIn,
            (true, ClockState::In | ClockState::OnBreak) => PunchKind::CheckOut,
        };
        let (fits, next) = match (kind, state) {
            (PunchKind::CheckIn, ClockState::Out) => (true, ClockState::In),
            (PunchKind::CheckIn, other) => (false, other),
            (PunchKind::CheckOut, now) => (now != ClockState::Out, ClockState::Out),
            (PunchKind::BreakStart, now) => {
                (now == ClockState::In, if now == ClockState::In { ClockState::OnBreak } else { now })
            }
            (PunchKind::BreakEnd, now) => {
                (now == ClockState::OnBreak, if now == ClockState::OnBreak { ClockState::In } else { now })
            }
        };
        state = next;
        !fits
    });
    steps
}

/// First part of a correction that puts a punch out of order. A punch that was out of order before may stay so; a
/// further correction may repair it.
pub fn find_sequence_error(punches: &[Punch], void: &[PunchId], add: &[Addition]) -> Option<SequenceError> {
    let given = |punch: &Punch| SequencedPunch {
        at: punch.at,
        kind: punch.kind,
        kind_inferred: punch.kind_inferred,
        added: None,
        id: Some(punch.id),
    };
    let counted = punches.iter().filter(|punch| punch.is_counted() && !punch.is_repeated());
    let before: Vec<SequencedPunch> = counted.map(given).collect();
    let stays = before.iter().filter(|step| step.id.is_none_or(|id| !void.contains(&id))).copied();
    let added = add.iter().enumerate().map(|(place, one)| SequencedPunch {
        at: one.at,
        kind: one.kind,
        kind_inferred: false,
        added: Some(place),
        id: None,
    });
    let after = out_of_sequence(stays.chain(added).collect());
    let out_before = out_of_sequence(before.clone());
    let new = after.into_iter().find(|step| !out_before.contains(step))?;
    if let Some(place) = new.added {
        return Some(SequenceError::Added(place));
    }
    let last_added = add.iter().enumerate().filter(|(_, one)| one.at <= new.at).max_by_key(|(_, one)| one.at);
    if let Some((place, _)) = last_added {
        return Some(SequenceError::Added(place));
    }
    let at_of = |id: &PunchId| before.iter().find(|step| step.id == Some(*id)).map(|step| step.at);
    let voided = void.iter().enumerate().filter_map(|(place, id)| Some((place, at_of(id)?)));
    voided.filter(|(_, at)| *at <= new.at).max_by_key(|(_, at)| *at).map(|(place, _)| SequenceError::Voided(place))
}

#[cfg(test)]
#[path = "correction_tests.rs"]
mod tests;
