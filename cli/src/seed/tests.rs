//! Seeding of a real database: complete the first time and without effect the second time.

use std::{collections::BTreeSet, sync::Arc};

use kernel::Actor;
use lambda::{Environment, UuidV7Generator};
use store::{Item, Query};
use testkit::TestDynamo;

use super::*;

const START: &str = "2024-06-10T08:00:00Z";

/// Database with a demo organisation.
struct Seeded {
    dynamo: TestDynamo,
    seeder: Seeder,
    plan: Organisation,
    summary: SeedSummary,
}

async fn seeded(at: &str, people: u32, demo_accounts: bool) -> Seeded {
    let dynamo = testkit::dynamo().await.with_tables().await;
    let environment: Environment =
        testkit::table_shapes().iter().map(|shape| (shape.environment_variable(), shape.test_name())).collect();
    let aws = testkit::sdk_config(&dynamo.endpoint);
    let shell = Shell::new(environment, aws, Arc::new(SystemClock), Arc::new(UuidV7Generator)).unwrap();
    let seeder = Seeder::from_shell(&shell, at.parse().unwrap()).unwrap();
    let plan = plan(at, people);
    let summary = seeder.seed(&plan, demo_accounts, Instant::now()).await.unwrap();
    Seeded { dynamo, seeder, plan, summary }
}

fn plan(at: &str, people: u32) -> Organisation {
    let at: Timestamp = at.parse().unwrap();
    demo_organisation(people, at.to_zoned(TimeZone::UTC).date(), at).unwrap()
}

impl Seeded {
    async fn assert_seeding_again_changes_nothing(&self) {
        let before = all_items(&self.dynamo).await;
        let second = self.seeder.seed(&self.plan, true, Instant::now()).await.unwrap();
        assert_eq!(second, SeedSummary::default());
        assert!(all_items(&self.dynamo).await == before);
    }
}

#[expect(clippy::disallowed_methods, reason = "the tests compare whole tables")]
async fn table_items(dynamo: &TestDynamo, table: &str) -> Vec<Item> {
    let mut pages = dynamo.client.scan().table_name(format!("muster-test-{table}")).into_paginator().items().send();
    let mut items = Vec::new();
    while let Some(item) = pages.next().await {
        items.push(item.unwrap());
    }
    items.sort_by_key(|item| format!("{:?}{:?}", item.get("pk"), item.get("sk")));
    items
}

async fn all_items(dynamo: &TestDynamo) -> Vec<Vec<Item>> {
    let mut all = Vec::new();
    for table in ["employees", "auth", "compliance", "leave", "attendance"] {
        all.push(table_items(dynamo, table).await);
    }
    all
}

#[tokio::test]
async fn seeding_twice_equals_seeding_once() {
    let seeded = seeded(START, 60, true).await;
    let first = &seeded.summary;
    assert_eq!((first.people, first.departments), (60, 12));
    assert!(first.status_changes >= 4 && first.accounts >= 6);
    assert_eq!((first.calendars, first.leave_types), (3, 6));
    assert_eq!((first.sites, first.rosters), (3, 4));
    assert!(first.policies > 20, "{first:?}");
    seeded.assert_seeding_again_changes_nothing().await;
}

#[tokio::test]
async fn larger_number_of_employees_adds_only_new_ones() {
    let seeded = seeded(START, 30, false).await;
    assert!(table_items(&seeded.dynamo, "auth").await.is_empty(), "without demo accounts no password may be stored");
    let second = seeded.seeder.seed(&plan(START, 50), false, Instant::now()).await.unwrap();
    assert_eq!((second.people, second.departments), (20, 0));
}

#[tokio::test]
async fn every_seeded_item_has_a_stamp_with_its_actor() {
    let seeded = seeded(START, 60, true).await;
    for item in all_items(&seeded.dynamo).await.into_iter().flatten() {
        let marked = ["_event", "_event_ref", "_quiet"].iter().any(|mark| item.contains_key(*mark));
        assert!(marked, "{item:?}");
        if let Some(stamp) = store::stamp_of(&item) {
            // The demo people request and decide leave themselves.
            let by_person = matches!(stamp.actor, Actor::Person(_)) && stamp.entity_type.starts_with("Leave");
            assert!(by_person || stamp.actor == Actor::System(ACTOR.to_owned()), "{stamp:?}");
        }
    }
}

#[tokio::test]
async fn directory_shows_employees_on_leave_and_terminated() {
    let Seeded { seeder, plan, .. } = seeded(START, 60, false).await;
    let existing = seeder.existing_members(&plan).await.unwrap();
    for member in &plan.people {
        let (person, _) = &existing[&member.employee.person.id];
        let (status, last_day) = member.later_status.unwrap_or((EmploymentStatus::Active, None));
        assert_eq!((person.status, person.termination_date), (status, last_day));
    }
    let active = seeder.people.query_all(Query::index("by_name", "PEOPLE#STANDING"), 100).await.unwrap();
    let terminated = plan
        .people
        .iter()
        .filter(|member| matches!(member.later_status, Some((EmploymentStatus::Terminated, _))))
        .count();
    assert_eq!(active.len() + terminated, 60);
}

#[tokio::test]
async fn demo_leave_follows_the_policies_and_is_in_the_ledgers() {
    let seeded = seeded("2026-11-22T08:00:00Z", 60, true).await;
    let Seeded { dynamo, seeder, summary, .. } = &seeded;
    assert!(summary.leave >= 6 && summary.delegations == 2, "{summary:?}");

    let items = table_items(dynamo, "leave").await;
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
        let ledger = seeder.leave.list_ledger_entries(request.employee_id, &request.leave_type).await.unwrap();
        let until = request.end_date;
        let folded = policy::leave::Account::from_ledger(&request.leave_type, &ledger);
        let account = seeder.leave.get_account_or_empty(request.employee_id, &request.leave_type).await.unwrap().value;
        assert_eq!(
            account.posted_minutes_until(until),
            folded.posted_minutes_until(until),
            "the account must equal its ledger"
        );
        assert!(ledger.iter().any(|entry| entry.leave_id == Some(request.id)));
    }

    seeded.assert_seeding_again_changes_nothing().await;
}

#[tokio::test]
async fn only_roster_members_work_other_than_day_shifts() {
    let seeded = seeded("2026-11-22T08:00:00Z", 60, true).await;
    let Seeded { seeder, plan, summary, .. } = &seeded;
    let book = seeder.rules.policy_reader().load_consistent(seeder.origin.at).await.unwrap();
    let rosters = seeder.attendance.all_rosters_consistent(seeder.origin.at).await.unwrap();
    let mut roster_members = 0;
    for member in &plan.people {
        let person = &member.employee.person;
        let member = seeder.attendance.members.get_consistent(person.id).await.unwrap();
        let schedule = member.map(|member| member.value.schedule).unwrap_or_default();
        roster_members += usize::from(!schedule.0.is_empty());
        let home = policy::attendance::EmploymentSnapshot::of(person, plan.today);
        let planner = policy::attendance::Planner {
            policies: &book,
            rosters: &rosters,
            schedule: &schedule,
            person,
            employment: &home,
        };
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
    assert!(roster_members >= 8 && roster_members == summary.assignments, "{summary:?}");

    seeded.assert_seeding_again_changes_nothing().await;
}

#[tokio::test]
async fn seeded_days_are_settled_without_notifications() {
    let Seeded { dynamo, plan, summary, .. } = seeded("2026-11-25T08:00:00Z", 60, true).await;
    let items = table_items(&dynamo, "attendance").await;
    let days: Vec<_> = items
        .iter()
        .filter(|item| store::string_attribute(item, "id").is_some_and(|id| id.starts_with("att_")))
        .collect();
    assert!(summary.days > 100 && summary.days == days.len(), "{summary:?}");
    let mut statuses = BTreeSet::new();
    for item in days {
        let stamp = store::stamp_of(item).unwrap();
        assert!(stamp.event == "attendance.processed" && stamp.further_events.is_empty(), "{stamp:?}");
        let day: attendance::domain::day::Day = from_item(item.clone()).unwrap();
        assert!(day.date < plan.today && day.outcome.is_some(), "{day:?}");
        statuses.insert(format!("{:?}", day.outcome.unwrap().status));
    }
    assert!(["Present", "Incomplete", "RestDay"].iter().all(|status| statuses.contains(*status)), "{statuses:?}");
}

#[test]
fn summary_prints_accounts_and_commands_for_demo_stages_only() {
    let plan = plan(START, 60);
    let text = summary_text(&plan, SeedSummary::default(), true, Instant::now(), "http://x.execute-api.localhost:4566");
    assert!(text.contains("hanna.vogel@muster.example") && text.contains(DEMO_PASSWORD));
    assert_eq!(text.matches("curl -s").count(), 3);
    let without = summary_text(&plan, SeedSummary::default(), false, Instant::now(), "https://x");
    assert!(!without.contains(DEMO_PASSWORD));
}
