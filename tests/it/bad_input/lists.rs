//! Lists: filters, limits, cursors.

use access::OPERATIONS;
use access::{AccessRule, Operation, Role};
use directory::Person;
use serde_json::Value;
use stage::{Organisation, method, with_query};
use testkit::Answer;

use super::{parameters, problem_fault, schema};
use crate::conformance::{openapi::document, repo::nothing_wrong};

/// Every row with a query.
fn with_queries(document: &Value) -> Vec<(&'static Operation, Vec<(String, Value)>)> {
    let rows = OPERATIONS.iter().copied().map(|row| (row, parameters(document, row, "query")));
    rows.filter(|(_, parameters)| !parameters.is_empty()).collect()
}

/// The rows whose lists may be long: those that say so, and those that must.
fn paged(document: &Value) -> Vec<&'static Operation> {
    let says_so = |row: &Operation| parameters(document, row, "query").iter().any(|(name, _)| name == "cursor");
    let rows = OPERATIONS.iter().copied();
    rows.filter(|row| LONG.contains(&row.name) || says_so(row)).collect()
}

/// Lists without an end of their own.
const LONG: &[&str] = &[
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
    "rosters-list",
    "shift-assignments-list",
    "leaves-list",
    "leave-types-list",
    "leave-delegations-list",
    "leave-feeds-list",
    "notifications-list",
    "notifications-unread",
];

/// A list about the foreign department: that of `other_manager`, who leads two people.
fn path(stage: &Organisation, row: &Operation) -> String {
    match row.name {
        "employees-reports" => stage.path_about(row, &stage.other_manager),
        "attendance-corrections-list" | "shift-assignments-list" => {
            with_query(&stage.path_about(row, &stage.foreigner), "employee_id", &stage.foreigner.id.to_string())
        }
        // With a person's id, their history.
        "leaves-get" => row.path.replace("{id}", &stage.foreigner.id.to_string()),
        _ => stage.path_about(row, &stage.foreigner),
    }
}

async fn asked(stage: &Organisation, row: &Operation, query: &str, by: &Person) -> Answer {
    let path = path(stage, row);
    // What the row cannot do without comes first, unless the query says it otherwise.
    let said: Vec<_> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    let (bare, needed) = path.split_once('?').unwrap_or((&path, ""));
    let needed = needed
        .split('&')
        .filter(|pair| !pair.is_empty() && !said.iter().any(|name| pair.split('=').next() == Some(*name)));
    let pairs: Vec<_> = needed.chain([query]).collect();
    stage.world.ask(stage.app(row), method(row), format!("{bare}?{}", pairs.join("&"))).signed_in_as(by).await
}

/// The list of an answer: of a run, its differences.
fn list<'a>(row: &Operation, answer: &'a Answer) -> &'a Value {
    if row.name == "attendance-runs-get" { &answer.body["differences"] } else { &answer.body }
}

/// The characters of a text as they stand in a query.
fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn every_long_list_says_that_it_is_paged() {
    let document = document();
    let names = |row| parameters(&document, row, "query").into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    let long = OPERATIONS.iter().copied().filter(|row| LONG.contains(&row.name));
    let wrong: Vec<_> = long
        .map(|row| (row.name, names(row)))
        .filter(|(_, names)| !["cursor", "limit"].iter().all(|wanted| names.iter().any(|name| name == wanted)))
        .map(|(name, names)| format!("{name}: {names:?}"))
        .collect();
    nothing_wrong(
        "`cursor` and `limit` are in the OpenAPI document (a field with `skip_serializing` is left out by utoipa):",
        &wrong,
    );
}

#[tokio::test]
async fn a_query_that_cannot_be_read_is_refused_with_a_pointer_to_the_parameter() {
    let (stage, document) = (Organisation::build().await, document());
    let before = stage.world.snapshot().await;
    let mut wrong = Vec::new();
    for (row, parameters) in with_queries(&document) {
        let Some(person) = stage.allowed(row) else { continue };
        let mut cases = vec![
            ("no_such_parameter=1".to_owned(), "query:no_such_parameter".to_owned()),
            ("limitt=5".to_owned(), "query:limitt".to_owned()),
        ];
        if paged(&document).iter().any(|paged| paged.name == row.name) {
            let bad = ["0", "101", "x", "-1", "1.5", "", "99999999999", "%00"];
            cases.extend(bad.map(|bad| (format!("limit={bad}"), "query:limit".to_owned())));
            cases.push(("limit=1&limit=2".to_owned(), "query:limit".to_owned()));
        }
        for (name, schema) in parameters.iter().filter(|(name, _)| name != "limit") {
            let types = schema::types(&document, schema);
            if schema::is_formed(&document, schema) || types.contains("integer") {
                cases.extend(
                    ["nonsense", "", "%00", "%ff", "1%27%20OR%201=1"]
                        .map(|bad| (format!("{name}={bad}"), format!("query:{name}"))),
                );
            }
        }
        for (query, pointer) in cases {
            let answer = asked(&stage, row, &query, person).await;
            wrong.extend(
                problem_fault(&answer, &[400, 422], Some(&pointer))
                    .map(|flaw| format!("{} ?{query}: {flaw}", row.name)),
            );
        }
    }
    nothing_wrong("A bad query is 400 (or 422) with `query:<name>`:", &wrong);
    assert!(before == stage.world.snapshot().await, "nothing is stored");
}

#[tokio::test]
async fn a_filter_takes_any_text_without_failing() {
    let (stage, document) = (Organisation::build().await, document());
    let mut wrong = Vec::new();
    for (row, parameters) in with_queries(&document) {
        let Some(person) = stage.allowed(row) else { continue };
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
                let answer = asked(&stage, row, &format!("{name}={}", escaped(text)), person).await;
                if answer.status.is_server_error() {
                    wrong.push(format!("{} {name}={text:.20}: {} {}", row.name, answer.status, answer.body));
                }
            }
        }
    }
    nothing_wrong("No filter makes a list fail:", &wrong);
}

#[tokio::test]
async fn a_cursor_that_is_broken_is_refused() {
    let (stage, document) = (Organisation::build().await, document());
    let mut wrong = Vec::new();
    for row in paged(&document) {
        let Some(person) = stage.allowed(row) else { continue };
        let first = asked(&stage, row, "limit=1", person).await;
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
            let answer = asked(&stage, row, &format!("limit=1&cursor={cursor}"), person).await;
            let flaw = problem_fault(&answer, &[400, 422], Some("query:cursor"));
            wrong.extend(flaw.map(|flaw| format!("{} cursor={cursor:.60}: {flaw}", row.name)));
        }
    }
    nothing_wrong("A cursor that was not sealed by us is 400:", &wrong);
}

#[tokio::test]
async fn a_cursor_is_worth_nothing_to_somebody_else_or_for_another_question() {
    let (stage, document) = (Organisation::build().await, document());
    let (mut wrong, mut lent) = (Vec::new(), 0);
    let mut cursors = Vec::new();
    for row in paged(&document) {
        let Some(owner) = stage.allowed(row) else { continue };
        let first = asked(&stage, row, "limit=1", owner).await;
        let Some(cursor) = list(row, &first)["next_cursor"].as_str() else {
            // One's own sessions are one on this stage.
            if row.name != "auth-sessions-list" {
                wrong
                    .push(format!("{}: the stage has two of everything, but no second page: {}", row.name, first.body));
            }
            continue;
        };
        let own = asked(&stage, row, &format!("limit=1&cursor={cursor}"), owner).await;
        if own.status != 200 || list(row, &own)["items"] == list(row, &first)["items"] {
            wrong.push(format!("{}: the second page: {} {}", row.name, own.status, own.body));
        }
        for other in others(&stage, row, owner) {
            lent += 1;
            let answer = asked(&stage, row, &format!("limit=1&cursor={cursor}"), other).await;
            wrong.extend(
                problem_fault(&answer, &[400], Some("query:cursor"))
                    .map(|flaw| format!("{} lent to {}: {flaw}", row.name, other.first_name)),
            );
        }
        cursors.push((row, owner, cursor.to_owned()));
    }
    for (row, owner, _) in &cursors {
        for (_, _, cursor) in cursors.iter().filter(|(other, ..)| other.name != row.name) {
            let answer = asked(&stage, row, &format!("limit=1&cursor={cursor}"), owner).await;
            wrong.extend(
                problem_fault(&answer, &[400], Some("query:cursor"))
                    .map(|flaw| format!("{} with another list's cursor: {flaw}", row.name)),
            );
        }
    }
    nothing_wrong("A cursor is sealed for its caller and its question:", &wrong);
    assert!(lent > 5, "cursors were lent: {lent}");
}

/// Others who may ask this list, too, and see as much.
fn others<'a>(stage: &'a Organisation, row: &Operation, owner: &Person) -> Vec<&'a Person> {
    let AccessRule::Granted(_) = row.access else { return Vec::new() };
    // Whoever runs the system sees that a run runs, and no list of people.
    let sees = |role: &Role| (row.name, *role) != ("attendance-runs-get", Role::Admin);
    let people = Role::ALL.into_iter().filter(sees).map(|role| stage.with_role(role));
    people.filter(|person| person.id != owner.id && row.grant(person.roles).covers(access::Relation::Other)).collect()
}
