//! Transactions: all or nothing, conflicts tried again, conditions never.

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
async fn one_failed_condition_leaves_everything_as_it_was() {
    let (dynamo, table) = table().await;
    table.commit(&origin(), Write::create(key("b"), &json!({"name": "standing"}))).await.unwrap();
    match table.transact(&origin(), two()).await.unwrap_err() {
        CommitError::ConditionFailed { index: 1, existing: Some(item) } => {
            assert_eq!(string_attribute(&item, "name"), Some("standing"))
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(stored(&dynamo).await.len(), 1);
}

#[tokio::test]
async fn a_mere_check_can_stop_a_transaction_and_writes_nothing() {
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
    assert!(after.contains(&before[0]), "the item that was checked is as it was");
}

#[tokio::test]
async fn a_meeting_with_another_transaction_is_tried_again() {
    let cloud = testkit::cloud().await;
    for _ in 0..3 {
        cloud.answer_next(CALL, 400, cancelled(&["TransactionConflict", "None"]));
    }
    cloud.answer_next(CALL, 200, json!({}));
    scripted(&cloud).transact(&origin(), two()).await.unwrap();
    assert_eq!(cloud.calls(), [CALL; 4]);
}

#[tokio::test]
async fn a_meeting_that_does_not_end_is_a_conflict_after_four_tries() {
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
async fn a_failed_condition_is_never_tried_again() {
    let cloud = testkit::cloud().await;
    cloud.answer_next(CALL, 400, cancelled(&["TransactionConflict", "ConditionalCheckFailed"]));
    let refusal = scripted(&cloud).transact(&origin(), two()).await.unwrap_err();
    assert!(matches!(refusal, CommitError::ConditionFailed { index: 1, .. }), "{refusal:?}");
    assert_eq!(cloud.calls().len(), 1);
}

#[tokio::test]
async fn an_unknown_reason_is_a_failure_and_not_a_condition() {
    let cloud = testkit::cloud().await;
    cloud.answer_next(CALL, 400, cancelled(&["None", "ItemCollectionSizeLimitExceeded"]));
    match scripted(&cloud).transact(&origin(), two()).await.unwrap_err() {
        CommitError::Other(error) => assert_eq!(error.kind(), ErrorKind::Unavailable),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_update_in_a_transaction_counts_its_item_up() {
    let (_dynamo, table) = table().await;
    table.transact(&origin(), two()).await.unwrap();
    let again = ["a", "b"].map(|name| Write::update(key(name)).set("n", &1).if_version(1).publishes(updated(name)));
    table.transact(&origin(), again.to_vec()).await.unwrap();
    for name in ["a", "b"] {
        let item = table.get_consistent(&key(name)).await.unwrap().unwrap();
        assert_eq!(store::version_of(&item), 2);
    }
}
