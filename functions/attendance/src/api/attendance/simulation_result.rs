//! Result of a simulation: changed days, and totals by person and in all.

use jiff::civil::Date;
use kernel::{EmployeeId, Minutes};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    member::Member,
    run_result::DayResult,
    simulation::{EmployeeSimulation, SimulatedDay},
};

/// Differences between the recorded and the simulated figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct SimulationDeltas {
    /// Number of settled days that were simulated.
    pub days: usize,
    /// Number of simulated days whose figures would change.
    pub days_changed: usize,
    /// Number of simulated days whose status would change.
    pub status_changed: usize,
    /// Worked minutes by the draft less the recorded ones, over all simulated days; negative when the draft counts
    /// less.
    pub worked_minutes: Minutes,
    /// Late minutes by the draft less the recorded ones, over all simulated days; negative when the draft counts less.
    pub late_minutes: Minutes,
    /// Overtime minutes that count by the draft less the recorded ones, over all simulated days; negative when the
    /// draft counts less.
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

/// Day whose figures the draft would change.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SimulatedDayView {
    /// Id of the employee.
    pub employee_id: EmployeeId,
    /// Date of the attendance day.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Result of the day as it is recorded.
    pub old: DayResult,
    /// Result of the day by the draft.
    pub new: DayResult,
}

/// Differences between the recorded and the simulated figures of one employee.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SimulatedPersonView {
    /// Id of the employee.
    pub employee_id: EmployeeId,
    /// Differences of the employee's figures.
    #[serde(flatten)]
    pub changes: SimulationDeltas,
}

/// Planned shift that the draft does not define.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnknownShiftView {
    /// Code of the shift in rosters or assignments.
    pub code: String,
    /// Number of simulated days with the shift.
    pub days: u32,
}

/// Result of an attendance simulation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttendanceSimulationView {
    /// First day of the simulation.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day of the simulation.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Days that would change, by employee and date.
    pub items: Vec<SimulatedDayView>,
    /// Differences by employee, for the employees of this page with settled days.
    pub people: Vec<SimulatedPersonView>,
    /// Differences of all employees of this page.
    pub totals: SimulationDeltas,
    /// Planned shifts of these employees that the draft does not define.
    pub unknown_shifts: Vec<UnknownShiftView>,
    /// Opaque cursor of the next page; absent on the last page. Send it as `cursor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl AttendanceSimulationView {
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
            items: recorded().flat_map(|(member, replay)| differing_days(member, replay)).collect(),
            people: recorded().map(person_view).collect(),
            totals: SimulationDeltas::of(replays.iter().flat_map(|(_, replay)| &replay.days)),
            unknown_shifts: unknown
                .into_iter()
                .map(|(code, days)| UnknownShiftView { code: code.to_owned(), days })
                .collect(),
            next_cursor,
        }
    }
}

fn person_view((member, replay): &(Member, EmployeeSimulation)) -> SimulatedPersonView {
    SimulatedPersonView { employee_id: member.person.id, changes: SimulationDeltas::of(replay.days.iter()) }
}

fn differing_days(member: &Member, replay: &EmployeeSimulation) -> impl Iterator<Item = SimulatedDayView> {
    let employee_id = member.person.id;
    let differ = replay.days.iter().filter(|day| day.differs());
    differ.map(move |day| SimulatedDayView { employee_id, date: day.date, old: day.old, new: day.new })
}
