//! Corrections of a day's punches: asked for with a reason, decided by somebody else, and nothing is lost by them. Rule 18.

use jiff::{Timestamp, civil::Date};
use kernel::{Actor, CorrectionId, DepartmentId, EmployeeId, PunchId};
use policy::Person;
use policy::attendance::{Punch, PunchFlag, PunchKind, PunchSource};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::day::ClockState;

/// The `entity_type` of corrections.
pub const ENTITY: &str = "AttendanceCorrection";
/// A day that is longer past is not corrected any more.
pub const DAYS_BACK_MAX: i32 = 62;
/// A correction makes at most so many punches void.
pub const VOID_MAX: usize = 50;
/// A correction adds at most so many punches.
pub const ADD_MAX: usize = 20;

/// Where a correction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionStatus {
    /// Waits for a decision.
    Pending,
    /// The day is corrected.
    Approved,
    /// The day stays as it is.
    Rejected,
}

impl CorrectionStatus {
    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}

/// A punch that a correction brings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Addition {
    /// What was done.
    pub kind: PunchKind,
    /// When, in whole seconds.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Where, in the words of whoever asks.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub location: Option<String>,
    /// What is to be known of it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub flags: Vec<PunchFlag>,
}

/// A correction: the item `CORR#<id>`, `CORRECTION`, and the `new_values` of its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    pub id: CorrectionId,
    pub employee_id: EmployeeId,
    pub date: Date,
    pub reason: String,
    /// Punches that are wrong.
    pub void: Vec<PunchId>,
    /// Punches that are missing.
    pub add: Vec<Addition>,
    /// The day's punches as they were when it was asked for.
    pub original: Vec<Punch>,
    pub status: CorrectionStatus,
    /// Department of the person when it was asked for.
    pub department_id: DepartmentId,
    /// Their manager; moved with them while it is pending.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub manager_id: Option<EmployeeId>,
    pub requested_by: EmployeeId,
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub approved_by: Option<EmployeeId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub approved_at: Option<Timestamp>,
    /// What was said to it.
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

/// Why somebody may not decide about a correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictOfInterest {
    /// It is their own day.
    Subject,
    /// They have asked for it themselves.
    Requester,
}

/// What is to be corrected on which day.
#[derive(Debug, Clone)]
pub struct CorrectionDetails {
    pub date: Date,
    pub reason: String,
    /// Punches that are wrong.
    pub void: Vec<PunchId>,
    /// Punches that are missing.
    pub add: Vec<Addition>,
    /// The day's punches as they are.
    pub original: Vec<Punch>,
}

impl Correction {
    pub fn new(
        id: CorrectionId,
        person: &Person,
        wanted: CorrectionDetails,
        (requested_by, at): (EmployeeId, Timestamp),
    ) -> Self {
        Self {
            id,
            employee_id: person.id,
            date: wanted.date,
            reason: wanted.reason,
            void: wanted.void,
            add: wanted.add,
            original: wanted.original,
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

    /// What stands in the way of a decision by somebody, whatever their role.
    pub fn conflict_of_interest(&self, by: EmployeeId) -> Option<ConflictOfInterest> {
        if by == self.employee_id {
            Some(ConflictOfInterest::Subject)
        } else {
            (by == self.requested_by).then_some(ConflictOfInterest::Requester)
        }
    }

    #[must_use]
    pub fn approved(&self, by: EmployeeId, comments: Option<String>, at: Timestamp) -> Self {
        let yes = (Some(by), Some(at));
        Self {
            status: CorrectionStatus::Approved,
            approved_by: yes.0,
            approved_at: yes.1,
            comments,
            updated_at: at,
            ..self.clone()
        }
    }

    #[must_use]
    pub fn rejected(&self, by: EmployeeId, reason: String, at: Timestamp) -> Self {
        let no = (Some(by), Some(at), Some(reason));
        Self {
            status: CorrectionStatus::Rejected,
            rejected_by: no.0,
            rejected_at: no.1,
            rejected_reason: no.2,
            updated_at: at,
            ..self.clone()
        }
    }

    /// The day's punches with this correction done: what is wrong is void and stays, what is missing is there under these ids.
    /// Answers the punch that is not there to be made void any more, where there is one.
    ///
    /// # Errors
    /// That punch.
    pub fn apply(&self, punches: &[Punch], ids: &[PunchId], zone: &str, at: Timestamp) -> Result<Vec<Punch>, PunchId> {
        let counts = |id: &PunchId| punches.iter().any(|punch| punch.id == *id && punch.is_counted());
        if let Some(gone) = self.void.iter().find(|id| !counts(id)) {
            return Err(*gone);
        }
        let mut after = punches.to_vec();
        for punch in after.iter_mut().filter(|punch| self.void.contains(&punch.id)) {
            punch.voided_by = Some(self.id);
        }
        after.extend(self.add.iter().zip(ids).map(|(addition, id)| self.punch(addition, *id, zone, at)));
        Ok(after)
    }

    fn punch(&self, addition: &Addition, id: PunchId, zone: &str, received_at: Timestamp) -> Punch {
        let (local, offset) = Punch::local_time_and_offset(addition.at, zone);
        Punch {
            id,
            kind: addition.kind,
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

/// Which part of a correction makes nonsense of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SequenceError {
    /// The addition at this place.
    Added(usize),
    /// What is made void at this place.
    Voided(usize),
}

/// A punch in the order of the day, with its place among the additions where it is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct SequencedPunch {
    at: Timestamp,
    kind: PunchKind,
    added: Option<usize>,
    id: Option<PunchId>,
}

/// The steps that cannot be where they stand: in while in, out while out, a break while out.
fn out_of_sequence(mut steps: Vec<SequencedPunch>) -> Vec<SequencedPunch> {
    steps.sort_unstable();
    let mut state = ClockState::Out;
    steps.retain(|step| {
        let (fits, next) = match (step.kind, state) {
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

/// What of a correction makes nonsense of a day: an addition that cannot be where it is put, or anything that puts out of order
/// what was in order before. What was out of order already may stay so: another correction may mend it.
pub fn find_sequence_error(punches: &[Punch], void: &[PunchId], add: &[Addition]) -> Option<SequenceError> {
    let given = |punch: &Punch| SequencedPunch { at: punch.at, kind: punch.kind, added: None, id: Some(punch.id) };
    let before: Vec<SequencedPunch> = punches.iter().filter(|punch| punch.is_counted()).map(given).collect();
    let stays = before.iter().filter(|step| step.id.is_none_or(|id| !void.contains(&id))).copied();
    let added = add.iter().enumerate().map(|(place, one)| SequencedPunch {
        at: one.at,
        kind: one.kind,
        added: Some(place),
        id: None,
    });
    let after = out_of_sequence(stays.chain(added).collect());
    let was_odd = out_of_sequence(before.clone());
    let new = after.into_iter().find(|step| !was_odd.contains(step))?;
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
