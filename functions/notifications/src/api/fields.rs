//! What a single field must look like, before any rule looks at it.

use garde::Result;
use lambda::http::field::insist;
pub(crate) use lambda::http::field::site;
use serde_json::{Map, Value};

use crate::domain::notification::Channel;

/// No context has more entries.
const CONTEXT_ENTRIES_MAX: usize = 50;
/// No context is longer, in bytes of JSON.
const CONTEXT_BYTES_MAX: usize = 8 * 1024;
/// So many people may be written to by name at once.
const RECIPIENTS_MAX: usize = 50;

fn is_text(text: &str, chars_max: usize) -> bool {
    let printable = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    !text.trim().is_empty() && text.chars().count() <= chars_max && text.chars().all(printable)
}

/// The title of a template.
pub(crate) fn title_source(text: &str, _: &()) -> Result {
    insist(is_text(text, 500) && !text.contains(['\n', '\r']), "one line of 1 to 500 characters")
}

/// The text part of a template.
pub(crate) fn text_source(text: &str, _: &()) -> Result {
    insist(is_text(text, 10_000), "1 to 10000 characters")
}

/// The HTML part of a template.
pub(crate) fn html_source(text: &str, _: &()) -> Result {
    insist(is_text(text, 15_000), "1 to 15000 characters")
}

/// The subject of a message.
pub(crate) fn subject(text: &str, _: &()) -> Result {
    insist(is_text(text, 200) && !text.contains(['\n', '\r']), "one line of 1 to 200 characters")
}

/// The text of a message.
pub(crate) fn text(text: &str, _: &()) -> Result {
    insist(is_text(text, 10_000), "1 to 10000 characters")
}

/// What a template is filled with.
pub(crate) fn context(context: &Map<String, Value>, _: &()) -> Result {
    let bytes = serde_json::to_vec(context).map_or(usize::MAX, |bytes| bytes.len());
    insist(context.len() <= CONTEXT_ENTRIES_MAX && bytes <= CONTEXT_BYTES_MAX, "at most 50 entries and 8 KiB")
}

/// Channels, each at most once.
pub(crate) fn channels_of(channels: &[Channel], _: &()) -> Result {
    let mut distinct = channels.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    insist(!channels.is_empty() && distinct.len() == channels.len(), "1 to 4 different channels")
}

/// People, each at most once.
pub(crate) fn recipients_of(people: &[kernel::EmployeeId], _: &()) -> Result {
    let mut distinct = people.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let fits = (1..=RECIPIENTS_MAX).contains(&people.len()) && distinct.len() == people.len();
    insist(fits, "1 to 50 different people")
}
