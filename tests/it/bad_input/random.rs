//! Random bodies at every POST and PUT operation, none of which may cause a server error.
//!
//! `PROPTEST_CASES=1000 cargo nextest run --workspace random` runs more cases.

use axum::body::Body;
use fixtures::{Organisation, sample_body};
use proptest::{
    collection::{hash_map, vec},
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Map, Value};
use tokio::runtime::{Builder, Runtime};

use super::{schema, with_bodies};
use crate::conformance::openapi::document;

/// Bodies per operation, unless `PROPTEST_CASES` is set.
const CASES: u32 = 32;

fn config() -> Config {
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { Config::default().cases } else { CASES };
    Config { cases, failure_persistence: None, ..Config::default() }
}

/// Arbitrary JSON of limited depth.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        "[a-z]{1,4}_[0-9a-f]{32}".prop_map(Value::from),
        "-?[0-9]{1,5}-[0-9]{2}-[0-9]{2}".prop_map(Value::from),
        Just(Value::from(i64::MIN)),
        Just(Value::from("")),
        Just(Value::from("\0")),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            hash_map(".{0,12}", inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Arbitrary bytes, arbitrary JSON, or a valid body with changed members.
fn any_body(sample: Value, pointers: Vec<String>) -> impl Strategy<Value = Vec<u8>> {
    let changed = vec((proptest::sample::select(pointers), any_json()), 1..4).prop_map(move |changes| {
        let body =
            changes.into_iter().fold(sample.clone(), |body, (pointer, value)| schema::with(body, &pointer, value));
        body.to_string().into_bytes()
    });
    prop_oneof![
        1 => vec(any::<u8>(), 0..200),
        1 => any_json().prop_map(|value| value.to_string().into_bytes()),
        4 => changed,
    ]
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Sends random bodies to the operations of one HTTP method and checks for server errors.
fn check_random_bodies(method: access::Method) {
    let (runtime, document) = (runtime(), document());
    let organisation = runtime.block_on(Organisation::build());
    let mut operations = 0;
    for (row, schema) in with_bodies(&document).into_iter().filter(|(row, _)| row.method == method) {
        operations += 1;
        let pointers = schema::fields(&document, &schema).into_iter().map(|field| field.pointer).collect();
        let result = TestRunner::new(config()).run(&any_body(sample_body(row), pointers), |body| {
            let text = String::from_utf8_lossy(&body).into_owned();
            let answer = runtime.block_on(organisation.send_raw(
                row,
                organisation.permitted_caller(row),
                Some("application/json"),
                Body::from(body),
            ));
            prop_assert!(
                !answer.status.is_server_error(),
                "{} returned {} {} for {text}",
                row.name,
                answer.status,
                answer.body
            );
            prop_assert!(answer.status.is_success() || answer.header("content-type") == "application/problem+json");
            Ok(())
        });
        if let Err(failure) = result {
            panic!("{}: {failure}", row.name);
        }
    }
    assert!(operations > 3, "the test must find more than 3 operations, not {operations}");
}

#[test]
fn no_post_body_causes_a_server_error() {
    check_random_bodies(access::Method::Post);
}

#[test]
fn no_put_body_causes_a_server_error() {
    check_random_bodies(access::Method::Put);
}
