//! Putting tables back as they were.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use store::Item;
use testkit::World;

/// Puts every table back as a snapshot of the world has it, by a client whose calls are not counted.
///
/// # Panics
/// When the database refuses.
pub async fn restore(world: &World, before: &BTreeMap<String, Vec<Item>>) {
    let now = world.snapshot().await;
    for (variable, then) in before {
        let (table, then, now) = (world.table_name(variable), by_key(then), by_key(&now[variable]));
        for (_, item) in then.iter().filter(|(key, item)| now.get(*key) != Some(item)) {
            world.dynamo.client.put_item().table_name(&table).set_item(Some((*item).clone())).send().await.unwrap();
        }
        for ((pk, sk), _) in now.iter().filter(|(key, _)| !then.contains_key(*key)) {
            let key = [("pk", pk), ("sk", sk)].map(|(name, text)| (name.to_owned(), AttributeValue::S(text.clone())));
            let key = Some(HashMap::from(key));
            world.dynamo.client.delete_item().table_name(&table).set_key(key).send().await.unwrap();
        }
    }
}

fn by_key(items: &[Item]) -> BTreeMap<(String, String), &Item> {
    let text = |item: &Item, name| store::string_attribute(item, name).unwrap_or_default().to_owned();
    items.iter().map(|item| ((text(item, "pk"), text(item, "sk")), item)).collect()
}
