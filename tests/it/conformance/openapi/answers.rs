//! Compares what endpoints answer in the tests with what the document declares: status, problem codes, headers, shape.

use std::{
    collections::HashMap,
    sync::{Mutex, OnceLock},
};

use access::Operation;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Response, header},
    middleware::{Next, from_fn},
};
use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

use super::{document::document_of, headers::SOMETIMES_VERSIONED, schema::Strict};

/// Endpoint with a layer that panics on an answer that its description does not declare.
pub(crate) fn declared(app: Router, operation: &'static Operation) -> Router {
    app.layer(from_fn(move |request, next: Next| async move {
        let (parts, body) = next.run(request).await.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a whole body");
        assert_declared(operation, parts.status.as_u16(), &parts.headers, &bytes);
        Response::from_parts(parts, Body::from(bytes))
    }))
}

/// Declarations of one operation.
struct Declared {
    operation: Value,
    schemas: Strict,
    validators: Mutex<HashMap<u16, &'static Validator>>,
}

fn declared_of(row: &'static Operation) -> &'static Declared {
    static KNOWN: OnceLock<Mutex<HashMap<&'static str, &'static Declared>>> = OnceLock::new();
    let mut known = KNOWN.get_or_init(Mutex::default).lock().unwrap();
    known.entry(row.name).or_insert_with(|| {
        let (operation, schemas) = document_of(row);
        Box::leak(Box::new(Declared { operation, schemas: Strict::new(schemas), validators: Mutex::default() }))
    })
}

fn assert_declared(row: &'static Operation, status: u16, headers: &HeaderMap, body: &[u8]) {
    let declared = declared_of(row);
    let name = row.name;
    let Some(response) = declared.operation["responses"].get(status.to_string()) else {
        let text = String::from_utf8_lossy(body);
        panic!("{name}: answers {status}, which its `responses(..)` does not declare: {text}");
    };
    assert_headers_declared(name, status, response, headers);
    let Some(content) = response["content"].as_object() else {
        assert!(body.is_empty(), "{name}: {status} has a body, but declares none");
        return;
    };
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    assert!(content.contains_key(kind), "{name}: {status} is `{kind}`, but declares {:?}", content.keys());
    if !kind.ends_with("json") {
        return;
    }
    let value: Value =
        serde_json::from_slice(body).unwrap_or_else(|fault| panic!("{name}: the body of {status}: {fault}"));
    let schema = &content[kind]["schema"];
    let validator = *declared
        .validators
        .lock()
        .unwrap()
        .entry(status)
        .or_insert_with(|| Box::leak(Box::new(validator(&declared.schemas.self_contained(schema)))));
    let faults: Vec<_> =
        validator.iter_errors(&value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{name}: the body of {status} is not as declared:\n{}\n{value:#}", faults.join("\n"));
    if status >= 400 {
        let code = value["type"].as_str().and_then(|kind| kind.rsplit('/').next()).unwrap_or_default();
        let codes = declared.operation["x-problems"][status.to_string()].as_array().cloned().unwrap_or_default();
        assert!(
            codes.contains(&json!(code)),
            "{name}: answers {status} `{code}`; name it in backticks in the description of {status}, which has {codes:?}"
        );
    }
}

fn assert_headers_declared(name: &str, status: u16, response: &Value, headers: &HeaderMap) {
    let declared = response["headers"].as_object().cloned().unwrap_or_default();
    for (header, declaration) in &declared {
        let sent = headers.contains_key(header.as_str());
        let replayed = headers.contains_key("idempotent-replayed") && matches!(header.as_str(), "ETag" | "Location");
        // An idempotent operation declares `ETag` as optional, because a replayed response has none.
        let required = declaration["required"] == true || (header == "ETag" && !SOMETIMES_VERSIONED.contains(&name));
        assert!(sent || replayed || !required, "{name}: {status} lacks the header {header}");
    }
    for header in ["etag", "location", "idempotent-replayed", "retry-after", "www-authenticate", "content-language"] {
        let known = declared.keys().any(|known| known.eq_ignore_ascii_case(header));
        assert!(known || !headers.contains_key(header), "{name}: {status} sends {header}, which is not declared");
    }
}

pub(crate) fn validator(schema: &Value) -> Validator {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .build(schema)
        .unwrap_or_else(|fault| panic!("the schema is broken: {fault}\n{schema:#}"))
}
