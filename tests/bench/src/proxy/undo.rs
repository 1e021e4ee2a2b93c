//! Undoes a function's writes: restores each written item from a snapshot, so that every invocation finds the same data.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aws_sdk_dynamodb::{Client, types::AttributeValue};
use serde_json::Value;
use store::Item;
use testkit::World;

use crate::Result;

const WRITES: [&str; 5] = ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"];

/// Table, partition key and sort key of an item.
type ItemKey = (String, String, String);

/// Snapshot of the tables and the items written since. Clones share both.
#[derive(Debug, Clone)]
pub(crate) struct Undo {
    client: Client,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    snapshot: BTreeMap<ItemKey, Item>,
    written: BTreeSet<ItemKey>,
}

impl Undo {
    /// Creates it without a snapshot; it restores nothing before `take_snapshot`.
    pub(crate) fn new(client: Client) -> Self {
        Self { client, state: Arc::default() }
    }

    /// Takes the snapshot of all tables.
    pub(crate) async fn take_snapshot(&self, world: &World) {
        for (variable, items) in world.snapshot().await {
            self.add_to_snapshot(&world.table_name(&variable), items);
        }
    }

    fn add_to_snapshot(&self, table: &str, items: Vec<Item>) {
        let text = |item: &Item, name| store::string_attribute(item, name).unwrap_or_default().to_owned();
        let key = |item: &Item| (table.to_owned(), text(item, "pk"), text(item, "sk"));
        self.lock().snapshot.extend(items.into_iter().map(|item| (key(&item), item)));
    }

    /// Records the items that a call writes; nothing before the snapshot is taken.
    pub(crate) fn record_writes(&self, operation: &str, input: &[u8]) {
        let mut state = self.lock();
        if !state.snapshot.is_empty() && WRITES.contains(&operation) {
            add_written(&serde_json::from_slice(input).unwrap_or_default(), "", &mut state.written);
        }
    }

    /// Restores the items written since the last restoration.
    pub(crate) async fn restore(&self) -> Result<()> {
        let written = std::mem::take(&mut self.lock().written);
        for key in written {
            let before = self.lock().snapshot.get(&key).cloned();
            let (table, pk, sk) = key;
            if before.is_some() {
                self.client.put_item().table_name(table).set_item(before).send().await?;
            } else {
                let key = [("pk", pk), ("sk", sk)].map(|(name, text)| (name.to_owned(), AttributeValue::S(text)));
                self.client.delete_item().table_name(table).set_key(Some(Item::from(key))).send().await?;
            }
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds the keys of written items in a part of a request. `table` is the table named by an outer part.
fn add_written(part: &Value, table: &str, written: &mut BTreeSet<ItemKey>) {
    match part {
        Value::Array(parts) => parts.iter().for_each(|part| add_written(part, table, written)),
        Value::Object(members) => {
            let table = members.get("TableName").and_then(Value::as_str).unwrap_or(table);
            for (name, member) in members {
                match (name.as_str(), member) {
                    ("Item" | "Key", item) => written.extend(key_of(table, item)),
                    ("RequestItems", Value::Object(tables)) => {
                        tables.iter().for_each(|(table, requests)| add_written(requests, table, written));
                    }
                    ("ExpressionAttributeValues" | "ConditionCheck", _) => {}
                    _ => add_written(member, table, written),
                }
            }
        }
        _ => {}
    }
}

fn key_of(table: &str, item: &Value) -> Option<ItemKey> {
    let text = |pointer| item.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    Some((table.to_owned(), text("/pk/S")?, text("/sk/S")?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use testkit::sdk_config;

    use super::*;

    fn key(pk: &str) -> Value {
        json!({"pk": {"S": pk}, "sk": {"S": "S"}})
    }

    fn item(pk: &str) -> Value {
        json!({"pk": {"S": pk}, "sk": {"S": "S"}, "name": {"S": "Ada"}})
    }

    fn stored(pk: &str, name: &str) -> Item {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let members = [("pk", text(pk)), ("sk", text("S")), ("name", text(name))];
        members.map(|(name, value)| (name.to_owned(), value)).into()
    }

    fn undo(client: Client) -> Undo {
        let undo = Undo::new(client);
        undo.add_to_snapshot("things", vec![stored("1", "Ada")]);
        undo
    }

    #[tokio::test]
    async fn writes_are_recorded_and_reads_are_not() {
        let undo = undo(Client::new(&sdk_config("http://127.0.0.1:9")));
        let recorded = |operation: &str, input: &Value| {
            undo.record_writes(operation, input.to_string().as_bytes());
            let written = std::mem::take(&mut undo.lock().written);
            written.into_iter().map(|(table, pk, _)| table + &pk).collect::<Vec<_>>()
        };
        let key_only = json!({"TableName": "a", "Key": key("1"),
            "ExpressionAttributeValues": {":v": {"M": {"Key": key("2")}}}});
        assert_eq!(recorded("PutItem", &json!({"TableName": "a", "Item": item("1")})), ["a1"]);
        assert_eq!(recorded("UpdateItem", &key_only), ["a1"]);
        assert_eq!(recorded("DeleteItem", &key_only), ["a1"]);
        let all = json!({"TransactItems": [
            {"Put": {"TableName": "a", "Item": item("1")}},
            {"Update": {"TableName": "b", "Key": key("2")}},
            {"ConditionCheck": {"TableName": "c", "Key": key("3")}},
            {"Delete": {"TableName": "d", "Key": key("4")}},
        ]});
        assert_eq!(recorded("TransactWriteItems", &all), ["a1", "b2", "d4"]);
        let batch = json!({"RequestItems": {
            "a": [{"PutRequest": {"Item": item("1")}}, {"DeleteRequest": {"Key": key("2")}}],
            "b": [{"PutRequest": {"Item": item("3")}}],
        }});
        assert_eq!(recorded("BatchWriteItem", &batch), ["a1", "a2", "b3"]);
        for operation in ["GetItem", "Query", "BatchGetItem"] {
            assert!(recorded(operation, &key_only).is_empty(), "{operation}");
        }
    }

    #[tokio::test]
    async fn written_items_are_restored() {
        let dynamo = testkit::dynamo().await;
        dynamo.create_table("things", &[]).await;
        let client = Client::new(&sdk_config(&dynamo.endpoint));
        let undo = undo(client.clone());
        for (pk, name) in [("1", "Bob"), ("2", "Eve")] {
            client.put_item().table_name("things").set_item(Some(stored(pk, name))).send().await.unwrap();
            undo.record_writes("PutItem", json!({"TableName": "things", "Item": item(pk)}).to_string().as_bytes());
        }
        undo.restore().await.unwrap();
        for (pk, before) in [("1", Some(stored("1", "Ada"))), ("2", None)] {
            let mut key = stored(pk, "");
            key.remove("name");
            let found = client.get_item().table_name("things").set_key(Some(key)).send().await.unwrap().item;
            assert_eq!(found, before);
        }
    }
}
