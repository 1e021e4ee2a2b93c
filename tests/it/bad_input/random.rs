//! Random bodies: whatever is sent to a POST or PUT, it never fails.
//!
//! `PROPTEST_CASES=1000 cargo nextest run -p it random` looks longer.

use axum::body::Body;
use proptest::{
    collection::{hash_map, vec},
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Map, Value};
use stage::{Organisation, sample_body};
use tokio::runtime::{Builder, Runtime};

use super::{schema, with_bodies};
use crate::conformance::openapi::document;

/// How many bodies each route gets, unless `PROPTEST_CASES` says otherwise.
const CASES: u32 = 32;

fn config() -> Config {
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { Config::default().cases } else { CASES };
    Config { cases, failure_persistence: None, ..Config::default() }
}

/// Any JSON, of some depth.
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

/// Any bytes; any JSON; or a good body with some of its fields otherwise.
fn any_body(sample: Value, pointers: Vec<String>) -> impl Strategy<Value = Vec<u8>> {
    let twisted = vec((proptest::sample::select(pointers), any_json()), 1..4).prop_map(move |changes| {
        let changed =
            changes.into_iter().fold(sample.clone(), |body, (pointer, value)| schema::with(body, &pointer, value));
        changed.to_string().into_bytes()
    });
    prop_oneof![
        1 => vec(any::<u8>(), 0..200),
        1 => any_json().prop_map(|value| value.to_string().into_bytes()),
        4 => twisted,
    ]
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Sends random bodies to the rows of one method.
fn never_fails(method: access::Method) {
    let (runtime, document) = (runtime(), document());
    let stage = runtime.block_on(Organisation::build());
    let mut routes = 0;
    for (row, schema) in with_bodies(&document).into_iter().filter(|(row, _)| row.method == method) {
        routes += 1;
        let pointers = schema::fields(&document, &schema).into_iter().map(|field| field.pointer).collect();
        let verdict = TestRunner::new(config()).run(&any_body(sample_body(row), pointers), |body| {
            let text = String::from_utf8_lossy(&body).into_owned();
            let answer =
                runtime.block_on(stage.raw(row, stage.allowed(row), Some("application/json"), Body::from(body)));
            prop_assert!(
                !answer.status.is_server_error(),
                "{} answers {} {} to {text}",
                row.name,
                answer.status,
                answer.body
            );
            prop_assert!(answer.status.is_success() || answer.header("content-type") == "application/problem+json");
            Ok(())
        });
        if let Err(why) = verdict {
            panic!("{}: {why}", row.name);
        }
    }
    assert!(routes > 3, "there are routes: {routes}");
}

#[test]
fn no_body_makes_a_post_fail() {
    never_fails(access::Method::Post);
}

#[test]
fn no_body_makes_a_put_fail() {
    never_fails(access::Method::Put);
}
