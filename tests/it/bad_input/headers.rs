//! Headers that name a version or a key.

use access::OPERATIONS;
use access::{Method, Operation};
use stage::Organisation;

use super::{parameters, problem_fault};
use crate::conformance::{
    openapi::{WITHOUT_KEY, WITHOUT_VERSION, document},
    repo::nothing_wrong,
};

async fn asked_with(stage: &Organisation, row: &Operation, header: &str, value: &str) -> testkit::Answer {
    let ask = stage.ask(row, &stage.foreign_path(row)).header(header, value);
    match stage.allowed(row) {
        Some(person) => ask.signed_in_as(person).await,
        None => ask.await,
    }
}

#[tokio::test]
async fn a_change_of_what_was_changed_meanwhile_is_refused() {
    let (stage, document) = (Organisation::build().await, document());
    let before = stage.world.snapshot().await;
    let (mut wrong, mut asked) = (Vec::new(), 0);
    for row in OPERATIONS.iter().copied().filter(|row| matches!(row.method, Method::Put | Method::Delete)) {
        let honoured = parameters(&document, row, "header").iter().any(|(name, _)| name == "If-Match");
        if !honoured || WITHOUT_VERSION.contains(&row.name) {
            continue;
        }
        asked += 1;
        // What was never changed is version 0: that of the defaults that were shipped.
        let begins_at_zero = ["notification-templates-update", "notification-preferences-update"].contains(&row.name);
        let stale = ["\"999999\"", "\"18446744073709551615\"", "\"0\""];
        for stale in &stale[..if begins_at_zero { 2 } else { 3 }] {
            let answer = asked_with(&stage, row, "if-match", stale).await;
            wrong.extend(
                problem_fault(&answer, &[412], None).map(|flaw| format!("{} If-Match: {stale}: {flaw}", row.name)),
            );
        }
        for bad in
            ["1", "abc", "\"\"", "\"x\"", "W/\"1\"", "\"1\", \"2\"", "\"-1\"", "\"1", "\"99999999999999999999999\""]
        {
            let answer = asked_with(&stage, row, "if-match", bad).await;
            let flaw = problem_fault(&answer, &[400], Some("header:If-Match"));
            wrong.extend(flaw.map(|flaw| format!("{} If-Match: {bad}: {flaw}", row.name)));
        }
    }
    nothing_wrong("A stale version is 412, one that is none of ours 400:", &wrong);
    assert!(asked > 5, "that many changes honour If-Match: {asked}");
    assert!(before == stage.world.snapshot().await, "a refused change stores nothing");
}

#[tokio::test]
async fn a_bad_idempotency_key_is_refused_on_every_post() {
    let stage = Organisation::build().await;
    let before = stage.world.snapshot().await;
    let (mut wrong, mut asked) = (Vec::new(), 0);
    let long = "k".repeat(129);
    for row in OPERATIONS.iter().copied().filter(|row| row.method == Method::Post && !WITHOUT_KEY.contains(&row.name)) {
        asked += 1;
        for bad in ["", " ", "two words", "tab\there", &long] {
            let answer = asked_with(&stage, row, "idempotency-key", bad).await;
            let flaw = problem_fault(&answer, &[400], Some("header:Idempotency-Key"));
            wrong.extend(flaw.map(|flaw| format!("{} Idempotency-Key: {bad:?}: {flaw}", row.name)));
        }
    }
    nothing_wrong("A key that cannot be kept is 400; nothing is done without it:", &wrong);
    assert!(asked > 5, "that many POSTs: {asked}");
    assert!(before == stage.world.snapshot().await, "a refused request stores nothing");
}
