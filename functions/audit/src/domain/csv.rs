//! CSV form of records (RFC 4180), without formulas that a spreadsheet would run.

use serde_json::Value;

use super::record::{AuditRecord, CanonicalRecord};

/// Columns: the fields of a record in the order of the API, then the leaf hash.
pub const COLUMNS: [&str; 21] = [
    "id",
    "user_id",
    "action",
    "log_type",
    "entity_type",
    "entity_id",
    "service_name",
    "status",
    "description",
    "old_values",
    "new_values",
    "details",
    "ip_address",
    "user_agent",
    "request_id",
    "error_message",
    "version",
    "recorded_by",
    "timestamp",
    "created_at",
    "leaf_hash",
];

pub fn csv_header_line() -> String {
    format!("{}\r\n", COLUMNS.join(","))
}

/// Line of a record with its readable values, and with the leaf hash of the stored record.
pub fn csv_record_line(readable: &AuditRecord, stored: &CanonicalRecord) -> String {
    let value = serde_json::to_value(readable).unwrap_or_default();
    let cell = |name: &&str| match (*name, value.get(*name)) {
        ("leaf_hash", _) => csv_cell(&stored.entry.leaf.to_string()),
        (_, None | Some(Value::Null)) => String::new(),
        (_, Some(Value::String(text))) => csv_cell(text),
        (_, Some(other)) => csv_cell(&other.to_string()),
    };
    format!("{}\r\n", COLUMNS.iter().map(cell).collect::<Vec<_>>().join(","))
}

/// Cell of a text. A text that a spreadsheet would run as a formula gets an apostrophe (OWASP, CSV injection).
fn csv_cell(text: &str) -> String {
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@']) || text.starts_with(['\t', '\r', '\n']);
    let apostrophe = if is_formula { "'" } else { "" };
    if is_formula || text.contains(['"', ',', '\r', '\n', ';', '\t']) {
        format!("\"{apostrophe}{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::record::tests::event;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        assert_eq!(csv_cell("plain"), "plain");
        assert_eq!(csv_cell("a,\"b\""), "\"a,\"\"b\"\"\"");
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "=HYPERLINK(\"http://x\")"] {
            assert!(csv_cell(text).starts_with("\"'"), "{text:?}");
        }
    }

    #[test]
    fn line_has_all_columns() {
        let record = AuditRecord::from_event(
            event("leave.request_created", json!(null)),
            "system:x",
            "2024-01-10T10:30:47Z".parse().unwrap(),
        );
        let names: Vec<_> = serde_json::to_value(&record).unwrap().as_object().unwrap().keys().cloned().collect();
        assert!(names.iter().all(|name| COLUMNS.contains(&name.as_str())), "{names:?}");
        let line = csv_record_line(&record, &record.to_canonical().unwrap());
        assert!(
            line.starts_with("audit_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8,emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8,created,")
        );
        assert!(line.ends_with(&format!("{}\r\n", record.to_canonical().unwrap().entry.leaf)));
    }
}
