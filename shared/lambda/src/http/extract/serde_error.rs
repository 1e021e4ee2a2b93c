//! Messages of `serde` as errors in one place of the request.

use kernel::{Code, Error, Message};

use super::Problem;
use crate::messages;

/// 400 `malformed` for the place `at` of a body.
pub(super) fn of_body(mut at: String, message: &str) -> Problem {
    if let Some(name) = field_in_message(message)
        && !at.ends_with(&format!("/{name}"))
    {
        at = format!("{at}/{name}");
    }
    malformed(messages::body_unreadable(), at, message)
}

/// 400 `malformed` for a body that is an array.
pub(super) fn array_instead_of_object() -> Problem {
    Problem(Error::new(Code::Malformed, messages::body_unreadable()).with_field(
        "",
        "malformed",
        messages::object_not_array(),
    ))
}

/// 400 `malformed` for a parameter of the query string. `path` is the parameter, or `.` for the whole query.
pub(super) fn of_query(path: String, message: &str) -> Problem {
    let name = if path == "." { field_in_message(message).unwrap_or_default() } else { path };
    malformed(messages::query_unreadable(), format!("query:{name}"), message)
}

fn malformed(detail: Message, at: String, message: &str) -> Problem {
    let (code, cause) = code_and_message(message);
    Problem(Error::new(Code::Malformed, detail).with_field(at, code, cause))
}

/// RFC 6901 pointer from the path notation of serde and garde: `items[0].name` becomes `/items/0/name`.
pub(super) fn pointer(path: &str) -> String {
    if path.is_empty() || path == "." {
        return String::new();
    }
    // Serde writes `?` for a name that it has not read yet.
    let parts = path.split(['.', '[', ']']).filter(|part| !part.is_empty() && *part != "?");
    parts.map(|part| format!("/{}", part.replace('~', "~0").replace('/', "~1"))).collect()
}

/// Name of the field in serde's message, which its path lacks.
fn field_in_message(message: &str) -> Option<String> {
    let openings = ["unknown field `", "missing field `", "duplicate field `"];
    let rest = openings.iter().find_map(|prefix| message.strip_prefix(prefix))?;
    rest.split('`').next().map(str::to_owned)
}

/// Code of an error, and the message of the catalogue for it.
fn code_and_message(message: &str) -> (&'static str, Message) {
    // Without line and column, because the pointer is more precise.
    let message = message.split(" at line ").next().unwrap_or(message);
    if let Some((name, _)) = name_in_backticks(message, "missing field") {
        return ("missing_field", messages::missing_field(name));
    }
    if let Some((name, _)) = name_in_backticks(message, "duplicate field") {
        return ("duplicate_field", messages::duplicate_field(name));
    }
    if let Some((name, rest)) = name_in_backticks(message, "unknown field") {
        return match expected_names(rest) {
            Some(known) => ("unknown_field", messages::unknown_field_known(name, known)),
            None => ("unknown_field", messages::unknown_field(name)),
        };
    }
    if let Some((value, rest)) = name_in_backticks(message, "unknown variant")
        && let Some(known) = expected_names(rest)
    {
        return ("malformed", messages::unknown_value(value, known));
    }
    ("malformed", messages::unreadable(message.trim_end_matches(['.', '।'])))
}

/// Name between backticks after an opening, and the rest of the message.
fn name_in_backticks<'a>(message: &'a str, opening: &str) -> Option<(&'a str, &'a str)> {
    message.strip_prefix(opening)?.strip_prefix(" `")?.split_once('`')
}

/// Names that serde would have accepted, with commas between them.
fn expected_names(rest: &str) -> Option<String> {
    let known = rest.strip_prefix(", expected ")?;
    Some(known.strip_prefix("one of ").unwrap_or(known).replace("` or `", "`, `"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_rfc_6901() {
        for (path, expected) in
            [("", ""), (".", ""), ("?", ""), ("salary.currency", "/salary/currency"), ("items[0].a/b", "/items/0/a~1b")]
        {
            assert_eq!(pointer(path), expected);
        }
    }

    #[test]
    fn messages_of_serde_are_messages_of_the_catalogue() {
        for (message, code, expected) in [
            ("missing field `name` at line 1 column 2", "missing_field", messages::missing_field("name")),
            ("duplicate field `name`", "duplicate_field", messages::duplicate_field("name")),
            ("unknown field `x`, expected `a` or `b`", "unknown_field", messages::unknown_field_known("x", "`a`, `b`")),
            ("unknown field `x`, there are no fields", "unknown_field", messages::unknown_field("x")),
            ("unknown variant `x`, expected one of `a`, `b`", "malformed", messages::unknown_value("x", "`a`, `b`")),
            ("expected days from 0 to 366", "malformed", messages::unreadable("expected days from 0 to 366")),
        ] {
            assert_eq!(code_and_message(message), (code, expected), "{message}");
        }
    }
}
