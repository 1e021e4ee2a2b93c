//! Calls of the compliance operations.

use access as table;
use muster::scenario::unique;
use serde_json::{Value, json};

use super::{
    super::flow_people::{FlowPeople, YARD},
    OperationCoverage,
};

/// Calendar file with one holiday.
const FILE: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//flows//EN\r\nBEGIN:VEVENT\r\nUID:1@flows\r\n\
    DTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20270507\r\nDTEND;VALUE=DATE:20270508\r\nSUMMARY:Founders' day\r\n\
    END:VEVENT\r\nEND:VCALENDAR\r\n";

pub(super) async fn call_all(calls: &mut OperationCoverage<'_>, people: &FlowPeople, leave: &Value) {
    policies(calls, people).await;
    calendars(calls, people).await;
    trainings(calls, people).await;
    let by = Some(&people.employee);
    let input = json!({"policy": "leave_request", "employee_id": people.employee.id, "leave_type": "annual",
        "start_date": "2027-06-01", "end_date": "2027-06-02"});
    let result = calls.call(&table::COMPLIANCE_VALIDATE, &[], by, Some(input)).await;
    assert_eq!((&result["valid"], &result["required"]), (&json!(true), &json!(2.0)), "{result:#}");
    violations(calls, people, leave).await;
}

async fn policies(calls: &mut OperationCoverage<'_>, people: &FlowPeople) {
    let by = Some(&people.hr);
    let course = format!("Course {}", unique());
    let body = |from: &str, due_after_days: u16| {
        json!({"name": "Every newcomer", "effective_from": from, "kind": "training", "scope": {"sites": [YARD]},
            "rules": {"course": course, "due_after_days": due_after_days, "remind_days_before": 14}})
    };
    let policy = calls.call(&table::COMPLIANCE_POLICIES_CREATE, &[], by, Some(body("2026-01-01", 30))).await;
    let id = policy["policy_id"].as_str().expect("an id");
    calls.call(&table::COMPLIANCE_POLICIES_UPDATE, &[id], by, Some(body("2027-01-01", 60))).await;
    calls.call(&table::COMPLIANCE_POLICIES_GET, &[id], Some(&people.employee), None).await;
    calls.call(&table::COMPLIANCE_POLICIES_LIST, &["?kind=training"], by, None).await;
}

async fn calendars(calls: &mut OperationCoverage<'_>, people: &FlowPeople) {
    let by = Some(&people.hr);
    let site = format!("site-{}", unique());
    let full = json!({"pattern": "full", "hours": [["09:00", "12:00"], ["13:00", "18:00"]]});
    let week = json!({"monday": full, "tuesday": full, "wednesday": full, "thursday": full, "friday": full,
        "saturday": {"pattern": "am", "hours": [["09:00", "13:00"]]}, "sunday": {"pattern": "off"}});
    let body = json!({"week": week, "holidays": [{"name": "May Day", "from": "2026-05-01", "yearly": true}]});
    calls.call(&table::COMPLIANCE_CALENDARS_UPDATE, &[&site], by, Some(body)).await;
    let imported = calls.call(&table::COMPLIANCE_CALENDARS_IMPORT, &[&site], by, Some(json!({"ics": FILE}))).await;
    assert_eq!(imported["added"], 1, "{imported:#}");
    calls.call(&table::COMPLIANCE_CALENDARS_GET, &[&site, "?year=2027"], Some(&people.employee), None).await;
    calls.call(&table::COMPLIANCE_CALENDARS_LIST, &[], Some(&people.employee), None).await;
}

async fn trainings(calls: &mut OperationCoverage<'_>, people: &FlowPeople) {
    let body = json!({"employee_id": people.employee.id, "course": "Fire safety", "due_date": "2027-06-30"});
    let assigned = calls.call(&table::COMPLIANCE_TRAINING_CREATE, &[], Some(&people.hr), Some(body)).await;
    let id = assigned["items"][0]["id"].as_str().expect("an id");
    let filter = format!("?employee_id={}&status=open", people.employee.id);
    let listed = calls.call(&table::COMPLIANCE_TRAINING_LIST, &[&filter], Some(&people.manager), None).await;
    assert_eq!(listed["items"][0]["id"], id, "{listed:#}");
    let done = json!({"certificate": "FS-2026-17"});
    calls.call(&table::COMPLIANCE_TRAINING_COMPLETE, &[id], Some(&people.employee), Some(done)).await;
}

/// Reads and acknowledges the violation of a request on short notice.
async fn violations(calls: &mut OperationCoverage<'_>, people: &FlowPeople, leave: &Value) {
    assert_eq!(leave["violations"][0]["code"], "notice_too_short", "{leave:#}");
    let filter = format!("?employee_id={}&acknowledged=false", people.employee.id);
    calls.cloud.wait_for_violation_codes(&people.manager, &people.employee).await.unwrap();
    let listed = calls.call(&table::COMPLIANCE_VIOLATIONS_LIST, &[&filter], Some(&people.manager), None).await;
    let id = [listed["items"][0]["id"].as_str().expect("an id")];
    let comment = json!({"comment": "Agreed by telephone"});
    calls.call(&table::COMPLIANCE_VIOLATIONS_ACKNOWLEDGE, &id, Some(&people.manager), Some(comment)).await;
    assert!(listed["items"][0].to_string().contains("notice_too_short"), "{listed:#}");
}
