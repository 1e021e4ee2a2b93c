//! Calls of the attendance operations.

use std::time::Duration;

use access as table;
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use lambda::{Clock, SystemClock};
use muster::scenario::{eventually, unique};
use serde_json::{Value, json};

use super::{
    super::{cloud::id_of, flow_people::FlowPeople},
    OperationCoverage,
};

/// Time limit until every function knows new policies, which functions cache for a minute.
const RULES_TIMEOUT: Duration = Duration::from_secs(90);

pub(super) async fn call_all(calls: &mut OperationCoverage<'_>, people: &FlowPeople) {
    let today = SystemClock.now().to_zoned(TimeZone::get("Europe/Berlin").expect("a zone")).date();
    sites(calls, people).await;
    rosters(calls, people, today).await;
    punches(calls, people).await;
    credits(calls, people, today).await;
    submitted_times(calls, people, today).await;
    corrections(calls, people, today).await;
    runs(calls, people, today).await;
    views(calls, people, today).await;
}

fn days_ago(today: Date, days: i64) -> Date {
    today.saturating_sub(days.days())
}

/// The last two weekdays at least five days ago, the later one first.
fn working_days(today: Date) -> [Date; 2] {
    let weekend = |day: &Date| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    let mut days = (5..20).map(|days| days_ago(today, days)).filter(|day| !weekend(day));
    [0; 2].map(|_| days.next().expect("a working day in a fortnight"))
}

async fn sites(calls: &mut OperationCoverage<'_>, people: &FlowPeople) {
    let (by, site) = (Some(&people.hr), format!("site-{}", unique()));
    let fences = json!([{"name": "Gate", "latitude": 52.5, "longitude": 13.4, "radius_m": 150}]);
    let body = json!({"name": "Tour", "fencing": "flag", "fences": fences});
    calls.call(&table::SITES_UPDATE, &[&site], by, Some(body)).await;
    let read = calls.call(&table::SITES_GET, &[&site], Some(&people.employee), None).await;
    assert_eq!(read["fences"][0]["name"], "Gate", "{read:#}");
    calls.call(&table::SITES_LIST, &[], Some(&people.employee), None).await;
    calls.call(&table::SITES_DELETE, &[&site], by, None).await;
    // A deleted site keeps its payroll periods.
    let close = [&*site, "2024-05", "?dry_run=true"];
    let checked = calls.call(&table::PAYROLL_PERIODS_CLOSE, &close, by, None).await;
    assert_eq!(checked["open"]["incomplete_days"], json!([]), "{checked:#}");
    let periods = calls.call(&table::PAYROLL_PERIODS_GET, &[&site], by, None).await;
    assert_eq!(periods["closed_through"], json!(null), "{periods:#}");
    calls.call(&table::PAYROLL_PERIODS_DIFFERENCES_LIST, &[&site, "2024-05"], by, None).await;
    calls.call(&table::PAYROLL_PERIODS_DIFFERENCES_EXPORT, &[&site, "2024-05"], by, None).await;
}

async fn rosters(calls: &mut OperationCoverage<'_>, people: &FlowPeople, today: Date) {
    let (by, name) = (Some(&people.hr), format!("Tour {}", unique()));
    let body = json!({"name": name, "starts_on": "2026-01-05", "cycle": [["day"], ["night"], []]});
    let known = async || {
        let answer = calls.cloud.post(table::ROSTERS_CREATE.path, body.clone()).by(&people.hr).send().await.unwrap();
        Ok((answer.status != 422).then_some(()))
    };
    eventually("the shifts of the site", RULES_TIMEOUT, known).await.unwrap();
    let roster = calls.call(&table::ROSTERS_CREATE, &[], by, Some(body.clone())).await;
    let spare = calls.call(&table::ROSTERS_CREATE, &[], by, Some(body)).await;
    calls.call(&table::ROSTERS_GET, &[id_of(&roster)], Some(&people.employee), None).await;
    calls.call(&table::ROSTERS_UPDATE, &[id_of(&spare)], by, Some(json!({"name": format!("{name}, spare")}))).await;
    calls.call(&table::ROSTERS_LIST, &[], Some(&people.employee), None).await;
    calls.call(&table::ROSTERS_DELETE, &[id_of(&spare)], by, None).await;

    let by = Some(&people.manager);
    let (from, to) = (days_ago(today, -30), days_ago(today, -60));
    let body = json!({"employee_id": people.employee.id, "roster_id": roster["id"], "from": from, "to": to});
    let assigned = calls.call(&table::SHIFT_ASSIGNMENTS_CREATE, &[], by, Some(body)).await;
    let id = [id_of(&assigned)];
    calls.call(&table::SHIFT_ASSIGNMENTS_GET, &id, Some(&people.employee), None).await;
    let longer = json!({"to": days_ago(today, -70)});
    calls.call(&table::SHIFT_ASSIGNMENTS_UPDATE, &id, by, Some(longer)).await;
    let filter = format!("?employee_id={}", people.employee.id);
    let listed = calls.call(&table::SHIFT_ASSIGNMENTS_LIST, &[&filter], by, None).await;
    assert_eq!(listed["items"][0]["id"], assigned["id"], "{listed:#}");
    let filter = format!("?roster_id={}", id_of(&roster));
    calls.call(&table::SHIFT_ASSIGNMENTS_LIST, &[&filter], Some(&people.hr), None).await;
    calls.call(&table::SHIFT_ASSIGNMENTS_DELETE, &id, by, None).await;
}

async fn punches(calls: &mut OperationCoverage<'_>, people: &FlowPeople) {
    let by = Some(&people.employee);
    let place = json!({"location": "Office", "device": "Mobile"});
    let check_in = calls.call(&table::ATTENDANCE_CHECK_IN, &[], by, Some(place.clone())).await;
    assert_eq!((&check_in["status"], &check_in["state"]), (&json!("success"), &json!("in")), "{check_in:#}");
    calls.call(&table::ATTENDANCE_BREAK_START, &[], by, Some(place.clone())).await;
    calls.call(&table::ATTENDANCE_BREAK_END, &[], by, Some(place.clone())).await;
    calls.call(&table::ATTENDANCE_CHECK_OUT, &[], by, Some(place)).await;
}

/// Punches of an offline device and of a file, and a manual entry of the manager.
async fn submitted_times(calls: &mut OperationCoverage<'_>, people: &FlowPeople, today: Date) {
    let captured = |kind: &str, at: &str| json!({"kind": kind, "captured_at": at, "device": "Gate"});
    let now = SystemClock.now();
    let (check_in, check_out) = ((now - 30.hours()).to_string(), (now - 29.hours()).to_string());
    let batch = json!({"punches": [captured("check_in", &check_in), captured("check_out", &check_out)]});
    let result = calls.call(&table::ATTENDANCE_PUNCHES_CREATE, &[], Some(&people.employee), Some(batch)).await;
    assert_eq!(result["accepted"], 2, "{result:#}");

    let code = &people.employee.code;
    let [day, before] = working_days(today);
    let csv = format!(
        "employee_code,kind,time,device\n{code},in,{day} 09:40:12,Gate\n{code},out,{day} 18:10:40,Gate\nunknown,in,{day} 09:00:00,Gate\n"
    );
    let result = calls.call(&table::ATTENDANCE_IMPORT, &[], Some(&people.hr), Some(json!({"csv": csv}))).await;
    assert_eq!((&result["accepted"], &result["refused"]), (&json!(2), &json!(1)), "{result:#}");

    let entry = json!({"employee_id": people.employee.id, "date": before, "reason": "The terminal was broken",
        "check_in_time": format!("{before}T08:00:00Z"), "check_out_time": format!("{before}T15:30:00Z")});
    calls.call(&table::ATTENDANCE_MANUAL_ENTRY, &[], Some(&people.manager), Some(entry)).await;
}

/// Work on two rest days, whose compensatory leave the policy proposes.
async fn credits(calls: &mut OperationCoverage<'_>, people: &FlowPeople, today: Date) {
    let (manager, hr) = (Some(&people.manager), Some(&people.hr));
    let is_saturday = |day: &Date| day.weekday() == Weekday::Saturday;
    let saturdays = (5..20).map(|days| days_ago(today, days)).filter(is_saturday);
    let days: Vec<Date> = saturdays.take(2).collect();
    let mut ids = Vec::new();
    for day in &days {
        let entry = json!({"employee_id": people.employee.id, "date": day, "reason": "The stocktaking",
            "check_in_time": format!("{day}T08:00:00Z"), "check_out_time": format!("{day}T10:00:00Z")});
        calls.call(&table::ATTENDANCE_MANUAL_ENTRY, &[], manager, Some(entry)).await;
        let query = format!("?from={day}&to={day}&employee_id={}", people.employee.id);
        let run = calls.call(&table::ATTENDANCE_PROCESS, &[&query], hr, None).await;
        calls.cloud.wait_for_closed_run(&people.hr, id_of(&run)).await.unwrap();
        let list = format!("{}?employee_id={}&status=pending", table::LEAVE_CREDITS_LIST.path, people.employee.id);
        let proposed = async || {
            let credits = calls.cloud.get(list.clone()).by(&people.manager).send().await?.body;
            let found = credits["items"].as_array().and_then(|all| all.iter().find(|one| one["date"] == json!(day)));
            Ok(found.map(|credit| id_of(credit).to_owned()))
        };
        ids.push(eventually("the proposed credit", RULES_TIMEOUT, proposed).await.unwrap());
    }
    calls.call(&table::LEAVE_CREDITS_APPROVE, &[&ids[0]], manager, Some(json!({"comments": "Thank you"}))).await;
    let reason = json!({"reason": "It was paid"});
    calls.call(&table::LEAVE_CREDITS_REJECT, &[&ids[1]], manager, Some(reason)).await;
}

async fn corrections(calls: &mut OperationCoverage<'_>, people: &FlowPeople, today: Date) {
    let (employee, manager) = (Some(&people.employee), Some(&people.manager));
    let mut corrections = Vec::new();
    for day in working_days(today) {
        let body = json!({"date": day, "reason": "A walk in the park", "add": [
            {"kind": "break_start", "at": format!("{day}T10:00:00Z")}, {"kind": "break_end", "at": format!("{day}T10:20:00Z")},
        ]});
        corrections.push(calls.call(&table::ATTENDANCE_CORRECTIONS_CREATE, &[], employee, Some(body)).await);
    }
    let [first, second] = [id_of(&corrections[0]), id_of(&corrections[1])];
    calls.call(&table::ATTENDANCE_CORRECTIONS_GET, &[first], manager, None).await;
    calls.call(&table::ATTENDANCE_CORRECTIONS_LIST, &["?status=pending"], manager, None).await;
    let filter = format!("?employee_id={}", people.employee.id);
    let listed = calls.call(&table::ATTENDANCE_CORRECTIONS_LIST, &[&filter], manager, None).await;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(2), "{listed:#}");
    calls.call(&table::ATTENDANCE_CORRECTIONS_APPROVE, &[first], manager, Some(json!({"comments": "So it was"}))).await;
    let reason = json!({"reason": "We had a meeting"});
    calls.call(&table::ATTENDANCE_CORRECTIONS_REJECT, &[second], manager, Some(reason)).await;
}

/// Starts a replay of both days and reads the closed run.
async fn runs(calls: &mut OperationCoverage<'_>, people: &FlowPeople, today: Date) {
    let by = Some(&people.hr);
    let [to, from] = working_days(today);
    let query = format!("?from={from}&to={to}&employee_id={}", people.employee.id);
    let run = calls.call(&table::ATTENDANCE_PROCESS, &[&query], by, None).await;
    calls.cloud.wait_for_closed_run(&people.hr, id_of(&run)).await.unwrap();
    let run = calls.call(&table::ATTENDANCE_RUNS_GET, &[id_of(&run)], by, None).await;
    assert!(run["differences"]["items"].as_array().is_some_and(|all| all.len() >= 2), "{run:#}");
    calls.call(&table::ATTENDANCE_RUNS_LIST, &[], by, None).await;
}

async fn views(calls: &mut OperationCoverage<'_>, people: &FlowPeople, today: Date) {
    let (manager, hr) = (Some(&people.manager), Some(&people.hr));
    let (id, department) = (people.employee.id.to_string(), people.employee.department);
    let [day, before] = working_days(today);
    let month = format!("{:04}-{:02}", day.year(), day.month());
    let listed = calls.call(&table::ATTENDANCE_LIST, &[], manager, None).await;
    assert!(listed.to_string().contains(&id), "{listed:#}");
    let filter = format!("?date={day}&department={department}");
    calls.call(&table::ATTENDANCE_LIST, &[&filter], hr, None).await;
    calls.call(&table::ATTENDANCE_GET, &[&id], manager, None).await;
    let one = calls.call(&table::ATTENDANCE_DAYS_GET, &[&id, &day.to_string()], manager, None).await;
    assert_eq!(one["status"], "present", "{one:#}");
    calls.call(&table::ATTENDANCE_MONTHLY, &[&id, &format!("?month={month}")], manager, None).await;
    let range = format!("?from={}&to={today}", days_ago(today, 20));
    let late = calls.call(&table::ATTENDANCE_LATE_ARRIVALS, &[&id, &range], manager, None).await;
    assert!(late.to_string().contains(&day.to_string()), "{late:#}");
    calls.call(&table::ATTENDANCE_OVERTIME, &[&id, &range], manager, None).await;
    let filter = format!("?month={month}&department={department}");
    calls.call(&table::ATTENDANCE_ABSENTEEISM, &[&filter], hr, None).await;
    calls.call(&table::ATTENDANCE_EXPORT, &[&filter], hr, None).await;
    let rules: Value = json!({
        "shifts": [{"code": "day", "from": "08:00", "to": "16:30", "break_minutes": 30}, {"code": "night", "from": "22:00", "to": "06:00", "break_minutes": 30}],
        "default_shift": "day", "window_before_minutes": 60, "window_after_minutes": 120, "grace_in_minutes": 5, "grace_out_minutes": 5,
        "breaks": [], "rounding": "none", "rounding_step_minutes": 1,
    });
    let draft = json!({"from": before, "to": day, "employee_ids": [id], "rules": rules});
    calls.call(&table::ATTENDANCE_SIMULATE, &[], hr, Some(draft)).await;
}
