//! The overnight run: what a day of somebody costs by itself, and what everybody's days cost together.

use lambda::FromShell;
use std::{hint::black_box, time::Instant};

use attendance::{
    app::settle_days::Settler,
    domain::{
        day::Day,
        day_finder::Finder,
        member::Member,
        run::Takes,
        settled_day::{Bench, Judged},
        settlement_work::{Days, PEOPLE_PER_PAGE, Work},
    },
    store::Records,
};
use directory::shards::SHARDS;
use jiff::{
    Timestamp,
    civil::{Date, date},
};
use kernel::RequestId;
use policy::attendance::{DayInputs, Home, Planner, Totals, derive};
use serde::{Deserialize, Serialize};
use testkit::origin;

use crate::{
    Result,
    apart::apart,
    crowd,
    figures::{aligned, hundredths, number, percent},
    process::thread_cpu_ns,
    rules,
};

/// A Friday that is over everywhere when the run begins.
const DAY: Date = date(2024, 6, 7);
/// People whose days are derived in memory, again and again.
const IN_MEMORY: usize = 2_000;
/// How often; the best round counts, as anything else is somebody else's work.
const ROUNDS: usize = 9;

/// All that was measured.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Nights {
    /// Own CPU per day of somebody, in nanoseconds: plan and derivation alone.
    pub(crate) derive_ns: u64,
    /// The same with comparing, and with the record that is to be written.
    pub(crate) judge_ns: u64,
    pub(crate) nights: Vec<Night>,
}

/// One run over everybody.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Night {
    pub(crate) employees: usize,
    /// Finding who is due.
    pub(crate) find_ms: u64,
    /// Reading, deriving and writing.
    pub(crate) settle_ms: u64,
    /// Of both together, for one of them.
    pub(crate) wall_ns_each: u64,
    /// CPU of the worker, the SDK's part of it included, without the database's.
    pub(crate) cpu_ns_each: u64,
}

impl Nights {
    /// Measures runs over so many people.
    pub(crate) async fn of(crowds: &[usize]) -> Result<Self> {
        let (derive_ns, judge_ns) = in_memory().await?;
        let mut nights = Vec::new();
        for employees in crowds {
            nights.push(night(*employees).await?);
        }
        Ok(Self { derive_ns, judge_ns, nights })
    }

    /// What somebody costs in the largest run, in percent of the smallest.
    pub(crate) fn growth_percent(&self) -> Option<u64> {
        let (first, last) = (self.nights.first()?, self.nights.last()?);
        (first.employees < last.employees).then(|| percent(last.wall_ns_each, first.wall_ns_each))
    }

    /// The tables for people.
    pub(crate) fn table(&self) -> String {
        let head = ["employees", "find ms", "settle ms", "us each", "CPU us each"];
        let row = |night: &Night| {
            [
                night.employees.to_string(),
                night.find_ms.to_string(),
                night.settle_ms.to_string(),
                hundredths(night.wall_ns_each / 10),
                hundredths(night.cpu_ns_each / 10),
            ]
        };
        let rows: Vec<_> = std::iter::once(head.map(str::to_owned)).chain(self.nights.iter().map(row)).collect();
        format!(
            "Own CPU per day of an employee: {} us to plan and derive it, {} us with the comparison and the new record (target: 20 us).\n\
             Everybody's day, with the database in the same machine; in the largest run each costs {} percent of what they cost in the smallest:\n{}",
            hundredths(self.derive_ns / 10),
            hundredths(self.judge_ns / 10),
            self.growth_percent().map_or_else(|| "-".to_owned(), |percent| percent.to_string()),
            aligned(&rows)
        )
    }
}

/// Own CPU of one day, everything it needs being in memory.
async fn in_memory() -> Result<(u64, u64)> {
    let apart = apart().await?;
    rules::stand(&apart.shell, "day").await?;
    let (records, at) = (Records::from_shell(&apart.shell)?, origin().at);
    let told = |error: kernel::Error| error.to_string();
    let (book, rosters) = (records.rulebook.book(at).await.map_err(told)?, records.rosters(at).await.map_err(told)?);
    let people: Vec<(Member, Option<Day>)> = (0..IN_MEMORY)
        .map(|number| {
            let person = crowd::member(&apart.people.employee, number);
            let day = crowd::day(&person, number, DAY, at);
            let mut member = crowd::known(person);
            if number % 2 == 0 {
                member.schedule = rules::rotating(number);
            }
            (member, day)
        })
        .collect();
    let bench = Bench { book: &book, rosters: &rosters, clock: at, settled_only: false, run: None, at };
    let derived = best(&people, |(member, day)| {
        let home = Home::of(&member.person);
        let planner =
            Planner { book: &book, rosters: &rosters, schedule: &member.schedule, person: &member.person, home: &home };
        let plan = planner.plan(DAY);
        let next_kind = planner.kind(DAY.tomorrow().unwrap_or(DAY));
        let punches = day.as_ref().map(|day| day.punches.as_slice()).unwrap_or_default();
        let (book, person, before) = (&*book, &member.person, Totals::default());
        black_box(derive(&DayInputs { plan: &plan, next_kind, book, person, punches, leaves: &[], before }));
        true
    })?;
    let judged = best(&people, |(member, day)| {
        let standing = day.as_ref().map(|day| (day, 1));
        matches!(black_box(bench.judge(member, DAY, standing, Totals::default())), Judged::Other(_))
    })?;
    Ok((derived, judged))
}

/// CPU of one of them in the best round, in nanoseconds.
fn best(people: &[(Member, Option<Day>)], work: impl Fn(&(Member, Option<Day>)) -> bool) -> Result<u64> {
    let mut best = u64::MAX;
    for _ in 0..ROUNDS {
        let before = thread_cpu_ns()?;
        if !people.iter().all(&work) {
            return Err("a day is not derived".into());
        }
        best = best.min(thread_cpu_ns()?.saturating_sub(before));
    }
    Ok(best / number(people.len()).max(1))
}

/// One run over a crowd that has never been settled.
async fn night(employees: usize) -> Result<Night> {
    let apart = apart().await?;
    rules::stand(&apart.shell, "day").await?;
    let records = Records::from_shell(&apart.shell)?;
    let table = apart.shell.env("ATTENDANCE_TABLE")?;
    let to = (&apart.client, table.as_str(), &records);
    crowd::come(to, &apart.people.employee, 0..employees, &[DAY]).await?;
    let clock = apart.clock.now();
    let (began, cpu) = (Instant::now(), thread_cpu_ns()?);
    let pages = find(&records, clock).await?;
    let found = began.elapsed();
    let settler = Settler::from_shell(&apart.shell)?;
    let mut changed = 0;
    for days in pages {
        let mut work = Work::again(RequestId::sanitised("bench"), days);
        (work.settled_only, work.at) = (false, Some(clock));
        let counts = settler.settle(&origin(), &work).await.map_err(|error| error.to_string())?;
        changed += u64::from(counts.changed);
    }
    let (all, cpu) = (began.elapsed(), thread_cpu_ns()?.saturating_sub(cpu));
    let count = number(employees);
    if changed != count {
        return Err(format!("{changed} of {employees} days were settled").into());
    }
    Ok(Night {
        employees,
        find_ms: number(found.as_millis()),
        settle_ms: number((all - found).as_millis()),
        wall_ns_each: number(all.as_nanos()) / count.max(1),
        cpu_ns_each: cpu / count.max(1),
    })
}

/// Everybody whose day is due, in pages, as `attendance-job-dispatch` finds them.
async fn find(records: &Records, by: Timestamp) -> Result<Vec<Vec<Days>>> {
    let told = |error: kernel::Error| error.to_string();
    let (book, rosters) = (records.rulebook.book(by).await.map_err(told)?, records.rosters(by).await.map_err(told)?);
    let after = DAY.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC)?.timestamp();
    let until = DAY.at(23, 30, 0, 0).to_zoned(jiff::tz::TimeZone::UTC)?.timestamp();
    let takes = Takes::Nightly { after, by: until, department_id: None };
    let finder = Finder { book: &book, rosters: &rosters, takes: &takes, clock: by };
    let (mut pages, mut page) = (Vec::new(), Vec::with_capacity(PEOPLE_PER_PAGE));
    for shard in 0..SHARDS {
        let mut last = None;
        loop {
            let people = records.members.of_shard(shard, last, PEOPLE_PER_PAGE).await.map_err(told)?;
            for member in &people {
                page.extend(finder.days_of(member));
                if page.len() >= PEOPLE_PER_PAGE {
                    pages.push(std::mem::take(&mut page));
                }
            }
            match people.last() {
                Some(member) if people.len() == PEOPLE_PER_PAGE => last = Some(member.person.id),
                _ => break,
            }
        }
    }
    pages.extend((!page.is_empty()).then_some(page));
    Ok(pages)
}
