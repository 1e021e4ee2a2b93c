//! Malformed bodies and bodies that do not match their schema.

use access::Operation;
use fixtures::{Organisation, sample_body};
use serde_json::{Value, json};
use testkit::TestResponse;

use super::{is_public, problem_fault, schema, with_bodies};
use crate::conformance::{openapi::document, repo::nothing_wrong};

const JSON: Option<&str> = Some("application/json");

/// Sends a body to an operation as a permitted caller.
async fn send(organisation: &Organisation, row: &Operation, body: impl Into<axum::body::Body>) -> TestResponse {
    organisation.send_raw(row, organisation.permitted_caller(row), JSON, body).await
}

/// Sends the bodies of `cases` to every operation and checks the responses and that nothing is stored.
async fn check_bodies<F>(cases: F, rule: &str)
where
    F: Fn(&Value, &Operation, &Value) -> Vec<(String, Vec<u8>, &'static [u16], Option<String>)>,
{
    let (organisation, document) = (crate::organisation().await, document());
    let (mut wrong, mut checked) = (Vec::new(), 0);
    let before = organisation.world.snapshot().await;
    for (row, schema) in with_bodies(&document) {
        for (what, body, statuses, pointer) in cases(&document, row, &schema) {
            checked += 1;
            let answer = send(&organisation, row, body).await;
            wrong.extend(
                problem_fault(&answer, statuses, pointer.as_deref())
                    .map(|fault| format!("{}, {what:.200}: {fault}", row.name)),
            );
        }
        if organisation.world.snapshot().await != before {
            wrong.push(format!("{}: the request stored data", row.name));
            break;
        }
    }
    nothing_wrong(rule, &wrong);
    assert!(checked > 15, "the test must send more than 15 bodies, not {checked}");
}

#[tokio::test]
async fn malformed_json_gets_400() {
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
    check_bodies(
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
        "Malformed JSON must get 400:",
    )
    .await;
}

#[tokio::test]
async fn body_other_than_an_object_gets_400() {
    check_bodies(
        |_, row, _| {
            // serde also reads a struct from an array of its members, which must be refused.
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
        "A body other than an object must get 400:",
    )
    .await;
}

#[tokio::test]
async fn wrong_field_type_gets_400_with_a_pointer() {
    check_bodies(
        |document, row, schema| {
            let mut cases = Vec::new();
            for field in schema::fields(document, schema) {
                for value in field.wrong_values() {
                    // Of an object with one of several members, a null member counts as absent: the object is invalid then.
                    let (statuses, pointer): (&[u16], _) = match field.pointer.rsplit_once('/') {
                        Some((parent, _)) if value.is_null() => (&[400, 422], parent),
                        _ => (&[400], field.pointer.as_str()),
                    };
                    let pointer = Some(pointer.to_owned());
                    let body = schema::only(&field.pointer, value).to_string();
                    cases.push((body.clone(), body.into_bytes(), statuses, pointer));
                }
                if field.typed {
                    let body = schema::only(&field.pointer, json!("nonsense")).to_string();
                    cases.push((body.clone(), body.into_bytes(), &[400][..], Some(field.pointer)));
                } else if field.formed {
                    let body = schema::with(sample_body(row), &field.pointer, json!("")).to_string();
                    cases.push((body.clone(), body.into_bytes(), &[400, 422][..], Some(field.pointer)));
                }
            }
            cases
        },
        "A wrong type must get 400 with the pointer of the field:",
    )
    .await;
}

#[tokio::test]
async fn unknown_field_gets_400_with_a_pointer() {
    check_bodies(
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
                if !field.by_tag && !schema::properties(document, &inner).is_empty() {
                    let pointer = format!("{}/no_such_field", field.pointer);
                    let body = schema::only(&pointer, json!(1));
                    // If the only member names a variant, the pointer is that of the object.
                    let named = if schema::is_choice(document, &inner) { field.pointer } else { pointer };
                    cases.push(unknown(body, named));
                }
            }
            cases
        },
        "Unknown fields must get 400; add `#[serde(deny_unknown_fields)]`, also to inner types:",
    )
    .await;
}

/// Schema at a pointer.
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
async fn repeated_field_gets_400() {
    check_bodies(
        |_, row, _| {
            let body = sample_body(row);
            let members = body.as_object().unwrap();
            assert!(!members.is_empty(), "events/{}.json: the body must have a member", row.name);
            let twice = |(name, value): (&String, &Value)| {
                let text = format!("{{\"{name}\": {value}, \"{name}\": {value}}}");
                (text.clone(), text.into_bytes(), &[400][..], Some(format!("/{name}")))
            };
            members.iter().map(twice).collect()
        },
        "A repeated field must get 400:",
    )
    .await;
}

#[tokio::test]
async fn missing_required_field_gets_400_with_a_pointer() {
    check_bodies(
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
        "A missing field must get 400 with its pointer:",
    )
    .await;
}

#[tokio::test]
async fn every_text_has_a_length_limit() {
    check_bodies(
        |document, row, schema| {
            // The HTML of a mail is limited by the size of the body.
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
        "Every text needs a length limit; add `#[garde(length(max = ..))]`:",
    )
    .await;
}

#[tokio::test]
async fn oversized_body_gets_413() {
    check_bodies(
        |_, row, _| {
            let padded = |bytes: usize| {
                let body = sample_body(row).to_string();
                format!("{body}{}", " ".repeat(bytes.saturating_sub(body.len()))).into_bytes()
            };
            let carries_a_file = row.name == "attendance-import";
            let limit = if carries_a_file { lambda::http::LARGE_BODY_BYTES_MAX } else { lambda::http::BODY_BYTES_MAX };
            vec![
                ("one byte too many".to_owned(), padded(limit + 1), &[413][..], None),
                ("some megabytes".to_owned(), padded(3 << 20), &[413], None),
                ("large and not JSON".to_owned(), vec![b'x'; limit + 1], &[413], None),
            ]
        },
        "An oversized body must get 413:",
    )
    .await;
}

#[tokio::test]
async fn other_content_types_get_415() {
    let (organisation, document) = (crate::organisation().await, document());
    let before = organisation.world.snapshot().await;
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
            let answer = organisation
                .send_raw(row, organisation.permitted_caller(row), content_type, sample_body(row).to_string())
                .await;
            wrong.extend(
                problem_fault(&answer, &[415], None).map(|fault| format!("{} {content_type:?}: {fault}", row.name)),
            );
        }
    }
    nothing_wrong(
        "A body that is not `application/json` must get 415, because HTML forms of other sites cannot send JSON:",
        &wrong,
    );
    assert!(before == organisation.world.snapshot().await, "a refused request must store nothing");
}

#[tokio::test]
async fn unauthorised_callers_get_401_or_403_before_the_body_is_read() {
    let (organisation, document) = (crate::organisation().await, document());
    let mut wrong = Vec::new();
    for (row, _) in with_bodies(&document).into_iter().filter(|(row, _)| !is_public(row)) {
        for body in ["{", "{\"no_such_field\": 1}", ""] {
            let answer = organisation.send_raw(row, None, JSON, body).await;
            wrong.extend(problem_fault(&answer, &[401], None).map(|fault| format!("{}: {fault}", row.name)));
            if !row.grant(organisation.employee.roles).allows_any() {
                let answer = organisation.send_raw(row, Some(&organisation.employee), JSON, body).await;
                wrong.extend(problem_fault(&answer, &[403], None).map(|fault| format!("{}: {fault}", row.name)));
            }
        }
    }
    nothing_wrong("The caller must be checked before the body is read:", &wrong);
}
