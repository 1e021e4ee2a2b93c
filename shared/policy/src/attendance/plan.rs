//! Plan of a day: expected work and punch window. Rule 12 (docs/rules.md).
//!
//! The shifts of a date come from a shift assignment, else from the roster, else from the default shift of the
//! attendance policy on the days that the site's calendar works. Without any of them, the standard day is expected on
//! these days, without fixed hours. A site without a calendar works Monday to Friday.

use directory::Person;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{DepartmentId, EmployeeId, Minutes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Rosters, Schedule,
    date_shifts::{DateShifts, DayKind, PlannedShift, midnight},
    punch_window::{self, PunchWindow},
};
use crate::{Half, Policy, PolicyRef, PolicySet};

/// Employment data of a person on a day. It is stored when the day is first settled, so that later changes do not alter
/// history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmploymentSnapshot {
    /// Code of the site.
    pub site: String,
    /// IANA time zone of the site.
    pub time_zone: String,
    /// Id of the department.
    pub department_id: DepartmentId,
    /// Id of the manager.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub manager_id: Option<EmployeeId>,
    /// Minutes of the standard day.
    pub day_minutes: Minutes,
    /// Whether the status is `on_leave`: no work is expected, and no day is `absent`.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub on_leave: bool,
}

impl EmploymentSnapshot {
    /// Employment data of the person on a date.
    pub fn of(person: &Person, date: Date) -> Self {
        let person = person.as_of(date);
        Self {
            site: person.site.clone(),
            time_zone: person.time_zone.clone(),
            department_id: person.department_id,
            manager_id: person.manager_id,
            day_minutes: person.contract.day_minutes,
            on_leave: person.status == directory::EmploymentStatus::OnLeave,
        }
    }

    /// The person with the employment data of the snapshot. Policies are selected and days are derived for it.
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
            terms: Vec::new(),
            ..person.clone()
        }
    }
}

/// Planned work of one date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Date on which the shifts begin.
    pub date: Date,
    /// Kind of the day. A shift on a holiday leaves it a holiday.
    pub kind: DayKind,
    /// Shifts in order; empty on a rest day, on a holiday without an assigned shift, and for a person without an assignment,
    /// times of a work pattern and a default shift.
    pub shifts: Vec<PlannedShift>,
    /// Expected minutes without breaks, after holidays and half holidays and before leave; 0 with the status `on_leave`.
    /// An assigned shift is expected in full on a half holiday.
    pub expected_minutes: Minutes,
    /// Half of the default shift or of the standard day that is worked, if the calendar works only one half of the day.
    /// None for assigned shifts.
    pub worked_half: Option<Half>,
    /// Start of the punch window.
    pub opens_at: Timestamp,
    /// End of the punch window, exclusive. A day without shifts has the part of the civil day that no neighbouring
    /// window takes.
    pub closes_at: Timestamp,
    /// Codes of planned shifts that the attendance policy of the day does not define; they are not in `shifts`.
    pub unknown_shifts: Vec<String>,
    /// Attendance policy version of the day; `None` if no policy applies.
    pub attendance: Option<PolicyRef>,
    /// Overtime policy version of the day; `None` if no policy applies.
    pub overtime: Option<PolicyRef>,
    /// Version of the site's calendar; `None` if the site has none.
    pub calendar_version: Option<u32>,
}

/// Plans the days of one person.
#[derive(Debug, Clone, Copy)]
pub struct Planner<'a> {
    /// Policies and calendars.
    pub policies: &'a PolicySet,
    /// All rosters by id.
    pub rosters: &'a Rosters,
    /// Assignments of the person.
    pub schedule: &'a Schedule,
    /// The person as known now.
    pub person: &'a Person,
    /// Employment data on the day. It takes precedence over `person`: policies, calendar and time zone are selected by
    /// it.
    pub employment: &'a EmploymentSnapshot,
}

impl<'a> Planner<'a> {
    /// Plan of a date, with its punch window cut by those of its neighbours.
    pub fn plan(&self, date: Date) -> Plan {
        self.build_plan(&directory::zone_or_utc(&self.employment.time_zone), date)
    }

    /// Kind of a date for the person: work, rest or holiday.
    pub fn day_kind(&self, date: Date) -> DayKind {
        self.date_shifts(date).day_kind()
    }

    /// Kinds of the two dates after a date.
    pub fn next_kinds(&self, date: Date) -> [DayKind; 2] {
        [1, 2].map(|days| self.day_kind(punch_window::add_days(date, days)))
    }

    fn build_plan(&self, zone: &TimeZone, date: Date) -> Plan {
        let shifts = self.date_shifts(date);
        let (planned, unknown_shifts) = shifts.planned_and_unknown_shifts(zone);
        let own = shifts.uncut_window(zone);
        let windows = |days: i32| self.date_shifts(punch_window::add_days(date, days)).uncut_window(zone);
        let civil = PunchWindow::civil(midnight(zone, date), midnight(zone, punch_window::add_days(date, 1)));
        let (opens_at, closes_at) = punch_window::cut_window(own, civil, windows);
        let overtime = self.applicable_policy(Policy::OVERTIME, date);
        Plan {
            date,
            kind: shifts.day_kind(),
            expected_minutes: if self.employment.on_leave {
                Minutes::ZERO
            } else {
                shifts.expected_minutes(&planned, self.employment.day_minutes)
            },
            worked_half: shifts.worked_half(),
            shifts: planned,
            opens_at,
            closes_at,
            unknown_shifts,
            attendance: shifts.policy.map(|policy| policy.reference),
            overtime: overtime.map(|policy| policy.reference),
            calendar_version: shifts.calendar.map(|calendar| calendar.version),
        }
    }

    fn date_shifts(&self, date: Date) -> DateShifts<'a> {
        let assigned = self.schedule.shift_codes_on(self.rosters, date);
        let calendar = self.policies.calendar(&self.employment.site);
        let policy = self.applicable_policy(Policy::ATTENDANCE, date);
        DateShifts::new(date, policy, calendar, assigned, self.person.pattern_day(date))
    }

    fn applicable_policy(&self, subject: &str, date: Date) -> Option<&'a Policy> {
        self.policies.applicable_at(subject, &self.employment.site, self.employment.department_id, date)
    }
}

/// Shift day to which a punch belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayPlacement {
    /// Date of the shift day.
    pub date: Date,
    /// Whether the punch is inside the punch window of the day. Otherwise `date` is the civil date of the punch, or an earlier
    /// day that is still open.
    pub in_window: bool,
}
