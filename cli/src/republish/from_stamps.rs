//! Rebuilds the last event of every item of a table from the item's event stamp.

use std::{collections::HashMap, ops::Range};

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use relay::{BusEntry, events_of_stored_stamp};

use super::Target;
use crate::cloud::{Cloud, sdk_error};

/// Name of the table in the stack output of `given` (`auth` is `AuthTable`). Without such an output, `given` is the table name.
fn table_name(cloud: &Cloud, given: &str) -> String {
    let mut letters = given.chars();
    let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    cloud.output(&format!("{capital}Table")).map_or_else(|_| given.to_owned(), str::to_owned)
}

#[expect(clippy::disallowed_methods, reason = "the command reads every item, and only after events were lost")]
pub(super) async fn run(cloud: &Cloud, table: &str, when: Range<Timestamp>, target: &Target) -> Result<String, String> {
    let table = table_name(cloud, table);
    let client = aws_sdk_dynamodb::Client::new(&cloud.aws);
    let mut pages = client.scan().table_name(&table).filter_expression("attribute_exists(#event)");
    pages = pages.expression_attribute_names("#event", "_event");
    let mut pages = pages.into_paginator().send();
    let (mut items_read, mut published) = (0_usize, 0_usize);
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| sdk_error(&table, &error))?;
        let items = page.items.unwrap_or_default();
        items_read += items.len();
        let entries: Vec<_> = items.into_iter().flat_map(|item| entries_of_item(&table, item, &when)).collect();
        target.print_and_publish(&entries).await?;
        published += entries.len();
    }
    Ok(format!("{} {published} events of {items_read} stamped items of {table}.", target.published_or_would_publish()))
}

/// Entries for the last events of an item, if they happened in the given time.
fn entries_of_item(table: &str, item: HashMap<String, AttributeValue>, when: &Range<Timestamp>) -> Vec<BusEntry> {
    let key = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
    let key = (key("pk"), key("sk"));
    let events = events_of_stored_stamp(table, &serde_dynamo::Item::from(item).into_inner()).into_iter();
    events
        .filter(|event| when.contains(&event.stamp.at))
        .map(|event| BusEntry::new(table, key.clone(), "", event))
        .collect()
}
