//! Undoing: before a write reaches the database, what it will replace is read; afterwards that is put back. So an
//! invocation finds the same world every time, however often it approves the same request.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::behind::Behind;
use crate::Result;

/// The key of every table, as the template's test says.
const KEY: [&str; 2] = ["pk", "sk"];

/// An item that a write names: its table and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Named {
    table: String,
    key: Value,
}

/// What stood there before the first write. Clones remember the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Undo {
    on: Arc<AtomicBool>,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    /// By table and key in JSON; nothing where nothing stood.
    before: BTreeMap<(String, String), (Named, Option<Value>)>,
    held_up: Duration,
}

impl Undo {
    /// Whether it remembers from now on. Whom it has held up before is forgotten.
    pub(crate) fn remember(&self, remember: bool) {
        self.on.store(remember, Ordering::Relaxed);
        self.lock().held_up = Duration::ZERO;
    }

    /// Reads what the call is going to replace, unless that is known.
    pub(crate) async fn keep(&self, behind: &Behind, operation: &str, input: &Value) -> Result<()> {
        let touched = if self.on.load(Ordering::Relaxed) { touched(operation, input) } else { Vec::new() };
        let began = Instant::now();
        for named in touched {
            let place = (named.table.clone(), named.key.to_string());
            if self.lock().before.contains_key(&place) {
                continue;
            }
            let input = json!({"TableName": named.table, "Key": named.key, "ConsistentRead": true});
            let item = behind.own("GetItem", input).await?.remove("Item");
            self.lock().before.entry(place).or_insert((named, item));
        }
        self.lock().held_up += began.elapsed();
        Ok(())
    }

    /// Puts back what stood there; answers how long reading it has held calls up.
    pub(crate) async fn restore(&self, behind: &Behind) -> Result<Duration> {
        let kept = std::mem::take(&mut *self.lock());
        for (named, item) in kept.before.into_values() {
            match item {
                Some(item) => behind.own("PutItem", json!({"TableName": named.table, "Item": item})).await?,
                None => behind.own("DeleteItem", json!({"TableName": named.table, "Key": named.key})).await?,
            };
        }
        Ok(kept.held_up)
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The items that a call may write.
fn touched(operation: &str, input: &Value) -> Vec<Named> {
    let at = |place: &Value, name: &str| place.get(name).cloned().unwrap_or_default();
    let table = |place: &Value| at(place, "TableName").as_str().unwrap_or_default().to_owned();
    match operation {
        "PutItem" => vec![Named { table: table(input), key: key_of(&at(input, "Item")) }],
        "UpdateItem" | "DeleteItem" => vec![Named { table: table(input), key: key_of(&at(input, "Key")) }],
        "TransactWriteItems" => {
            let parts = [("Put", "Item"), ("Update", "Key"), ("Delete", "Key")];
            let named = |one: &Value| {
                let (part, place) = parts.iter().find_map(|(part, place)| Some((one.get(part)?, place)))?;
                Some(Named { table: table(part), key: key_of(&at(part, place)) })
            };
            list(input, "TransactItems").iter().filter_map(named).collect()
        }
        "BatchWriteItem" => {
            let tables = at(input, "RequestItems").as_object().cloned().unwrap_or_default();
            let parts = [("/PutRequest/Item"), ("/DeleteRequest/Key")];
            let named = |(table, requests): (&String, &Value)| -> Vec<Named> {
                let key = |one: &Value| Some(key_of(parts.iter().find_map(|part| one.pointer(part))?));
                let keys = requests.as_array().into_iter().flatten().filter_map(key);
                keys.map(|key| Named { table: table.clone(), key }).collect()
            };
            tables.iter().flat_map(named).collect()
        }
        _ => Vec::new(),
    }
}

fn list<'a>(input: &'a Value, name: &str) -> &'a [Value] {
    input.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The key's part of an item, or of a key.
fn key_of(item: &Value) -> Value {
    KEY.iter()
        .filter_map(|name| Some(((*name).to_owned(), item.get(name)?.clone())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(pk: &str) -> Value {
        json!({"pk": {"S": pk}, "sk": {"S": "S"}})
    }

    fn item(pk: &str) -> Value {
        json!({"pk": {"S": pk}, "sk": {"S": "S"}, "name": {"S": "Ada"}})
    }

    fn named(keys: &[(&str, &str)]) -> Vec<Named> {
        keys.iter().map(|(table, pk)| Named { table: (*table).to_owned(), key: key(pk) }).collect()
    }

    #[test]
    fn every_kind_of_write_names_what_it_touches() {
        let put = json!({"TableName": "a", "Item": item("1")});
        let key_only = json!({"TableName": "a", "Key": key("1")});
        assert_eq!(touched("PutItem", &put), named(&[("a", "1")]));
        assert_eq!(touched("UpdateItem", &key_only), named(&[("a", "1")]));
        assert_eq!(touched("DeleteItem", &key_only), named(&[("a", "1")]));
        let all = json!({"TransactItems": [
            {"Put": {"TableName": "a", "Item": item("1")}},
            {"Update": {"TableName": "b", "Key": key("2")}},
            {"ConditionCheck": {"TableName": "c", "Key": key("3")}},
            {"Delete": {"TableName": "d", "Key": key("4")}},
        ]});
        assert_eq!(touched("TransactWriteItems", &all), named(&[("a", "1"), ("b", "2"), ("d", "4")]));
        let batch = json!({"RequestItems": {
            "a": [{"PutRequest": {"Item": item("1")}}, {"DeleteRequest": {"Key": key("2")}}],
            "b": [{"PutRequest": {"Item": item("3")}}],
        }});
        assert_eq!(touched("BatchWriteItem", &batch), named(&[("a", "1"), ("a", "2"), ("b", "3")]));
    }

    #[test]
    fn reads_touch_nothing() {
        for operation in ["GetItem", "Query", "BatchGetItem"] {
            assert_eq!(touched(operation, &json!({"TableName": "a", "Key": key("1")})), []);
        }
    }

    #[tokio::test]
    async fn what_was_written_is_put_back() {
        let dynamo = testkit::dynamo().await;
        dynamo.table("things", &[]).await;
        let (behind, undo) = (Behind::new(&dynamo.endpoint, "").unwrap(), Undo::default());
        let put = |name: &str| json!({"TableName": "things", "Item": {"pk": {"S": "1"}, "sk": {"S": "S"}, "name": {"S": name}}});
        let at = |pk: &str| json!({"TableName": "things", "Key": key(pk)});
        behind.own("PutItem", put("Ada")).await.unwrap();
        undo.remember(true);
        for (operation, input) in [("PutItem", put("Bob")), ("DeleteItem", at("1")), ("UpdateItem", at("2"))] {
            undo.keep(&behind, operation, &input).await.unwrap();
            behind.own(operation, input).await.unwrap();
        }
        undo.restore(&behind).await.unwrap();
        assert_eq!(behind.own("GetItem", at("1")).await.unwrap()["Item"], item("1"));
        assert!(!behind.own("GetItem", at("2")).await.unwrap().contains_key("Item"));
    }
}
