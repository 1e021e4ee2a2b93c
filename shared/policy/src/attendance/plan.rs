//! The plan of a day: what was to be worked, and which punches belong to it. Rule 12.
//!
//! The shifts of a date are those that somebody is assigned to: shifts by themselves before the roster's. Who is assigned to nothing works the
//! default shift of the attendance policy on the days that the site's calendar works. Without that either, the standard day is expected on
//! those days, with no hours to be late for. A site without a calendar works Monday to Friday.

use directory::Person;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{DepartmentId, EmployeeId, Minutes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Rosters, Schedule,
    agenda::{DateShifts, DayKind, PlannedShift, midnight},
    windows::{self, PunchWindow},
};
use crate::{Half, Policy, PolicyRef, PolicySet};

/// Where somebody stood with the organisation on a day: kept with the day when it is settled first, so that a later move changes no history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmploymentSnapshot {
    /// Work site.
    pub site: String,
    /// Its IANA zone.
    pub time_zone: String,
    /// Department.
    pub department_id: DepartmentId,
    /// Manager.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub manager_id: Option<EmployeeId>,
    /// Standard day.
    pub day_minutes: Minutes,
    /// Away for longer (status `on_leave`): nothing is expected, and no day is absent.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub on_leave: bool,
}

impl EmploymentSnapshot {
    /// Where a person stands now.
    pub fn of(person: &Person) -> Self {
        Self {
            site: person.site.clone(),
            time_zone: person.time_zone.clone(),
            department_id: person.department_id,
            manager_id: person.manager_id,
            day_minutes: person.contract.day_minutes,
            on_leave: person.status == directory::EmploymentStatus::OnLeave,
        }
    }

    /// A person as they stood here: what policies are chosen by and days are derived for, wherever they have gone since.
    pub fn apply_to(&self, person: &Person) -> Person {
        let status = match (self.on_leave, person.status) {
            (true, _) => directory::EmploymentStatus::OnLeave,
            (false, directory::EmploymentStatus::OnLeave) => directory::EmploymentStatus::Active,
            (false, other) => other,
        };
        Person {
            status,
            site: self.site.clone(),
            time_zone: self.time_zone.clone(),
            department_id: self.department_id,
            manager_id: self.manager_id,
            contract: directory::ContractTerms { day_minutes: self.day_minutes, ..person.contract },
            ..person.clone()
        }
    }
}

/// What is planned for one date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The date on which its shifts begin.
    pub date: Date,
    /// What kind of day it is. A rostered shift on a holiday leaves it a holiday.
    pub kind: DayKind,
    /// Its shifts, in order; none on a free day, and none for somebody without roster and default shift.
    pub shifts: Vec<PlannedShift>,
    /// What is to be worked, breaks taken out, holidays and half holidays considered; leave is not. A roster's shift is expected in full
    /// on half a holiday, too.
    pub expected_minutes: Minutes,
    /// Only this half of the day is worked, by the site's calendar: then it is that half of the default shift, or of the standard day.
    pub worked_half: Option<Half>,
    /// Punches belong to it from here...
    pub opens_at: Timestamp,
    /// ...until before here: rule 12, cut at the earlier shift's end where windows overlap. Of a day without shifts: what of the civil
    /// day no neighbour's window takes.
    pub closes_at: Timestamp,
    /// Shift codes that the attendance policy of the day does not know.
    pub unknown_shifts: Vec<String>,
    /// The attendance policy.
    pub attendance: Option<PolicyRef>,
    /// The overtime policy.
    pub overtime: Option<PolicyRef>,
    /// The version of the site's calendar.
    pub calendar_version: Option<u32>,
}

/// The plans of a date and of its neighbours: what a punch near midnight is placed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurroundingPlans {
    /// Of the day before, the date and the day after, with their windows cut.
    pub plans: [Plan; 3],
    /// Where these civil days begin, and where the last of them ends.
    pub midnights: [Timestamp; 4],
}

/// Plans days: the book, the rosters, and one person's schedule and home.
#[derive(Debug, Clone, Copy)]
pub struct Planner<'a> {
    /// Policies and calendars.
    pub book: &'a PolicySet,
    /// Every roster.
    pub rosters: &'a Rosters,
    /// What the person is assigned to.
    pub schedule: &'a Schedule,
    /// The person.
    pub person: &'a Person,
    /// Where the person stood on the day; goes before what `person` says: policies, calendar and zone are chosen by it.
    pub home: &'a EmploymentSnapshot,
}

impl<'a> Planner<'a> {
    /// The plan of a date, windows cut by its neighbours'.
    pub fn plan(&self, date: Date) -> Plan {
        self.build_plan(&directory::zone_or_utc(&self.home.time_zone), date)
    }

    /// The plans around a date.
    pub fn surrounding_plans(&self, date: Date) -> SurroundingPlans {
        let zone = directory::zone_or_utc(&self.home.time_zone);
        let days = [windows::add_days(date, -1), date, windows::add_days(date, 1)];
        let [before, on, after] = days.map(|day| midnight(&zone, day));
        let midnights = [before, on, after, midnight(&zone, windows::add_days(date, 2))];
        SurroundingPlans { plans: days.map(|day| self.build_plan(&zone, day)), midnights }
    }

    /// The kind of a date.
    pub fn kind(&self, date: Date) -> DayKind {
        self.agenda(date).kind()
    }

    fn build_plan(&self, zone: &TimeZone, date: Date) -> Plan {
        let agenda = self.agenda(date);
        let (spans, unknown_shifts) = agenda.planned_shifts(zone);
        let own = agenda.window(zone);
        let windows = |days: i32| self.agenda(windows::add_days(date, days)).window(zone);
        let civil = PunchWindow::civil(midnight(zone, date), midnight(zone, windows::add_days(date, 1)));
        let (opens_at, closes_at) = windows::cut_windows(own, civil, windows);
        let overtime = self.applicable_policy(Policy::OVERTIME, date);
        Plan {
            date,
            kind: agenda.kind(),
            expected_minutes: if self.home.on_leave {
                Minutes::ZERO
            } else {
                agenda.expected(&spans, self.home.day_minutes)
            },
            worked_half: agenda.worked_half(),
            shifts: spans,
            opens_at,
            closes_at,
            unknown_shifts,
            attendance: agenda.policy.map(|policy| policy.reference),
            overtime: overtime.map(|policy| policy.reference),
            calendar_version: agenda.calendar.map(|calendar| calendar.version),
        }
    }

    fn agenda(&self, date: Date) -> DateShifts<'a> {
        let assigned = self.schedule.shifts_on(self.rosters, date);
        let calendar = self.book.calendar(&self.home.site);
        DateShifts::new(date, self.applicable_policy(Policy::ATTENDANCE, date), calendar, assigned)
    }

    fn applicable_policy(&self, subject: &str, date: Date) -> Option<&'a Policy> {
        self.book.applicable_at(subject, &self.home.site, self.home.department_id, date)
    }
}

/// To which day an instant belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayPlacement {
    /// The day.
    pub date: Date,
    /// Whether the day's window holds it: otherwise it lies outside of every window and is kept on the civil day.
    pub in_window: bool,
}

/// Places an instant: into the day whose window holds it, else outside on its civil day. Of instants beyond the three days nothing is known
/// but that they are outside: they go to the nearest of the three.
pub fn assign_to_day(planned: &SurroundingPlans, at: Timestamp) -> DayPlacement {
    let [before, on, after] = &planned.plans;
    if let Some(plan) = planned.plans.iter().find(|plan| (plan.opens_at..plan.closes_at).contains(&at)) {
        return DayPlacement { date: plan.date, in_window: true };
    }
    let [_, begins, ends, _] = planned.midnights;
    let civil = if at < begins {
        before
    } else if at < ends {
        on
    } else {
        after
    };
    DayPlacement { date: civil.date, in_window: false }
}
