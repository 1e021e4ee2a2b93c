//! Idempotency keys: a retry changes nothing and gets the first answer again.

use std::sync::Arc;

use jiff::SignedDuration;
use kernel::{ErrorKind, Origin};
use serde_json::json;
use store::{CommitError, CommitOutcome, IdempotencyKey, Table, Write};
use testkit::origin;

use crate::{created, key, stored, table};

fn idempotency_key(fingerprint: &str) -> IdempotencyKey {
    IdempotencyKey { scope: "things-create#emp_1#key-1".to_owned(), fingerprint: fingerprint.to_owned() }
}

/// Creates thing number `n`, whose answer is `{"n": n}`.
async fn create(
    table: &Table,
    origin: &Origin,
    n: u8,
    idempotency_key: Option<&IdempotencyKey>,
) -> Result<CommitOutcome, CommitError> {
    let write = Write::create(key(&n.to_string()), &json!({"n": n})).publishes(created(&n.to_string()));
    table.commit_idempotent(origin, vec![write], idempotency_key, &json!({"n": n})).await
}

fn replayed(outcome: Result<CommitOutcome, CommitError>) -> serde_json::Value {
    match outcome {
        Ok(CommitOutcome::Replayed(answer)) => answer,
        other => panic!("expected a replay, got {other:?}"),
    }
}

#[tokio::test]
async fn retry_gets_the_first_answer_and_changes_nothing() {
    let (dynamo, table) = table().await;
    assert!(matches!(create(&table, &origin(), 1, Some(&idempotency_key("x"))).await, Ok(CommitOutcome::Committed(_))));
    let before = stored(&dynamo).await.len();
    assert_eq!(replayed(create(&table, &origin(), 2, Some(&idempotency_key("x"))).await), json!({"n": 1}));
    assert_eq!(stored(&dynamo).await.len(), before);
    assert!(table.get_consistent(&key("2")).await.unwrap().is_none());
}

#[tokio::test]
async fn key_of_a_different_request_is_refused() {
    let (dynamo, table) = table().await;
    create(&table, &origin(), 1, Some(&idempotency_key("x"))).await.unwrap();
    let before = stored(&dynamo).await.len();
    match create(&table, &origin(), 2, Some(&idempotency_key("y"))).await.unwrap_err() {
        CommitError::Other(error) => {
            assert_eq!((error.kind(), error.code()), (ErrorKind::Invalid, "idempotency_key_reused"))
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(stored(&dynamo).await.len(), before);
}

#[tokio::test]
async fn concurrent_requests_with_one_key_apply_once() {
    let (dynamo, table) = table().await;
    let table = Arc::new(table);
    for round in 0..20_u8 {
        let shared_key = IdempotencyKey { scope: format!("round-{round}"), fingerprint: "x".to_owned() };
        let one = origin();
        let (n, m) = (round * 2, round * 2 + 1);
        let (left, right) =
            futures::join!(create(&table, &one, n, Some(&shared_key)), create(&table, &one, m, Some(&shared_key)));
        let (winner, answer) = match (left, right) {
            (Ok(CommitOutcome::Committed(_)), right) => (n, replayed(right)),
            (left, Ok(CommitOutcome::Committed(_))) => (m, replayed(left)),
            other => panic!("{other:?}"),
        };
        assert_eq!(answer, json!({"n": winner}));
        assert_eq!(
            stored(&dynamo).await.len(),
            usize::from(round + 1) * 2,
            "one thing and one stored answer per round"
        );
    }
}

#[tokio::test]
async fn expired_answer_is_replaced_before_the_ttl_removes_it() {
    let (_dynamo, table) = table().await;
    create(&table, &origin(), 1, Some(&idempotency_key("x"))).await.unwrap();
    let mut later = origin();
    later.at = later.at.saturating_add(SignedDuration::from_hours(24)).unwrap();
    assert_eq!(
        replayed(create(&table, &later, 2, Some(&idempotency_key("x"))).await),
        json!({"n": 1}),
        "answers are kept for 24 hours"
    );
    later.at = later.at.saturating_add(SignedDuration::from_secs(1)).unwrap();
    assert!(table.stored_answer(Some(&idempotency_key("y")), later.at).await.unwrap().is_none());
    assert!(matches!(create(&table, &later, 2, Some(&idempotency_key("y"))).await, Ok(CommitOutcome::Committed(_))));
}

#[tokio::test]
async fn failed_condition_is_indexed_among_the_given_writes() {
    let (dynamo, table) = table().await;
    create(&table, &origin(), 1, None).await.unwrap();
    let refusal = create(&table, &origin(), 1, Some(&idempotency_key("x"))).await.unwrap_err();
    assert!(matches!(refusal, CommitError::ConditionFailed { index: 0, existing: Some(_) }), "{refusal:?}");
    assert_eq!(stored(&dynamo).await.len(), 1, "no answer is stored for a failed commit");
    assert!(table.stored_answer(Some(&idempotency_key("x")), origin().at).await.unwrap().is_none());
}

#[tokio::test]
async fn stored_answer_can_be_read_before_validation() {
    let (_dynamo, table) = table().await;
    create(&table, &origin(), 1, Some(&idempotency_key("x"))).await.unwrap();
    assert_eq!(table.stored_answer(Some(&idempotency_key("x")), origin().at).await.unwrap(), Some(json!({"n": 1})));
    assert_eq!(
        table.stored_answer(Some(&idempotency_key("y")), origin().at).await.unwrap_err().code(),
        "idempotency_key_reused"
    );
    assert_eq!(table.stored_answer(None, origin().at).await.unwrap(), None);
}
