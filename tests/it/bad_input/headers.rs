//! Bad values of the headers `If-Match` and `Idempotency-Key`.

use access::OPERATIONS;
use access::{Method, Operation};
use fixtures::Organisation;

use super::{parameters, problem_fault};
use crate::conformance::{
    openapi::{WITHOUT_KEY, WITHOUT_VERSION, document},
    repo::nothing_wrong,
};

async fn send_with_header(
    organisation: &Organisation,
    row: &Operation,
    header: &str,
    value: &str,
) -> testkit::TestResponse {
    let request = organisation.request(row, &organisation.outsider_path(row)).header(header, value);
    match organisation.permitted_caller(row) {
        Some(person) => request.signed_in_as(person).await,
        None => request.await,
    }
}

#[tokio::test]
async fn stale_version_gets_412_and_malformed_version_400() {
    let (organisation, document) = (crate::organisation().await, document());
    let before = organisation.world.snapshot().await;
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for row in OPERATIONS.iter().copied().filter(|row| matches!(row.method, Method::Put | Method::Delete)) {
        let supported = parameters(&document, row, "header").iter().any(|(name, _)| name == "If-Match");
        if !supported || WITHOUT_VERSION.contains(&row.name) {
            continue;
        }
        checked += 1;
        // Version 0 is valid here: it is the version of unchanged defaults.
        let starts_at_zero = ["notification-templates-update", "notification-preferences-update"].contains(&row.name);
        let stale = ["\"999999\"", "\"18446744073709551615\"", "\"0\""];
        for stale in &stale[..if starts_at_zero { 2 } else { 3 }] {
            let answer = send_with_header(&organisation, row, "if-match", stale).await;
            wrong.extend(
                problem_fault(&answer, &[412], None).map(|fault| format!("{} If-Match: {stale}: {fault}", row.name)),
            );
        }
        for bad in
            ["1", "abc", "\"\"", "\"x\"", "W/\"1\"", "\"1\", \"2\"", "\"-1\"", "\"1", "\"99999999999999999999999\""]
        {
            let answer = send_with_header(&organisation, row, "if-match", bad).await;
            let fault = problem_fault(&answer, &[400], Some("header:If-Match"));
            wrong.extend(fault.map(|fault| format!("{} If-Match: {bad}: {fault}", row.name)));
        }
    }
    nothing_wrong("A stale version must get 412 and a malformed one 400:", &wrong);
    assert!(checked > 5, "the test must find more than 5 operations with If-Match, not {checked}");
    assert!(before == organisation.world.snapshot().await, "a refused change must store nothing");
}

#[tokio::test]
async fn malformed_idempotency_key_gets_400() {
    let organisation = crate::organisation().await;
    let before = organisation.world.snapshot().await;
    let (mut wrong, mut checked) = (Vec::new(), 0);
    let long = "k".repeat(129);
    for row in OPERATIONS.iter().copied().filter(|row| row.method == Method::Post && !WITHOUT_KEY.contains(&row.name)) {
        checked += 1;
        for bad in ["", " ", "two words", "tab\there", &long] {
            let answer = send_with_header(&organisation, row, "idempotency-key", bad).await;
            let fault = problem_fault(&answer, &[400], Some("header:Idempotency-Key"));
            wrong.extend(fault.map(|fault| format!("{} Idempotency-Key: {bad:?}: {fault}", row.name)));
        }
    }
    nothing_wrong("A malformed idempotency key must get 400:", &wrong);
    assert!(checked > 5, "the test must find more than 5 POST operations, not {checked}");
    assert!(before == organisation.world.snapshot().await, "a refused request must store nothing");
}
