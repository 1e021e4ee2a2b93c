//! Write of one item, with its condition and its stamp.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use events::{Fact, Stamp};
use jiff::Timestamp;
use kernel::{EventId, Origin, Result};
use serde::Serialize;

use crate::item::{EVENT, EVENT_REF, Item, Key, TTL, VERSION, WRITE_ID, to_attribute, without_underflow};

/// Kind of the stamp that a write leaves on its item.
#[derive(Debug, Clone)]
enum StampKind {
    /// Publishes an event.
    Event(Fact),
    /// References the event of another item of the same transaction.
    Reference,
    /// Publishes no event.
    Quiet,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WriteKind {
    Put,
    Update,
    Check,
}

/// Put, update or condition check of one item.
///
/// In expressions, `#name` stands for the attribute `name` and `:name` for a value given with [`Write::value`].
#[derive(Debug, Clone)]
pub struct Write {
    pub(crate) kind: WriteKind,
    pub(crate) key: Key,
    item: Item,
    assignments: Vec<String>,
    removals: Vec<String>,
    conditions: Vec<String>,
    values: Item,
    version: u64,
    stamp: StampKind,
    failure: Option<kernel::Error>,
}

/// Write with its stamp, in the form of the DynamoDB API.
#[derive(Debug, Clone)]
pub(crate) struct PreparedWrite {
    pub(crate) kind: WriteKind,
    pub(crate) key: Key,
    pub(crate) item: Item,
    pub(crate) update: Option<String>,
    pub(crate) condition: Option<String>,
    pub(crate) names: Option<HashMap<String, String>>,
    pub(crate) values: Option<Item>,
    pub(crate) event: Option<EventId>,
    pub(crate) stamp: (&'static str, AttributeValue),
}

impl Write {
    fn new(kind: WriteKind, key: Key) -> Self {
        Self {
            kind,
            key,
            item: Item::new(),
            assignments: Vec::new(),
            removals: Vec::new(),
            conditions: Vec::new(),
            values: Item::new(),
            version: 1,
            stamp: StampKind::Quiet,
            failure: None,
        }
    }

    /// Stores a new item as version 1. The condition fails if the key exists.
    pub fn create(key: Key, body: &impl Serialize) -> Self {
        Self::put(key, body).condition("attribute_not_exists(pk)")
    }

    /// Replaces an item that still has the version that was read, and stores it as the next version. The condition fails if
    /// it has another version or does not exist.
    pub fn replace(key: Key, body: &impl Serialize, read_version: u64) -> Self {
        let mut write = Self::put(key, body).if_version(read_version);
        write.version = read_version.saturating_add(1);
        write
    }

    /// Stores an item as version 1, also in place of a stored one; add conditions with [`Write::condition`]. To replace an
    /// item that was read, use [`Write::replace`], which continues its versions.
    pub fn put(key: Key, body: &impl Serialize) -> Self {
        let mut write = Self::new(WriteKind::Put, key);
        match serde_dynamo::to_item::<_, Item>(body) {
            Ok(item) => {
                write.item = item.into_iter().map(|(name, value)| (name, without_underflow(value))).collect();
            }
            Err(error) => write.failure = Some(kernel::Error::internal(format!("item has no DynamoDB form: {error}"))),
        }
        write
    }

    /// Changes attributes of an item without reading it, and increments its version. Creates the item if it does not exist,
    /// unless a condition forbids it.
    pub fn update(key: Key) -> Self {
        Self::new(WriteKind::Update, key)
    }

    /// Checks conditions of an item and writes nothing; for transactions only.
    pub fn check(key: Key) -> Self {
        Self::new(WriteKind::Check, key)
    }

    /// Adds a condition expression. All conditions must hold.
    #[must_use]
    pub fn condition(mut self, condition: &str) -> Self {
        self.conditions.push(condition.to_owned());
        self
    }

    /// Requires that the item exists and still has this version. It does not set the next one: to replace an item, use
    /// [`Write::replace`].
    #[must_use]
    pub fn if_version(self, version: u64) -> Self {
        self.condition("#_version = :_expected").value(":_expected", &version)
    }

    /// Sets the value of a placeholder in conditions and assignments, such as `:now`.
    #[must_use]
    pub fn value(mut self, placeholder: &str, value: &impl Serialize) -> Self {
        match to_attribute(value) {
            Ok(value) => drop(self.values.insert(placeholder.to_owned(), value)),
            Err(error) => self.failure = Some(error),
        }
        self
    }

    /// Sets one attribute of the item. Of a put item, it replaces the attribute in the body.
    #[must_use]
    pub fn set(mut self, name: &str, value: &impl Serialize) -> Self {
        match to_attribute(value) {
            Ok(value) => self.set_attribute(name, value),
            Err(error) => self.failure = Some(error),
        }
        self
    }

    fn set_attribute(&mut self, name: &str, value: AttributeValue) {
        if self.kind == WriteKind::Put {
            self.item.insert(name.to_owned(), value);
        } else {
            let placeholder = format!(":set_{}", name.trim_start_matches('_'));
            self.assignments.push(format!("#{name} = {placeholder}"));
            self.values.insert(placeholder, value);
        }
    }

    /// Adds an assignment with an expression to an update: `#count = if_not_exists(#count, :zero) + :one`.
    #[must_use]
    pub fn assign(mut self, assignment: &str) -> Self {
        self.assignments.push(assignment.to_owned());
        self
    }

    /// Removes one attribute of the item.
    #[must_use]
    pub fn remove(mut self, name: &str) -> Self {
        self.item.remove(name);
        self.removals.push(format!("#{name}"));
        self
    }

    /// Adds the item to a secondary index, such as `by_member`, under this key.
    #[must_use]
    pub fn index(self, index: &str, pk: impl ToString, sk: impl ToString) -> Self {
        self.set(&format!("ix_{index}_pk"), &pk.to_string()).set(&format!("ix_{index}_sk"), &sk.to_string())
    }

    /// Removes the item from a secondary index.
    #[must_use]
    pub fn unindex(self, index: &str) -> Self {
        self.remove(&format!("ix_{index}_pk")).remove(&format!("ix_{index}_sk"))
    }

    /// Sets the TTL: DynamoDB deletes the item some time after `at`. Until then, reads still return it.
    #[must_use]
    pub fn expires_at(self, at: Timestamp) -> Self {
        self.set(TTL, &at.as_second())
    }

    /// Publishes this event, with its further events, if the write succeeds.
    #[must_use]
    pub fn publishes(mut self, fact: Fact) -> Self {
        self.stamp = StampKind::Event(fact);
        self
    }

    /// References the lead event, the first of the transaction, instead of publishing an event of its own.
    #[must_use]
    pub fn joins_lead_event(mut self) -> Self {
        self.stamp = StampKind::Reference;
        self
    }

    /// Whether this write publishes an event.
    pub(crate) const fn has_event(&self) -> bool {
        matches!(self.stamp, StampKind::Event(_))
    }

    /// Stamps the write and puts it into the form of the DynamoDB API. `id` becomes the id of the event, or of the write if
    /// it has none; `lead` is the first event of the transaction, if any.
    pub(crate) fn prepare(mut self, id: EventId, lead: Option<EventId>, origin: &Origin) -> Result<PreparedWrite> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let (stamp, event) = match std::mem::replace(&mut self.stamp, StampKind::Quiet) {
            StampKind::Event(fact) => ((EVENT, to_attribute(&Stamp::new(id, fact, origin))?), Some(id)),
            StampKind::Reference => ((EVENT_REF, to_attribute(&lead.unwrap_or(id))?), None),
            StampKind::Quiet => ((WRITE_ID, to_attribute(&id)?), None),
        };
        match self.kind {
            WriteKind::Put => {
                self.item.extend(self.key.attributes());
                self.item.insert(VERSION.to_owned(), AttributeValue::N(self.version.to_string()));
                self.item.insert(stamp.0.to_owned(), stamp.1.clone());
            }
            WriteKind::Update => {
                self.set_attribute(stamp.0, stamp.1.clone());
                self.assignments.push("#_version = if_not_exists(#_version, :_none) + :_one".to_owned());
                self.values.insert(":_none".to_owned(), AttributeValue::N("0".to_owned()));
                self.values.insert(":_one".to_owned(), AttributeValue::N("1".to_owned()));
            }
            WriteKind::Check => {}
        }
        Ok(self.assemble(event, stamp))
    }

    fn assemble(self, event: Option<EventId>, stamp: (&'static str, AttributeValue)) -> PreparedWrite {
        let update = (self.kind == WriteKind::Update).then(|| {
            let set = format!("SET {}", self.assignments.join(", "));
            if self.removals.is_empty() { set } else { format!("{set} REMOVE {}", self.removals.join(", ")) }
        });
        let condition = (!self.conditions.is_empty()).then(|| match self.conditions.as_slice() {
            [one] => one.clone(),
            many => many.iter().map(|one| format!("({one})")).collect::<Vec<_>>().join(" AND "),
        });
        let names = attribute_names_in(update.iter().chain(&condition));
        PreparedWrite {
            kind: self.kind,
            key: self.key,
            item: self.item,
            update,
            condition,
            names: (!names.is_empty()).then_some(names),
            values: (!self.values.is_empty()).then_some(self.values),
            event,
            stamp,
        }
    }
}

/// Placeholders `#name` in expressions, with the attributes that they stand for.
pub(crate) fn attribute_names_in<'a>(expressions: impl Iterator<Item = &'a String>) -> HashMap<String, String> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    expressions
        .flat_map(|expression| expression.split('#').skip(1))
        .filter_map(|rest| rest.split(|c| !word(c)).next())
        .map(|name| (format!("#{name}"), name.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_an_expression_are_declared_once() {
        let expression = "SET #status = :s, #_version = if_not_exists(#_version, :z) + :o".to_owned();
        let names = attribute_names_in(std::iter::once(&expression));
        assert_eq!(names.len(), 2);
        assert_eq!(names.get("#_version").map(String::as_str), Some("_version"));
        assert_eq!(names.get("#status").map(String::as_str), Some("status"));
    }
}
