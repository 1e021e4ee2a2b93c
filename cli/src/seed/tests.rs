//! Seeding a real database: complete the first time, without effect the second, able to go on after a failure.

use std::{collections::BTreeSet, sync::Arc};

use kernel::Actor;
use lambda::{Environment, UuidV7Generator};
use store::{Item, Query};
use testkit::TestDynamo;

use super::*;

const START: &str = "2024-06-10T08:00:00Z";

/// A database with a demo organisation.
struct Seeded {
    dynamo: TestDynamo,
    seeder: Seeder,
    plan: Organisation,
    done: SeedSummary,
}

async fn seeded(at: &str, people: u32, demo_accounts: bool) -> Seeded {
    let dynamo = testkit::dynamo().await.with_tables().await;
    let environment: Environment =
        testkit::table_shapes().iter().map(|shape| (shape.variable(), shape.test_name())).collect();
    let aws = testkit::sdk_config(&dynamo.endpoint);
    let shell = Shell::new(environment, aws, Arc::new(SystemClock), Arc::new(UuidV7Generator)).unwrap();
    let seeder = Seeder::of(&shell, at.parse().unwrap()).unwrap();
    let plan = plan(at, people);
    let done = seeder.seed(&plan, demo_accounts, Instant::now()).await.unwrap();
    Seeded { dynamo, seeder, plan, done }
}

fn plan(at: &str, people: u32) -> Organisation {
    let at: Timestamp = at.parse().unwrap();
    organisation(people, at.to_zoned(TimeZone::UTC).date(), at).unwrap()
}

impl Seeded {
    async fn assert_seeding_again_changes_nothing(&self) {
        let before = everything(&self.dynamo).await;
        let again = self.seeder.seed(&self.plan, true, Instant::now()).await.unwrap();
        assert_eq!(again, SeedSummary::default());
        assert!(everything(&self.dynamo).await == before);
    }
}

#[expect(clippy::disallowed_methods, reason = "a test looks at everything")]
async fn stored(dynamo: &TestDynamo, table: &str) -> Vec<Item> {
    let mut pages = dynamo.client.scan().table_name(format!("muster-test-{table}")).into_paginator().items().send();
    let mut items = Vec::new();
    while let Some(item) = pages.next().await {
        items.push(item.unwrap());
    }
    items.sort_by_key(|item| format!("{:?}{:?}", item.get("pk"), item.get("sk")));
    items
}

async fn everything(dynamo: &TestDynamo) -> Vec<Vec<Item>> {
    let mut all = Vec::new();
    for table in ["employees", "auth", "compliance", "leave", "attendance"] {
        all.push(stored(dynamo, table).await);
    }
    all
}

#[tokio::test]
async fn seeding_twice_is_the_same_as_seeding_once() {
    let seeded = seeded(START, 60, true).await;
    let first = &seeded.done;
    assert_eq!((first.people, first.departments), (60, 12));
    assert!(first.moves >= 4 && first.accounts >= 6);
    assert_eq!((first.calendars, first.leave_types), (3, 6));
    assert_eq!((first.sites, first.rosters), (3, 4));
    assert!(first.policies > 20, "{first:?}");
    seeded.assert_seeding_again_changes_nothing().await;
}

#[tokio::test]
async fn a_larger_number_later_adds_only_those_who_are_new() {
    let seeded = seeded(START, 30, false).await;
    assert!(stored(&seeded.dynamo, "auth").await.is_empty(), "no known password where it was not asked for");
    let done = seeded.seeder.seed(&plan(START, 50), false, Instant::now()).await.unwrap();
    assert_eq!((done.people, done.departments), (20, 0));
}

#[tokio::test]
async fn everything_seeded_is_stamped_and_explained() {
    let seeded = seeded(START, 60, true).await;
    for item in everything(&seeded.dynamo).await.into_iter().flatten() {
        let marked = ["_event", "_event_ref", "_quiet"].iter().any(|mark| item.contains_key(*mark));
        assert!(marked, "{item:?}");
        if let Some(stamp) = store::stamp_of(&item) {
            // Leave is asked for and decided by the cast themselves.
            let by_the_cast = matches!(stamp.actor, Actor::Person(_)) && stamp.entity_type.starts_with("Leave");
            assert!(by_the_cast || stamp.actor == Actor::System(ACTOR.to_owned()), "{stamp:?}");
        }
    }
}

#[tokio::test]
async fn who_is_on_leave_or_gone_is_so_in_the_directory() {
    let Seeded { seeder, plan, .. } = seeded(START, 60, false).await;
    let known = seeder.existing_members(&plan).await.unwrap();
    for member in &plan.people {
        let (person, _) = &known[&member.employee.person.id];
        let (status, last_day) = member.later_status.unwrap_or((EmploymentStatus::Active, None));
        assert_eq!((person.status, person.termination_date), (status, last_day));
    }
    let standing = seeder.people.query_all(Query::index("by_name", "PEOPLE#STANDING"), 100).await.unwrap();
    let gone = plan
        .people
        .iter()
        .filter(|member| matches!(member.later_status, Some((EmploymentStatus::Terminated, _))))
        .count();
    assert_eq!(standing.len() + gone, 60);
}

#[tokio::test]
async fn the_cast_is_away_by_the_policies_and_the_ledgers_say_so() {
    let seeded = seeded("2026-11-22T08:00:00Z", 60, true).await;
    let Seeded { dynamo, seeder, done, .. } = &seeded;
    assert!(done.leave >= 6 && done.delegations == 2, "{done:?}");

    let items = stored(dynamo, "leave").await;
    let requests: Vec<leave::domain::request::Request> = items
        .iter()
        .filter(|item| store::string_attribute(item, "sk") == Some("REQUEST"))
        .map(|item| from_item(item.clone()).unwrap())
        .collect();
    let with =
        |status: leave::domain::request::RequestStatus| requests.iter().filter(|one| one.status == status).count();
    let (approved, pending) =
        (with(leave::domain::request::RequestStatus::Approved), with(leave::domain::request::RequestStatus::Pending));
    assert!(approved >= 3 && pending >= 2 && approved + pending == requests.len(), "{approved} {pending}");
    for request in &requests {
        let ledger = seeder.leave.ledger(request.employee_id, &request.leave_type).await.unwrap();
        let until = request.end_date;
        let folded = policy::leave::Account::from_ledger(&request.leave_type, &ledger);
        let account = seeder.leave.account(request.employee_id, &request.leave_type).await.unwrap().value;
        assert_eq!(account.posted_until(until), folded.posted_until(until), "the account is the fold of its ledger");
        assert!(ledger.iter().any(|entry| entry.leave_id == Some(request.id)));
    }

    seeded.assert_seeding_again_changes_nothing().await;
}

#[tokio::test]
async fn nights_and_early_weeks_are_worked_by_rotation_and_by_nobody_else() {
    let seeded = seeded("2026-11-22T08:00:00Z", 60, true).await;
    let Seeded { seeder, plan, done, .. } = &seeded;
    let book = seeder.rules.rulebook().load_consistent(seeder.origin.at).await.unwrap();
    let rosters = seeder.attendance.rosters_fresh(seeder.origin.at).await.unwrap();
    let mut rotating = 0;
    for member in &plan.people {
        let person = &member.employee.person;
        let known = seeder.attendance.members.get_fresh(person.id).await.unwrap();
        let schedule = known.map(|known| known.value.schedule).unwrap_or_default();
        rotating += usize::from(!schedule.0.is_empty());
        let home = policy::attendance::EmploymentSnapshot::of(person);
        let planner =
            policy::attendance::Planner { book: &book, rosters: &rosters, schedule: &schedule, person, home: &home };
        let mut shifts = BTreeSet::new();
        for day in plan.today.series(jiff::ToSpan::days(1)).take(28).filter(|day| *day >= person.hire_date) {
            let plan = planner.plan(day);
            assert!(plan.unknown_shifts.is_empty(), "{} on {day}: {plan:?}", person.first_name);
            shifts.extend(plan.shifts.into_iter().map(|span| span.code));
        }
        let expected: &[&str] = match (schedule.0.is_empty(), &*person.site) {
            (true, _) => &["day"],
            (false, "pune") => &["night"],
            (false, _) => &["early", "late"],
        };
        assert!(shifts.iter().map(String::as_str).eq(expected.iter().copied()), "{}: {shifts:?}", person.first_name);
    }
    assert!(rotating >= 8 && rotating == done.assignments, "{done:?}");

    seeded.assert_seeding_again_changes_nothing().await;
}

#[tokio::test]
async fn the_last_days_of_the_cast_are_settled_and_nobody_is_told_of_them() {
    let Seeded { dynamo, plan, done, .. } = seeded("2026-11-25T08:00:00Z", 60, true).await;
    let items = stored(&dynamo, "attendance").await;
    let days: Vec<_> = items
        .iter()
        .filter(|item| store::string_attribute(item, "id").is_some_and(|id| id.starts_with("att_")))
        .collect();
    assert!(done.days > 100 && done.days == days.len(), "{done:?}");
    let mut statuses = BTreeSet::new();
    for item in days {
        let stamp = store::stamp_of(item).unwrap();
        assert!(stamp.event == "attendance.processed" && stamp.also.is_empty(), "{stamp:?}");
        let day: attendance::domain::day::Day = from_item(item.clone()).unwrap();
        assert!(day.date < plan.today && day.outcome.is_some(), "{day:?}");
        statuses.insert(format!("{:?}", day.outcome.unwrap().status));
    }
    assert!(["Present", "Incomplete", "RestDay"].iter().all(|status| statuses.contains(*status)), "{statuses:?}");
}

#[test]
fn the_commands_and_accounts_are_printed_for_people_who_paste() {
    let plan = plan(START, 60);
    let text = summary(&plan, SeedSummary::default(), true, Instant::now(), "http://x.execute-api.localhost:4566");
    assert!(text.contains("hanna.vogel@muster.example") && text.contains(DEMO_PASSWORD));
    assert_eq!(text.matches("curl -s").count(), 3);
    let without = summary(&plan, SeedSummary::default(), false, Instant::now(), "https://x");
    assert!(!without.contains(DEMO_PASSWORD));
}
