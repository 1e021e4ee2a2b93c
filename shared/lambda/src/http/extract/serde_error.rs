//! Messages of `serde` as errors in one place of the request.

use kernel::{Code, Error};

use super::Problem;

/// 400 `malformed` for the place `at` of a body.
pub(super) fn of_body(mut at: String, message: &str) -> Problem {
    if let Some(name) = field_in_message(message)
        && !at.ends_with(&format!("/{name}"))
    {
        at = format!("{at}/{name}");
    }
    malformed("The body cannot be read; see `errors`.", at, message)
}

/// 400 `malformed` for a parameter of the query string. `path` is the parameter, or `.` for the whole query.
pub(super) fn of_query(path: String, message: &str) -> Problem {
    let name = if path == "." { field_in_message(message).unwrap_or_default() } else { path };
    malformed("The query cannot be read; see `errors`.", format!("query:{name}"), message)
}

fn malformed(detail: &str, at: String, message: &str) -> Problem {
    Problem(Error::new(Code::Malformed, detail).with_field(at, code(message), without_position(message)))
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

fn code(message: &str) -> &'static str {
    match message.split_once(' ').map(|(first, _)| first) {
        Some("unknown") if message.starts_with("unknown field") => "unknown_field",
        Some("missing") => "missing_field",
        Some("duplicate") => "duplicate_field",
        _ => "malformed",
    }
}

/// Serde's message without line and column, because the pointer is more precise.
fn without_position(message: &str) -> String {
    message.split(" at line ").next().unwrap_or(message).to_owned()
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
}
