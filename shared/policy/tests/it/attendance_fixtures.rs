//! Shifts, rosters, punches and days for attendance tests.

use directory::Person;
use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time, date, time},
    tz::TimeZone,
};
use kernel::{Actor, AssignmentId, Minutes, PunchId, RosterId};
use policy::{
    Calendar, EarlyWork, Half, Holiday, NightHours, OvertimeRules, OvertimeTier, PolicyRules, PolicySet, Portion,
    attendance::{
        AssignedWork, Assignment, DayInputs, DayLeave, DayPlacement, DerivedDay, EmploymentSnapshot, Plan, Planner,
        Punch, PunchKind, PunchPlacer, PunchSource, Roster, Rosters, Schedule, WeekToDate, derive_day,
    },
    working_time::{AttendanceRules, RequiredBreak, Rounding, Shift},
};
use uuid::Uuid;

use crate::fixtures::{calendar, holiday, leave, person, policy};

pub(crate) const MONDAY: Date = date(2026, 11, 2);

pub(crate) fn roster_id(number: u128) -> RosterId {
    RosterId::new(Uuid::from_u128(number))
}

pub(crate) fn assignment_id(number: u128) -> AssignmentId {
    AssignmentId::new(Uuid::from_u128(number))
}

pub(crate) fn at(hour: i8, minute: i8) -> Time {
    time(hour, minute, 0, 0)
}

pub(crate) fn shift(code: &str, from: Time, to: Time, break_minutes: i64) -> Shift {
    Shift { code: code.into(), from, to, break_minutes: Minutes(break_minutes) }
}

/// Punch windows of an hour around each shift, five minutes of grace, no rounding and no default shift.
pub(crate) fn attendance() -> AttendanceRules {
    AttendanceRules {
        shifts: vec![
            shift("early", at(6, 0), at(14, 0), 30),
            shift("day", at(9, 0), at(17, 30), 30),
            shift("late", at(14, 0), at(22, 0), 30),
            shift("night", at(22, 0), at(6, 0), 0),
            shift("evening", at(20, 0), at(4, 0), 0),
            shift("morning", at(8, 0), at(12, 0), 0),
            shift("kitchen", at(16, 0), at(20, 0), 0),
            shift("round", at(8, 0), at(8, 0), 60),
        ],
        window_before_minutes: Minutes(60),
        window_after_minutes: Minutes(60),
        debounce_seconds: 60,
        grace_in_minutes: Minutes(5),
        grace_out_minutes: Minutes(5),
        breaks: vec![],
        rounding: Rounding::None,
        rounding_step_minutes: Minutes(1),
        default_shift: None,
    }
}

/// The rules with the default shift `day`.
pub(crate) fn by_default() -> AttendanceRules {
    AttendanceRules { default_shift: Some("day".into()), ..attendance() }
}

/// Overtime at 125 %, from the third hour on at 150 %; no caps.
pub(crate) fn overtime() -> OvertimeRules {
    let tier = |from, rate_bp| OvertimeTier { from_minutes: Minutes(from), rate_bp };
    OvertimeRules {
        night: None,
        early_work: EarlyWork::Plain,
        tiers: vec![tier(0, 12_500), tier(120, 15_000)],
        rest_day_rate_bp: 17_500,
        holiday_rate_bp: 20_000,
        minimum_block_minutes: Minutes(0),
        daily_cap_minutes: Minutes(1440),
        weekly_cap_minutes: Minutes(10_080),
        rest_day_credit: None,
    }
}

/// Overtime with a night surcharge of 25 % from 23:00 to 06:00.
pub(crate) fn by_night() -> OvertimeRules {
    OvertimeRules { night: Some(NightHours { from: at(23, 0), to: at(6, 0), extra_bp: 2_500 }), ..overtime() }
}

/// One person with everything from which days are planned and derived.
#[derive(Debug, Clone)]
pub(crate) struct PersonFixture {
    pub(crate) rules: Option<AttendanceRules>,
    pub(crate) overtime: Option<OvertimeRules>,
    pub(crate) calendar: Option<Calendar>,
    pub(crate) rosters: Rosters,
    pub(crate) schedule: Schedule,
    pub(crate) person: Person,
}

impl PersonFixture {
    /// Person in Berlin without a roster; the site works Monday to Friday.
    pub(crate) fn new(rules: AttendanceRules) -> Self {
        Self {
            rules: Some(rules),
            overtime: Some(overtime()),
            calendar: Some(calendar(vec![])),
            rosters: Rosters::default(),
            schedule: Schedule::default(),
            person: person(),
        }
    }

    /// Moves the person to another time zone.
    pub(crate) fn in_zone(mut self, zone: &str) -> Self {
        self.person.time_zone = zone.into();
        self
    }

    /// Adds holidays to the calendar.
    pub(crate) fn with_holidays(self, holidays: Vec<Holiday>) -> Self {
        Self { calendar: Some(calendar(holidays)), ..self }
    }

    /// Adds a half holiday to the calendar.
    pub(crate) fn with_half_holiday(self, on: Date, half: Half) -> Self {
        self.with_holidays(vec![Holiday { half: Some(half), ..holiday("A short day", on) }])
    }

    /// Assigns an open-ended roster: the shift codes of each day, separated by spaces; empty on a rest day.
    pub(crate) fn rostered(mut self, starts_on: Date, cycle: &[&str]) -> Self {
        let days = cycle.iter().map(|day| day.split_whitespace().map(str::to_owned).collect()).collect();
        let id = roster_id(1);
        self.rosters.0.insert(id, Roster { id, name: "Rotation".into(), starts_on, cycle: days });
        self.assigned(Assignment {
            id: assignment_id(1),
            from: date(2020, 1, 1),
            to: None,
            work: AssignedWork::RosterId(id),
        })
    }

    /// Assigns explicit shifts on a date.
    pub(crate) fn on(self, date: Date, shifts: &str) -> Self {
        let work = AssignedWork::Shifts(shifts.split_whitespace().map(str::to_owned).collect());
        let id = assignment_id(100 + self.schedule.0.len() as u128);
        self.assigned(Assignment { id, from: date, to: Some(date), work })
    }

    fn assigned(mut self, assignment: Assignment) -> Self {
        self.schedule = self.schedule.with_assignment(assignment).unwrap();
        self
    }

    pub(crate) fn policy_set(&self) -> PolicySet {
        let attendance = self.rules.clone().map(|rules| policy(1, PolicyRules::Attendance(Box::new(rules))));
        let overtime = self.overtime.clone().map(|rules| policy(2, PolicyRules::Overtime(rules)));
        PolicySet::new(attendance.into_iter().chain(overtime).collect(), self.calendar.iter().cloned().collect())
    }

    pub(crate) fn home(&self) -> EmploymentSnapshot {
        EmploymentSnapshot::of(&self.person, MONDAY)
    }

    /// Calls a function with the planner.
    pub(crate) fn ask<T>(&self, question: impl FnOnce(&Planner<'_>) -> T) -> T {
        let (policy_set, home) = (self.policy_set(), self.home());
        let Self { rosters, schedule, person, .. } = self;
        question(&Planner { policies: &policy_set, rosters, schedule, person, employment: &home })
    }

    pub(crate) fn plan(&self, date: Date) -> Plan {
        self.ask(|planner| planner.plan(date))
    }

    /// Shift day of a punch; `kind` is none if it was not told.
    pub(crate) fn place(&self, kind: Option<PunchKind>, at: Timestamp) -> DayPlacement {
        self.place_by(|placer| placer.place(kind, at))
    }

    /// Calls a function with the placer of the person's punches.
    pub(crate) fn place_by<T>(&self, question: impl FnOnce(&PunchPlacer<'_>) -> T) -> T {
        let policies = self.policy_set();
        let Self { rosters, schedule, person, .. } = self;
        question(&PunchPlacer { policies: &policies, rosters, schedule, person })
    }

    pub(crate) fn day(&self, date: Date) -> Day<'_> {
        Day { fixture: self, date, punches: vec![], leaves: vec![], before: WeekToDate::default() }
    }

    /// Instant of a local time.
    pub(crate) fn instant(&self, wall: DateTime) -> Timestamp {
        TimeZone::get(&self.person.time_zone).unwrap().to_timestamp(wall).unwrap()
    }
}

/// Day to be derived, with its inputs.
#[derive(Debug, Clone)]
pub(crate) struct Day<'a> {
    pub(crate) fixture: &'a PersonFixture,
    pub(crate) date: Date,
    pub(crate) punches: Vec<Punch>,
    pub(crate) leaves: Vec<DayLeave>,
    pub(crate) before: WeekToDate,
}

pub(crate) fn punch(number: u128, kind: PunchKind, at: Timestamp, zone: &str) -> Punch {
    let (local, offset) = Punch::local_time_and_offset(at, zone);
    Punch {
        id: PunchId::new(Uuid::from_u128(number)),
        kind,
        kind_inferred: false,
        at,
        zone: zone.into(),
        local,
        offset,
        location: None,
        device: None,
        position: None,
        source: PunchSource::Live,
        captured_at: None,
        received_at: at,
        by: Actor::Unknown,
        reason: None,
        flags: vec![],
        late_minutes: None,
        voided_by: None,
        correction_id: None,
    }
}

impl Day<'_> {
    /// Adds punches by local time: `in 8:55`, `break 12:00`, `back 12:30`, `out 17:30:20`, `tap 9:00` without a told kind; `out +1 6:05` on the next day, `in -1 22:00`
    /// on the previous one.
    pub(crate) fn punched(mut self, punches: &[&str]) -> Self {
        for text in punches {
            let (word, rest) = text.split_once(' ').unwrap();
            let kind = match word {
                "in" | "tap" => PunchKind::CheckIn,
                "out" => PunchKind::CheckOut,
                "break" => PunchKind::BreakStart,
                "back" => PunchKind::BreakEnd,
                other => panic!("{other}"),
            };
            let (on, clock) = match rest.split_once(' ') {
                Some(("+1", clock)) => (self.date.tomorrow().unwrap(), clock),
                Some(("+2", clock)) => (self.date.tomorrow().unwrap().tomorrow().unwrap(), clock),
                Some(("-1", clock)) => (self.date.yesterday().unwrap(), clock),
                _ => (self.date, rest),
            };
            let clock =
                if clock.len() < 5 || clock.find(':') == Some(1) { format!("0{clock}") } else { clock.to_owned() };
            let at = self.fixture.instant(on.to_datetime(clock.parse().unwrap()));
            let number = self.punches.len() as u128 + 1;
            let punch = punch(number, kind, at, &self.fixture.person.time_zone);
            self.punches.push(Punch { kind_inferred: word == "tap", ..punch });
        }
        self
    }

    /// Adds active leave.
    pub(crate) fn on_leave(mut self, portion: Portion, minutes: i64) -> Self {
        let leave_id = leave(self.leaves.len() as u128 + 1);
        let (leave_type, minutes) = ("annual".into(), Minutes(minutes));
        self.leaves.push(DayLeave { leave_id, leave_type, portion, minutes, active: true, version: 1 });
        self
    }

    /// Sets the week-to-date figures of the previous day.
    pub(crate) fn after(mut self, before: WeekToDate) -> Self {
        self.before = before;
        self
    }

    /// Calls a function with the inputs of the day.
    pub(crate) fn ask<T>(&self, question: impl FnOnce(&DayInputs<'_>) -> T) -> T {
        let (policy_set, home) = (self.fixture.policy_set(), self.fixture.home());
        let PersonFixture { rosters, schedule, person, .. } = self.fixture;
        let planner = Planner { policies: &policy_set, rosters, schedule, person, employment: &home };
        let (plan, next_kinds) = (planner.plan(self.date), planner.next_kinds(self.date));
        let (punches, leaves, before) = (self.punches.as_slice(), self.leaves.as_slice(), self.before);
        question(&DayInputs {
            plan: &plan,
            next_kinds,
            policies: &policy_set,
            person: &home.apply_to(person),
            punches,
            leaves,
            week_to_date: before,
        })
    }

    pub(crate) fn derive(&self) -> DerivedDay {
        self.ask(derive_day)
    }

    /// Rated pieces: `2026-11-02 work overtime night 60 @ 15000`.
    pub(crate) fn pieces(&self) -> Vec<String> {
        let derived = self.derive();
        let shown = derived.outcome.pieces.iter().map(|piece| {
            let kind = serde_json::to_value(piece.kind).unwrap();
            let overtime = if piece.overtime { " overtime" } else { "" };
            let night = if piece.night { " night" } else { "" };
            let (date, minutes, rate) = (piece.date, piece.minutes.0, piece.rate_bp);
            format!("{date} {}{overtime}{night} {minutes} @ {rate}", kind.as_str().unwrap())
        });
        shown.collect()
    }
}

/// Required break after worked minutes.
pub(crate) fn required(over: i64, rest: i64) -> RequiredBreak {
    RequiredBreak { worked_over_minutes: Minutes(over), break_minutes: Minutes(rest) }
}
