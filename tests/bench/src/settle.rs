//! The overnight run: CPU of one employee day in memory, and runs of many employees.

use std::{hint::black_box, time::Instant};

use attendance::{
    app::settle_days::DaySettler,
    domain::{
        day::Day,
        day_finder::DayFinder,
        member::Member,
        run::RunScope,
        settled_day::{SettlementInputs, SettlementResult},
        settlement_page::{EmployeeDays, PEOPLE_PER_PAGE, SettlementPage},
    },
    store::AttendanceStore,
};
use directory::shards::SHARDS;
use jiff::{
    Timestamp,
    civil::{Date, date},
};
use kernel::RequestId;
use lambda::FromShell;
use policy::attendance::WeekToDate;
use testkit::origin;

use crate::{
    Result, crowd,
    isolated_db::isolated_world,
    process::thread_cpu_ns,
    rules,
    text::{aligned_table, heading, micros, millis, percent, to_u64},
};

/// Friday that has ended in every time zone when the run starts.
const DAY: Date = date(2024, 6, 7);
/// Employees whose days are derived in memory in each round.
const IN_MEMORY: usize = 2_000;
/// Number of rounds; the fastest one counts, because other processes disturb the others.
const ROUNDS: usize = 9;

/// CPU of single days, and overnight runs.
#[derive(Debug)]
pub(crate) struct OvernightRuns {
    /// CPU of one employee day in nanoseconds: plan, derivation, comparison and new record.
    day_ns: u64,
    runs: Vec<Run>,
}

/// Overnight run of all employees.
#[derive(Debug)]
struct Run {
    employees: usize,
    /// Time to find the employees whose day is due.
    find_ms: u64,
    /// Time to read, derive and write their days.
    settle_ms: u64,
    /// Time of both per employee.
    each_ns: u64,
    /// CPU of the worker and its SDK per employee, without the database.
    cpu_ns: u64,
}

impl OvernightRuns {
    /// Measures runs of these numbers of employees.
    pub(crate) async fn measure(crowds: &[usize]) -> Result<Self> {
        let day_ns = day_in_memory_ns().await?;
        let mut runs = Vec::new();
        for employees in crowds {
            runs.push(measure_run(*employees).await?);
        }
        Ok(Self { day_ns, runs })
    }

    /// Time per employee in the last run, in percent of the first; `None` unless the last has more employees.
    pub(crate) fn growth_percent(&self) -> Option<u64> {
        let (first, last) = (self.runs.first()?, self.runs.last()?);
        (first.employees < last.employees).then(|| percent(last.each_ns, first.each_ns))
    }

    pub(crate) fn text(&self) -> String {
        let head = heading(&["employees", "find ms", "settle ms", "ms each", "CPU ms each"]);
        let row = |run: &Run| {
            let whole = [run.employees.to_string(), run.find_ms.to_string(), run.settle_ms.to_string()];
            whole.into_iter().chain([run.each_ns, run.cpu_ns].map(millis)).collect()
        };
        let rows: Vec<Vec<String>> = std::iter::once(head).chain(self.runs.iter().map(row)).collect();
        format!(
            "CPU per day of an employee: {} us (target: 20 us).\n\
             Overnight run; in the largest, each employee takes {} percent of the time in the smallest:\n{}",
            micros(self.day_ns),
            self.growth_percent().map_or_else(|| "-".to_owned(), |percent| percent.to_string()),
            aligned_table(&rows)
        )
    }
}

/// CPU of one day whose inputs are in memory, in the fastest round.
async fn day_in_memory_ns() -> Result<u64> {
    let world = isolated_world().await?;
    rules::put_attendance_rules(&world.shell, "day").await?;
    let (store, at) = (AttendanceStore::from_shell(&world.shell)?, origin().at);
    let text = |error: kernel::Error| error.to_string();
    let (policies, rosters) =
        (store.rulebook.load(at).await.map_err(text)?, store.all_rosters_cached(at).await.map_err(text)?);
    let people: Vec<(Member, Option<Day>)> = (0..IN_MEMORY)
        .map(|number| {
            let person = crowd::crowd_person(&world.people.employee, number);
            let day = crowd::crowd_day(&person, number, DAY, at);
            let mut member = crowd::attendance_member(person);
            if number % 2 == 0 {
                member.schedule = rules::roster_schedule(number);
            }
            (member, day)
        })
        .collect();
    let inputs =
        SettlementInputs { policies: &policies, rosters: &rosters, cutoff: at, only_settled: false, run: None, at };
    let mut best = u64::MAX;
    for _ in 0..ROUNDS {
        let before = thread_cpu_ns()?;
        for (member, day) in &people {
            let existing = day.as_ref().map(|day| (day, 1));
            if !matches!(
                black_box(inputs.settle_day(member, DAY, existing, WeekToDate::default())),
                SettlementResult::Changed(_)
            ) {
                return Err("every day must be derived".into());
            }
        }
        best = best.min(thread_cpu_ns()?.saturating_sub(before));
    }
    Ok(best / to_u64(people.len()).max(1))
}

/// Measures the overnight run of employees whose day is not settled.
async fn measure_run(employees: usize) -> Result<Run> {
    let world = isolated_world().await?;
    rules::put_attendance_rules(&world.shell, "day").await?;
    let store = AttendanceStore::from_shell(&world.shell)?;
    crowd::insert_people(&world, &store, 0..employees, &[DAY]).await?;
    let clock = world.now();
    let (began, cpu) = (Instant::now(), thread_cpu_ns()?);
    let pages = find_due_pages(&store, clock).await?;
    let found = began.elapsed();
    let settler = DaySettler::from_shell(&world.shell)?;
    let mut changed = 0;
    for days in pages {
        let mut work = SettlementPage::rederive(RequestId::sanitised("bench"), days);
        (work.only_settled, work.at) = (false, Some(clock));
        let counts = settler.settle_page(&origin(), &work).await.map_err(|error| error.to_string())?;
        changed += u64::from(counts.changed);
    }
    let (all, cpu) = (began.elapsed(), thread_cpu_ns()?.saturating_sub(cpu));
    let count = to_u64(employees);
    if changed != count {
        return Err(format!("the run settled {changed} of {employees} days").into());
    }
    Ok(Run {
        employees,
        find_ms: to_u64(found.as_millis()),
        settle_ms: to_u64((all - found).as_millis()),
        each_ns: to_u64(all.as_nanos()) / count.max(1),
        cpu_ns: cpu / count.max(1),
    })
}

/// Pages of employees whose day is due, found as in `attendance-job-dispatch`.
async fn find_due_pages(store: &AttendanceStore, by: Timestamp) -> Result<Vec<Vec<EmployeeDays>>> {
    let text = |error: kernel::Error| error.to_string();
    let (policies, rosters) =
        (store.rulebook.load(by).await.map_err(text)?, store.all_rosters_cached(by).await.map_err(text)?);
    let after = DAY.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC)?.timestamp();
    let until = DAY.at(23, 30, 0, 0).to_zoned(jiff::tz::TimeZone::UTC)?.timestamp();
    let takes = RunScope::Nightly { after, by: until, department_id: None };
    let finder = DayFinder { policies: &policies, rosters: &rosters, scope: &takes, cutoff: by };
    let (mut pages, mut page) = (Vec::new(), Vec::with_capacity(PEOPLE_PER_PAGE));
    for shard in 0..SHARDS {
        let mut last = None;
        loop {
            let people = store.members.list_shard(shard, last, PEOPLE_PER_PAGE).await.map_err(text)?;
            for member in &people {
                page.extend(finder.due_days_of(member));
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
