//! When some of the cast came and went of late, so that months, lists of the late and overtime are not empty. Their days are settled
//! by the service's own rules; nobody is told of what lies in the past.

use attendance::{
    domain::{
        day::{Day, ENTITY},
        settled_day::{PolicyInputs, SettledDay, totals},
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
    organisation::{ACTOR, Member, Organisation, department_id, id, stable_random},
};

/// Whose days, beside those of the demo accounts.
const TEAMS: &[&str] = &["platform", "night"];
/// People whose days are written at a time.
const PEOPLE_AT_ONCE: usize = 8;

/// Those whose days are written.
fn recorded(member: &&Member) -> bool {
    let team = TEAMS.iter().any(|team| member.employee.person.department_id == department_id(team));
    member.later_status.is_none() && (team || member.account.is_some())
}

/// From the Monday of last week to yesterday.
fn days(plan: &Organisation) -> Vec<Date> {
    let monday = plan.today.saturating_sub(i64::from(plan.today.weekday().to_monday_zero_offset()).days());
    let first = monday.saturating_sub(7.days());
    first.series(1.day()).take_while(|day| *day < plan.today).collect()
}

/// How somebody behaved on a day, of which most are plain ones.
struct DayPattern {
    /// Minutes after the shift's start.
    came: i64,
    /// Minutes after the shift's end; did not clock out.
    left: Option<i64>,
    /// Minutes of a break that was clocked.
    rested: Option<i64>,
}

/// The same in every run; nothing where they did not come.
fn day_pattern(person: EmployeeId, date: Date) -> Option<DayPattern> {
    let of = |what: &str, below: u64| {
        i64::try_from(stable_random(&format!("{person}/{date}"), what, below)).unwrap_or_default()
    };
    let (early, later) = (-1 - of("early", 11), of("later", 9));
    let plain =
        DayPattern { came: early, left: Some(later), rested: (of("breaks", 2) == 0).then(|| 25 + of("rested", 15)) };
    match of("way", 24) {
        0 => None,
        1 | 2 => Some(DayPattern { came: 14 + of("late", 40), ..plain }),
        3 => Some(DayPattern { left: None, ..plain }),
        4..=6 => Some(DayPattern { left: Some(25 + of("stayed", 30)), ..plain }),
        _ => Some(plain),
    }
}

/// The punches of somebody on a day of work, as a terminal has them.
fn punches(person: EmployeeId, zone: &str, plan: &Plan, at: Timestamp) -> Vec<Punch> {
    let (Some(ways), Some(span)) = (day_pattern(person, plan.date), plan.shifts.first()) else { return Vec::new() };
    let minutes = |from: Timestamp, minutes: i64, seconds: u64| {
        let seconds = stable_random(&format!("{person}/{}", plan.date), &format!("second-{seconds}"), 60);
        let after = SignedDuration::from_secs(minutes * 60 + i64::try_from(seconds).unwrap_or_default());
        from.saturating_add(after).unwrap_or(from)
    };
    let noon = minutes(span.from, 4 * 60, 0);
    let rest =
        ways.rested.map(|rested| [(PunchKind::BreakStart, noon), (PunchKind::BreakEnd, minutes(noon, rested, 1))]);
    let came = Some((PunchKind::CheckIn, minutes(span.from, ways.came, 2)));
    let left = ways.left.map(|left| (PunchKind::CheckOut, minutes(span.to, left, 3)));
    let all = came.into_iter().chain(rest.into_iter().flatten()).chain(left);
    all.map(|(kind, when)| punch(person, plan.date, zone, (kind, when), at)).collect()
}

fn punch(person: EmployeeId, date: Date, zone: &str, (kind, when): (PunchKind, Timestamp), at: Timestamp) -> Punch {
    let (local, offset) = Punch::local_time_and_offset(when, zone);
    Punch {
        id: PunchId::new(id("punch", &format!("{person}/{date}/{kind:?}"))),
        kind,
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
    /// Writes the days that are not there.
    pub(super) async fn create_history(&self, plan: &Organisation, done: &mut SeedSummary) -> Result<()> {
        let book = self.rules.rulebook().load_consistent(self.origin.at).await?;
        let rosters = self.attendance.rosters_fresh(self.origin.at).await?;
        let dates = days(plan);
        let (book, rosters, dates) = (&*book, &*rosters, &*dates);
        let people = plan.people.iter().filter(recorded).filter(|member| {
            let begun = dates.first().copied().unwrap_or(plan.today);
            book.applicable(Policy::ATTENDANCE, &member.employee.person, begun).is_some()
        });
        let people: Vec<_> = people.collect();
        let written = stream::iter(people).map(|member| self.create_history_of(member, book, rosters, dates));
        done.days = written.buffer_unordered(PEOPLE_AT_ONCE).try_fold(0, async |sum, days| Ok(sum + days)).await?;
        Ok(())
    }

    /// One after the other: each day goes into the next.
    async fn create_history_of(
        &self,
        member: &Member,
        book: &PolicySet,
        rosters: &Rosters,
        dates: &[Date],
    ) -> Result<usize> {
        let person = &member.employee.person;
        let known = self.attendance.members.get_fresh(person.id).await?;
        let member = known.map_or_else(
            || attendance::domain::member::Member {
                person: person.clone(),
                person_version: 0,
                schedule: Default::default(),
            },
            |known| known.value,
        );
        let bench =
            PolicyInputs { book, rosters, clock: self.origin.at, settled_only: false, run: None, at: self.origin.at };
        let (Some(first), Some(last)) = (dates.first(), dates.last()) else { return Ok(0) };
        let mut standing = self.attendance.list_days_of(person.id, *first, *last).await?;
        let mut written = 0;
        for date in dates.iter().copied().filter(|date| *date >= person.hire_date) {
            if standing.iter().any(|day| day.value.date == date) {
                continue;
            }
            let before = date.yesterday().ok();
            let before = totals(standing.iter().map(|day| &day.value).find(|day| Some(day.date) == before));
            let day = self.create_day(&member, book, rosters, date);
            let SettledDay::Changed(change) = bench.settle_day(&member, date, Some((&day, 0)), before) else {
                continue;
            };
            let data = json!({ "run": null, "causes": change.causes });
            let fact = Fact::new(EventType::AttendanceProcessed, ENTITY, change.day.id).with_data(data);
            if let Race::Won(version) = self.attendance.write_day(&self.origin, &change.day, 0, Some(fact)).await? {
                standing.push(Stored { value: change.day, version });
                written += 1;
            }
        }
        Ok(written)
    }

    fn create_day(
        &self,
        member: &attendance::domain::member::Member,
        book: &PolicySet,
        rosters: &Rosters,
        date: Date,
    ) -> Day {
        let (person, schedule, home) = (&member.person, &member.schedule, EmploymentSnapshot::of(&member.person));
        let plan = Planner { book, rosters, schedule, person, home: &home }.plan(date);
        let expected = plan.kind == DayKind::Work && plan.expected_minutes > Minutes::ZERO;
        let punches = if expected { punches(person.id, &person.time_zone, &plan, self.origin.at) } else { Vec::new() };
        let day = Day::new(person.id, date, self.origin.at);
        if punches.is_empty() { day } else { day.with_punches(punches, self.origin.at) }
    }
}
