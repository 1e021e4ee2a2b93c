//! Response headers of each operation, as its source sends them.

use access::Operation;
use fixtures::{ENDPOINTS, SOURCES, read};
use kernel::Language;
use serde_json::{Value, json};

/// Headers of a success besides those of every response. A source that hands its answer to a helper is listed in `HELPED`.
pub(crate) fn of(row: &Operation) -> &'static [&'static str] {
    if let Some((_, headers)) = HELPED.iter().find(|(name, _)| *name == row.name) {
        return headers;
    }
    let nth = ENDPOINTS.iter().position(|endpoint| endpoint.operation == row).unwrap();
    let source = read(SOURCES[nth]);
    let code = || source.lines().map(str::trim).filter(|line| !line.starts_with("//") && !line.starts_with("use "));
    let has = |words: &[&str]| code().any(|line| words.iter().any(|word| line.contains(word)));
    match (has(&["created(", "Created {"]), has(&["Versioned<", "Versioned(", " updated("])) {
        (true, _) => &["ETag", "Location"],
        (false, true) => &["ETag"],
        (false, false) => &[],
    }
}

/// Operations whose answer is made by a helper, with the headers of their success.
const HELPED: &[(&str, &[&str])] = &[
    ("attendance-break-end", &["ETag"]),
    ("attendance-break-start", &["ETag"]),
    ("attendance-check-in", &["ETag", "Location"]),
    ("attendance-check-out", &["ETag"]),
    ("attendance-process", &["Location"]),
    ("leaves-adjustments-create", &["ETag", "Location"]),
    ("leaves-encashments-create", &["ETag", "Location"]),
    ("leave-feeds-calendar", &["ETag"]),
    ("leaves-credits-create", &["ETag", "Location"]),
    ("leaves-recounts-create", &["Location"]),
];

/// Operations of which only one form of the answer has a version.
pub(super) const SOMETIMES_VERSIONED: &[&str] = &["leaves-get"];

/// Declaration of one header of an operation. Replayed responses have no version.
pub(crate) fn declaration(row: &Operation, idempotent: bool, name: &str) -> Value {
    let versioned = !idempotent && !SOMETIMES_VERSIONED.contains(&row.name);
    let (required, schema, description) = match name {
        "X-Request-Id" => (true, json!({"type": "string"}), "Id of the request, as in logs and problems."),
        "ETag" if row.name == "leave-feeds-calendar" => (
            true,
            json!({"type": "string", "pattern": "^\"[A-Za-z0-9_-]+\"$"}),
            "Tag of the file; send it back as `If-None-Match`.",
        ),
        "ETag" => (
            versioned,
            json!({"type": "string", "pattern": "^\"[0-9a-f]+\"$"}),
            if idempotent {
                "Version of the record; send it back as `If-Match`. Missing on a replayed response."
            } else {
                "Version of the record; send it back as `If-Match`."
            },
        ),
        "Location" => (
            false,
            json!({"type": "string", "format": "uri-reference"}),
            "Path of the created record; absent on a replayed response.",
        ),
        "Idempotent-Replayed" => (
            false,
            json!({"type": "string", "enum": ["true"]}),
            "Present when this is the stored response of an earlier request with the same key.",
        ),
        "Retry-After" => (true, json!({"type": "integer", "minimum": 0}), "Seconds to wait before the next attempt."),
        "Content-Language" => (
            true,
            json!({"type": "string", "enum": Language::ALL.map(Language::tag)}),
            "Language of `detail`, from `Accept-Language`.",
        ),
        "WWW-Authenticate" => (true, json!({"type": "string", "enum": ["Bearer"]}), "Scheme of the token to send."),
        other => panic!("{other}: declare this header here"),
    };
    json!({"required": required, "schema": schema, "description": description})
}
