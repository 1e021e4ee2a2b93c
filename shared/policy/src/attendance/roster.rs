//! Rosters and shift assignments.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{AssignmentId, RosterId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Shift rotation with a repeating cycle of 1 to 56 days. The cycle cannot change once an employee is assigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Roster {
    /// Id of the roster.
    pub id: RosterId,
    /// Name of the roster for display.
    pub name: String,
    /// Date of the first day of a cycle. The cycle repeats before and after this date.
    #[schema(value_type = String, format = Date)]
    pub starts_on: Date,
    /// Shift codes of each day of the cycle, 1 to 56 days with at most 4 shifts each; an empty day is a rest day.
    #[schema(min_items = 1, max_items = 56)]
    pub cycle: Vec<Vec<String>>,
}

/// Work of an assignment: a roster or explicit shifts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AssignedWork {
    /// Id of the roster that the employee follows.
    RosterId(RosterId),
    /// Codes of the shifts that the employee works on each day of the assignment, in place of a roster; an empty list
    /// makes the days rest days.
    Shifts(Vec<String>),
}

/// Assignment of an employee to a roster or to shifts; both days are included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlannedAssignment)]
pub struct Assignment {
    /// Id of the assignment.
    pub id: AssignmentId,
    /// First day of the assignment.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day of the assignment; open if omitted. Explicit shifts always have a last day.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// Roster or shifts of the assignment.
    pub work: AssignedWork,
}

/// Shift assignments of one person. Two assignments to rosters do not overlap, nor do two of explicit shifts. Explicit
/// shifts take precedence over a roster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Schedule(pub Vec<Assignment>);

/// All rosters by id, deleted ones included.
#[derive(Debug, Clone, Default)]
pub struct Rosters(pub BTreeMap<RosterId, Roster>);

/// Reason why an assignment cannot be added to a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssignmentError {
    /// This assignment of the schedule, of the same kind, overlaps.
    Overlaps(Assignment),
    /// The last day of the new assignment is before its first.
    EndsBeforeItBegins,
    /// Explicit shifts need a last day.
    MissingEnd,
}

impl Roster {
    /// Shift codes of a date; empty on a rest day. The cycle repeats before and after `starts_on`.
    pub fn shift_codes_on(&self, date: Date) -> &[String] {
        self.cycle.get(directory::position_in_cycle(self.starts_on, self.cycle.len(), date)).map_or(&[], Vec::as_slice)
    }
}

impl Assignment {
    /// Whether the assignment covers the date.
    pub fn covers(&self, date: Date) -> bool {
        self.from <= date && self.to.is_none_or(|to| date <= to)
    }

    /// Whether two assignments are of the same kind and have a date in common; false for a roster and explicit shifts.
    fn overlaps(&self, other: &Self) -> bool {
        matches!(self.work, AssignedWork::Shifts(_)) == matches!(other.work, AssignedWork::Shifts(_))
            && self.to.is_none_or(|to| other.from <= to)
            && other.to.is_none_or(|to| self.from <= to)
    }
}

impl Schedule {
    /// Shift codes of a date; empty on a rest day. None without an assignment, or if its roster is missing
    /// ([`Schedule::missing_roster`]).
    pub fn shift_codes_on<'a>(&'a self, rosters: &'a Rosters, date: Date) -> Option<&'a [String]> {
        let rostered = |id| rosters.0.get(&id).map(|roster| roster.shift_codes_on(date));
        self.explicit_shifts_on(date).or_else(|| self.roster_id_on(date).and_then(rostered))
    }

    /// Roster of a date that is not in `rosters`, because they were read before it was created. The caller must read
    /// them again.
    pub fn missing_roster(&self, rosters: &Rosters, date: Date) -> Option<RosterId> {
        let rostered = if self.explicit_shifts_on(date).is_none() { self.roster_id_on(date) } else { None };
        rostered.filter(|id| !rosters.0.contains_key(id))
    }

    /// Whether an assignment names a roster that is not in `rosters`.
    pub fn names_unknown_roster(&self, rosters: &Rosters) -> bool {
        self.0.iter().any(|assignment| match assignment.work {
            AssignedWork::RosterId(id) => !rosters.0.contains_key(&id),
            AssignedWork::Shifts(_) => false,
        })
    }

    fn explicit_shifts_on(&self, date: Date) -> Option<&[String]> {
        self.0.iter().filter(|assignment| assignment.covers(date)).find_map(|assignment| match &assignment.work {
            AssignedWork::Shifts(shifts) => Some(shifts.as_slice()),
            AssignedWork::RosterId(_) => None,
        })
    }

    fn roster_id_on(&self, date: Date) -> Option<RosterId> {
        self.0.iter().filter(|assignment| assignment.covers(date)).find_map(|assignment| match assignment.work {
            AssignedWork::RosterId(id) => Some(id),
            AssignedWork::Shifts(_) => None,
        })
    }

    /// The schedule with an assignment added, or replaced if the id exists. Assignments are ordered by first day.
    ///
    /// # Errors
    /// [`AssignmentError`] when the dates are invalid or another assignment of the same kind overlaps.
    pub fn with_assignment(&self, assignment: Assignment) -> Result<Self, AssignmentError> {
        if assignment.to.is_some_and(|to| to < assignment.from) {
            return Err(AssignmentError::EndsBeforeItBegins);
        }
        if assignment.to.is_none() && matches!(assignment.work, AssignedWork::Shifts(_)) {
            return Err(AssignmentError::MissingEnd);
        }
        let mut others = self.without_assignment(assignment.id).0;
        if let Some(other) = others.iter().find(|other| other.overlaps(&assignment)) {
            return Err(AssignmentError::Overlaps(other.clone()));
        }
        others.push(assignment);
        others.sort_by_key(|assignment| (assignment.from, assignment.id));
        Ok(Self(others))
    }

    /// The schedule without an assignment; the same schedule if the id is unknown.
    #[must_use]
    pub fn without_assignment(&self, id: AssignmentId) -> Self {
        Self(self.0.iter().filter(|assignment| assignment.id != id).cloned().collect())
    }
}
