//! Idempotency keys: a retry changes nothing and hears the first answer again.

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
    once: Option<&IdempotencyKey>,
) -> Result<CommitOutcome, CommitError> {
    let write = Write::create(key(&n.to_string()), &json!({"n": n})).publishes(created(&n.to_string()));
    table.commit_idempotent(origin, vec![write], once, &json!({"n": n})).await
}

fn replayed(outcome: Result<CommitOutcome, CommitError>) -> serde_json::Value {
    match outcome {
        Ok(CommitOutcome::Replayed(answer)) => answer,
        other => panic!("expected a replay, got {other:?}"),
    }
}

#[tokio::test]
async fn the_same_key_and_body_hears_the_first_answer_again_and_changes_nothing() {
    let (dynamo, table) = table().await;
    assert!(matches!(create(&table, &origin(), 1, Some(&idempotency_key("x"))).await, Ok(CommitOutcome::Committed(_))));
    let before = stored(&dynamo).await.len();
    assert_eq!(replayed(create(&table, &origin(), 2, Some(&idempotency_key("x"))).await), json!({"n": 1}));
    assert_eq!(stored(&dynamo).await.len(), before);
    assert!(table.get_consistent(&key("2")).await.unwrap().is_none());
}

#[tokio::test]
async fn the_same_key_with_another_body_is_refused_and_changes_nothing() {
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
async fn two_requests_at_once_with_one_key_have_one_effect_and_one_answer() {
    let (dynamo, table) = table().await;
    let table = Arc::new(table);
    for round in 0..20_u8 {
        let once = IdempotencyKey { scope: format!("round-{round}"), fingerprint: "x".to_owned() };
        let one = origin();
        let (n, m) = (round * 2, round * 2 + 1);
        let (left, right) = futures::join!(create(&table, &one, n, Some(&once)), create(&table, &one, m, Some(&once)));
        let (winner, answer) = match (left, right) {
            (Ok(CommitOutcome::Committed(_)), right) => (n, replayed(right)),
            (left, Ok(CommitOutcome::Committed(_))) => (m, replayed(left)),
            other => panic!("{other:?}"),
        };
        assert_eq!(answer, json!({"n": winner}));
        assert_eq!(stored(&dynamo).await.len(), usize::from(round + 1) * 2, "one thing and one record a round");
    }
}

#[tokio::test]
async fn an_expired_record_may_be_taken_over_before_the_database_dropped_it() {
    let (_dynamo, table) = table().await;
    create(&table, &origin(), 1, Some(&idempotency_key("x"))).await.unwrap();
    let mut later = origin();
    later.at = later.at.saturating_add(SignedDuration::from_hours(24)).unwrap();
    assert_eq!(
        replayed(create(&table, &later, 2, Some(&idempotency_key("x"))).await),
        json!({"n": 1}),
        "kept 24 hours"
    );
    later.at = later.at.saturating_add(SignedDuration::from_secs(1)).unwrap();
    assert!(table.stored_answer(Some(&idempotency_key("y")), later.at).await.unwrap().is_none());
    assert!(matches!(create(&table, &later, 2, Some(&idempotency_key("y"))).await, Ok(CommitOutcome::Committed(_))));
}

#[tokio::test]
async fn a_failed_condition_is_told_by_its_place_among_the_callers_own_writes() {
    let (dynamo, table) = table().await;
    create(&table, &origin(), 1, None).await.unwrap();
    let refusal = create(&table, &origin(), 1, Some(&idempotency_key("x"))).await.unwrap_err();
    assert!(matches!(refusal, CommitError::ConditionFailed { index: 0, existing: Some(_) }), "{refusal:?}");
    assert_eq!(stored(&dynamo).await.len(), 1, "no record of what did not happen");
    assert!(table.stored_answer(Some(&idempotency_key("x")), origin().at).await.unwrap().is_none());
}

#[tokio::test]
async fn an_answer_can_be_looked_up_before_anything_is_refused() {
    let (_dynamo, table) = table().await;
    create(&table, &origin(), 1, Some(&idempotency_key("x"))).await.unwrap();
    assert_eq!(table.stored_answer(Some(&idempotency_key("x")), origin().at).await.unwrap(), Some(json!({"n": 1})));
    assert_eq!(
        table.stored_answer(Some(&idempotency_key("y")), origin().at).await.unwrap_err().code(),
        "idempotency_key_reused"
    );
    assert_eq!(table.stored_answer(None, origin().at).await.unwrap(), None);
}
