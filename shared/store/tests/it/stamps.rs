//! Stamps: each write leaves exactly one fresh stamp and increments the version by one.

use std::collections::HashSet;

use kernel::Actor;
use proptest::prelude::*;
use serde_json::json;
use store::{Item, Table, Write, stamp_of, string_attribute, version_of};
use testkit::origin;

use crate::{created, key, table, updated};

const STAMPS: [&str; 3] = ["_event", "_event_ref", "_quiet"];

/// Id in each of the three stamp attributes.
fn stamp_ids(item: &Item) -> [Option<String>; 3] {
    let event = stamp_of(item).map(|stamp| stamp.id.to_string());
    [
        event,
        string_attribute(item, "_event_ref").map(str::to_owned),
        string_attribute(item, "_quiet").map(str::to_owned),
    ]
}

async fn read(table: &Table, name: &str) -> Item {
    table.get_consistent(&key(name)).await.unwrap().unwrap()
}

#[tokio::test]
async fn stamp_contains_event_actor_time_and_data() {
    let (_dynamo, table) = table().await;
    let fact = created("a").with_data(json!({"reason": "needed"}));
    let committed = table.commit(&origin(), Write::create(key("a"), &json!({})).publishes(fact)).await.unwrap();
    let stamp = stamp_of(&read(&table, "a").await).unwrap();
    assert_eq!(Some(stamp.id), committed.event);
    assert_eq!((stamp.event.as_str(), stamp.entity_type.as_str()), ("department.created", "Thing"));
    assert_eq!((stamp.actor, stamp.at), (Actor::System("test".into()), origin().at));
    assert_eq!((stamp.request_id.as_str(), stamp.ip_address.as_deref()), ("req_test", Some("192.0.2.1")));
    assert_eq!(stamp.data, Some(json!({"reason": "needed"})));
}

#[tokio::test]
async fn eventless_items_reference_the_first_event_of_their_transaction() {
    let (_dynamo, table) = table().await;
    let writes = vec![
        Write::create(key("quiet"), &json!({})),
        Write::create(key("a"), &json!({})).publishes(created("a")),
        Write::create(key("b"), &json!({})).publishes(created("b")),
        Write::create(key("side"), &json!({})).joins_lead_event(),
    ];
    let committed = table.transact(&origin(), writes).await.unwrap();
    let (a, b) = (stamp_of(&read(&table, "a").await).unwrap(), stamp_of(&read(&table, "b").await).unwrap());
    assert_eq!(committed.event, Some(a.id));
    assert_ne!(a.id, b.id);
    let side = read(&table, "side").await;
    assert_eq!(string_attribute(&side, "_event_ref"), Some(a.id.to_string().as_str()));
    assert!(stamp_of(&side).is_none());
    assert!(string_attribute(&read(&table, "quiet").await, "_quiet").is_some());
}

#[tokio::test]
async fn ttl_is_stored_in_seconds() {
    let (_dynamo, table) = table().await;
    table.commit(&origin(), Write::create(key("a"), &json!({})).expires_at(origin().at)).await.unwrap();
    assert_eq!(read(&table, "a").await[store::TTL].as_n().unwrap(), &origin().at.as_second().to_string());
}

/// Ways to write an existing item.
#[derive(Debug, Clone, Copy)]
enum Step {
    Put,
    Replace,
    Update,
    TransactUpdate,
    TransactReplace,
}

async fn apply(table: &Table, step: Step, stamp: u8, version: u64) {
    let write = match step {
        Step::Put | Step::Replace | Step::TransactReplace => Write::replace(key("a"), &json!({"n": version}), version),
        Step::Update | Step::TransactUpdate => Write::update(key("a")).set("n", &version).if_version(version),
    };
    let write = match stamp {
        0 => write.publishes(updated("a")),
        1 => write.joins_lead_event(),
        _ => write,
    };
    match step {
        Step::TransactUpdate | Step::TransactReplace => {
            let side = Write::update(key("side")).set("n", &version);
            table.transact(&origin(), vec![write, side]).await.unwrap();
        }
        Step::Put | Step::Replace | Step::Update => {
            table.commit(&origin(), write).await.unwrap();
        }
    }
}

fn steps() -> impl Strategy<Value = Vec<(Step, u8)>> {
    let step = prop_oneof![
        Just(Step::Put),
        Just(Step::Replace),
        Just(Step::Update),
        Just(Step::TransactUpdate),
        Just(Step::TransactReplace)
    ];
    proptest::collection::vec((step, 0_u8..3), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_write_leaves_one_fresh_stamp_and_increments_the_version(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (_dynamo, table) = table().await;
            table.commit(&origin(), Write::create(key("a"), &json!({"n": 0})).publishes(created("a"))).await.unwrap();
            let mut before = read(&table, "a").await;
            let mut used: HashSet<String> = stamp_ids(&before).into_iter().flatten().collect();
            for (step, stamp) in steps {
                apply(&table, step, stamp, version_of(&before)).await;
                let after = read(&table, "a").await;
                assert_eq!(version_of(&after), version_of(&before) + 1);
                let fresh: Vec<_> =
                    stamp_ids(&after).into_iter().zip(stamp_ids(&before)).filter(|(new, old)| new.is_some() && new != old).collect();
                assert_eq!(fresh.len(), 1, "one of {STAMPS:?} must be fresh after {step:?}");
                assert!(used.insert(fresh[0].0.clone().unwrap()), "stamp ids are never reused");
                before = after;
            }
        });
    }
}
