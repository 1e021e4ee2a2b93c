//! What callers may read of records.

use access::{ReadableFields, Relation};
use lambda::http::Caller;

use crate::domain::record::Record;

/// The caller's fields of anybody's record.
pub(crate) fn fields_for_all(caller: &Caller) -> ReadableFields {
    caller.readable_fields(Relation::Other)
}

/// What somebody may read of their own activities: all about themselves, of others what their roles allow.
pub fn fields_for_own(caller: &Caller, record: &Record) -> ReadableFields {
    let about_oneself = record.concerns(&caller.id().to_string());
    caller.readable_fields(if about_oneself { Relation::Oneself } else { Relation::Other })
}

/// Hides from every part that holds values of entities what may not be read.
pub(crate) fn redacted(mut record: Record, fields: ReadableFields) -> Record {
    for values in [&mut record.old_values, &mut record.new_values, &mut record.details].into_iter().flatten() {
        access::redact(values, &record.entity_type, fields);
    }
    record
}

#[cfg(test)]
mod tests {
    use access::{REDACTED, Role};
    use serde_json::json;

    use super::*;
    use crate::domain::record::tests::event;

    #[test]
    fn an_auditor_does_not_read_pay_in_a_record() {
        let auditor = ReadableFields::of([Role::Auditor].into_iter().collect(), Relation::Other);
        let event = event("leave.request_created", json!({"salary": 5}));
        let shown = redacted(Record::from_event(event, "system:audit-on-event", jiff::Timestamp::UNIX_EPOCH), auditor);
        let text = serde_json::to_string(&shown).unwrap();
        assert!(text.contains(r#""salary":"[redacted]""#) && !text.contains("amount_minor"), "{text}");
        assert_eq!(shown.details.unwrap()["salary"], json!(REDACTED));
    }
}
