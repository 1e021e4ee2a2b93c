//! Format checks of single fields.

use std::collections::BTreeSet;

use garde::Result;
pub(crate) use lambda::http::validators::validate_site_code as check_site_code;
use lambda::http::validators::{ensure, validate_levels};
use serde_json::{Map, Value};

use crate::{
    domain::{
        channel::Channel,
        context::{ENTRIES_MAX, MAGNITUDE_BOUND},
    },
    messages,
};

/// Maximum size of a template context, in bytes of JSON.
const CONTEXT_BYTES_MAX: usize = 8 * 1024;
/// Maximum number of named recipients of one message.
const RECIPIENTS_MAX: usize = 50;

/// Whether a text has 1 to `chars_max` characters, not only white space, and no control characters but line breaks and tabs.
fn is_printable_text(text: &str, chars_max: usize) -> bool {
    let printable = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    !text.trim().is_empty() && text.chars().count() <= chars_max && text.chars().all(printable)
}

/// Whether a text is one line that [`is_printable_text`]; tabs are allowed.
fn is_printable_line(text: &str, chars_max: usize) -> bool {
    is_printable_text(text, chars_max) && !text.contains(['\n', '\r'])
}

/// Checks the source of a template's title: one line of 1 to 500 characters.
pub(crate) fn check_title_source(text: &str, _: &()) -> Result {
    ensure(is_printable_line(text, 500), messages::title_format())
}

/// Checks the source of a template's text part: 1 to 10,000 characters.
pub(crate) fn check_text_source(text: &str, _: &()) -> Result {
    ensure(is_printable_text(text, 10_000), messages::text_format())
}

/// Checks an HTML part or its source: 1 to 15,000 characters.
pub(crate) fn check_html_source(text: &str, _: &()) -> Result {
    ensure(is_printable_text(text, 15_000), messages::html_format())
}

/// Checks the subject of an e-mail: one line of 1 to 200 characters.
pub(crate) fn check_email_subject(text: &str, _: &()) -> Result {
    ensure(is_printable_line(text, 200), messages::subject_format())
}

/// Checks the text of an e-mail: 1 to 10,000 characters.
pub(crate) fn check_email_text(text: &str, _: &()) -> Result {
    ensure(is_printable_text(text, 10_000), messages::text_format())
}

/// Whether all numbers in a value, at any level, are in the range of DynamoDB.
fn has_storable_numbers(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_none_or(|number| number.abs() < MAGNITUDE_BOUND),
        Value::Array(items) => items.iter().all(has_storable_numbers),
        Value::Object(members) => members.values().all(has_storable_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

/// Checks a template context: its levels, the range of its numbers, at most 50 values and 8 KiB of JSON.
pub(crate) fn check_context_values(context: &Map<String, Value>, _: &()) -> Result {
    validate_levels(context, &())?;
    ensure(context.values().all(has_storable_numbers), messages::context_numbers())?;
    let bytes = serde_json::to_vec(context).map_or(usize::MAX, |bytes| bytes.len());
    let fits = context.len() <= ENTRIES_MAX && bytes <= CONTEXT_BYTES_MAX;
    ensure(fits, messages::context_size())
}

fn are_distinct<T: Ord>(items: &[T]) -> bool {
    items.iter().collect::<BTreeSet<_>>().len() == items.len()
}

/// Checks that at least one channel is named, and each only once.
pub(crate) fn check_distinct_channels(channels: &[Channel], _: &()) -> Result {
    ensure(!channels.is_empty() && are_distinct(channels), messages::channels_distinct())
}

/// Checks that 1 to 50 people are named, each only once.
pub(crate) fn check_distinct_recipients(people: &[kernel::EmployeeId], _: &()) -> Result {
    let fits = (1..=RECIPIENTS_MAX).contains(&people.len()) && are_distinct(people);
    ensure(fits, messages::recipients_distinct())
}
