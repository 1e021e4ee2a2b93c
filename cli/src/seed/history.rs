//! Attendance of some demo people since the Monday of last week, so that reports of months, late arrivals and overtime are not empty.
//! The days are settled by the service's own code, without notifications.

use attendance::{
    domain::{
        day::{Day, ENTITY},
        settled_day::{SettlementInputs, SettlementResult, week_to_date_of},
    },
    store::{Race, Stored},
};
use events::{EventType, Fact};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use kernel::{Actor, EmployeeId, Minutes, PunchId, Result};
use policy::{
    Policy, PolicySet,
    attendance::{DayKind, EmploymentSnapshot, Plan, Planner, Punch, PunchKind, PunchSource, Rosters},
};
use serde_json::json;

use super::{
    SeedSummary, Seeder,
    organisation::{ACTOR, Member, Organisation, department_id, stable_id, stable_random},
};

/// Departments whose days are written, in addition to the days of the demo accounts.
const TEAMS: &[&str] = &["platform", "night"];
/// Employees whose days are written concurrently.
const PEOPLE_CONCURRENCY: usize = 8;

/// Whether the days of this person are written.
fn has_history(member: &&Member) -> bool {
    let team = TEAMS.iter().any(|team| member.employee.person.department_id == department_id(team));
    member.later_status.is_none() && (team || member.account.is_some())
}

/// Dates from the Monday of last week to yesterday.
fn history_dates(plan: &Organisation) -> Vec<Date> {
    let monday = plan.today.saturating_sub(i64::from(plan.today.weekday().to_monday_zero_offset()).days());
    let first = monday.saturating_sub(7.days());
    first.series(1.day()).take_while(|day| *day < plan.today).collect()
}

/// Simulated arrival, departure and break of one day.
struct DayPattern {
    /// Check-in, in minutes after the shift start.
    arrival: i64,
    /// Check-out, in minutes after the shift end; `None` if it is missing.
    departure: Option<i64>,
    /// Length of the recorded break in minutes.
    break_minutes: Option<i64>,
}

/// Simulated pattern of a working day, equal in every run; `None` for an absence.
fn simulated_day_pattern(person: EmployeeId, date: Date) -> Option<DayPattern> {
    let random = |what: &str, below: u64| {
        i64::try_from(stable_random(&format!("{person}/{date}"), what, below)).unwrap_or_default()
    };
    let (arrival, departure) = (-1 - random("early", 11), random("later", 9));
    let break_minutes = (random("breaks", 2) == 0).then(|| 25 + random("rested", 15));
    let ordinary = DayPattern { arrival, departure: Some(departure), break_minutes };
    match random("way", 24) {
        0 => None,
        1 | 2 => Some(DayPattern { arrival: 14 + random("late", 40), ..ordinary }),
        3 => Some(DayPattern { departure: None, ..ordinary }),
        4..=6 => Some(DayPattern { departure: Some(25 + random("stayed", 30)), ..ordinary }),
        _ => Some(ordinary),
    }
}

/// Simulated punches of an employee on a working day; none for a simulated absence.
fn simulated_punches(person: EmployeeId, zone: &str, plan: &Plan, at: Timestamp) -> Vec<Punch> {
    let (Some(pattern), Some(shift)) = (simulated_day_pattern(person, plan.date), plan.shifts.first()) else {
        return Vec::new();
    };
    let minutes = |from: Timestamp, minutes: i64, seconds: u64| {
        let seconds = stable_random(&format!("{person}/{}", plan.date), &format!("second-{seconds}"), 60);
        let after = SignedDuration::from_secs(minutes * 60 + i64::try_from(seconds).unwrap_or_default());
        from.saturating_add(after).unwrap_or(from)
    };
    let noon = minutes(shift.from, 4 * 60, 0);
    let pause = pattern
        .break_minutes
        .map(|length| [(PunchKind::BreakStart, noon), (PunchKind::BreakEnd, minutes(noon, length, 1))]);
    let check_in = Some((PunchKind::CheckIn, minutes(shift.from, pattern.arrival, 2)));
    let check_out = pattern.departure.map(|departure| (PunchKind::CheckOut, minutes(shift.to, departure, 3)));
    let all = check_in.into_iter().chain(pause.into_iter().flatten()).chain(check_out);
    all.map(|(kind, when)| terminal_punch(person, plan.date, zone, (kind, when), at)).collect()
}

fn terminal_punch(
    person: EmployeeId,
    date: Date,
    zone: &str,
    (kind, when): (PunchKind, Timestamp),
    at: Timestamp,
) -> Punch {
    let (local, offset) = Punch::local_time_and_offset(when, zone);
    Punch {
        id: PunchId::new(stable_id("punch", &format!("{person}/{date}/{kind:?}"))),
        kind,
        kind_inferred: false,
        at: when,
        zone: zone.to_owned(),
        local,
        offset,
        location: Some("Office".to_owned()),
        device: Some("Terminal".to_owned()),
        position: None,
        source: PunchSource::Import,
        captured_at: Some(when),
        received_at: at,
        by: Actor::System(ACTOR.to_owned()),
        reason: None,
        flags: Vec::new(),
        late_minutes: None,
        voided_by: None,
        correction_id: None,
    }
}

impl Seeder {
    /// Creates the missing days, settled, of all people with a history.
    pub(super) async fn create_missing_history(&self, plan: &Organisation, summary: &mut SeedSummary) -> Result<()> {
        let book = self.rules.policy_reader().load_consistent(self.origin.at).await?;
        let rosters = self.attendance.all_rosters_consistent(self.origin.at).await?;
        let dates = history_dates(plan);
        let (book, rosters, dates) = (&*book, &*rosters, &*dates);
        let people = plan.people.iter().filter(has_history).filter(|member| {
            let first = dates.first().copied().unwrap_or(plan.today);
            book.applicable(Policy::ATTENDANCE, &member.employee.person, first).is_some()
        });
        let people: Vec<_> = people.collect();
        let written = stream::iter(people).map(|member| self.create_missing_days_of(member, book, rosters, dates));
        summary.days =
            written.buffer_unordered(PEOPLE_CONCURRENCY).try_fold(0, async |sum, days| Ok(sum + days)).await?;
        Ok(())
    }

    /// Creates the missing days of one person in order, because each day depends on the one before. Returns their number.
    async fn create_missing_days_of(
        &self,
        member: &Member,
        book: &PolicySet,
        rosters: &Rosters,
        dates: &[Date],
    ) -> Result<usize> {
        let person = &member.employee.person;
        let known = self.attendance.members.get_consistent(person.id).await?;
        let member = known.map_or_else(
            || attendance::domain::member::Member {
                person: person.clone(),
                person_version: 0,
                schedule: Default::default(),
            },
            |known| known.value,
        );
        let inputs = SettlementInputs {
            policies: book,
            rosters,
            cutoff: self.origin.at,
            only_settled: false,
            run: None,
            at: self.origin.at,
        };
        let (Some(first), Some(last)) = (dates.first(), dates.last()) else { return Ok(0) };
        let mut existing = self.attendance.list_days_consistent(person.id, *first, *last).await?;
        let mut written = 0;
        for date in dates.iter().copied().filter(|date| *date >= person.hire_date) {
            if existing.iter().any(|day| day.value.date == date) {
                continue;
            }
            let before = date.yesterday().ok();
            let before = week_to_date_of(existing.iter().map(|day| &day.value).find(|day| Some(day.date) == before));
            let day = self.unsettled_day(&member, book, rosters, date);
            let SettlementResult::Changed(change) = inputs.settle_day(&member, date, Some((&day, 0)), before) else {
                continue;
            };
            let data = json!({ "run": null, "causes": change.causes });
            let fact = Fact::new(EventType::AttendanceProcessed, ENTITY, change.day.id).with_data(data);
            if let Race::Won(version) = self.attendance.write_day(&self.origin, &change.day, 0, Some(fact)).await? {
                existing.push(Stored { value: change.day, version });
                written += 1;
            }
        }
        Ok(written)
    }

    /// Day with simulated punches if the plan expects work, before its settlement. It is not stored.
    fn unsettled_day(
        &self,
        member: &attendance::domain::member::Member,
        book: &PolicySet,
        rosters: &Rosters,
        date: Date,
    ) -> Day {
        let (person, schedule, home) = (&member.person, &member.schedule, EmploymentSnapshot::of(&member.person, date));
        let plan = Planner { policies: book, rosters, schedule, person, employment: &home }.plan(date);
        let expected = plan.kind == DayKind::Work && plan.expected_minutes > Minutes::ZERO;
        let punches =
            if expected { simulated_punches(person.id, &person.time_zone, &plan, self.origin.at) } else { Vec::new() };
        let day = Day::new(person.id, date, self.origin.at);
        if punches.is_empty() { day } else { day.with_punches(punches, self.origin.at) }
    }
}
