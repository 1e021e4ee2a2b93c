//! Transactions: all or nothing; conflicts are retried, failed conditions are not.

use kernel::ErrorKind;
use serde_json::json;
use store::{CommitError, Write, string_attribute};
use testkit::origin;

use crate::{created, key, scripted, stored, table, updated};

const CALL: &str = "DynamoDB_20120810.TransactWriteItems";

fn cancelled(codes: &[&str]) -> serde_json::Value {
    let reasons: Vec<_> = codes.iter().map(|code| json!({"Code": code})).collect();
    json!({"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled", "CancellationReasons": reasons})
}

fn two() -> Vec<Write> {
    vec![
        Write::create(key("a"), &json!({})).publishes(created("a")),
        Write::create(key("b"), &json!({})).joins_lead_event(),
    ]
}

#[tokio::test]
async fn one_failed_condition_prevents_all_writes() {
    let (dynamo, table) = table().await;
    table.commit(&origin(), Write::create(key("b"), &json!({"name": "existing"}))).await.unwrap();
    match table.transact(&origin(), two()).await.unwrap_err() {
        CommitError::ConditionFailed { index: 1, existing: Some(item) } => {
            assert_eq!(string_attribute(&item, "name"), Some("existing"))
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(stored(&dynamo).await.len(), 1);
}

#[tokio::test]
async fn check_can_fail_a_transaction_and_writes_nothing() {
    let (dynamo, table) = table().await;
    let mut writes = two();
    writes.push(Write::check(key("c")).condition("attribute_exists(pk)"));
    let refusal = table.transact(&origin(), writes).await.unwrap_err();
    assert!(matches!(refusal, CommitError::ConditionFailed { index: 2, existing: None }), "{refusal:?}");
    assert!(stored(&dynamo).await.is_empty());
    table.commit(&origin(), Write::create(key("c"), &json!({"name": "c"}))).await.unwrap();
    let before = stored(&dynamo).await;
    let mut writes = two();
    writes.push(Write::check(key("c")).condition("attribute_exists(pk)"));
    table.transact(&origin(), writes).await.unwrap();
    let after = stored(&dynamo).await;
    assert_eq!(after.len(), 3);
    assert!(after.contains(&before[0]), "a checked item is unchanged");
}

#[tokio::test]
async fn conflict_with_another_transaction_is_retried() {
    let cloud = testkit::cloud().await;
    for _ in 0..3 {
        cloud.answer_next(CALL, 400, cancelled(&["TransactionConflict", "None"]));
    }
    cloud.answer_next(CALL, 200, json!({}));
    scripted(&cloud).transact(&origin(), two()).await.unwrap();
    assert_eq!(cloud.calls(), [CALL; 4]);
}

#[tokio::test]
async fn lasting_conflict_is_busy_after_four_attempts() {
    let cloud = testkit::cloud().await;
    for _ in 0..9 {
        cloud.answer_next(CALL, 400, cancelled(&["None", "TransactionConflict"]));
    }
    match scripted(&cloud).transact(&origin(), two()).await.unwrap_err() {
        CommitError::Other(error) => assert_eq!((error.kind(), error.code()), (ErrorKind::Conflict, "busy")),
        other => panic!("{other:?}"),
    }
    assert_eq!(cloud.calls().len(), 4);
}

#[tokio::test]
async fn failed_condition_is_not_retried() {
    let cloud = testkit::cloud().await;
    cloud.answer_next(CALL, 400, cancelled(&["TransactionConflict", "ConditionalCheckFailed"]));
    let refusal = scripted(&cloud).transact(&origin(), two()).await.unwrap_err();
    assert!(matches!(refusal, CommitError::ConditionFailed { index: 1, .. }), "{refusal:?}");
    assert_eq!(cloud.calls().len(), 1);
}

#[tokio::test]
async fn unknown_cancellation_reason_is_unavailable() {
    let cloud = testkit::cloud().await;
    cloud.answer_next(CALL, 400, cancelled(&["None", "ItemCollectionSizeLimitExceeded"]));
    match scripted(&cloud).transact(&origin(), two()).await.unwrap_err() {
        CommitError::Other(error) => assert_eq!(error.kind(), ErrorKind::Unavailable),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn updates_in_a_transaction_increment_versions() {
    let (_dynamo, table) = table().await;
    table.transact(&origin(), two()).await.unwrap();
    let again = ["a", "b"].map(|name| Write::update(key(name)).set("n", &1).if_version(1).publishes(updated(name)));
    table.transact(&origin(), again.to_vec()).await.unwrap();
    for name in ["a", "b"] {
        let item = table.get_consistent(&key(name)).await.unwrap().unwrap();
        assert_eq!(store::version_of(&item), 2);
    }
}
