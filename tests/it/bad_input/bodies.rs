//! Bodies that cannot be read, or not as what they should be.

use access::Operation;
use serde_json::{Value, json};
use stage::{Organisation, sample_body};
use testkit::Answer;

use super::{is_open, problem_fault, schema, with_bodies};
use crate::conformance::{openapi::document, repo::nothing_wrong};

const JSON: Option<&str> = Some("application/json");

/// Sends a body to a row as somebody who may.
async fn send(stage: &Organisation, row: &Operation, body: impl Into<axum::body::Body>) -> Answer {
    stage.raw(row, stage.allowed(row), JSON, body).await
}

/// Asks every row with every body that `cases` makes of its schema, and insists that nothing is stored.
async fn every_body<F>(cases: F, what_to_do: &str)
where
    F: Fn(&Value, &Operation, &Value) -> Vec<(String, Vec<u8>, &'static [u16], Option<String>)>,
{
    let (stage, document) = (Organisation::build().await, document());
    let (mut wrong, mut asked) = (Vec::new(), 0);
    let before = stage.world.snapshot().await;
    for (row, schema) in with_bodies(&document) {
        for (what, body, statuses, pointer) in cases(&document, row, &schema) {
            asked += 1;
            let answer = send(&stage, row, body).await;
            wrong.extend(
                problem_fault(&answer, statuses, pointer.as_deref())
                    .map(|flaw| format!("{}, {what:.200}: {flaw}", row.name)),
            );
        }
        if stage.world.snapshot().await != before {
            wrong.push(format!("{}: something was stored", row.name));
            break;
        }
    }
    nothing_wrong(what_to_do, &wrong);
    assert!(asked > 15, "there are bodies to ask with: {asked}");
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused() {
    let nested = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let deep = format!("{}1{}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    let bodies: Vec<Vec<u8>> = [
        "",
        " ",
        "{",
        "}",
        "{\"a\":}",
        "{\"a\" 1}",
        "{'a': 1}",
        "{\"a\": 1,}",
        "nope",
        "{} {}",
        "{}x",
        "[1,",
        "\"open",
        "{\"a\": NaN}",
        "{\"a\": 01}",
        "{\"a\": 1e999}",
        "{\"a\": \"\\ud800\"}",
        "{\"a\": \"\u{1}\"}",
        "\u{feff}{}",
        "// {}",
        "a=1&b=2",
        "<a/>",
        &nested,
        &deep,
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .chain([b"{\"a\": \"\xff\xfe\"}".to_vec(), vec![0; 100], vec![0xff; 100], vec![0xe2, 0x82]])
    .collect();
    every_body(
        |_, _, _| {
            let case = |body: &Vec<u8>| {
                (
                    String::from_utf8_lossy(body).chars().take(40).collect(),
                    body.clone(),
                    &[400][..],
                    Some(String::new()),
                )
            };
            bodies.iter().map(case).collect()
        },
        "What is no JSON gets 400:",
    )
    .await;
}

#[tokio::test]
async fn a_body_that_is_no_object_is_refused() {
    every_body(
        |_, row, _| {
            // serde reads a struct from an array, member by member: a body without names must not get through.
            let in_order: Vec<_> = sample_body(row).as_object().unwrap().values().cloned().collect();
            let bodies = [
                json!(null),
                json!([]),
                json!([{}]),
                json!([1, 2, 3]),
                json!("text"),
                json!(5),
                json!(true),
                json!(in_order),
                json!([sample_body(row)]),
            ];
            bodies
                .iter()
                .map(|body| (body.to_string(), body.to_string().into_bytes(), &[400][..], Some(String::new())))
                .collect()
        },
        "A body is an object; anything else gets 400:",
    )
    .await;
}

#[tokio::test]
async fn a_field_of_another_type_is_refused_with_a_pointer_to_it() {
    every_body(
        |document, _, schema| {
            let mut cases = Vec::new();
            for field in schema::fields(document, schema) {
                for value in field.misfits() {
                    let body = schema::only(&field.pointer, value).to_string();
                    cases.push((body.clone(), body.into_bytes(), &[400][..], Some(field.pointer.clone())));
                }
                if field.formed {
                    let body = schema::only(&field.pointer, json!("nonsense")).to_string();
                    cases.push((body.clone(), body.into_bytes(), &[400][..], Some(field.pointer)));
                }
            }
            cases
        },
        "A wrong type gets 400 with the field's pointer:",
    )
    .await;
}

#[tokio::test]
async fn an_unknown_field_is_refused_with_a_pointer_to_it() {
    every_body(
        |document, row, schema| {
            let unknown = |body: Value, pointer: String| {
                (body.to_string(), body.to_string().into_bytes(), &[400][..], Some(pointer))
            };
            let mut cases = vec![
                unknown(json!({"no_such_field": 1}), "/no_such_field".to_owned()),
                unknown(schema::with(sample_body(row), "/is_admin", json!(true)), "/is_admin".to_owned()),
                unknown(
                    schema::with(sample_body(row), "/__proto__", json!({"roles": ["admin"]})),
                    "/__proto__".to_owned(),
                ),
            ];
            for field in schema::fields(document, schema) {
                let inner = at(document, schema, &field.pointer);
                if !schema::properties(document, &inner).is_empty() {
                    let pointer = format!("{}/no_such_field", field.pointer);
                    let body = schema::only(&pointer, json!(1));
                    // Where the field's name says which of several things it is, none of them has that name.
                    let named = if schema::is_choice(document, &inner) { field.pointer } else { pointer };
                    cases.push(unknown(body, named));
                }
            }
            cases
        },
        "Unknown fields get 400 (`#[serde(deny_unknown_fields)]`, also on inner types):",
    )
    .await;
}

/// The schema at a pointer.
fn at(document: &Value, schema: &Value, pointer: &str) -> Value {
    pointer.split('/').skip(1).fold(schema.clone(), |schema, name| {
        schema::properties(document, &schema)
            .into_iter()
            .find(|(known, _)| known == name)
            .map(|(_, schema)| schema)
            .unwrap_or_default()
    })
}

#[tokio::test]
async fn a_field_that_comes_twice_is_refused() {
    every_body(
        |_, row, _| {
            let body = sample_body(row);
            let members = body.as_object().unwrap();
            assert!(!members.is_empty(), "events/{}.json: the body names a field", row.name);
            let twice = |(name, value): (&String, &Value)| {
                let text = format!("{{\"{name}\": {value}, \"{name}\": {value}}}");
                (text.clone(), text.into_bytes(), &[400][..], Some(format!("/{name}")))
            };
            members.iter().map(twice).collect()
        },
        "A field that comes twice gets 400, whichever of the two would have been meant:",
    )
    .await;
}

#[tokio::test]
async fn a_required_field_that_is_missing_is_named() {
    every_body(
        |document, row, schema| {
            let without = |name: String| {
                let mut body = sample_body(row);
                body.as_object_mut().unwrap().remove(&name);
                (format!("without {name}"), body.to_string().into_bytes(), &[400][..], Some(format!("/{name}")))
            };
            let sample = sample_body(row);
            let mut cases: Vec<_> = schema::required(document, schema)
                .into_iter()
                .filter(|name| sample.get(name).is_some())
                .map(without)
                .collect();
            if let Some(first) = schema::required(document, schema).first() {
                cases.push(("{}".to_owned(), b"{}".to_vec(), &[400], (!first.is_empty()).then(String::new)));
            }
            cases
        },
        "A missing field gets 400 with its pointer:",
    )
    .await;
}

#[tokio::test]
async fn no_text_may_be_endless() {
    every_body(
        |document, row, schema| {
            // What a mail looks like is limited by the body itself.
            let texts = schema::fields(document, schema)
                .into_iter()
                .filter(|field| field.types.contains("string") && field.pointer != "/html");
            let long = |field: schema::Field| {
                let body = schema::with(sample_body(row), &field.pointer, json!("x".repeat(20_000)));
                (
                    format!("20000 characters at {}", field.pointer),
                    body.to_string().into_bytes(),
                    &[400, 422][..],
                    Some(field.pointer),
                )
            };
            texts.map(long).collect()
        },
        "Every text has a limit (`#[garde(length(max = ..))]`):",
    )
    .await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_is_read() {
    every_body(
        |_, row, _| {
            let padded = |bytes: usize| {
                let body = sample_body(row).to_string();
                format!("{body}{}", " ".repeat(bytes.saturating_sub(body.len()))).into_bytes()
            };
            let carries_a_file = row.name == "attendance-import";
            let limit = if carries_a_file { lambda::http::FILE_BYTES_MAX } else { lambda::http::BODY_BYTES_MAX };
            vec![
                ("one byte too many".to_owned(), padded(limit + 1), &[413][..], None),
                ("some megabytes".to_owned(), padded(3 << 20), &[413], None),
                ("no JSON, but large".to_owned(), vec![b'x'; limit + 1], &[413], None),
            ]
        },
        "Too large is 413:",
    )
    .await;
}

#[tokio::test]
async fn a_body_of_another_content_type_is_refused() {
    let (stage, document) = (Organisation::build().await, document());
    let before = stage.world.snapshot().await;
    let mut wrong = Vec::new();
    for (row, _) in with_bodies(&document) {
        let types = [
            None,
            Some(""),
            Some("text/plain"),
            Some("application/x-www-form-urlencoded"),
            Some("multipart/form-data; boundary=x"),
            Some("application/xml"),
            Some("application/jsonp"),
            Some("text/json"),
            Some("json"),
            Some("application/octet-stream"),
        ];
        for content_type in types {
            let answer = stage.raw(row, stage.allowed(row), content_type, sample_body(row).to_string()).await;
            wrong.extend(
                problem_fault(&answer, &[415], None).map(|flaw| format!("{} {content_type:?}: {flaw}", row.name)),
            );
        }
    }
    nothing_wrong(
        "A body is `application/json`, which no form of another site can send; anything else is 415:",
        &wrong,
    );
    assert!(before == stage.world.snapshot().await, "nothing is stored");
}

#[tokio::test]
async fn a_body_is_not_read_for_those_who_may_not_come_in() {
    let (stage, document) = (Organisation::build().await, document());
    let mut wrong = Vec::new();
    for (row, _) in with_bodies(&document).into_iter().filter(|(row, _)| !is_open(row)) {
        for body in ["{", "{\"no_such_field\": 1}", ""] {
            let answer = stage.raw(row, None, JSON, body).await;
            wrong.extend(problem_fault(&answer, &[401], None).map(|flaw| format!("{}: {flaw}", row.name)));
            if !row.grant(stage.employee.roles).allows_any() {
                let answer = stage.raw(row, Some(&stage.employee), JSON, body).await;
                wrong.extend(problem_fault(&answer, &[403], None).map(|flaw| format!("{}: {flaw}", row.name)));
            }
        }
    }
    nothing_wrong("Who asks is found out before what is asked:", &wrong);
}
