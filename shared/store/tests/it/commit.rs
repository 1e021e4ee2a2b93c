//! One conditional write: it happens once, or not at all and the answer says what stands in its way.

use futures::future::join_all;
use kernel::ErrorKind;
use serde_json::json;
use store::{CommitError, Write, string_attribute, version_of};
use testkit::origin;

use crate::{created, key, scripted, stored, table, updated};

fn condition(refusal: CommitError) -> store::Item {
    match refusal {
        CommitError::ConditionFailed { index: 0, existing: Some(item) } => item,
        other => panic!("expected a failed condition with the standing item, got {other:?}"),
    }
}

#[tokio::test]
async fn creating_twice_is_refused_with_the_item_that_stands() {
    let (dynamo, table) = table().await;
    let first =
        table.commit(&origin(), Write::create(key("a"), &json!({"name": "first"})).publishes(created("a"))).await;
    assert_eq!(first.unwrap().version, 1);
    let second = Write::create(key("a"), &json!({"name": "second"})).publishes(created("a"));
    let standing = condition(table.commit(&origin(), second).await.unwrap_err());
    assert_eq!(string_attribute(&standing, "name"), Some("first"));
    assert_eq!(stored(&dynamo).await.len(), 1);
}

#[tokio::test]
async fn of_a_hundred_racing_creates_exactly_one_wins() {
    let (dynamo, table) = table().await;
    let one = origin();
    let tries = (0..100).map(|n| {
        let write = Write::create(key("a"), &json!({"winner": n})).publishes(created("a"));
        table.commit(&one, write)
    });
    let outcomes = join_all(tries).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for refusal in outcomes.into_iter().filter_map(Result::err) {
        condition(refusal);
    }
    assert_eq!(stored(&dynamo).await.len(), 1);
}

#[tokio::test]
async fn replacing_needs_the_version_that_was_read() {
    let (_dynamo, table) = table().await;
    table.commit(&origin(), Write::create(key("a"), &json!({"n": 1})).publishes(created("a"))).await.unwrap();
    let replaced = table.commit(&origin(), Write::replace(key("a"), &json!({"n": 2}), 1).publishes(updated("a"))).await;
    assert_eq!(replaced.unwrap().version, 2);
    let stale = table.commit(&origin(), Write::replace(key("a"), &json!({"n": 3}), 1).publishes(updated("a"))).await;
    assert_eq!(version_of(&condition(stale.unwrap_err())), 2);
    let missing = table.commit(&origin(), Write::replace(key("b"), &json!({}), 1)).await.unwrap_err();
    assert!(
        matches!(missing, CommitError::ConditionFailed { existing: None, .. }),
        "what is not there stands in no way"
    );
}

#[tokio::test]
async fn of_two_updates_of_one_version_one_wins() {
    let (_dynamo, table) = table().await;
    table.commit(&origin(), Write::create(key("a"), &json!({"n": 1}))).await.unwrap();
    let update = |n: u8| Write::update(key("a")).set("n", &n).if_version(1).publishes(updated("a"));
    let one = origin();
    let (left, right) = futures::join!(table.commit(&one, update(2)), table.commit(&one, update(3)));
    assert!(left.is_ok() != right.is_ok());
}

#[tokio::test]
async fn an_update_answers_the_whole_new_item() {
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
async fn a_condition_that_our_own_lost_first_try_fulfilled_is_a_success() {
    // The first try was stored but its answer got lost; the client tries again and the condition fails on our own item.
    let cloud = testkit::cloud().await;
    let table = scripted(&cloud);
    let item = json!({"pk": {"S": "THING#a"}, "sk": {"S": "THING"}, "_version": {"N": "1"}, "_quiet": {"S": "evt_of_somebody_else"}});
    let refused = json!({"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
        "message": "The conditional request failed", "Item": item});
    cloud.answer_next("DynamoDB_20120810.PutItem", 400, refused.clone());
    let other = table.commit(&origin(), Write::create(key("a"), &json!({}))).await.unwrap_err();
    assert!(matches!(other, CommitError::ConditionFailed { .. }), "somebody else's item stands in the way");

    // The same mint gives the same id again, so that the standing item can be made our own.
    let ours = kernel::EventId::new(kernel::IdGenerator::uuid(&*testkit::TestIds::new(), origin().at));
    let mut own = refused;
    own["Item"]["_quiet"] = json!({"S": ours.to_string()});
    cloud.answer_next("DynamoDB_20120810.PutItem", 400, own);
    let committed = scripted(&cloud).commit(&origin(), Write::create(key("a"), &json!({}))).await.unwrap();
    assert_eq!(committed.version, 1);
}

#[tokio::test]
async fn a_database_that_is_away_is_unavailable_and_says_nothing_about_itself() {
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
