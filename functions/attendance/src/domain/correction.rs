//! Corrections of a day's punches: requested with a reason and decided by someone else; voided punches stay. See rule
//! 18 (docs/rules.md).

use jiff::{Timestamp, civil::Date};
use kernel::{Actor, CorrectionId, DepartmentId, EmployeeId, PunchId};
use policy::Person;
use policy::attendance::{Punch, PunchFlag, PunchKind, PunchSource, in_reading_order, with_read_kinds};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    day::ClockState,
    punch_rules::{WORK_SPAN_MAX, allowed_states},
};

/// The `entity_type` of corrections.
pub const ENTITY: &str = "AttendanceCorrection";
/// Maximum age in days of a day for which a correction is requested. It may be approved later.
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
    /// Department of the employee; the current one while pending, later the one at the decision.
    pub department_id: DepartmentId,
    /// Manager of the employee; the current one while pending, later the one at the decision. Absent without a manager.
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

    /// The correction, approved, whatever its status was. The day is changed by [`Correction::apply`].
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

    /// The correction, rejected, whatever its status was.
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

    /// Time of the earliest punch that the correction voids or adds; `punches` are those of the day. [`Timestamp::MAX`] without
    /// such a punch.
    pub fn first_instant(&self, punches: &[Punch]) -> Timestamp {
        let voided = punches.iter().filter(|punch| self.void.contains(&punch.id)).map(|punch| punch.at);
        voided.chain(self.add.iter().map(|addition| addition.at)).min().unwrap_or(Timestamp::MAX)
    }

    /// Punches of the day after the correction, whose status is not checked. `ids` become the ids of the added punches, one
    /// for each; `zone` is the time zone of the day, and `at` the time at which they were received.
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

/// Added or voided punch by which a change of a day is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangedPunch {
    /// The added punch with this id.
    Added(PunchId),
    /// The voided punch with this id.
    Voided(PunchId),
}

/// Punches of a day that count, in the order of reading and with their inferred kinds; without voided and repeated ones.
fn read_punches(punches: &[Punch], debounce_seconds: u16) -> Vec<Punch> {
    let read = with_read_kinds(punches.to_vec(), debounce_seconds);
    in_reading_order(&read).into_iter().cloned().collect()
}

/// Punches that do not fit the state before them: a check-in unless out, a check-out while out, a break start unless
/// in, a break end unless on a break.
fn out_of_sequence(punches: &[Punch], debounce_seconds: u16) -> Vec<Punch> {
    let mut state = ClockState::Out;
    let mut read = read_punches(punches, debounce_seconds);
    read.retain(|punch| {
        let fits = allowed_states(punch.kind).contains(&state);
        state = state.after(punch.kind);
        !fits
    });
    read
}

/// Added or voided punch of a change that puts a punch of the day out of order; `None` if there is none. A punch that was
/// out of order before may stay so; a further correction may repair it. Repeated taps are read as the policy says, before and
/// after the change.
pub fn find_sequence_error(before: &[Punch], after: &[Punch], debounce_seconds: u16) -> Option<ChangedPunch> {
    let out_before = out_of_sequence(before, debounce_seconds);
    let out_after = out_of_sequence(after, debounce_seconds);
    let new = out_after.iter().find(|punch| out_before.iter().all(|known| known.id != punch.id))?;
    let counted = |punches: &[Punch], id: PunchId| punches.iter().any(|punch| punch.id == id && punch.is_counted());
    let added = after.iter().filter(|punch| punch.is_counted() && !counted(before, punch.id));
    let voided = before.iter().filter(|punch| punch.is_counted() && !counted(after, punch.id));
    let nearest = |changed: Vec<&Punch>| {
        let earlier = changed.iter().filter(|punch| punch.at <= new.at).max_by_key(|punch| punch.at);
        earlier.map(|punch| punch.id)
    };
    let (added, voided): (Vec<&Punch>, Vec<&Punch>) = (added.collect(), voided.collect());
    if added.iter().any(|punch| punch.id == new.id) {
        return Some(ChangedPunch::Added(new.id));
    }
    // A later punch may change the kind of an earlier one whose kind was not told.
    let later = added.first().map(|punch| ChangedPunch::Added(punch.id));
    let later = later.or_else(|| voided.first().map(|punch| ChangedPunch::Voided(punch.id)));
    nearest(added).map(ChangedPunch::Added).or_else(|| nearest(voided).map(ChangedPunch::Voided)).or(later)
}

/// Added punch by which a check-out or break of the day is more than 36 hours after its check-in; `None` if no added punch
/// causes that.
pub fn find_long_work(before: &[Punch], after: &[Punch], debounce_seconds: u16) -> Option<PunchId> {
    let is_added = |punch: &&Punch| before.iter().all(|known| known.id != punch.id);
    let read = read_punches(after, debounce_seconds);
    let mut check_in = None;
    read.iter()
        .find_map(|punch| match punch.kind {
            PunchKind::CheckIn => {
                check_in = Some(punch);
                None
            }
            PunchKind::CheckOut | PunchKind::BreakStart | PunchKind::BreakEnd => {
                let begun = if punch.kind == PunchKind::CheckOut { check_in.take() } else { check_in }?;
                let is_long = punch.at.duration_since(begun.at) > WORK_SPAN_MAX;
                Some(punch).filter(|_| is_long).filter(is_added).or(Some(begun).filter(|_| is_long).filter(is_added))
            }
        })
        .map(|punch| punch.id)
}

#[cfg(test)]
#[path = "correction_tests.rs"]
mod tests;
