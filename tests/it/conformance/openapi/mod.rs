//! `docs/openapi.json` is generated from what the endpoints declare, the access table and the catalogue of problem codes.

mod answers;
mod document;
mod headers;
mod problems;
mod schema;

use std::{collections::BTreeSet, env, fs};

use access::OPERATIONS;
use kernel::Code;
use serde_json::Value;

use super::repo::{nothing_wrong, read, root};
pub(crate) use answers::declared;
pub(crate) use document::{described, document, operations};

const PATH: &str = "docs/openapi.json";
const GUIDE: &str = "docs/api.md";

#[test]
fn the_routes_of_the_document_are_those_of_the_access_table() {
    let there: BTreeSet<_> = operations(&document()).into_iter().map(|(method, path, _)| (method, path)).collect();
    let rows: BTreeSet<_> =
        OPERATIONS.iter().map(|row| (row.method.as_str().to_owned(), row.path.to_owned())).collect();
    let mut wrong: Vec<_> =
        rows.difference(&there).map(|route| format!("{route:?}: write `lambda::endpoint!` for it")).collect();
    wrong.extend(
        there.difference(&rows).map(|route| format!("{route:?}: has no row; mend the path in #[utoipa::path]")),
    );
    nothing_wrong("Every route is documented, and nothing else:", &wrong);
}

#[test]
fn operations_are_called_in_the_document_as_everywhere() {
    let document = document();
    let wrong: Vec<_> = OPERATIONS
        .iter()
        .filter(|row| described(&document, row)["operationId"] != row.name)
        .map(|row| format!("{}: is {}", row.name, described(&document, row)["operationId"]))
        .collect();
    nothing_wrong("Say `operation_id = \"<operation>\"` in #[utoipa::path]:", &wrong);
}

#[test]
fn every_parameter_of_a_path_is_described() {
    let document = document();
    let mut wrong = Vec::new();
    for row in OPERATIONS {
        for name in row.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            let parameters = described(&document, row)["parameters"].as_array().cloned().unwrap_or_default();
            if !parameters.iter().any(|parameter| parameter["in"] == "path" && parameter["name"] == name) {
                wrong.push(format!("{}: {{{name}}}", row.name));
            }
        }
    }
    nothing_wrong("Name it in `params(..)` of #[utoipa::path]:", &wrong);
}

/// Operations that take no body, although their method could.
const WITHOUT_BODY: &[&str] =
    &["auth-logout", "attendance-process", "payroll-periods-close", "notifications-mark-read"];
/// POST operations without an idempotency key: a refresh token is exchanged only once, and a preview writes nothing that could be
/// written twice.
pub(crate) const WITHOUT_KEY: &[&str] = &["auth-refresh", "leaves-recounts-preview", "notification-templates-preview"];
/// PUT operations on objects without a version that a caller could have read.
pub(crate) const WITHOUT_VERSION: &[&str] = &["auth-password-update"];

#[test]
fn every_post_and_put_describes_its_body_and_its_headers() {
    let document = document();
    let mut wrong = Vec::new();
    for row in OPERATIONS {
        let described = described(&document, row);
        let parameters = described["parameters"].as_array().cloned().unwrap_or_default();
        let header = |name: &str| parameters.iter().any(|one| one["in"] == "header" && one["name"] == name);
        let (post, put) = (row.method == access::Method::Post, row.method == access::Method::Put);
        if (post || put) && described["requestBody"].is_null() != WITHOUT_BODY.contains(&row.name) {
            wrong.push(format!("{}: `request_body = ..`", row.name));
        }
        if post && header("Idempotency-Key") == WITHOUT_KEY.contains(&row.name) {
            wrong.push(format!("{}: `Idempotency-Key` is honoured on every POST", row.name));
        }
        if put && header("If-Match") == WITHOUT_VERSION.contains(&row.name) {
            wrong.push(format!("{}: `If-Match` is honoured on every PUT", row.name));
        }
    }
    nothing_wrong("Say it in #[utoipa::path]:", &wrong);
}

#[test]
fn tags_of_the_operations_are_the_described_ones() {
    let tag = |tag: &Value| tag.as_str().map(str::to_owned);
    let of = |operation: &Value| operation["tags"].as_array().cloned().unwrap_or_default();
    let document = document();
    let used: BTreeSet<String> =
        operations(&document).iter().flat_map(|(_, _, operation)| of(operation)).filter_map(|one| tag(&one)).collect();
    let known: BTreeSet<String> = document::TAGS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(used, known, "describe the tag in `TAGS`, or name a known one in #[utoipa::path]");
}

#[test]
fn document_in_docs_is_the_generated_one() {
    let text = serde_json::to_string_pretty(&document()).unwrap() + "\n";
    assert_current(PATH, &text);
}

#[test]
fn table_of_problem_codes_in_the_guide_is_the_generated_one() {
    let guide = read(GUIDE);
    let (before, rest) = guide.split_once(CODES_BEGIN).unwrap();
    let (_, after) = rest.split_once(CODES_END).unwrap();
    assert_current(GUIDE, &format!("{before}{CODES_BEGIN}\n{}{CODES_END}{after}", table_of_codes()));
}

const CODES_BEGIN: &str = "<!-- codes: generated by `make openapi` -->";
const CODES_END: &str = "<!-- /codes -->";

/// One row for each code of the catalogue.
fn table_of_codes() -> String {
    let row = |code: &Code| {
        format!("| {} | `{code}` | {} | {} |\n", problems::status_of(*code), code.meaning(), code.remedy())
    };
    let rows: String = Code::ALL.iter().map(row).collect();
    format!("| status | code | meaning | what to do |\n|---|---|---|---|\n{rows}")
}

/// Asserts that the file in the repository equals the generated text. With `UPDATE=1`, writes the file first.
fn assert_current(path: &str, text: &str) {
    if env::var_os("UPDATE").is_some() {
        fs::write(root().join(path), text).unwrap();
    }
    let kept = if root().join(path).exists() { read(path) } else { String::new() };
    assert!(kept == text, "{path} is out of date: `make openapi` writes it");
}

#[test]
fn every_reference_of_the_document_resolves() {
    let document = document();
    let mut wrong = BTreeSet::new();
    each_value(&document, &mut |value| {
        let Some(path) = value.get("$ref").and_then(Value::as_str) else { return };
        if document.pointer(path.trim_start_matches('#')).is_none() {
            wrong.insert(path.to_owned());
        }
    });
    nothing_wrong("Derive `ToSchema` for it, or refer to a type that has a schema:", &Vec::from_iter(wrong));
}

#[test]
fn every_schema_of_the_document_is_used_and_has_a_type() {
    let document = document();
    let mut used = BTreeSet::new();
    let mut wrong = Vec::new();
    each_value(&document, &mut |value| {
        used.extend(value.get("$ref").and_then(Value::as_str).map(|path| path.rsplit('/').next().unwrap().to_owned()));
    });
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        if !used.contains(name) && !kernel::id_schemas().iter().any(|(id, _)| id == name) {
            wrong.push(format!("{name}: is used nowhere"));
        }
        each_property(name, schema, &mut |place, property| {
            let words = ["type", "$ref", "oneOf", "anyOf", "allOf", "enum", "const"];
            if !words.iter().any(|word| property.get(*word).is_some()) {
                wrong.push(format!("{place}: has no type"));
            }
            let bare = property["type"] == "object"
                && property.get("properties").is_none()
                && property.get("additionalProperties").is_none();
            if bare {
                wrong
                    .push(format!("{place}: is an object of unknown members; declare them, or `additionalProperties`"));
            }
        });
    }
    nothing_wrong("A typed client needs the type of every member:", &wrong);
}

#[test]
fn every_refusal_names_a_code_of_the_catalogue() {
    let document = document();
    let mut wrong = Vec::new();
    for row in OPERATIONS {
        for status in problems::undeclared(described(&document, row)) {
            wrong.push(format!("{}: {status} names no code of `kernel::Code` in backticks", row.name));
        }
    }
    nothing_wrong("Name the codes in the descriptions of `responses(..)`:", &wrong);
}

/// Calls `visit` for the value and all values inside it.
fn each_value(value: &Value, visit: &mut impl FnMut(&Value)) {
    visit(value);
    match value {
        Value::Object(members) => members.values().for_each(|member| each_value(member, visit)),
        Value::Array(items) => items.iter().for_each(|item| each_value(item, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Calls `visit` for each property of a schema with its place: `LeaveView.days[].minutes`.
pub(crate) fn each_property(place: &str, schema: &Value, visit: &mut impl FnMut(&str, &Value)) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let place = format!("{place}.{name}");
        visit(&place, property);
        each_property(&place, property, visit);
    }
    if schema["items"].is_object() {
        each_property(&format!("{place}[]"), &schema["items"], visit);
    }
    for word in ["oneOf", "anyOf", "allOf"] {
        for part in schema[word].as_array().into_iter().flatten() {
            each_property(place, part, visit);
        }
    }
}
