//! Calls of every HTTP operation, right after init and with filled caches.

use access::{Method, OPERATIONS, Operation};
use attendance::store::AttendanceStore;
use axum::Router;
use directory::{Directory, Person};
use fixtures::{Organisation, endpoint, restore};
use lambda::{FromShell, KeyRing};
use serde_json::{Value, json};
use testkit::{TestRequest, TestResponse, World, origin};

use crate::{
    Result,
    calls::{CallSummary, OperationCalls},
    rules,
};

/// Punch operations, each with the one that makes it possible again. The functions cache the day that they wrote, so the same request
/// cannot be repeated on restored tables.
const PUNCHES: [(&Operation, &Operation); 4] = [
    (&access::ATTENDANCE_CHECK_IN, &access::ATTENDANCE_CHECK_OUT),
    (&access::ATTENDANCE_BREAK_START, &access::ATTENDANCE_BREAK_END),
    (&access::ATTENDANCE_BREAK_END, &access::ATTENDANCE_BREAK_START),
    (&access::ATTENDANCE_CHECK_OUT, &access::ATTENDANCE_CHECK_IN),
];
/// Date of a new world's clock, whose local time in Berlin is 12:30.
const TODAY: &str = "2024-06-10";

/// Counts the calls of every operation.
pub(crate) async fn count_calls() -> Result<Vec<OperationCalls>> {
    let mut all = count_punches().await?;
    let organisation = Organisation::build().await;
    organisation.world.calls.measure_capacity();
    for operation in OPERATIONS.iter().copied().filter(|row| !PUNCHES.iter().any(|(punch, _)| punch == row)) {
        all.extend(count_twice(&organisation, operation).await?);
    }
    all.sort_by_key(|one| OPERATIONS.iter().position(|row| row.name == one.operation));
    Ok(all)
}

/// Sends the same request twice and restores the tables after each.
async fn count_twice(organisation: &Organisation, operation: &'static Operation) -> Result<Vec<OperationCalls>> {
    let request = organisation.valid_request(operation).await;
    let app = app_after_init(&organisation.world, operation).await?;
    let before = if operation.method == Method::Get { None } else { Some(organisation.world.snapshot().await) };
    let mut counted = Vec::new();
    for state in ["first", "warm"] {
        counted.push(counted_calls(&organisation.world, operation, state, organisation.send(&app, &request)).await?);
        if let Some(before) = &before {
            restore(&organisation.world, before).await;
        }
    }
    Ok(counted)
}

async fn count_punches() -> Result<Vec<OperationCalls>> {
    let world = testkit::world_with(&[("SETTLE_QUEUE", "http://queues/settle")]).await;
    prepare_attendance(&world).await?;
    world.calls.measure_capacity();
    let employee = &world.people.employee;
    let mut all = Vec::new();
    for (operation, opposite) in PUNCHES {
        let app = app_after_init(&world, operation).await?;
        all.push(count_punch(&world, (operation, &app), "first", employee).await?);
        body_of_success(
            world.post(&self::app(&world, opposite), opposite.path, json!({})).signed_in_as(employee).await,
        )?;
        all.push(count_punch(&world, (operation, &app), "warm", employee).await?);
    }
    all.push(late_check_in(&world).await?);
    Ok(all)
}

/// First check-in of a person whose shift started in the morning.
async fn late_check_in(world: &World) -> Result<OperationCalls> {
    let (person, hr) = (&world.people.manager, &world.people.hr);
    let operation = &access::SHIFT_ASSIGNMENTS_CREATE;
    let body = json!({"employee_id": person.id, "shifts": ["early"], "from": TODAY, "to": TODAY});
    body_of_success(world.post(&app(world, operation), operation.path, body).signed_in_as(hr).await)?;
    let operation = &access::ATTENDANCE_CHECK_IN;
    let app = app_after_init(world, operation).await?;
    count_punch(world, (operation, &app), "late, first", person).await
}

async fn count_punch(
    world: &World,
    (operation, app): (&'static Operation, &Router),
    state: &'static str,
    person: &Person,
) -> Result<OperationCalls> {
    let body = json!({"location": "Office", "device": "Mobile"});
    counted_calls(world, operation, state, world.post(app, operation.path, body).signed_in_as(person)).await
}

/// Stores rules whose shift starts after noon, and registers all people with attendance.
pub(crate) async fn prepare_attendance(world: &World) -> Result<()> {
    rules::put_attendance_rules(&world.shell, "afternoon").await?;
    let store = AttendanceStore::from_shell(&world.shell)?;
    for person in world.people.all() {
        store.upsert_member(&origin(), person, 1).await.map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Application of an operation's endpoint.
pub(crate) fn app(world: &World, operation: &'static Operation) -> Router {
    world.app(operation, endpoint(operation).router)
}

/// Application of an endpoint right after init, with only the published keys in its caches.
async fn app_after_init(world: &World, operation: &'static Operation) -> Result<Router> {
    let text = |error: lambda::InitError| error.to_string();
    let mut shell = world.shell.clone();
    shell.directory = Directory::new(shell.table("EMPLOYEES_TABLE").map_err(text)?);
    shell.keys = KeyRing::new(shell.table("AUTH_TABLE").map_err(text)?);
    shell.keys.refresh(shell.now()).await.map_err(|error| error.to_string())?;
    lambda::http::app(&shell, operation, endpoint(operation).router).map_err(|error| error.to_string().into())
}

/// Sends a request, which must succeed, and counts its calls.
async fn counted_calls(
    world: &World,
    operation: &'static Operation,
    state: &'static str,
    request: TestRequest<'_>,
) -> Result<OperationCalls> {
    world.calls.clear();
    let answer = request.await;
    let summary = CallSummary::of(&world.calls.recorded());
    body_of_success(answer).map_err(|error| format!("{}: {error}", operation.name))?;
    Ok(OperationCalls { operation: operation.name, state, summary })
}

/// Body of a successful response; any other response is an error.
pub(crate) fn body_of_success(answer: TestResponse) -> Result<Value> {
    if answer.status.is_success() { Ok(answer.body) } else { Err(format!("{}: {}", answer.status, answer.body).into()) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::budgets::exceeded_call_budgets;

    #[tokio::test]
    async fn every_operation_keeps_its_call_budget() {
        let counted = count_calls().await.unwrap();
        let names: BTreeSet<_> = counted.iter().map(|one| one.operation).collect();
        assert_eq!(names, OPERATIONS.iter().map(|row| row.name).collect());
        let over = exceeded_call_budgets(&counted).unwrap();
        assert!(over.is_empty(), "operations exceed tests/bench/budgets.toml:\n  - {}\n", over.join("\n  - "));
    }
}
