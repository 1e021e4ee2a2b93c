//! What is shown of a simulation: the days that would differ, people in sums, and the sums of all.

use jiff::civil::Date;
use kernel::{EmployeeId, Minutes};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    member::Member,
    run_result::DayResult,
    simulation::{EmployeeSimulation, SimulatedDay},
};

/// By how much figures would be more; less when negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct SimulationDeltas {
    /// Recorded days that were looked at.
    pub days: usize,
    /// Those of them that would differ.
    pub days_changed: usize,
    /// Those of them with another status.
    pub status_changed: usize,
    /// Worked.
    pub worked_minutes: Minutes,
    /// Late.
    pub late_minutes: Minutes,
    /// Overtime that counts.
    pub overtime_minutes: Minutes,
}

impl SimulationDeltas {
    fn of<'a>(days: impl Iterator<Item = &'a SimulatedDay>) -> Self {
        days.fold(Self::default(), |sums, day| Self {
            days: sums.days + 1,
            days_changed: sums.days_changed + usize::from(day.differs()),
            status_changed: sums.status_changed + usize::from(day.old.status != day.new.status),
            worked_minutes: sums.worked_minutes + day.change(|result| result.worked_minutes),
            late_minutes: sums.late_minutes + day.change(|result| result.late_minutes),
            overtime_minutes: sums.overtime_minutes + day.change(|result| result.overtime_minutes),
        })
    }
}

/// A day that would differ.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SimulatedDayView {
    /// Whose.
    pub employee_id: EmployeeId,
    /// Which.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// What came of it.
    pub old: DayResult,
    /// What would have come of it.
    pub new: DayResult,
}

/// Somebody's days in sums.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SimulatedPersonView {
    /// Who.
    pub employee_id: EmployeeId,
    /// By how much their figures would be more.
    #[serde(flatten)]
    pub changes: SimulationDeltas,
}

/// A shift that rosters or assignments name and the draft does not know.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnknownShiftView {
    /// The code.
    pub code: String,
    /// On so many of the days.
    pub days: u32,
}

/// What a draft would have made of recorded days.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttendanceSimulationView {
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// The days that would differ, person by person, in order.
    pub items: Vec<SimulatedDayView>,
    /// Everybody in this answer with a recorded day.
    pub people: Vec<SimulatedPersonView>,
    /// Sums over this answer.
    pub totals: SimulationDeltas,
    /// Shifts that people were put to and the draft does not know.
    pub unknown_shifts: Vec<UnknownShiftView>,
    /// Send it back as `cursor` to go on; absent when everybody was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl AttendanceSimulationView {
    /// One answer.
    pub(crate) fn of(
        (from, to): (Date, Date),
        replays: &[(Member, EmployeeSimulation)],
        next_cursor: Option<String>,
    ) -> Self {
        let mut unknown: std::collections::BTreeMap<&str, u32> = std::collections::BTreeMap::new();
        for (code, days) in replays.iter().flat_map(|(_, replay)| &replay.unknown_shifts) {
            let all = unknown.entry(code).or_default();
            *all = all.saturating_add(*days);
        }
        let recorded = || replays.iter().filter(|(_, replay)| !replay.days.is_empty());
        Self {
            from,
            to,
            items: recorded().flat_map(|(member, replay)| differing(member, replay)).collect(),
            people: recorded().map(person).collect(),
            totals: SimulationDeltas::of(replays.iter().flat_map(|(_, replay)| &replay.days)),
            unknown_shifts: unknown
                .into_iter()
                .map(|(code, days)| UnknownShiftView { code: code.to_owned(), days })
                .collect(),
            next_cursor,
        }
    }
}

fn person((member, replay): &(Member, EmployeeSimulation)) -> SimulatedPersonView {
    SimulatedPersonView { employee_id: member.person.id, changes: SimulationDeltas::of(replay.days.iter()) }
}

fn differing(member: &Member, replay: &EmployeeSimulation) -> impl Iterator<Item = SimulatedDayView> {
    let employee_id = member.person.id;
    let differ = replay.days.iter().filter(|day| day.differs());
    differ.map(move |day| SimulatedDayView { employee_id, date: day.date, old: day.old, new: day.new })
}
