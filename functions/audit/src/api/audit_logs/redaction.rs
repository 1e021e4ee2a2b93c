//! Removes the values of a record that the caller may not read.

use access::{ReadableFields, Relation};
use lambda::http::Caller;

use crate::domain::record::AuditRecord;

/// Fields that the caller may read in records about other people.
pub(crate) fn fields_of_others(caller: &Caller) -> ReadableFields {
    caller.readable_fields(Relation::Other)
}

/// Fields that the caller may read in a record of an action of the caller: more if the record concerns the caller than if it
/// concerns others.
pub fn fields_in_own_activity(caller: &Caller, record: &AuditRecord) -> ReadableFields {
    let concerns_caller = record.concerns(&caller.id().to_string());
    caller.readable_fields(if concerns_caller { Relation::Oneself } else { Relation::Other })
}

/// Record with `[redacted]` in place of the values that `fields` does not allow.
pub(crate) fn redact_record(mut record: AuditRecord, fields: ReadableFields) -> AuditRecord {
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
    fn auditors_cannot_read_compensation() {
        let auditor = ReadableFields::of([Role::Auditor].into_iter().collect(), Relation::Other);
        let event = event("leave.request_created", json!({"salary": 5}));
        let shown = redact_record(
            AuditRecord::from_event(event, "system:audit-on-event", jiff::Timestamp::UNIX_EPOCH),
            auditor,
        );
        let text = serde_json::to_string(&shown).unwrap();
        assert!(text.contains(r#""salary":"[redacted]""#) && !text.contains("amount_minor"), "{text}");
        assert_eq!(shown.details.unwrap()["salary"], json!(REDACTED));
    }
}
