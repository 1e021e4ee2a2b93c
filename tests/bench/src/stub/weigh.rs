//! What a call consumed: the stub asks for it where the caller did not, and takes it out of the answer again.

use axum::body::Bytes;
use serde_json::{Value, json};
use testkit::half_units;

const WANTED: &str = "ReturnConsumedCapacity";
const TOLD: &str = "ConsumedCapacity";

/// The operations that tell what they consumed.
const TELL: &[&str] = &[
    "GetItem",
    "BatchGetItem",
    "Query",
    "TransactGetItems",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "BatchWriteItem",
    "TransactWriteItems",
];

/// The input with the question; whether the caller had asked it already.
pub(crate) fn ask(operation: &str, mut input: Value) -> (Value, bool) {
    let asked = input.get(WANTED).is_some();
    if let (false, true, Some(input)) = (asked, TELL.contains(&operation), input.as_object_mut()) {
        input.insert(WANTED.to_owned(), json!("TOTAL"));
    }
    (input, asked)
}

/// Half units, and the answer as the caller expects it: byte by byte the database's own where nothing is to be taken out.
pub(crate) fn take(answer: Bytes, asked: bool) -> (u64, Bytes) {
    let Ok(mut told) = serde_json::from_slice::<Value>(&answer) else { return (0, answer) };
    let consumed = half_units(&told);
    match told.as_object_mut().and_then(|members| members.remove(TOLD)) {
        Some(_) if !asked => (consumed, Bytes::from(told.to_string())),
        _ => (consumed, answer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_did_not_ask_is_not_told() {
        let (input, asked) = ask("GetItem", json!({"TableName": "t"}));
        assert_eq!((&input, asked), (&json!({"TableName": "t", WANTED: "TOTAL"}), false));
        let answer = json!({"Item": {}, TOLD: {"TableName": "t", "CapacityUnits": 1.5}}).to_string();
        assert_eq!(take(Bytes::from(answer), asked), (3, Bytes::from(r#"{"Item":{}}"#)));
    }

    #[test]
    fn who_asked_is_told() {
        let (input, asked) = ask("PutItem", json!({WANTED: "INDEXES"}));
        assert_eq!((&input, asked), (&json!({WANTED: "INDEXES"}), true));
        let answer = Bytes::from(json!({TOLD: [{"CapacityUnits": 2.0}, {"CapacityUnits": 4.0}]}).to_string());
        assert_eq!(take(answer.clone(), asked), (12, answer));
    }

    #[test]
    fn others_pass_as_they_are() {
        assert_eq!(ask("DescribeTable", json!({})), (json!({}), false));
        let refused = Bytes::from_static(br#"{ "__type": "ValidationException" }"#);
        assert_eq!(take(refused.clone(), false), (0, refused));
        let none = Bytes::from_static(b"not JSON");
        assert_eq!(take(none.clone(), false), (0, none));
    }
}
