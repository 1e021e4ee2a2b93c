//! Schemas of the OpenAPI document, and their agreement with the JSON and with the validation.

use jiff::civil::{date, time};
use kernel::Minutes;
use policy::{
    DayHours, HalfDays, Policy, PolicyRules, Portion, RetainedRecords, TimeOfDay, TimeRange,
    leave::{AttachmentFigures, DowngradableCode, EntryInputs, ViolationFigures, ViolationFinding, due_entries},
};
use serde_json::{Value, json};
use utoipa::{PartialSchema, ToSchema};

use crate::fixtures::{annual, carry, leave_policy, person, policy, policy_set, take};

fn schema<T: PartialSchema>() -> Value {
    serde_json::to_value(T::schema()).unwrap()
}

fn enum_values<T: PartialSchema>() -> Vec<String> {
    serde_json::from_value(schema::<T>()["enum"].clone()).unwrap()
}

/// Names of all properties of a schema.
fn properties(schema: &Value) -> Vec<String> {
    schema["properties"].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn span_is_an_array_of_exactly_two_times() {
    let range = schema::<TimeRange>();
    assert_eq!((&range["type"], &range["minItems"], &range["maxItems"]), (&json!("array"), &json!(2), &json!(2)));
    assert_eq!(range["items"]["$ref"], "#/components/schemas/TimeOfDay");
    assert_eq!(schema::<TimeOfDay>()["type"], "string");
    assert_eq!(schema::<DayHours>()["properties"]["hours"]["items"]["$ref"], "#/components/schemas/TimeRange");
    let span = Portion::Hours(time(9, 0, 0, 0), time(12, 30, 0, 0));
    assert_eq!(serde_json::to_value(span).unwrap(), json!({"span": ["09:00:00", "12:30:00"]}));
    let short: Portion = serde_json::from_value(json!({"span": ["09:00", "12:30"]})).unwrap();
    assert_eq!(short, span);
    let forms = schema::<Portion>();
    assert_eq!(forms["oneOf"][2]["properties"]["span"]["$ref"], "#/components/schemas/TimeRange");
}

#[test]
fn violation_code_determines_the_shape_of_its_figures() {
    let forms = schema::<ViolationFinding>();
    let forms = forms["oneOf"].as_array().unwrap();
    let codes: Vec<&str> = forms.iter().map(|form| form["properties"]["code"]["enum"][0].as_str().unwrap()).collect();
    assert_eq!(codes.len(), 16);
    assert!(forms.iter().all(|form| form["properties"]["figures"]["$ref"].is_string()));
    let figures =
        AttachmentFigures { attachment_above_days: HalfDays(5), minutes: Minutes(1440), day_minutes: Minutes(480) };
    let typed = ViolationFigures::AttachmentRequired(figures);
    let json = json!({
        "code": "attachment_required", "figures": {"attachment_above_days": 2.5, "minutes": 1440, "day_minutes": 480},
    });
    assert_eq!(serde_json::to_value(&typed).unwrap(), json);
    assert_eq!(serde_json::to_value(ViolationFinding::from(typed)).unwrap(), json);
    let mut referenced = Vec::new();
    ViolationFinding::schemas(&mut referenced);
    assert!(referenced.iter().any(|(name, _)| name == "AttachmentFigures"));
}

#[test]
fn declared_codes_and_records_are_exactly_those_that_validate() {
    let codes = enum_values::<DowngradableCode>();
    let valid = Policy { warn_only: codes.clone(), ..leave_policy(1, annual(60)) };
    assert!(valid.validate().is_empty(), "{:?}", valid.validate());
    let invalid = Policy { warn_only: vec!["nothing_to_take".into()], ..valid };
    let detail = invalid.validate().remove(0).detail.to_string();
    assert_eq!(detail, format!("The code must be one of {}.", codes.join(", ")));
    assert_eq!(enum_values::<RetainedRecords>(), RetainedRecords::NAMES);
    for records in RetainedRecords::NAMES {
        let rules = policy::DataRetentionRules { records: records.into(), keep_days: 731 };
        assert!(policy(1, PolicyRules::DataRetention(rules)).validate().is_empty());
    }
}

#[test]
fn inputs_of_due_entries_match_a_declared_shape() {
    let mut shapes = Vec::new();
    EntryInputs::schemas(&mut shapes);
    let shapes: Vec<Value> = shapes.into_iter().map(|(_, shape)| serde_json::to_value(shape).unwrap()).collect();
    let shapes: Vec<&Value> = shapes.iter().filter(|shape| shape["additionalProperties"] == json!(false)).collect();
    assert_eq!(shapes.len(), 16);
    let rules = policy::leave::LeaveRules { carry_over: carry(5, Some(3)), ..annual(60) };
    let joiner =
        directory::Person { hire_date: date(2024, 7, 1), termination_date: Some(date(2026, 6, 15)), ..person() };
    let mut account = policy::leave::Account::new("annual");
    take(&mut account, 1, date(2025, 2, 3), date(2025, 2, 5));
    let policies = policy_set(rules);
    crate::fixtures::post_due(&policies, &joiner, &mut account, date(2025, 12, 1));
    take(&mut account, 2, date(2024, 12, 2), date(2024, 12, 6));
    let earlier = directory::Person { termination_date: Some(date(2025, 11, 20)), ..joiner.clone() };
    let lines =
        [joiner, earlier].into_iter().flat_map(|person| due_entries(&policies, &person, &account, date(2026, 7, 1)));
    let mut rules = std::collections::BTreeSet::new();
    for line in lines {
        let names: Vec<String> = line.inputs.as_object().unwrap().keys().cloned().collect();
        let fits = |shape: &&&Value| {
            let declared = properties(shape);
            let required: Vec<String> = serde_json::from_value(shape["required"].clone()).unwrap();
            names.iter().all(|name| declared.contains(name)) && required.iter().all(|name| names.contains(name))
        };
        assert_eq!(shapes.iter().filter(fits).count(), 1, "{}: {}", line.rule, line.inputs);
        assert!(enum_values::<policy::leave::LedgerRule>().contains(&line.rule), "{}", line.rule);
        let posted = line.to_ledger_entry("annual", jiff::Timestamp::UNIX_EPOCH, kernel::Actor::Unknown);
        assert_eq!(posted.explanation(person().contract.day_minutes), Some(line.why), "{}", line.rule);
        rules.insert(line.rule);
    }
    let expected = ["accrual.monthly", "carry_over.cap", "carry_over.in", "carry_over.out", "expire.lot", "accrual"];
    assert!(expected.iter().all(|rule| rules.contains(*rule)), "{rules:?}");
}
