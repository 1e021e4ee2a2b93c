//! Seeding a real database: complete the first time, without effect the second, able to go on after a failure.

use std::sync::Arc;

use lambda::SystemMint;
use store::{Item, Query};
use testkit::TestDynamo;

use super::*;

const TODAY: Date = jiff::civil::date(2024, 6, 10);

struct Site {
    dynamo: TestDynamo,
    seeder: Seeder,
}

async fn site() -> Site {
    let dynamo = testkit::dynamo().await.with_tables().await;
    let table = |name: &str| Table::new(dynamo.client.clone(), format!("muster-test-{name}"), Arc::new(SystemMint));
    let seeder = Seeder::new(table("employees"), table("auth"), testkit::start());
    Site { dynamo, seeder }
}

fn plan(people: u32) -> Organisation {
    organisation(people, TODAY, testkit::start()).unwrap()
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

#[tokio::test]
async fn seeding_twice_is_the_same_as_seeding_once() {
    let site = site().await;
    let first = site.seeder.seed(&plan(60), true, Instant::now()).await.unwrap();
    assert_eq!((first.people, first.departments), (60, 12));
    assert!(first.moves >= 4 && first.accounts >= 6);
    let before = (stored(&site.dynamo, "employees").await, stored(&site.dynamo, "auth").await);

    let again = site.seeder.seed(&plan(60), true, Instant::now()).await.unwrap();
    let Done { departments, job_roles, people, moves, accounts } = again;
    assert_eq!((departments, job_roles, people, moves, accounts), (0, 0, 0, 0, 0));
    assert_eq!((stored(&site.dynamo, "employees").await, stored(&site.dynamo, "auth").await), before);
}

#[tokio::test]
async fn a_larger_number_later_adds_only_those_who_are_new() {
    let site = site().await;
    site.seeder.seed(&plan(30), false, Instant::now()).await.unwrap();
    assert!(stored(&site.dynamo, "auth").await.is_empty(), "no known password where it was not asked for");
    let done = site.seeder.seed(&plan(50), false, Instant::now()).await.unwrap();
    assert_eq!((done.people, done.departments), (20, 0));
}

#[tokio::test]
async fn everything_seeded_is_stamped_and_explained() {
    let site = site().await;
    site.seeder.seed(&plan(60), true, Instant::now()).await.unwrap();
    for item in stored(&site.dynamo, "employees").await {
        let marked = ["_event", "_event_ref", "_quiet"].iter().any(|mark| item.contains_key(*mark));
        assert!(marked, "{item:?}");
        if let Some(stamp) = store::stamp_of(&item) {
            assert_eq!(stamp.actor, Actor::System(ACTOR.to_owned()));
        }
    }
}

#[tokio::test]
async fn who_is_on_leave_or_gone_is_so_in_the_directory() {
    let site = site().await;
    let plan = plan(60);
    site.seeder.seed(&plan, false, Instant::now()).await.unwrap();
    let known = site.seeder.known(&plan).await.unwrap();
    for member in &plan.people {
        let (person, _) = &known[&member.employee.person.id];
        let (status, last_day) = member.then.unwrap_or((Status::Active, None));
        assert_eq!((person.status, person.termination_date), (status, last_day));
    }
    let standing = site.seeder.people.query_all(Query::index("by_name", "PEOPLE#STANDING"), 100).await.unwrap();
    let gone = plan.people.iter().filter(|member| matches!(member.then, Some((Status::Terminated, _)))).count();
    assert_eq!(standing.len() + gone, 60);
}

#[test]
fn the_commands_and_accounts_are_printed_for_people_who_paste() {
    let plan = plan(60);
    let text = summary(&plan, Done::default(), true, Instant::now(), "http://x.execute-api.localhost:4566");
    assert!(text.contains("hanna.vogel@muster.example") && text.contains(DEMO_PASSWORD));
    assert_eq!(text.matches("curl -s").count(), 3);
    let without = summary(&plan, Done::default(), false, Instant::now(), "https://x");
    assert!(!without.contains(DEMO_PASSWORD));
}
