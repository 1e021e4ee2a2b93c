//! Problems of each operation: general ones by its parameters and access, its own by the codes that its responses name.

use std::collections::{BTreeMap, BTreeSet};

use access::{AccessRule, Operation, Role};
use kernel::Code;
use serde_json::Value;

/// Schema of a problem, the same for all operations.
pub(crate) const PROBLEM: &str = include_str!("problem.json");

/// Codes by status: what the operation can answer besides success.
pub(crate) fn of(row: &Operation, operation: &Value) -> BTreeMap<u16, BTreeSet<Code>> {
    let mut codes: BTreeSet<Code> = [Code::Internal, Code::Unavailable].into();
    let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    let takes = |place: &str| parameters.iter().any(|one| one["in"] == place);
    let named = |name: &str| parameters.iter().any(|one| one["name"] == name);
    if let AccessRule::Granted(rows) = row.access {
        codes.extend([Code::TokenMissing, Code::TokenRefused, Code::TokenSuperseded]);
        if !rows.iter().any(|(role, _)| *role == Role::Employee) {
            codes.insert(Code::Forbidden);
        }
    }
    if takes("query") || takes("header") || operation["requestBody"].is_object() {
        codes.insert(Code::Malformed);
    }
    if takes("query") || operation["requestBody"].is_object() {
        codes.insert(Code::Invalid);
    }
    if operation["requestBody"].is_object() {
        codes.extend([Code::TooLarge, Code::UnsupportedMediaType]);
    }
    if named("cursor") {
        codes.insert(Code::InvalidCursor);
    }
    if named("Idempotency-Key") {
        codes.extend([Code::IdempotencyKeyReused, Code::Busy]);
    }
    if named("If-Match") {
        codes.extend([Code::Stale, Code::ChangedMeanwhile]);
    }
    for (status, response) in operation["responses"].as_object().unwrap() {
        codes.extend(named_codes(status, response["description"].as_str().unwrap_or_default()));
    }
    let mut by_status: BTreeMap<u16, BTreeSet<Code>> = BTreeMap::new();
    for code in codes {
        by_status.entry(status_of(code)).or_default().insert(code);
    }
    by_status
}

/// The codes of this status that a description names in backticks; 404 and 429 have one each, named or not.
fn named_codes(status: &str, description: &str) -> Vec<Code> {
    let words: BTreeSet<_> = description.split('`').skip(1).step_by(2).collect();
    let implied = |code: Code| matches!(code, Code::NotFound | Code::Throttled | Code::Stale);
    let named =
        |code: &Code| status_of(*code).to_string() == status && (implied(*code) || words.contains(code.as_str()));
    Code::ALL.iter().copied().filter(named).collect()
}

/// Statuses that an operation declares without a code of the catalogue.
pub(crate) fn undeclared(operation: &Value) -> Vec<String> {
    let declares = |status: &&String| operation["x-problems"].get(status.as_str()).is_some();
    let statuses = operation["responses"].as_object().unwrap().keys();
    let refusals = statuses.filter(|status| status.starts_with(['4', '5']));
    refusals.filter(|status| !declares(status)).cloned().collect()
}

/// HTTP status of a code.
pub(crate) fn status_of(code: Code) -> u16 {
    lambda::http::status_of(code.kind()).as_u16()
}
