//! Bad input at every route: the right 4xx status with a pointer to the fault, no stored data and no 5xx.
//!
//! The tests are generated from the OpenAPI document, the access table and the sample events, so they cover every endpoint.

mod bodies;
mod headers;
mod languages;
mod lists;
mod random;
mod schema;

use access::OPERATIONS;
use access::{AccessRule, Operation};
use serde_json::Value;
use testkit::TestResponse;

use crate::conformance::openapi::described;

/// Operations with a request body, and the schema of the body.
fn with_bodies(document: &Value) -> Vec<(&'static Operation, Value)> {
    let schema =
        |row: &Operation| described(document, row)["requestBody"]["content"]["application/json"]["schema"].clone();
    let rows = OPERATIONS.iter().copied().map(|row| (row, schema(row)));
    rows.filter(|(_, schema)| !schema.is_null()).collect()
}

/// Names and schemas of an operation's parameters in `query` or `header`.
fn parameters(document: &Value, row: &Operation, place: &str) -> Vec<(String, Value)> {
    let all = described(document, row)["parameters"].as_array().cloned().unwrap_or_default();
    let here = all.into_iter().filter(|one| one["in"] == place);
    here.map(|one| (one["name"].as_str().unwrap().to_owned(), one["schema"].clone())).collect()
}

/// Fault of an error response: wrong status, incomplete problem, or no pointer to the place.
fn problem_fault(answer: &TestResponse, statuses: &[u16], pointer: Option<&str>) -> Option<String> {
    let status = answer.status.as_u16();
    let body = &answer.body;
    let members = ["type", "title", "detail", "request_id"]
        .iter()
        .all(|name| body[*name].as_str().is_some_and(|text| !text.is_empty()));
    let points = pointer.is_none_or(|wanted| answer.pointers().iter().any(|found| points_to(found, wanted)));
    let errors = body["errors"].as_array().cloned().unwrap_or_default();
    let complete = errors.iter().all(|error| ["pointer", "code", "detail"].iter().all(|name| error[*name].is_string()));
    if !statuses.contains(&status) {
        Some(format!("{status} instead of {statuses:?}: {body}"))
    } else if answer.header("content-type") != "application/problem+json"
        || !members
        || body["status"] != status
        || !complete
    {
        Some(format!("the problem is incomplete: {} {body}", answer.header("content-type")))
    } else if !points {
        Some(format!("the problem has no pointer {:?}: {body}", pointer.unwrap_or_default()))
    } else {
        None
    }
}

/// Whether a pointer names the expected place or a part of it.
fn points_to(found: &str, expected: &str) -> bool {
    found.strip_prefix(expected).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn is_slug(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Whether an operation needs no token.
fn is_public(row: &Operation) -> bool {
    row.access == AccessRule::Public
}

#[tokio::test]
async fn malformed_ids_get_404() {
    let organisation = crate::organisation().await;
    let before = organisation.world.snapshot().await;
    let mut wrong = Vec::new();
    let long = "e".repeat(3000);
    let upper = organisation.outsider.id.to_string().to_uppercase();
    let with_dashes = format!("emp_{}", organisation.outsider.id.uuid());
    let bad = [
        "x",
        "%00",
        "%ff%fe",
        "..%2F..%2Fetc",
        "emp_",
        "*",
        "%20",
        "null",
        "0",
        "%F0%9F%92%A3",
        "emp_%27OR1",
        &long,
        &upper,
        &with_dashes,
    ];
    for row in OPERATIONS.iter().copied().filter(|row| row.path.contains('{')) {
        // Any slug is a valid site.
        let names_a_site = row.path.contains("{site}");
        for id in bad.into_iter().filter(|id| !names_a_site || !is_slug(id)) {
            let (start, rest) = row.path.split_once('{').unwrap();
            let (_, end) = rest.split_once('}').unwrap();
            let request = organisation.request(row, &format!("{start}{id}{end}"));
            let answer = match organisation.permitted_caller(row) {
                Some(person) => request.signed_in_as(person).await,
                None => request.await,
            };
            // Actors of audit records may be any text, such as `system:...`.
            let any_text =
                row.path.contains("{user_id}") && answer.status == 200 && answer.body["items"] == serde_json::json!([]);
            if let Some(fault) = problem_fault(&answer, &[404], None).filter(|_| !any_text) {
                wrong.push(format!("{} {id:.40}: {fault}", row.name));
            }
        }
    }
    crate::conformance::repo::nothing_wrong("A malformed id in the path must get 404:", &wrong);
    assert!(before == organisation.world.snapshot().await, "a refused request must store nothing");
}
