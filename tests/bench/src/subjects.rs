//! Which functions are started, and what they are given: the empty one, those that have budgets, and all others if wanted.

use access::OPERATIONS;
use attendance::{
    store::Records,
    work::{Days, PEOPLE_PER_PAGE, Work as Page},
};
use jiff::{ToSpan, civil::date};
use kernel::RequestId;
use lambda::{Clock, SystemClock};
use serde_json::{Value, json};
use testkit::World;

use crate::{
    EMPTY, Result, SETTLE, Starts, crowd, invocation,
    measure::{Subject, Work},
    package::Package,
    rules,
};

/// A page of the overnight run takes its time, so it is measured less often.
const PAGES: u32 = 4;

/// All of them, the empty one first.
pub(crate) async fn all(world: &World, args: &Starts) -> Result<Vec<Subject>> {
    rules::stand(&world.shell, "day").await?;
    let scratch = args.lambda_dir.join(".bench");
    let subject = |name: &str, work: Work, starts_max: Option<u32>| -> Result<Subject> {
        Ok(Subject { package: Package::unpack(&args.lambda_dir, &scratch, name)?, work, starts_max })
    };
    let mut subjects = vec![subject(EMPTY, Work::Same(json!({})), None)?];
    let check_in = access::ATTENDANCE_CHECK_IN.name;
    subjects.push(subject(check_in, check_ins(world, args).await?, None)?);
    subjects.push(subject(SETTLE, pages(world).await?, Some(PAGES))?);
    let wanted = |name: &str| (args.all && name != check_in) || name == access::EMPLOYEES_GET.name;
    for operation in OPERATIONS.iter().filter(|row| wanted(row.name)) {
        subjects.push(subject(operation.name, Work::Same(invocation::event(world, operation)?), None)?);
    }
    Ok(subjects)
}

/// Each by somebody else who has not come yet: once a start, and once whenever it is warm.
async fn check_ins(world: &World, args: &Starts) -> Result<Work> {
    let people: Vec<_> = (0..=args.starts + 1 + args.invocations)
        .map(|number| crowd::member(&world.people.employee, 1_000_000 + usize::try_from(number).unwrap_or_default()))
        .collect();
    world.settle(&people.iter().collect::<Vec<_>>()).await;
    let records = Records::load(&world.shell)?;
    let mut events = Vec::new();
    for person in &people {
        records.keep_member(&testkit::origin(), person, 1).await.map_err(|error| error.to_string())?;
        events.push(invocation::event_by(world, &access::ATTENDANCE_CHECK_IN, person)?);
    }
    Ok(Work::each(events))
}

/// Pages of as many people as a page holds, each of another day, of which nothing is settled.
async fn pages(world: &World) -> Result<Work> {
    let dates: Vec<_> = (0..=PAGES).map(|weeks| date(2024, 2, 6).saturating_add(i64::from(weeks).weeks())).collect();
    let table = world.table_name("ATTENDANCE_TABLE");
    let to = (&world.dynamo.client, table.as_str(), &Records::load(&world.shell)?);
    crowd::come(to, &world.people.employee, 0..PEOPLE_PER_PAGE, &dates).await?;
    let page = |date: jiff::civil::Date| {
        let person = |number| crowd::member(&world.people.employee, number).id;
        let days = (0..PEOPLE_PER_PAGE).map(|number| Days { employee_id: person(number), from: date, to: date });
        let mut work = Page::again(RequestId::sanitised("bench"), days.collect());
        (work.settled_only, work.at) = (false, Some(SystemClock.now()));
        message(&work)
    };
    Ok(Work::each(dates.into_iter().map(page).collect::<Result<Vec<_>>>()?))
}

/// The message of a queue with this work.
fn message(work: &Page) -> Result<Value> {
    let mut event = invocation::sample(SETTLE)?;
    let body = event.pointer_mut("/Records/0/body").ok_or("the sample of a queue has a record with a body")?;
    *body = Value::String(serde_json::to_string(work)?);
    Ok(event)
}
