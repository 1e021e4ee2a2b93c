//! Interpretation of stream records: single cases, and properties of all records.

use std::collections::BTreeSet;

use events::Fact;
use kernel::Origin;
use proptest::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use super::*;

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

const NOW_S: i64 = 1_718_015_445;

fn stamp(id: u128) -> AttributeValue {
    let origin = Origin {
        actor: Actor::System("test".into()),
        at: at(NOW_S),
        request_id: RequestId::sanitised("req_1"),
        ip_address: None,
        user_agent: None,
    };
    let fact =
        Fact::new(EventType::EmployeeUpdated, "Employee", "emp_1").with_data(json!({"why": "x", "_token": "SECRET"}));
    serde_dynamo::to_attribute_value(Stamp::new(EventId::new(Uuid::from_u128(id)), fact, &origin)).unwrap()
}

/// Item with a name, a secret and the given marks.
fn image(name: &str, version: u32, marks: &[(&str, AttributeValue)]) -> Image {
    let mut image = Image::from([
        ("pk".to_owned(), text("EMP#1")),
        ("sk".to_owned(), text("PROFILE")),
        ("ix_by_name_pk".to_owned(), text("NAMES")),
        ("_password_hash".to_owned(), text("SECRET")),
        ("_version".to_owned(), AttributeValue::N(version.to_string())),
        ("first_name".to_owned(), text(name)),
    ]);
    image.extend(marks.iter().map(|(mark, value)| ((*mark).to_owned(), value.clone())));
    image
}

fn record(operation: Operation, old: Option<Image>, new: Option<Image>) -> StreamRecord {
    StreamRecord {
        operation,
        table: "muster-dev-employees".to_owned(),
        key: ("EMP#1".to_owned(), "PROFILE".to_owned()),
        old,
        new,
        by_ttl: false,
        at: at(NOW_S),
        sequence: "100".to_owned(),
    }
}

fn event(change: Change) -> Event {
    match change {
        Change::Events(mut events) if events.len() == 1 => events.remove(0),
        other => panic!("expected an event, got {other:?}"),
    }
}

fn critical(change: Change) -> Event {
    match change {
        Change::OutOfBand(event) => *event,
        other => panic!("expected an out-of-band change, got {other:?}"),
    }
}

#[test]
fn stamped_insert_publishes_the_event_of_its_stamp() {
    let event = event(interpret(&record(Operation::Insert, None, Some(image("John", 1, &[("_event", stamp(1))])))));
    assert_eq!(event.event_type(), Some(EventType::EmployeeUpdated));
    assert_eq!((event.stamp.id.uuid().as_u128(), event.version), (1, 1));
    assert_eq!(event.service, "employee-management-service");
    assert_eq!((event.old_values, event.new_values), (None, Some(json!({"first_name": "John"}))));
    assert_eq!(event.stamp.data, Some(json!({"why": "x"})));
}

#[test]
fn stamped_modify_contains_both_images() {
    let old = image("John", 1, &[("_event", stamp(1))]);
    let new = image("Jane", 2, &[("_event", stamp(2))]);
    let event = event(interpret(&record(Operation::Modify, Some(old), Some(new))));
    assert_eq!(event.version, 2);
    assert_eq!(event.old_values, Some(json!({"first_name": "John"})));
    assert_eq!(event.new_values, Some(json!({"first_name": "Jane"})));
}

#[test]
fn further_items_and_technical_items_publish_nothing() {
    for mark in ["_event_ref", "_quiet"] {
        let new = image("x", 1, &[(mark, text("evt_1"))]);
        assert_eq!(interpret(&record(Operation::Insert, None, Some(new.clone()))), Change::Nothing);
        let old = image("y", 1, &[("_event", stamp(1)), (mark, text("evt_0"))]);
        let new = image("x", 2, &[("_event", stamp(1)), (mark, text("evt_1"))]);
        assert_eq!(interpret(&record(Operation::Modify, Some(old), Some(new))), Change::Nothing);
    }
}

#[test]
fn unstamped_write_is_out_of_band() {
    let stamped = image("John", 1, &[("_event", stamp(1))]);
    let cases = [
        record(Operation::Insert, None, Some(image("John", 1, &[]))),
        record(Operation::Modify, Some(stamped.clone()), Some(image("Jane", 1, &[("_event", stamp(1))]))),
        record(Operation::Modify, Some(stamped.clone()), Some(image("Jane", 1, &[]))),
        record(Operation::Modify, Some(stamped.clone()), Some(image("Jane", 1, &[("_event", text("forged"))]))),
        record(Operation::Remove, Some(stamped), None),
    ];
    for case in cases {
        let event = critical(interpret(&case));
        assert_eq!(event.event_type(), Some(EventType::AuditCriticalEvent));
        assert_eq!(event.stamp.actor, Actor::Unknown);
        let data = event.stamp.data.unwrap();
        assert_eq!(data["reason"], "out_of_band_change");
        assert_eq!(data["table"], "muster-dev-employees");
        assert_eq!(data["key"], json!({"partition": "EMP#1", "sort": "PROFILE"}));
        assert_eq!(data["operation"], case.operation.as_str());
    }
}

#[test]
fn out_of_band_change_names_the_affected_entity() {
    let stamped = image("John", 1, &[("_event", stamp(1))]);
    let quiet = image("x", 1, &[("_quiet", text("evt_1"))]);
    let cases = [
        (record(Operation::Remove, Some(stamped.clone()), None), ("Employee", "emp_1")),
        (record(Operation::Modify, Some(stamped), Some(image("Jane", 1, &[]))), ("Employee", "emp_1")),
        (record(Operation::Remove, Some(quiet), None), ("StoredItem", "EMP#1/PROFILE")),
    ];
    for (case, (entity_type, entity_id)) in cases {
        let stamp = critical(interpret(&case)).stamp;
        assert_eq!((stamp.entity_type.as_str(), stamp.entity_id.as_str()), (entity_type, entity_id));
    }
}

#[test]
fn out_of_band_change_names_a_secret_without_its_value() {
    let marks = [("_event", stamp(1))];
    let mut forged = image("John", 1, &marks);
    forged.insert("_password_hash".to_owned(), text("OTHER"));
    let event = critical(interpret(&record(Operation::Modify, Some(image("John", 1, &marks)), Some(forged))));
    assert_eq!(event.stamp.data.unwrap()["changed"], json!(["_password_hash"]));
    assert_eq!(event.old_values, event.new_values);
}

#[test]
fn removal_before_the_ttl_is_out_of_band() {
    let expiring = |at_s: i64| {
        let mut image = image("x", 1, &[("_quiet", text("evt_1"))]);
        image.insert("expires_at".to_owned(), AttributeValue::N(at_s.to_string()));
        image
    };
    let by_ttl = StreamRecord { by_ttl: true, ..record(Operation::Remove, Some(image("x", 1, &[])), None) };
    assert_eq!(interpret(&by_ttl), Change::Nothing);
    assert_eq!(interpret(&record(Operation::Remove, Some(expiring(NOW_S)), None)), Change::Nothing);
    critical(interpret(&record(Operation::Remove, Some(expiring(NOW_S + 1)), None)));
}

#[test]
fn out_of_band_event_id_is_derived_from_the_record() {
    let case = record(Operation::Remove, Some(image("x", 1, &[])), None);
    let id = critical(interpret(&case)).stamp.id;
    assert_eq!(critical(interpret(&case)).stamp.id, id, "a retry is the same event");
    let others = [
        StreamRecord { sequence: "101".to_owned(), ..case.clone() },
        StreamRecord { table: "muster-dev-auth".to_owned(), ..case.clone() },
        StreamRecord { key: ("EMP#2".to_owned(), "PROFILE".to_owned()), ..case.clone() },
    ];
    for other in others {
        assert_ne!(critical(interpret(&other)).stamp.id, id);
    }
    assert_eq!(id.uuid().get_version_num(), 7, "ids sort by time");
    assert_eq!(id.uuid().get_timestamp().unwrap().to_unix().0, NOW_S as u64);
}

#[test]
fn rebuilt_event_keeps_its_id_and_is_marked() {
    let new = image("John", 3, &[("_event", stamp(1))]);
    let published = event(interpret(&record(Operation::Insert, None, Some(new.clone()))));
    let again = events_of_stored_stamp("muster-dev-employees", &new).pop().unwrap();
    assert!(again.republished);
    assert_eq!(Event { republished: false, ..again }, published);
    assert_eq!(events_of_stored_stamp("muster-dev-employees", &image("John", 3, &[("_quiet", text("evt_1"))])), []);
}

#[test]
fn further_events_of_a_write_get_their_own_ids() {
    let mut stamp: Stamp = serde_dynamo::from_attribute_value(stamp(1)).unwrap();
    stamp.further_events = vec!["attendance.late".to_owned()];
    let stamp = serde_dynamo::to_attribute_value(&stamp).unwrap();
    let new = image("John", 3, &[("_event", stamp)]);
    let events = interpret(&record(Operation::Insert, None, Some(new.clone()))).into_events();
    let [first, late] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(late.stamp.event, "attendance.late");
    assert!(first.stamp.further_events.is_empty() && late.stamp.further_events.is_empty());
    assert_ne!(first.stamp.id, late.stamp.id);
    assert_eq!((&first.new_values, first.version), (&late.new_values, late.version));
    let again: Vec<_> =
        events_of_stored_stamp("muster-dev-employees", &new).into_iter().map(|event| event.stamp.id).collect();
    assert_eq!(again, [first.stamp.id, late.stamp.id], "rebuilt events keep their ids");
}

#[test]
fn unknown_table_is_its_own_service() {
    assert_eq!(service_of_table("muster-dev-auth"), "auth-service");
    assert_eq!(service_of_table("something-else"), "something-else");
}

fn names(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| {
            found.insert(name.clone());
            names(member, found);
        }),
        Value::Array(items) => items.iter().for_each(|item| names(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn any_image() -> impl Strategy<Value = Image> {
    let secret = prop_oneof![Just("_secret"), Just("_password_hash"), Just("ix_by_x_pk"), Just("pk"), Just("sk")];
    let open = prop_oneof![Just("first_name"), Just("status"), Just("expires_at"), Just("note")];
    let nested = proptest::collection::hash_map(prop_oneof![Just("_token"), Just("city")], "[a-z]{0,4}", 0..3);
    let marks = proptest::option::of(0_u128..4);
    (
        proptest::collection::vec(secret, 0..5),
        proptest::collection::hash_map(open, "[a-z]{0,8}", 0..4),
        nested,
        marks,
        proptest::option::of(0_u8..3),
    )
        .prop_map(|(secrets, opens, nested, event, quiet)| {
            let mut image: Image = secrets.into_iter().map(|name| (name.to_owned(), text("SECRET"))).collect();
            image.extend(opens.into_iter().map(|(name, value)| (name.to_owned(), text(&value))));
            let member = |(name, value): (&str, String)| {
                (name.to_owned(), text(if name == "_token" { "SECRET" } else { &value }))
            };
            image.insert("address".to_owned(), AttributeValue::M(nested.into_iter().map(member).collect()));
            image.extend(event.map(|id| ("_event".to_owned(), stamp(id))));
            image.extend(quiet.map(|id| ("_quiet".to_owned(), text(&id.to_string()))));
            image
        })
}

fn any_record() -> impl Strategy<Value = StreamRecord> {
    let operation = prop_oneof![Just(Operation::Insert), Just(Operation::Modify), Just(Operation::Remove)];
    (operation, any_image(), any_image(), any::<bool>(), 0_u16..500, 0_u8..4).prop_map(
        |(operation, old, new, by_ttl, sequence, item)| StreamRecord {
            old: (operation != Operation::Insert).then_some(old),
            new: (operation != Operation::Remove).then_some(new),
            by_ttl,
            key: (format!("EMP#{item}"), "PROFILE".to_owned()),
            sequence: sequence.to_string(),
            ..record(operation, None, None)
        },
    )
}

/// Ids of the published events; consumers process each id once.
fn ids(records: &[StreamRecord]) -> BTreeSet<EventId> {
    records.iter().flat_map(|record| interpret(record).into_events()).map(|event| event.stamp.id).collect()
}

proptest! {
    #[test]
    fn technical_attributes_and_secrets_are_never_published(record in any_record()) {
        for event in interpret(&record).into_events() {
            let text = serde_json::to_string(&event).unwrap();
            prop_assert!(!text.contains("SECRET"), "{text}");
            let mut found = BTreeSet::new();
            for part in [&event.old_values, &event.new_values, &event.stamp.data].into_iter().flatten() {
                names(part, &mut found);
            }
            prop_assert!(!found.iter().any(|name| store::is_technical_attribute(name) || name == "expires_at"), "{found:?}");
        }
    }

    #[test]
    fn duplicated_and_shuffled_records_publish_the_same_events(
        (records, again) in proptest::collection::vec(any_record(), 1..20).prop_flat_map(|records| {
            let mut twice = records.clone();
            twice.extend(records.clone());
            (Just(records), Just(twice).prop_shuffle())
        })
    ) {
        prop_assert_eq!(ids(&records), ids(&again));
    }
}
