//! What a single field must look like, before any rule looks at it.

use std::collections::BTreeSet;

use garde::Result;
use lambda::http::field::ensure;
pub(crate) use lambda::http::field::site;
use serde_json::{Map, Value};

use crate::domain::channel::Channel;

const CONTEXT_ENTRIES_MAX: usize = 50;
/// No context is longer, in bytes of JSON.
const CONTEXT_BYTES_MAX: usize = 8 * 1024;
/// So many people may be written to by name at once.
const RECIPIENTS_MAX: usize = 50;

fn is_text(text: &str, chars_max: usize) -> bool {
    let printable = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    !text.trim().is_empty() && text.chars().count() <= chars_max && text.chars().all(printable)
}

pub(crate) fn title_source(text: &str, _: &()) -> Result {
    ensure(is_text(text, 500) && !text.contains(['\n', '\r']), "one line of 1 to 500 characters")
}

pub(crate) fn text_source(text: &str, _: &()) -> Result {
    ensure(is_text(text, 10_000), "1 to 10000 characters")
}

pub(crate) fn html_source(text: &str, _: &()) -> Result {
    ensure(is_text(text, 15_000), "1 to 15000 characters")
}

pub(crate) fn subject(text: &str, _: &()) -> Result {
    ensure(is_text(text, 200) && !text.contains(['\n', '\r']), "one line of 1 to 200 characters")
}

pub(crate) fn text(text: &str, _: &()) -> Result {
    ensure(is_text(text, 10_000), "1 to 10000 characters")
}

pub(crate) fn context(context: &Map<String, Value>, _: &()) -> Result {
    let bytes = serde_json::to_vec(context).map_or(usize::MAX, |bytes| bytes.len());
    ensure(context.len() <= CONTEXT_ENTRIES_MAX && bytes <= CONTEXT_BYTES_MAX, "at most 50 entries and 8 KiB")
}

fn are_distinct<T: Ord>(items: &[T]) -> bool {
    items.iter().collect::<BTreeSet<_>>().len() == items.len()
}

pub(crate) fn channels_of(channels: &[Channel], _: &()) -> Result {
    ensure(!channels.is_empty() && are_distinct(channels), "1 to 4 different channels")
}

pub(crate) fn recipients_of(people: &[kernel::EmployeeId], _: &()) -> Result {
    ensure((1..=RECIPIENTS_MAX).contains(&people.len()) && are_distinct(people), "1 to 50 different people")
}
