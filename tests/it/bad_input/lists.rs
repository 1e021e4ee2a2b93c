//! Bad filters, limits and cursors of lists.

use access::OPERATIONS;
use access::{AccessRule, Operation, Role};
use directory::Person;
use fixtures::{Organisation, method, with_query};
use serde_json::Value;
use testkit::TestResponse;

use super::{parameters, problem_fault, schema};
use crate::conformance::{openapi::document, repo::nothing_wrong};

/// Operations with query parameters, and the parameters.
fn with_queries(document: &Value) -> Vec<(&'static Operation, Vec<(String, Value)>)> {
    let rows = OPERATIONS.iter().copied().map(|row| (row, parameters(document, row, "query")));
    rows.filter(|(_, parameters)| !parameters.is_empty()).collect()
}

/// Paginated operations: those of [`LONG_LISTS`] and those with a parameter `cursor`.
fn paginated(document: &Value) -> Vec<&'static Operation> {
    let has_cursor = |row: &Operation| parameters(document, row, "query").iter().any(|(name, _)| name == "cursor");
    let rows = OPERATIONS.iter().copied();
    rows.filter(|row| LONG_LISTS.contains(&row.name) || has_cursor(row)).collect()
}

/// Lists without a natural limit, which must be paginated.
const LONG_LISTS: &[&str] = &[
    "employees-list",
    "employees-reports",
    "departments-list",
    "job-roles-list",
    "audit-logs-list",
    "audit-logs-user-list",
    "audit-logs-type-list",
    "compliance-policies-list",
    "compliance-violations-list",
    "compliance-training-list",
    "attendance-list",
    "attendance-get",
    "attendance-late-arrivals",
    "attendance-overtime",
    "attendance-corrections-list",
    "attendance-runs-list",
    "attendance-runs-get",
    "payroll-periods-get",
    "payroll-periods-differences-list",
    "rosters-list",
    "shift-assignments-list",
    "leaves-list",
    "leave-credits-list",
    "leave-types-list",
    "leave-delegations-list",
    "leave-feeds-list",
    "notifications-list",
    "notifications-unread",
];

/// Path of a list about the outsider's department, which has two reports of `other_manager`.
fn path(organisation: &Organisation, row: &Operation) -> String {
    match row.name {
        "employees-reports" => organisation.path_about(row, &organisation.other_manager),
        "attendance-corrections-list" | "shift-assignments-list" | "leave-credits-list" => with_query(
            &organisation.path_about(row, &organisation.outsider),
            "employee_id",
            &organisation.outsider.id.to_string(),
        ),
        // With an employee id, the operation lists the leave history.
        "leaves-get" => row.path.replace("{id}", &organisation.outsider.id.to_string()),
        _ => organisation.path_about(row, &organisation.outsider),
    }
}

async fn send(organisation: &Organisation, row: &Operation, query: &str, by: &Person) -> TestResponse {
    let path = path(organisation, row);
    // Required parameters come first, unless the query sets them.
    let set: Vec<_> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    let (bare, required) = path.split_once('?').unwrap_or((&path, ""));
    let required = required
        .split('&')
        .filter(|pair| !pair.is_empty() && !set.iter().any(|name| pair.split('=').next() == Some(*name)));
    let pairs: Vec<_> = required.chain([query]).collect();
    organisation
        .world
        .request(organisation.app(row), method(row), format!("{bare}?{}", pairs.join("&")))
        .signed_in_as(by)
        .await
}

/// List of a response; for an attendance run, its differences.
fn list<'a>(row: &Operation, answer: &'a TestResponse) -> &'a Value {
    if row.name == "attendance-runs-get" { &answer.body["differences"] } else { &answer.body }
}

/// Text with every byte percent-encoded.
fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn every_long_list_is_paginated() {
    let document = document();
    let names = |row| parameters(&document, row, "query").into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    let long = OPERATIONS.iter().copied().filter(|row| LONG_LISTS.contains(&row.name));
    let wrong: Vec<_> = long
        .map(|row| (row.name, names(row)))
        .filter(|(_, names)| !["cursor", "limit"].iter().all(|required| names.iter().any(|name| name == required)))
        .map(|(name, names)| format!("{name}: {names:?}"))
        .collect();
    nothing_wrong(
        "The OpenAPI document must declare `cursor` and `limit` (utoipa omits fields with `skip_serializing`):",
        &wrong,
    );
}

#[tokio::test]
async fn malformed_query_parameters_are_refused_with_a_pointer() {
    let (organisation, document) = (crate::organisation().await, document());
    let before = organisation.world.snapshot().await;
    let mut wrong = Vec::new();
    for (row, parameters) in with_queries(&document) {
        let Some(person) = organisation.permitted_caller(row) else { continue };
        let mut cases = vec![
            ("no_such_parameter=1".to_owned(), "query:no_such_parameter".to_owned()),
            ("limitt=5".to_owned(), "query:limitt".to_owned()),
        ];
        if paginated(&document).iter().any(|paginated| paginated.name == row.name) {
            let bad = ["0", "101", "x", "-1", "1.5", "", "99999999999", "%00"];
            cases.extend(bad.map(|bad| (format!("limit={bad}"), "query:limit".to_owned())));
            cases.push(("limit=1&limit=2".to_owned(), "query:limit".to_owned()));
        }
        for (name, schema) in parameters.iter().filter(|(name, _)| name != "limit") {
            let types = schema::types(&document, schema);
            let bad: &[&str] = if schema::is_typed(&document, schema)
                || schema::is_enumerated(&document, schema)
                || types.contains("integer")
            {
                &["nonsense", "", "%00", "%ff", "1%27%20OR%201=1"]
            } else if schema::is_formed(&document, schema) {
                &["", "%00"]
            } else {
                &[]
            };
            cases.extend(bad.iter().map(|bad| (format!("{name}={bad}"), format!("query:{name}"))));
        }
        for (query, pointer) in cases {
            let answer = send(&organisation, row, &query, person).await;
            wrong.extend(
                problem_fault(&answer, &[400, 422], Some(&pointer))
                    .map(|fault| format!("{} ?{query}: {fault}", row.name)),
            );
        }
    }
    nothing_wrong("A bad query parameter must get 400 or 422 with the pointer `query:<name>`:", &wrong);
    assert!(before == organisation.world.snapshot().await, "a refused request must store nothing");
}

#[tokio::test]
async fn no_filter_text_causes_a_server_error() {
    let (organisation, document) = (crate::organisation().await, document());
    let mut wrong = Vec::new();
    for (row, parameters) in with_queries(&document) {
        let Some(person) = organisation.permitted_caller(row) else { continue };
        for (name, _) in &parameters {
            for text in [
                "\0",
                "\u{10ffff}",
                "%",
                "'; DROP TABLE",
                "\u{202e}abc",
                "#",
                "*",
                "begins_with(pk, :x)",
                &"ß".repeat(2000),
            ] {
                let answer = send(&organisation, row, &format!("{name}={}", escaped(text)), person).await;
                if answer.status.is_server_error() {
                    wrong.push(format!("{} {name}={text:.20}: {} {}", row.name, answer.status, answer.body));
                }
            }
        }
    }
    nothing_wrong("No filter text may cause a 5xx response:", &wrong);
}

#[tokio::test]
async fn malformed_cursor_is_refused() {
    let (organisation, document) = (crate::organisation().await, document());
    let mut wrong = Vec::new();
    for row in paginated(&document) {
        let Some(person) = organisation.permitted_caller(row) else { continue };
        let first = send(&organisation, row, "limit=1", person).await;
        let mut broken = vec![
            "x".to_owned(),
            "AAAA".to_owned(),
            "%20".to_owned(),
            "%00".to_owned(),
            "A".repeat(4000),
            "..".to_owned(),
        ];
        if let Some(cursor) = list(row, &first)["next_cursor"].as_str() {
            for at in [0, cursor.len() / 2, cursor.len() - 1] {
                let mut letters: Vec<_> = cursor.chars().collect();
                letters[at] = if letters[at] == 'A' { 'B' } else { 'A' };
                broken.push(letters.into_iter().collect());
            }
            broken.extend([cursor[..cursor.len() - 4].to_owned(), format!("{cursor}AAAA"), cursor.to_uppercase()]);
        }
        for cursor in broken {
            let answer = send(&organisation, row, &format!("limit=1&cursor={cursor}"), person).await;
            let fault = problem_fault(&answer, &[400, 422], Some("query:cursor"));
            wrong.extend(fault.map(|fault| format!("{} cursor={cursor:.60}: {fault}", row.name)));
        }
    }
    nothing_wrong("A malformed cursor must get 400 or 422:", &wrong);
}

#[tokio::test]
async fn cursor_is_refused_for_other_callers_and_other_lists() {
    let (organisation, document) = (crate::organisation().await, document());
    let (mut wrong, mut shared) = (Vec::new(), 0);
    let mut cursors = Vec::new();
    for row in paginated(&document) {
        let Some(owner) = organisation.permitted_caller(row) else { continue };
        let first = send(&organisation, row, "limit=1", owner).await;
        let Some(cursor) = list(row, &first)["next_cursor"].as_str() else {
            // Each caller has only one session.
            if row.name != "auth-sessions-list" {
                wrong.push(format!("{}: the list must have a second page with limit=1: {}", row.name, first.body));
            }
            continue;
        };
        let own = send(&organisation, row, &format!("limit=1&cursor={cursor}"), owner).await;
        if own.status != 200 || list(row, &own)["items"] == list(row, &first)["items"] {
            wrong.push(format!("{}: the second page: {} {}", row.name, own.status, own.body));
        }
        for other in others(&organisation, row, owner) {
            shared += 1;
            let answer = send(&organisation, row, &format!("limit=1&cursor={cursor}"), other).await;
            wrong.extend(problem_fault(&answer, &[400], Some("query:cursor")).map(|fault| {
                format!("{} with the cursor of another caller, as {}: {fault}", row.name, other.first_name)
            }));
        }
        cursors.push((row, owner, cursor.to_owned()));
    }
    for (row, owner, _) in &cursors {
        for (_, _, cursor) in cursors.iter().filter(|(other, ..)| other.name != row.name) {
            let answer = send(&organisation, row, &format!("limit=1&cursor={cursor}"), owner).await;
            wrong.extend(
                problem_fault(&answer, &[400], Some("query:cursor"))
                    .map(|fault| format!("{} with another list's cursor: {fault}", row.name)),
            );
        }
    }
    nothing_wrong("A cursor must work for its caller and its list only:", &wrong);
    assert!(shared > 5, "the test must try more than 5 cursors of other callers, not {shared}");
}

/// Other people who may read the same list in full.
fn others<'a>(organisation: &'a Organisation, row: &Operation, owner: &Person) -> Vec<&'a Person> {
    let AccessRule::Granted(_) = row.access else { return Vec::new() };
    // Administrators see the state of a run but not its differences.
    let sees = |role: &Role| (row.name, *role) != ("attendance-runs-get", Role::Admin);
    let people = Role::ALL.into_iter().filter(sees).map(|role| organisation.person_with_role(role));
    people.filter(|person| person.id != owner.id && row.grant(person.roles).covers(access::Relation::Other)).collect()
}
