//! Messages of `serde` as errors in one place of the request.

use kernel::{Argument, Code, Error, Message};

use super::Problem;
use crate::messages;

/// 400 `malformed` for the place `at` (a pointer) of a body, with the text of serde in `message`.
pub(super) fn body_problem(mut at: String, message: &str) -> Problem {
    if let Some(name) = field_in_message(message)
        && !at.ends_with(&format!("/{name}"))
    {
        at = format!("{at}/{name}");
    }
    malformed_problem(messages::body_unreadable(), at, message)
}

/// 400 `malformed` for a body that is an array.
pub(super) fn array_body_problem() -> Problem {
    Problem(Error::new(Code::Malformed, messages::body_unreadable()).with_field(
        "",
        "malformed",
        messages::object_not_array(),
    ))
}

/// 400 `malformed` for a body that is empty or not JSON.
pub(super) fn invalid_json_problem(body: &[u8], error: &serde_json::Error) -> Problem {
    let cause = match body.trim_ascii() {
        [] => messages::body_empty(),
        _ => messages::invalid_json(error.line(), error.column()),
    };
    Problem(Error::new(Code::Malformed, messages::body_unreadable()).with_field("", "malformed", cause))
}

/// 400 `malformed` for a parameter of the query string, with the text of serde in `message`. `path` is the parameter,
/// or `.` for the whole query.
///
/// `elsewhere` names further allowed parameters, which are read separately.
pub(super) fn query_problem(path: String, message: &str, elsewhere: &[&str]) -> Problem {
    let name = if path == "." { field_in_message(message).unwrap_or_default() } else { path };
    let (code, cause) = match name_in_backticks(without_line_and_column(message), "unknown field") {
        Some((name, rest)) if !elsewhere.is_empty() => {
            let elsewhere = elsewhere.iter().map(|name| format!("`{name}`"));
            let known: Vec<_> = expected_names(rest).into_iter().chain(elsewhere).collect();
            ("unknown_field", messages::unknown_field_known(name, Argument::list(known)))
        }
        _ => code_and_message(message),
    };
    Problem(Error::new(Code::Malformed, messages::query_unreadable()).with_field(format!("query:{name}"), code, cause))
}

fn malformed_problem(detail: Message, at: String, message: &str) -> Problem {
    let (code, cause) = code_and_message(message);
    Problem(Error::new(Code::Malformed, detail).with_field(at, code, cause))
}

/// RFC 6901 pointer from the path notation of serde and garde: `items[0].name` becomes `/items/0/name`.
pub(super) fn json_pointer(path: &str) -> String {
    if path.is_empty() || path == "." {
        return String::new();
    }
    // Serde writes `?` for a name that it has not read yet.
    let parts = path.split(['.', '[', ']']).filter(|part| !part.is_empty() && *part != "?");
    parts.map(|part| format!("/{}", part.replace('~', "~0").replace('/', "~1"))).collect()
}

/// Name of the unknown, missing or duplicate field in a text of serde, whose path lacks it.
fn field_in_message(message: &str) -> Option<String> {
    let message = without_line_and_column(message);
    let openings = ["unknown field", "missing field", "duplicate field"];
    openings.iter().find_map(|opening| name_in_backticks(message, opening)).map(|(name, _)| name.to_owned())
}

/// Code and message of the catalogue for an error text of serde.
fn code_and_message(message: &str) -> (&'static str, Message) {
    let message = without_line_and_column(message);
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
    let misfit =
        ["invalid type: ", "invalid value: ", "invalid length "].iter().find_map(|kind| message.strip_prefix(kind));
    if let Some((_, expected)) = misfit.and_then(|rest| rest.rsplit_once(", expected ")) {
        return ("malformed", messages::misfit(type_in_words(expected)));
    }
    if is_date_or_time_error(message) {
        return ("malformed", messages::not_a_time());
    }
    ("malformed", messages::unreadable(message.trim_end_matches(['.', '।'])))
}

/// Error text of serde without line and column, because the pointer is more precise.
fn without_line_and_column(message: &str) -> &str {
    match message.rsplit_once(" at line ") {
        Some((text, place)) if place.split(" column ").all(|number| number.parse::<u32>().is_ok()) => text,
        _ => message,
    }
}

/// Type as serde calls it, in words for people; other texts are kept.
fn type_in_words(expected: &str) -> Argument {
    match expected {
        "a string" | "a borrowed string" | "a char" => messages::a_text().into(),
        "a boolean" => messages::true_or_false().into(),
        "a sequence" => messages::a_list().into(),
        "a map" => messages::an_object().into(),
        "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize" => {
            messages::a_whole_number().into()
        }
        "f32" | "f64" => messages::a_number().into(),
        other if other.starts_with("struct ") => messages::an_object().into(),
        other => other.into(),
    }
}

/// Whether an error text says that a date or time cannot be read.
fn is_date_or_time_error(message: &str) -> bool {
    let is_unfinished = message.starts_with("expected ") && message.contains(", but found ");
    is_unfinished || ["parsed ", "failed to "].iter().any(|opening| message.starts_with(opening))
}

/// Name between backticks after an opening, and the rest of the message.
fn name_in_backticks<'a>(message: &'a str, opening: &str) -> Option<(&'a str, &'a str)> {
    let rest = message.strip_prefix(opening)?.strip_prefix(" `")?;
    // The name is the caller's and may contain backticks; the names after it are ours.
    let end = [", expected ", ", there are no fields"].iter().find_map(|next| rest.find(&format!("`{next}")));
    let end = end.or_else(|| rest.rfind('`'))?;
    Some((rest.get(..end)?, rest.get(end + 1..)?))
}

/// Names that serde would have accepted, with commas between them; none if the text names none.
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
            assert_eq!(json_pointer(path), expected);
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
            ("invalid type: integer `5`, expected a string", "malformed", messages::misfit(messages::a_text())),
            ("invalid value: integer `300`, expected u8", "malformed", messages::misfit(messages::a_whole_number())),
            (
                "unknown variant `a`b`, expected `c` or `d` at line 2 column 3",
                "malformed",
                messages::unknown_value("a`b", "`c`, `d`"),
            ),
            (
                "unknown field `x at line y`, there are no fields at line 1 column 2",
                "unknown_field",
                messages::unknown_field("x at line y"),
            ),
        ] {
            assert_eq!(code_and_message(message), (code, expected), "{message}");
        }
    }

    #[test]
    fn dates_and_times_of_a_wrong_form_are_explained_in_every_language() {
        use jiff::{Timestamp, civil};
        let dates = ["2027-02-31", "01.02.2027", "2027-13-01", "today", "", "2027-02", "2027-02-03x"];
        let faults = dates.iter().filter_map(|text| text.parse::<civil::Date>().err());
        let instants = ["09:00", "2026-11-30 16:30", "2026-11-30T25:00:00Z", "", "yesterday", "2026-11-30"];
        let faults = faults.chain(instants.iter().filter_map(|text| text.parse::<Timestamp>().err()));
        let times = ["9 o'clock", "24:61", "", "0900x"];
        let faults: Vec<_> = faults.chain(times.iter().filter_map(|text| text.parse::<civil::Time>().err())).collect();
        assert!(faults.len() >= 14, "{faults:?}");
        for fault in faults {
            assert_eq!(code_and_message(&fault.to_string()).1, messages::not_a_time(), "{fault}");
        }
    }
}
