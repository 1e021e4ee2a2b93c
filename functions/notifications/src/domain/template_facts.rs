//! Values of an event that templates may use: chosen fields, never whole records.

use events::Event;
use serde_json::{Map, Value, json};

use super::routing;

/// Fields of the event's data or new values, and their names in templates. Private fields (pay, telephone, reasons of requests,
/// comments) are not listed, so no notification contains them.
const FIELDS: &[(&str, &str)] = &[
    ("/leave_type_name", "leave_type"),
    ("/start_date", "start_date"),
    ("/end_date", "end_date"),
    ("/duration/days", "days"),
    ("/status", "status"),
    ("/rejected_reason", "rejected_reason"),
    ("/cancelled_from", "cancelled_from"),
    ("/returned_from", "returned_from"),
    ("/returned_to", "returned_to"),
    ("/return_reason", "return_reason"),
    ("/old_start_date", "old_start_date"),
    ("/old_end_date", "old_end_date"),
    ("/job_title", "job_title"),
    ("/hire_date", "hire_date"),
    ("/termination_date", "termination_date"),
    ("/date", "date"),
    ("/credit_minutes", "credit_minutes"),
    ("/check_in_time", "check_in_time"),
    ("/check_out_time", "check_out_time"),
    ("/location", "location"),
    ("/late_minutes", "late_minutes"),
    ("/outcome/incomplete_reason", "incomplete_reason"),
    ("/name", "name"),
    ("/course", "name"),
    ("/policy_version", "version"),
    ("/effective/from", "effective_from"),
    ("/code", "code"),
    ("/explanation", "explanation"),
    ("/due_date", "due_date"),
    ("/reset_id", "reset_id"),
];
/// Fields whose change is not reported.
const IGNORED_FIELDS: &[&str] = &["updated_at", "created_at", "role_version", "version", "effective_from"];
/// Maximum length of a value, in characters.
const FACT_LENGTH_MAX: usize = 500;

/// Template context of an event's notifications, without the names of people.
pub fn template_facts(event: &Event) -> Map<String, Value> {
    let stamp = &event.stamp;
    let mut facts = Map::new();
    for (pointer, name) in FIELDS {
        let value = [&stamp.data, &event.new_values].into_iter().flatten().find_map(|values| values.pointer(pointer));
        if let Some(fact) = value.filter(|fact| fact.is_string() || fact.is_number()) {
            facts.insert((*name).to_owned(), truncate_fact(fact));
        }
    }
    facts.insert("event_id".to_owned(), json!(stamp.id));
    facts.insert("entity_type".to_owned(), json!(stamp.entity_type));
    facts.insert("entity_id".to_owned(), json!(stamp.entity_id));
    match stamp.entity_type.as_str() {
        "LeaveRequest" => {
            facts.insert("leave_request_id".to_owned(), json!(stamp.entity_id));
        }
        "Employee" => {
            facts.insert("changed".to_owned(), json!(changed_fields(event)));
        }
        "Compensation" => {
            facts.insert("changed".to_owned(), json!(["salary"]));
        }
        _ => {}
    }
    if routing::is_critical_audit_event(event)
        && let Some(reason) =
            stamp.data.as_ref().and_then(|data| data.get("reason")).filter(|reason| reason.is_string())
    {
        facts.insert("cause".to_owned(), reason.clone());
    }
    facts
}

/// Value with a text cut to [`FACT_LENGTH_MAX`].
fn truncate_fact(fact: &Value) -> Value {
    match fact.as_str() {
        Some(text) if text.len() > FACT_LENGTH_MAX => Value::String(text.chars().take(FACT_LENGTH_MAX).collect()),
        _ => fact.clone(),
    }
}

/// Names of the fields that differ between the old and the new values, except [`IGNORED_FIELDS`].
fn changed_fields(event: &Event) -> Vec<&str> {
    let (Some(Value::Object(old)), Some(Value::Object(new))) = (&event.old_values, &event.new_values) else {
        return Vec::new();
    };
    let names = new.keys().chain(old.keys().filter(|name| !new.contains_key(*name)));
    names
        .filter(|name| old.get(*name) != new.get(*name) && !IGNORED_FIELDS.contains(&name.as_str()))
        .map(String::as_str)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: &str, entity: &str, old: Value, new: Value, data: Value) -> Event {
        serde_json::from_value(json!({
            "id": "evt_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8",
            "type": kind,
            "entity_type": entity,
            "entity_id": "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8",
            "actor": "unknown",
            "request_id": "req_1",
            "at": "2024-01-10T10:30:45Z",
            "service": "any",
            "version": 1,
            "old_values": old,
            "new_values": new,
            "data": data,
        }))
        .unwrap()
    }

    #[test]
    fn private_fields_are_in_no_context() {
        let new = json!({
            "leave_type_name": "Annual", "start_date": "2024-01-15", "duration": {"minutes": 2880, "days": 6.0},
            "reason": "surgery", "comments": "c", "phone": "+49", "salary": {"amount_minor": 1}, "email": "a@b.c",
        });
        let facts = template_facts(&event("leave.request_created", "LeaveRequest", Value::Null, new, Value::Null));
        let names: Vec<_> = facts.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            ["days", "entity_id", "entity_type", "event_id", "leave_request_id", "leave_type", "start_date"]
        );
    }

    #[test]
    fn change_is_reported_by_field_names_only() {
        let (old, new) = (
            json!({"phone": "1", "site": "a", "updated_at": "x"}),
            json!({"phone": "2", "site": "a", "updated_at": "y"}),
        );
        let facts = template_facts(&event("employee.updated", "Employee", old, new.clone(), Value::Null));
        assert_eq!(facts.get("changed"), Some(&json!(["phone"])));
        assert_eq!(facts.get("phone"), None, "values are not in the context");
        let republished = template_facts(&event("employee.updated", "Employee", Value::Null, new, Value::Null));
        assert_eq!(republished.get("changed"), Some(&json!([])));
    }

    #[test]
    fn context_of_a_critical_event_contains_its_cause() {
        let facts = template_facts(&event(
            "audit.critical_event",
            "Item",
            Value::Null,
            Value::Null,
            json!({"reason": "out_of_band_change"}),
        ));
        assert_eq!(facts.get("cause"), Some(&json!("out_of_band_change")));
    }
}
