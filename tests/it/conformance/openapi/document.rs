//! Assembles `docs/openapi.json` from the endpoints, the access table and the catalogue of problem codes.

use std::collections::BTreeMap;

use access::{AccessRule, Operation};
use fixtures::ENDPOINTS;
use kernel::Language;
use serde_json::{Map, Value, json};

use super::problems::{self, PROBLEM};

/// The whole document.
pub(crate) fn document() -> Value {
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for endpoint in ENDPOINTS {
        let (path, method, operation) = described_by(endpoint, &mut schemas);
        let methods = paths.entry(path).or_insert_with(|| json!({})).as_object_mut().unwrap();
        methods.insert(method, operation);
    }
    let schemas = with_common_schemas(schemas);
    sorted(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Muster",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "API of the HR suite. Bodies are JSON in snake_case; unknown fields are refused. \
                Instants are RFC 3339, in responses in UTC. Dates are ISO 8601 dates from 1900-01-01 to 2200-12-31. \
                Ids have a prefix of their type. Fields named `_minutes` are whole minutes. \
                Fields named `_bp` are basis points: 10000 is 100 %. Integers have no fraction and no exponent: `5`, not `5.0`. \
                `x-roles` of an operation lists the access roles that may call it, with their scopes. \
                Errors are RFC 9457 problems: `x-problems` of an operation lists their codes by status. \
                Lists return `items` and, unless it was the last page, `next_cursor`. \
                An `Idempotency-Key` is remembered for 24 hours.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "tags": tags(),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": {"AcceptLanguage": accept_language()},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }))
}

/// Tags of the operations, with their descriptions.
pub(crate) const TAGS: &[(&str, &str)] = &[
    ("auth", "Sign-in, sessions, passwords and public keys."),
    ("employees", "Employees, their compensation, access roles and reports."),
    ("departments", "Departments and their tree."),
    ("job roles", "Job roles: titles with a grade, without access rights."),
    ("leaves", "Leave requests, balances, the leave calendar and calendar feeds."),
    ("leave types", "Types of leave."),
    ("leave credits", "Compensatory leave for work on rest days and holidays."),
    ("leave delegations", "Delegation of leave decisions."),
    ("attendance", "Punches, attendance days, and evaluations of them."),
    ("attendance corrections", "Requests to correct the punches of a day, and their decisions."),
    ("attendance runs", "Runs that derive and settle attendance days."),
    ("rosters", "Shift rosters and their assignment to employees."),
    ("sites", "Fences of sites, within which punches are expected."),
    ("payroll periods", "Closed months of a site, and the differences of later changes."),
    ("compliance", "Policies, calendars, violations and trainings."),
    ("notifications", "Messages, inboxes, preferences, push subscriptions and traces."),
    ("notification templates", "Texts of notifications, versioned by language."),
    ("audit", "Audit trail, its export and its proofs."),
];

fn tags() -> Value {
    TAGS.iter().map(|(name, description)| json!({"name": name, "description": description})).collect()
}

/// One operation, with the schemas that it refers to.
pub(crate) fn document_of(operation: &Operation) -> (Value, Map<String, Value>) {
    let mut schemas = Map::new();
    let (_, _, described) = described_by(fixtures::endpoint(operation), &mut schemas);
    (described, with_common_schemas(schemas))
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

/// Description of one row of the access table.
pub(crate) fn described<'a>(document: &'a Value, row: &Operation) -> &'a Value {
    &document["paths"][row.path][row.method.as_str().to_lowercase()]
}

fn described_by(endpoint: &lambda::http::Endpoint, schemas: &mut Map<String, Value>) -> (String, String, Value) {
    let mut part = serde_json::to_value((endpoint.document)()).unwrap();
    add_time_patterns(&mut part);
    for (name, schema) in take_members(&mut part["components"]["schemas"]) {
        let known = schemas.entry(name.clone()).or_insert_with(|| schema.clone());
        assert_eq!(known, &schema, "two services have a type {name} in the OpenAPI document: rename one");
    }
    let (path, mut methods) = take_members(&mut part["paths"]).swap_remove(0);
    let (method, mut operation) = take_members(&mut methods).swap_remove(0);
    complete(endpoint.operation, &mut operation);
    (path, method, with_unwrapped_descriptions(operation))
}

/// Dates as requests may give them and responses do.
const DATE: &str = r"^(19\d\d|2[01]\d\d|2200)-\d\d-\d\d$";

/// Instants as requests may give them and responses do.
const INSTANT: &str = r"^[0-8]\d{3}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$";

/// Adds the range of years to all dates and instants.
fn add_time_patterns(part: &mut Value) {
    match part {
        Value::Object(members) => {
            let pattern = match members.get("format").and_then(Value::as_str) {
                Some("date") => Some(DATE),
                Some("date-time") => Some(INSTANT),
                _ => None,
            };
            if let Some(pattern) = pattern {
                members.insert("pattern".to_owned(), json!(pattern));
            }
            members.values_mut().for_each(add_time_patterns);
        }
        Value::Array(items) => items.iter_mut().for_each(add_time_patterns),
        _ => {}
    }
}

/// Adds what all operations have in common: summary, access, problems and response headers.
fn complete(row: &Operation, operation: &mut Value) {
    split_summary(operation);
    operation["security"] = match row.access {
        AccessRule::Public => json!([]),
        AccessRule::Granted(_) => json!([{"bearer": []}]),
    };
    if let AccessRule::Granted(rows) = row.access {
        let scopes = rows.iter().map(|(role, scope)| (role.to_string(), json!(format!("{scope:?}").to_lowercase())));
        operation["x-roles"] = Value::Object(scopes.collect());
    }
    let problems = problems::of(row, operation);
    let content = json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}});
    let responses = operation["responses"].as_object_mut().unwrap();
    for (status, codes) in &problems {
        let response = responses.entry(status.to_string()).or_insert_with(|| json!({ "description": "" }));
        let mut sentences = vec![response["description"].as_str().unwrap_or_default().to_owned()];
        let untold = codes.iter().filter(|code| !sentences[0].contains(&format!("`{code}`")));
        let untold: Vec<_> = untold.map(|code| format!("`{code}`: {}", lower_first(code.meaning()))).collect();
        sentences.extend(untold);
        response["description"] = json!(sentences.join(" ").trim());
        response["content"] = content.clone();
    }
    operation["x-problems"] = problems
        .iter()
        .map(|(status, codes)| (status.to_string(), json!(codes.iter().map(|code| code.as_str()).collect::<Vec<_>>())))
        .collect::<Map<_, _>>()
        .into();
    add_headers(row, operation);
    let parameters = operation.as_object_mut().unwrap().entry("parameters").or_insert_with(|| json!([]));
    parameters.as_array_mut().unwrap().push(json!({"$ref": "#/components/parameters/AcceptLanguage"}));
}

/// Request header of all operations.
fn accept_language() -> Value {
    let tags = Language::ALL.map(|language| format!("`{}`", language.tag())).join(", ");
    json!({
        "name": "Accept-Language",
        "in": "header",
        "schema": {"type": "string", "maxLength": 256},
        "example": "de-AT, de;q=0.9, en;q=0.5",
        "description": format!("Languages of the reader (RFC 9110): {tags}. It decides the sentences for people, such as `detail` \
            of a problem and the explanations of a balance. Default: `{}`.", Language::ALL[0].tag()),
    })
}

fn lower_first(text: &str) -> String {
    let (first, rest) = text.split_at(1);
    first.to_lowercase() + rest
}

/// The first sentence is the summary; all of it is the description, where there is more.
fn split_summary(operation: &mut Value) {
    let text = |name: &str| operation[name].as_str().unwrap_or_default().trim().to_owned();
    let whole = [text("summary"), text("description")].join("\n\n");
    let whole = whole.trim();
    let end = [". ", ".\n", "\n\n"].iter().filter_map(|end| whole.find(end)).min().unwrap_or(whole.len());
    let first = whole[..end].trim_end_matches('.').replace('\n', " ");
    operation["summary"] = json!(format!("{first}."));
    if whole.len() > first.len() + 1 {
        operation["description"] = json!(whole);
    }
}

/// Declares the headers of each response; the in-process tests compare them with those that are sent.
fn add_headers(row: &Operation, operation: &mut Value) {
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let idempotent = problems::replays(&parameters);
    let headers_of_success = super::headers::of(row);
    let header = |name: &str| super::headers::declaration(row, idempotent, name);
    for (status, response) in operation["responses"].as_object_mut().unwrap() {
        let mut headers = Map::new();
        headers.insert("X-Request-Id".to_owned(), header("X-Request-Id"));
        match status.as_str() {
            success if success.starts_with('2') || success == "304" => {
                for name in headers_of_success {
                    headers.insert((*name).to_owned(), header(name));
                }
                if idempotent {
                    headers.insert("Idempotent-Replayed".to_owned(), header("Idempotent-Replayed"));
                }
            }
            "401" => {
                headers.insert("WWW-Authenticate".to_owned(), header("WWW-Authenticate"));
            }
            "429" | "503" => {
                headers.insert("Retry-After".to_owned(), header("Retry-After"));
            }
            _ => {}
        }
        if status.starts_with(['4', '5']) {
            headers.insert("Content-Language".to_owned(), header("Content-Language"));
        }
        response["headers"] = Value::Object(headers);
    }
}

/// Adds the problem and the id types, and lets pages refer to their items.
fn with_common_schemas(mut schemas: Map<String, Value>) -> Map<String, Value> {
    schemas.insert("Problem".to_owned(), serde_json::from_str(PROBLEM).unwrap());
    for (name, schema) in kernel::id_schemas() {
        schemas.entry(name.to_owned()).or_insert_with(|| serde_json::to_value(schema).unwrap());
    }
    let known: BTreeMap<_, _> = schemas.iter().map(|(name, schema)| (name.clone(), schema.clone())).collect();
    for (name, page) in &mut schemas {
        let Some(item) = name.strip_prefix("Page_") else { continue };
        let items = &mut page["properties"]["items"]["items"];
        if known.get(item) == Some(items) {
            *items = json!({"$ref": format!("#/components/schemas/{item}")});
        }
    }
    schemas.into_iter().map(|(name, schema)| (name, with_unwrapped_descriptions(schema))).collect()
}

/// Value with each paragraph of its descriptions in one line.
fn with_unwrapped_descriptions(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let flow = |(name, member): (String, Value)| match member {
                Value::String(text) if name == "description" => (name, json!(unwrapped_paragraphs(&text))),
                member => (name, with_unwrapped_descriptions(member)),
            };
            Value::Object(members.into_iter().map(flow).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(with_unwrapped_descriptions).collect()),
        plain => plain,
    }
}

fn unwrapped_paragraphs(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| {
        let list = paragraph.lines().any(|line| line.trim_start().starts_with("- "));
        if list { paragraph.to_owned() } else { paragraph.split('\n').map(str::trim).collect::<Vec<_>>().join(" ") }
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

fn take_members(value: &mut Value) -> Vec<(String, Value)> {
    match value.take() {
        Value::Object(members) => members.into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Value with the members of every object sorted by name.
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
