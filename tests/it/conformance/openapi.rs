//! `docs/openapi.json` is generated: from what the services say of themselves, and from the access table.

use std::{collections::BTreeSet, env, fs};

use access::{AccessRule, OPERATIONS, Operation};
use serde_json::{Map, Value, json};

use stage::ENDPOINTS;

use super::repo::{nothing_wrong, read, root};

const PATH: &str = "docs/openapi.json";

/// The whole document.
pub(crate) fn document() -> Value {
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for endpoint in ENDPOINTS {
        let mut part = serde_json::to_value((endpoint.document)()).unwrap();
        for (path, methods) in members(&mut part["paths"]) {
            let known = paths.entry(path).or_insert_with(|| json!({})).as_object_mut().unwrap();
            known.extend(methods.as_object().unwrap().clone());
        }
        for (name, schema) in members(&mut part["components"]["schemas"]) {
            let known = schemas.entry(name.clone()).or_insert_with(|| schema.clone());
            assert_eq!(known, &schema, "two services have a type {name} in the OpenAPI document: rename one");
        }
    }
    schemas.insert("Problem".to_owned(), problem());
    for row in OPERATIONS {
        let place = paths.get_mut(row.path).and_then(|path| path.get_mut(row.method.as_str().to_lowercase()));
        if let Some(operation) = place {
            finish(row, operation);
        }
    }
    sorted(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Muster",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "HR and helpdesk. JSON in snake_case, RFC 3339 instants, prefixed ids. Errors are RFC 9457 problems. \
                Lists answer `items` and, unless it was the last page, `next_cursor`. `Idempotency-Key` is kept for 24 hours.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }))
}

/// What every operation says in the same words: who may, and how it refuses.
fn finish(row: &Operation, operation: &mut Value) {
    operation["security"] = match row.access {
        AccessRule::Public => json!([]),
        AccessRule::Granted(_) => json!([{"bearer": []}]),
    };
    if let AccessRule::Granted(rows) = row.access {
        let scopes = rows.iter().map(|(role, scope)| (role.to_string(), json!(format!("{scope:?}").to_lowercase())));
        operation["x-roles"] = Value::Object(scopes.collect());
    }
    let content = json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}});
    for (status, response) in operation["responses"].as_object_mut().unwrap() {
        if status.starts_with('4') || status.starts_with('5') {
            response["content"] = content.clone();
        }
    }
    operation["responses"]["default"] = json!({"description": "A refusal, or a failure", "content": content});
}

fn problem() -> Value {
    let text = |description: &str| json!({"type": "string", "description": description});
    json!({
        "type": "object",
        "description": "RFC 9457",
        "required": ["type", "title", "status", "detail", "request_id"],
        "properties": {
            "type": text("Stable; ends with the code"),
            "title": text("The status in words"),
            "status": {"type": "integer"},
            "detail": text("For people"),
            "request_id": text("To be named when asking for help"),
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["pointer", "code", "detail"],
                    "properties": {
                        "pointer": text("RFC 6901 into the body, or `query:name`, `header:name`"),
                        "code": text("Stable"),
                        "detail": text("For people"),
                    },
                },
            },
            "current": {"description": "The state that stands, for a conflict"},
        },
    })
}

fn members(value: &mut Value) -> Vec<(String, Value)> {
    match value.take() {
        Value::Object(members) => members.into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The same with the members of every object in order, whatever serde_json keeps.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.into_iter().map(|(name, member)| (name, sorted(member))).collect();
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(members.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        plain => plain,
    }
}

/// Every operation of the document with its method and path.
pub(crate) fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, methods): (&String, &Value)| {
        let methods = methods.as_object().unwrap().clone();
        let path = path.clone();
        methods.into_iter().map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation))
    };
    paths.iter().flat_map(of_path).collect()
}

/// What the document says of one row of the access table.
pub(crate) fn described<'a>(document: &'a Value, row: &Operation) -> &'a Value {
    &document["paths"][row.path][row.method.as_str().to_lowercase()]
}

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

/// What takes no body, although its method could.
const WITHOUT_BODY: &[&str] = &["auth-logout", "attendance-process", "notifications-mark-read"];
/// Whose body is its own key (a refresh token is exchanged once, whatever header comes with it), and what only asks: it
/// writes nothing that could be written twice.
pub(crate) const WITHOUT_KEY: &[&str] = &["auth-refresh", "notification-templates-preview"];
/// What has no version that a caller could have read.
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
fn the_document_in_docs_is_the_generated_one() {
    let text = serde_json::to_string_pretty(&document()).unwrap() + "\n";
    if env::var_os("UPDATE").is_some() {
        fs::create_dir_all(root().join("docs")).unwrap();
        fs::write(root().join(PATH), &text).unwrap();
    }
    let kept = if root().join(PATH).exists() { read(PATH) } else { String::new() };
    assert!(kept == text, "{PATH} is out of date: `UPDATE=1 cargo nextest run -p it the_document_in_docs` writes it");
}
