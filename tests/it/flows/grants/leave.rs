//! The operations of leave.

use access as table;
use serde_json::{Value, json};

use super::{
    super::{
        people::id_of,
        yard::{Crew, YARD, leave},
    },
    Tour,
};

/// Answers a request that was recorded with a violation.
pub(super) async fn tour(tour: &mut Tour<'_>, crew: &Crew) -> Value {
    let cancelled = requests(tour, crew).await;
    balances(tour, crew).await;
    let by = Some(&crew.hr);
    let recount = json!({"site": YARD, "from": "2027-01-01", "apply": true});
    tour.ask(&table::LEAVES_RECOUNT, &[], by, Some(recount)).await;
    types(tour, crew).await;
    delegations(tour, crew).await;
    feeds(tour, crew).await;
    cancelled
}

async fn requests(tour: &mut Tour<'_>, crew: &Crew) -> Value {
    let (employee, manager) = (Some(&crew.employee), Some(&crew.manager));
    // By itself first: functions remember for a minute what rules there are.
    tour.cloud.ask_leave(&crew.employee, "annual", "2027-07-01", "2027-07-01").await;
    let first = leave("Annual", "2027-06-07", "2027-06-09");
    let preview = tour.ask(&table::LEAVES_PREVIEW, &[], employee, Some(first.clone())).await;
    assert_eq!(preview["duration_days"], 3.0, "{preview:#}");
    let approved = tour.ask(&table::LEAVES_CREATE, &[], employee, Some(first)).await;
    let id = [id_of(&approved)];
    tour.ask(&table::LEAVES_GET, &id, manager, None).await;
    tour.ask(&table::LEAVES_GET, &[&crew.employee.id.to_string()], manager, None).await;
    tour.ask(&table::LEAVES_BALANCE, &id, employee, None).await;
    tour.ask(&table::LEAVES_APPROVE, &id, manager, Some(json!({"comments": "Approved"}))).await;
    let rejected = tour.cloud.ask_leave(&crew.employee, "annual", "2027-06-14", "2027-06-15").await;
    let reason = json!({"reason": "Everybody is away"});
    tour.ask(&table::LEAVES_REJECT, &[id_of(&rejected)], manager, Some(reason)).await;
    let casual = tour.cloud.ask_leave(&crew.employee, "casual", "2027-06-21", "2027-06-21").await;
    tour.ask(&table::LEAVES_CANCEL, &[id_of(&casual)], employee, Some(json!({"reason": "No need"}))).await;
    let filter = format!("?employee_id={}&from=2027-06-01&to=2027-06-30", crew.employee.id);
    let listed = tour.ask(&table::LEAVES_LIST, &[&filter], manager, None).await;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(3), "{listed:#}");
    for filter in ["?date=2027-06-08", "?status=pending"] {
        tour.ask(&table::LEAVES_LIST, &[filter], Some(&crew.hr), None).await;
    }
    tour.ask(&table::LEAVES_LIST, &["?waiting_for=me"], manager, None).await;
    let filter = format!("?department={}", crew.employee.department);
    tour.ask(&table::LEAVES_LIST, &[&filter], Some(&crew.hr), None).await;
    tour.ask(&table::LEAVES_CALENDAR, &["?from=2027-06-01&to=2027-06-30"], employee, None).await;
    casual
}

async fn balances(tour: &mut Tour<'_>, crew: &Crew) {
    let (by, employee) = (Some(&crew.hr), crew.employee.id.to_string());
    let change = |amount: Value| {
        let mut body = json!({"employee_id": employee, "leave_type": "annual", "reason": "A tour"});
        body.as_object_mut().unwrap().extend(amount.as_object().unwrap().clone());
        Some(body)
    };
    tour.ask(&table::LEAVES_ADJUSTMENTS_CREATE, &[], by, change(json!({"days": -0.5}))).await;
    tour.ask(&table::LEAVES_ENCASHMENTS_CREATE, &[], by, change(json!({"days": 1}))).await;
    let credit = change(json!({"days": 1, "worked_on": "2026-10-03", "expires_on": "2027-12-31"}));
    tour.ask(&table::LEAVES_CREDITS_CREATE, &[], Some(&crew.manager), credit).await;
    let query = "?as_of=2027-06-30";
    tour.ask(&table::LEAVE_BALANCES_GET, &[&employee, query], Some(&crew.employee), None).await;
    let query = "?leave_type=annual&as_of=2027-06-30";
    tour.ask(&table::LEAVE_BALANCES_EXPLAIN, &[&employee, query], Some(&crew.employee), None).await;
    let draft = json!({
        "name": "What if",
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
    tour.ask(&table::LEAVES_SIMULATE, &[], by, Some(what_if)).await;
}

async fn types(tour: &mut Tour<'_>, crew: &Crew) {
    let by = Some(&crew.hr);
    let code = format!("tour-{}", tour.cloud.unique());
    let body = json!({"code": code, "name": format!("Tour {code}"), "paid": false, "color": "#2e7d32"});
    tour.ask(&table::LEAVE_TYPES_CREATE, &[], by, Some(body)).await;
    tour.ask(&table::LEAVE_TYPES_GET, &[&code], Some(&crew.employee), None).await;
    tour.ask(&table::LEAVE_TYPES_UPDATE, &[&code], by, Some(json!({"paid": true}))).await;
    tour.ask(&table::LEAVE_TYPES_LIST, &[], Some(&crew.employee), None).await;
    tour.ask(&table::LEAVE_TYPES_DELETE, &[&code], by, None).await;
}

async fn delegations(tour: &mut Tour<'_>, crew: &Crew) {
    let by = Some(&crew.manager);
    let body = json!({"delegate_id": crew.chief.id, "from": "2027-01-04", "to": "2027-01-15", "reason": "Away"});
    let delegation = tour.ask(&table::LEAVE_DELEGATIONS_CREATE, &[], by, Some(body)).await;
    let id = [id_of(&delegation)];
    tour.ask(&table::LEAVE_DELEGATIONS_GET, &id, Some(&crew.chief), None).await;
    tour.ask(&table::LEAVE_DELEGATIONS_UPDATE, &id, by, Some(json!({"to": "2027-01-22"}))).await;
    tour.ask(&table::LEAVE_DELEGATIONS_LIST, &[], by, None).await;
    tour.ask(&table::LEAVE_DELEGATIONS_DELETE, &id, by, None).await;
}

async fn feeds(tour: &mut Tour<'_>, crew: &Crew) {
    let by = Some(&crew.employee);
    let feed = tour.ask(&table::LEAVE_FEEDS_CREATE, &[], by, Some(json!({"scope": "own"}))).await;
    tour.ask(&table::LEAVE_FEEDS_LIST, &[], by, None).await;
    let url = feed["url"].as_str().expect("a link");
    let token = url.split('/').rev().nth(1).expect("a token in the link");
    tour.ask(&table::LEAVE_FEEDS_CALENDAR, &[token], None, None).await;
    tour.ask(&table::LEAVE_FEEDS_DELETE, &[id_of(&feed)], by, None).await;
}
