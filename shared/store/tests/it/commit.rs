//! Conditional writes: applied once, or refused with the item that made the condition fail.

use futures::future::join_all;
use kernel::ErrorKind;
use serde_json::json;
use store::{CommitError, Write, string_attribute, version_of};
use testkit::origin;

use crate::{created, key, scripted, stored, table, updated};

fn condition(refusal: CommitError) -> store::Item {
    match refusal {
        CommitError::ConditionFailed { index: 0, existing: Some(item) } => item,
        other => panic!("expected a failed condition with the existing item, got {other:?}"),
    }
}

#[tokio::test]
async fn second_create_fails_with_the_existing_item() {
    let (dynamo, table) = table().await;
    let first =
        table.commit(&origin(), Write::create(key("a"), &json!({"name": "first"})).publishes(created("a"))).await;
    assert_eq!(first.unwrap().version, 1);
    let second = Write::create(key("a"), &json!({"name": "second"})).publishes(created("a"));
    let existing = condition(table.commit(&origin(), second).await.unwrap_err());
    assert_eq!(string_attribute(&existing, "name"), Some("first"));
    assert_eq!(stored(&dynamo).await.len(), 1);
}

#[tokio::test]
async fn one_of_many_concurrent_creates_wins() {
    let (dynamo, table) = table().await;
    let one = origin();
    let creates = (0..100).map(|n| {
        let write = Write::create(key("a"), &json!({"winner": n})).publishes(created("a"));
        table.commit(&one, write)
    });
    let outcomes = join_all(creates).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for refusal in outcomes.into_iter().filter_map(Result::err) {
        condition(refusal);
    }
    assert_eq!(stored(&dynamo).await.len(), 1);
}

#[tokio::test]
async fn replace_requires_the_current_version() {
    let (_dynamo, table) = table().await;
    table.commit(&origin(), Write::create(key("a"), &json!({"n": 1})).publishes(created("a"))).await.unwrap();
    let replaced = table.commit(&origin(), Write::replace(key("a"), &json!({"n": 2}), 1).publishes(updated("a"))).await;
    assert_eq!(replaced.unwrap().version, 2);
    let stale = table.commit(&origin(), Write::replace(key("a"), &json!({"n": 3}), 1).publishes(updated("a"))).await;
    assert_eq!(version_of(&condition(stale.unwrap_err())), 2);
    let missing = table.commit(&origin(), Write::replace(key("b"), &json!({}), 1)).await.unwrap_err();
    assert!(matches!(missing, CommitError::ConditionFailed { existing: None, .. }), "a missing item is not returned");
}

#[tokio::test]
async fn one_of_two_updates_of_a_version_wins() {
    let (_dynamo, table) = table().await;
    table.commit(&origin(), Write::create(key("a"), &json!({"n": 1}))).await.unwrap();
    let update = |n: u8| Write::update(key("a")).set("n", &n).if_version(1).publishes(updated("a"));
    let one = origin();
    let (left, right) = futures::join!(table.commit(&one, update(2)), table.commit(&one, update(3)));
    assert!(left.is_ok() != right.is_ok());
}

#[tokio::test]
async fn update_returns_the_whole_new_item() {
    let (_dynamo, table) = table().await;
    table.commit(&origin(), Write::create(key("a"), &json!({"name": "x", "count": 1}))).await.unwrap();
    let update = Write::update(key("a"))
        .set("name", &"y")
        .assign("#count = if_not_exists(#count, :zero) + :more")
        .value(":zero", &0)
        .value(":more", &2)
        .remove("gone")
        .condition("attribute_exists(pk)")
        .publishes(updated("a"));
    let committed = table.commit(&origin(), update).await.unwrap();
    assert_eq!((string_attribute(&committed.item, "name"), committed.version), (Some("y"), 2));
    assert_eq!(committed.item["count"].as_n().unwrap(), "3");
}

#[tokio::test]
async fn retry_of_an_applied_write_succeeds() {
    // The first attempt was stored, but its response was lost. The client retries, and the condition fails on its own item.
    let cloud = testkit::cloud().await;
    let table = scripted(&cloud);
    let item = json!({"pk": {"S": "THING#a"}, "sk": {"S": "THING"}, "_version": {"N": "1"}, "_quiet": {"S": "evt_of_another_write"}});
    let refused = json!({"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
        "message": "The conditional request failed", "Item": item});
    cloud.answer_next("DynamoDB_20120810.PutItem", 400, refused.clone());
    let other = table.commit(&origin(), Write::create(key("a"), &json!({}))).await.unwrap_err();
    assert!(
        matches!(other, CommitError::ConditionFailed { .. }),
        "an item with another write id is a failed condition"
    );

    // A new generator yields the same first id, so the existing item can get the id of the next write.
    let own_id = kernel::EventId::new(kernel::IdGenerator::uuid(&*testkit::TestIds::new(), origin().at));
    let mut own = refused;
    own["Item"]["_quiet"] = json!({"S": own_id.to_string()});
    cloud.answer_next("DynamoDB_20120810.PutItem", 400, own);
    let committed = scripted(&cloud).commit(&origin(), Write::create(key("a"), &json!({}))).await.unwrap();
    assert_eq!(committed.version, 1);
}

#[tokio::test]
async fn unreachable_database_is_unavailable_without_internal_details() {
    let cloud = testkit::cloud().await;
    cloud.fail_calls("DynamoDB");
    let refusal = scripted(&cloud).commit(&origin(), Write::create(key("a"), &json!({}))).await.unwrap_err();
    match refusal {
        CommitError::Other(error) => {
            assert_eq!(error.kind(), ErrorKind::Unavailable);
            assert!(!error.to_string().contains("PutItem") && error.log_detail().unwrap().contains("PutItem"));
        }
        other => panic!("{other:?}"),
    }
}
