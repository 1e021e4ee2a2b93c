//! What bad input gets, at every route: the right 4xx with a pointer to the place, nothing stored, never a 5xx.
//!
//! Generated from the OpenAPI document, the access table and the sample events, so that no endpoint escapes.

mod bodies;
mod headers;
mod lists;
mod random;
mod schema;

use access::OPERATIONS;
use access::{AccessRule, Operation};
use serde_json::Value;
use stage::Organisation;
use testkit::Answer;

use crate::conformance::openapi::described;

/// Every row that takes a body, with the schema of the body.
fn with_bodies(document: &Value) -> Vec<(&'static Operation, Value)> {
    let schema =
        |row: &Operation| described(document, row)["requestBody"]["content"]["application/json"]["schema"].clone();
    let rows = OPERATIONS.iter().copied().map(|row| (row, schema(row)));
    rows.filter(|(_, schema)| !schema.is_null()).collect()
}

/// The names of a row's parameters in this place (`query`, `header`), with their schemas.
fn parameters(document: &Value, row: &Operation, place: &str) -> Vec<(String, Value)> {
    let all = described(document, row)["parameters"].as_array().cloned().unwrap_or_default();
    let here = all.into_iter().filter(|one| one["in"] == place);
    here.map(|one| (one["name"].as_str().unwrap().to_owned(), one["schema"].clone())).collect()
}

/// What is wrong with a refusal: another status, no problem+json, something missing in it, or no pointer to this place.
fn problem_fault(answer: &Answer, statuses: &[u16], pointer: Option<&str>) -> Option<String> {
    let status = answer.status.as_u16();
    let body = &answer.body;
    let members = ["type", "title", "detail", "request_id"]
        .iter()
        .all(|name| body[*name].as_str().is_some_and(|text| !text.is_empty()));
    let points = pointer.is_none_or(|wanted| answer.pointers().iter().any(|found| points_to(found, wanted)));
    let errors = body["errors"].as_array().cloned().unwrap_or_default();
    let whole = errors.iter().all(|error| ["pointer", "code", "detail"].iter().all(|name| error[*name].is_string()));
    if !statuses.contains(&status) {
        Some(format!("{status} instead of {statuses:?}: {body}"))
    } else if answer.header("content-type") != "application/problem+json"
        || !members
        || body["status"] != status
        || !whole
    {
        Some(format!("no whole problem: {} {body}", answer.header("content-type")))
    } else if !points {
        Some(format!("no pointer to {:?}: {body}", pointer.unwrap_or_default()))
    } else {
        None
    }
}

/// Whether a pointer names this place or something within it.
fn points_to(found: &str, wanted: &str) -> bool {
    found.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn is_slug(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Whether the row is open: nobody signs a request to it.
fn is_open(row: &Operation) -> bool {
    row.access == AccessRule::Public
}

#[tokio::test]
async fn what_cannot_be_an_id_is_not_found() {
    let stage = Organisation::build().await;
    let before = stage.world.snapshot().await;
    let mut wrong = Vec::new();
    let long = "e".repeat(3000);
    let upper = stage.foreigner.id.to_string().to_uppercase();
    let with_dashes = format!("emp_{}", stage.foreigner.id.uuid());
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
        // Any slug may become a site.
        let names_a_site = row.path.contains("{site}");
        for id in bad.into_iter().filter(|id| !names_a_site || !is_slug(id)) {
            let (start, rest) = row.path.split_once('{').unwrap();
            let (_, end) = rest.split_once('}').unwrap();
            let ask = stage.ask(row, &format!("{start}{id}{end}"));
            let answer = match stage.allowed(row) {
                Some(person) => ask.signed_in_as(person).await,
                None => ask.await,
            };
            // What `system:` or another system did is asked for by any text.
            let any_text =
                row.path.contains("{user_id}") && answer.status == 200 && answer.body["items"] == serde_json::json!([]);
            if let Some(flaw) = problem_fault(&answer, &[404], None).filter(|_| !any_text) {
                wrong.push(format!("{} {id:.40}: {flaw}", row.name));
            }
        }
    }
    crate::conformance::repo::nothing_wrong("What is no id cannot be anything that is there:", &wrong);
    assert!(before == stage.world.snapshot().await, "nothing is stored");
}
