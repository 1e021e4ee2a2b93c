//! Rosters and assignments: who works which shifts on a date.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{AssignmentId, RosterId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A rotation: so many days that come again and again. Its cycle never changes once somebody works it, so that history stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Roster {
    /// Id.
    pub id: RosterId,
    /// As it is shown.
    pub name: String,
    /// A date on which the cycle begins.
    #[schema(value_type = String, format = Date)]
    pub starts_on: Date,
    /// The shifts of each day, by the codes of the attendance policies; none on a rest day. 1 to 56 days of at most 4 shifts.
    pub cycle: Vec<Vec<String>>,
}

/// What an assignment puts somebody to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AssignedWork {
    /// A rotation.
    RosterId(RosterId),
    /// These shifts on each of the days, whatever the roster says; none makes them rest days.
    Shifts(Vec<String>),
}

/// Who works what from when until when; both days included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlannedAssignment)]
pub struct Assignment {
    /// Id.
    pub id: AssignmentId,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day; open when not given. Shifts by themselves always end.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// What.
    pub work: AssignedWork,
}

/// All that one person is assigned to. Rosters never overlap with rosters, nor shifts with shifts; shifts go before rosters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Schedule(pub Vec<Assignment>);

/// Every roster by its id.
#[derive(Debug, Clone, Default)]
pub struct Rosters(pub BTreeMap<RosterId, Roster>);

/// Why an assignment cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssignmentError {
    /// It overlaps with this one.
    Overlaps(Assignment),
    /// It ends before it begins.
    EndsBeforeItBegins,
    /// Shifts by themselves without an end.
    MissingEnd,
}

impl Roster {
    /// The shifts of a date; the cycle goes back before its beginning as it goes on after it.
    pub fn shifts_on(&self, date: Date) -> &[String] {
        let length = i64::try_from(self.cycle.len()).unwrap_or(i64::MAX).max(1);
        let days = date.duration_since(self.starts_on).as_hours() / 24;
        let day = usize::try_from(days.rem_euclid(length)).unwrap_or_default();
        self.cycle.get(day).map_or(&[], Vec::as_slice)
    }
}

impl Assignment {
    /// Whether a day lies in it.
    pub fn covers(&self, date: Date) -> bool {
        self.from <= date && self.to.is_none_or(|to| date <= to)
    }

    /// Whether some day lies in both and both say the same kind of thing: two rosters, or shifts by themselves twice.
    fn overlaps(&self, other: &Self) -> bool {
        matches!(self.work, AssignedWork::Shifts(_)) == matches!(other.work, AssignedWork::Shifts(_))
            && self.to.is_none_or(|to| other.from <= to)
            && other.to.is_none_or(|to| self.from <= to)
    }
}

impl Schedule {
    /// The shifts that somebody is assigned to on a date; nothing where they are assigned to nothing, or to a roster that is not among
    /// these ([`Schedule::unknown`]).
    pub fn shifts_on<'a>(&'a self, rosters: &'a Rosters, date: Date) -> Option<&'a [String]> {
        let rostered = |id| rosters.0.get(&id).map(|roster| roster.shifts_on(date));
        self.shifts(date).or_else(|| self.roster(date).and_then(rostered))
    }

    /// The roster of a date that is not among these: they were read before it was made, and are to be read again. What is derived without it
    /// would be wrong.
    pub fn missing_roster(&self, rosters: &Rosters, date: Date) -> Option<RosterId> {
        let rostered = if self.shifts(date).is_none() { self.roster(date) } else { None };
        rostered.filter(|id| !rosters.0.contains_key(id))
    }

    /// The shifts by themselves of a date.
    fn shifts(&self, date: Date) -> Option<&[String]> {
        self.0.iter().filter(|assignment| assignment.covers(date)).find_map(|assignment| match &assignment.work {
            AssignedWork::Shifts(shifts) => Some(shifts.as_slice()),
            AssignedWork::RosterId(_) => None,
        })
    }

    /// The roster of a date.
    fn roster(&self, date: Date) -> Option<RosterId> {
        self.0.iter().filter(|assignment| assignment.covers(date)).find_map(|assignment| match assignment.work {
            AssignedWork::RosterId(id) => Some(id),
            AssignedWork::Shifts(_) => None,
        })
    }

    /// The same schedule with one more assignment, or with another in place of the one of the same id; in the order of their first days.
    pub fn with(&self, assignment: Assignment) -> Result<Self, AssignmentError> {
        if assignment.to.is_some_and(|to| to < assignment.from) {
            return Err(AssignmentError::EndsBeforeItBegins);
        }
        if assignment.to.is_none() && matches!(assignment.work, AssignedWork::Shifts(_)) {
            return Err(AssignmentError::MissingEnd);
        }
        let mut others = self.without(assignment.id).0;
        if let Some(other) = others.iter().find(|other| other.overlaps(&assignment)) {
            return Err(AssignmentError::Overlaps(other.clone()));
        }
        others.push(assignment);
        others.sort_by_key(|assignment| (assignment.from, assignment.id));
        Ok(Self(others))
    }

    /// The same schedule without an assignment.
    #[must_use]
    pub fn without(&self, id: AssignmentId) -> Self {
        Self(self.0.iter().filter(|assignment| assignment.id != id).cloned().collect())
    }
}
