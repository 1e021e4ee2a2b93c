//! Calls of the leave operations.

use access as table;
use muster::scenario::unique;
use serde_json::{Value, json};

use super::{
    super::{
        cloud::id_of,
        flow_people::{FlowPeople, YARD, leave},
    },
    OperationCoverage,
};

/// Calls all operations and returns a request with a recorded violation.
pub(super) async fn call_all(calls: &mut OperationCoverage<'_>, people: &FlowPeople) -> Value {
    let cancelled = requests(calls, people).await;
    balances(calls, people).await;
    let by = Some(&people.hr);
    let recount = json!({"site": YARD, "from": "2027-01-01"});
    calls.call(&table::LEAVES_RECOUNTS_PREVIEW, &[], by, Some(recount.clone())).await;
    let recount = calls.call(&table::LEAVES_RECOUNTS_CREATE, &[], by, Some(recount)).await;
    calls.call(&table::LEAVES_RECOUNTS_GET, &[id_of(&recount)], by, None).await;
    types(calls, people).await;
    delegations(calls, people).await;
    feeds(calls, people).await;
    cancelled
}

async fn requests(calls: &mut OperationCoverage<'_>, people: &FlowPeople) -> Value {
    let (employee, manager) = (Some(&people.employee), Some(&people.manager));
    // Waits until the functions know the rules, which they cache for a minute.
    calls.cloud.request_leave(&people.employee, "annual", "2027-07-01", "2027-07-01").await.unwrap();
    let first = leave("Annual", "2027-06-07", "2027-06-09");
    let preview = calls.call(&table::LEAVES_PREVIEW, &[], employee, Some(first.clone())).await;
    assert_eq!(preview["duration_days"], 3.0, "{preview:#}");
    let approved = calls.call(&table::LEAVES_CREATE, &[], employee, Some(first)).await;
    let id = [id_of(&approved)];
    calls.call(&table::LEAVES_GET, &id, manager, None).await;
    calls.call(&table::LEAVES_GET, &[&people.employee.id.to_string()], manager, None).await;
    calls.call(&table::LEAVES_BALANCE, &id, employee, None).await;
    calls.call(&table::LEAVES_APPROVE, &id, manager, Some(json!({"comments": "Approved"}))).await;
    let dates = json!({"from": "2027-06-08", "to": "2027-06-10", "reason": "The project was moved"});
    calls.call(&table::LEAVES_MOVE, &id, Some(&people.hr), Some(dates)).await;
    let rejected = calls.cloud.request_leave(&people.employee, "annual", "2027-06-14", "2027-06-15").await.unwrap();
    let reason = json!({"reason": "Everybody is away"});
    calls.call(&table::LEAVES_REJECT, &[id_of(&rejected)], manager, Some(reason)).await;
    let casual = calls.cloud.request_leave(&people.employee, "casual", "2027-06-21", "2027-06-21").await.unwrap();
    calls.call(&table::LEAVES_CANCEL, &[id_of(&casual)], employee, Some(json!({"reason": "No need"}))).await;
    let filter = format!("?employee_id={}&from=2027-06-01&to=2027-06-30", people.employee.id);
    let listed = calls.call(&table::LEAVES_LIST, &[&filter], manager, None).await;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(3), "{listed:#}");
    for filter in ["?date=2027-06-08", "?status=pending"] {
        calls.call(&table::LEAVES_LIST, &[filter], Some(&people.hr), None).await;
    }
    calls.call(&table::LEAVES_LIST, &["?waiting_for=me"], manager, None).await;
    let filter = format!("?department={}", people.employee.department);
    calls.call(&table::LEAVES_LIST, &[&filter], Some(&people.hr), None).await;
    calls.call(&table::LEAVES_CALENDAR, &["?from=2027-06-01&to=2027-06-30"], employee, None).await;
    casual
}

async fn balances(calls: &mut OperationCoverage<'_>, people: &FlowPeople) {
    let (by, employee) = (Some(&people.hr), people.employee.id.to_string());
    let change = |amount: Value| {
        let mut body = json!({"employee_id": employee, "leave_type": "annual", "reason": "A tour"});
        body.as_object_mut().unwrap().extend(amount.as_object().unwrap().clone());
        Some(body)
    };
    calls.call(&table::LEAVES_ADJUSTMENTS_CREATE, &[], by, change(json!({"days": -0.5}))).await;
    calls.call(&table::LEAVES_ENCASHMENTS_CREATE, &[], by, change(json!({"days": 1}))).await;
    let credit = change(json!({"days": 1, "worked_on": "2026-10-03", "expires_on": "2027-12-31"}));
    calls.call(&table::LEAVES_CREDITS_CREATE, &[], Some(&people.manager), credit).await;
    let query = "?as_of=2027-06-30";
    calls.call(&table::LEAVE_BALANCES_GET, &[&employee, query], Some(&people.employee), None).await;
    let query = "?leave_type=annual&as_of=2027-06-30";
    calls.call(&table::LEAVE_BALANCES_EXPLAIN, &[&employee, query], Some(&people.employee), None).await;
    let change = json!({"effective_from": "2027-01-01", "fte_bp": 7500});
    calls.call(&table::LEAVE_BALANCES_PREVIEW_TERMS, &[&employee], by, Some(change)).await;
    let draft = json!({
        "name": "Draft policy",
        "effective_from": "2026-01-01",
        "scope": {"sites": [YARD]},
        "rules": {
            "leave_type": "annual",
            "entitlement_days": 20,
            "accrual": {"schedule": "monthly", "posted_at": "start", "round_to": "minute"},
            "approval": [{"by": "manager"}],
        },
    });
    let what_if = json!({"draft": draft, "months": 3, "employee_ids": [employee]});
    calls.call(&table::LEAVES_SIMULATE, &[], by, Some(what_if)).await;
}

async fn types(calls: &mut OperationCoverage<'_>, people: &FlowPeople) {
    let by = Some(&people.hr);
    let code = format!("tour-{}", unique());
    let body = json!({"code": code, "name": format!("Tour {code}"), "paid": false, "color": "#2e7d32"});
    calls.call(&table::LEAVE_TYPES_CREATE, &[], by, Some(body)).await;
    calls.call(&table::LEAVE_TYPES_GET, &[&code], Some(&people.employee), None).await;
    calls.call(&table::LEAVE_TYPES_UPDATE, &[&code], by, Some(json!({"paid": true}))).await;
    calls.call(&table::LEAVE_TYPES_LIST, &[], Some(&people.employee), None).await;
    calls.call(&table::LEAVE_TYPES_DELETE, &[&code], by, None).await;
}

async fn delegations(calls: &mut OperationCoverage<'_>, people: &FlowPeople) {
    let by = Some(&people.manager);
    let body = json!({"delegate_id": people.chief.id, "from": "2027-01-04", "to": "2027-01-15", "reason": "Away"});
    let delegation = calls.call(&table::LEAVE_DELEGATIONS_CREATE, &[], by, Some(body)).await;
    let id = [id_of(&delegation)];
    calls.call(&table::LEAVE_DELEGATIONS_GET, &id, Some(&people.chief), None).await;
    calls.call(&table::LEAVE_DELEGATIONS_UPDATE, &id, by, Some(json!({"to": "2027-01-22"}))).await;
    calls.call(&table::LEAVE_DELEGATIONS_LIST, &[], by, None).await;
    calls.call(&table::LEAVE_DELEGATIONS_DELETE, &id, by, None).await;
}

async fn feeds(calls: &mut OperationCoverage<'_>, people: &FlowPeople) {
    let by = Some(&people.employee);
    let feed = calls.call(&table::LEAVE_FEEDS_CREATE, &[], by, Some(json!({"scope": "own"}))).await;
    calls.call(&table::LEAVE_FEEDS_LIST, &[], by, None).await;
    let url = feed["url"].as_str().expect("a link");
    let token = url.split('/').rev().nth(1).expect("a token in the link");
    calls.call(&table::LEAVE_FEEDS_CALENDAR, &[token], None, None).await;
    calls.call(&table::LEAVE_FEEDS_DELETE, &[id_of(&feed)], by, None).await;
}
