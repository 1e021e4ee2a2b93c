//! The operations of attendance.

use std::time::Duration;

use access as table;
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use kernel::EmployeeId;
use lambda::{Clock, SystemClock};
use serde_json::{Value, json};

use super::{
    super::{cloud::eventually, people::id_of, yard::Crew},
    Tour,
};

/// Functions remember policies for a minute.
const RULES_KNOWN_WITHIN: Duration = Duration::from_secs(90);
/// What an event takes on its way, and some more.
const CARRIED_WITHIN: Duration = Duration::from_secs(60);

pub(super) async fn tour(tour: &mut Tour<'_>, crew: &Crew) {
    let today = SystemClock.now().to_zoned(TimeZone::get("Europe/Berlin").expect("a zone")).date();
    sites(tour, crew).await;
    rosters(tour, crew, today).await;
    clocking(tour, crew).await;
    others_hands(tour, crew, today).await;
    corrections(tour, crew, today).await;
    runs(tour, crew, today).await;
    views(tour, crew, today).await;
}

fn days_ago(today: Date, days: i64) -> Date {
    today.saturating_sub(days.days())
}

/// The last two days that are worked and at least five days ago, the later one first.
fn worked(today: Date) -> [Date; 2] {
    let free = |day: &Date| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    let mut days = (5..20).map(|days| days_ago(today, days)).filter(|day| !free(day));
    [0; 2].map(|_| days.next().expect("a working day in a fortnight"))
}

async fn sites(tour: &mut Tour<'_>, crew: &Crew) {
    let (by, site) = (Some(&crew.hr), format!("site-{}", tour.cloud.unique()));
    let fences = json!([{"name": "Gate", "latitude": 52.5, "longitude": 13.4, "radius_m": 150}]);
    let body = json!({"name": "Tour", "fencing": "flag", "fences": fences});
    tour.ask(&table::SITES_UPDATE, &[&site], by, Some(body)).await;
    let read = tour.ask(&table::SITES_GET, &[&site], Some(&crew.employee), None).await;
    assert_eq!(read["fences"][0]["name"], "Gate", "{read:#}");
    tour.ask(&table::SITES_LIST, &[], Some(&crew.employee), None).await;
    tour.ask(&table::SITES_DELETE, &[&site], by, None).await;
}

async fn rosters(tour: &mut Tour<'_>, crew: &Crew, today: Date) {
    let (by, name) = (Some(&crew.hr), format!("Tour {}", tour.cloud.unique()));
    let body = json!({"name": name, "starts_on": "2026-01-05", "cycle": [["day"], ["night"], []]});
    let known = async || {
        let answer = tour.cloud.post(table::ROSTERS_CREATE.path, body.clone()).by(&crew.hr).await;
        (answer.status != 422).then_some(())
    };
    eventually("the shifts of the yard", RULES_KNOWN_WITHIN, known).await;
    let roster = tour.ask(&table::ROSTERS_CREATE, &[], by, Some(body.clone())).await;
    let spare = tour.ask(&table::ROSTERS_CREATE, &[], by, Some(body)).await;
    tour.ask(&table::ROSTERS_GET, &[id_of(&roster)], Some(&crew.employee), None).await;
    tour.ask(&table::ROSTERS_UPDATE, &[id_of(&spare)], by, Some(json!({"name": format!("{name}, spare")}))).await;
    tour.ask(&table::ROSTERS_LIST, &[], Some(&crew.employee), None).await;
    tour.ask(&table::ROSTERS_DELETE, &[id_of(&spare)], by, None).await;

    let by = Some(&crew.manager);
    let (from, to) = (days_ago(today, -30), days_ago(today, -60));
    let body = json!({"employee_id": crew.employee.id, "roster_id": roster["id"], "from": from, "to": to});
    let assigned = tour.ask(&table::SHIFT_ASSIGNMENTS_CREATE, &[], by, Some(body)).await;
    let id = [id_of(&assigned)];
    tour.ask(&table::SHIFT_ASSIGNMENTS_GET, &id, Some(&crew.employee), None).await;
    let longer = json!({"to": days_ago(today, -70)});
    tour.ask(&table::SHIFT_ASSIGNMENTS_UPDATE, &id, by, Some(longer)).await;
    let filter = format!("?employee_id={}", crew.employee.id);
    let listed = tour.ask(&table::SHIFT_ASSIGNMENTS_LIST, &[&filter], by, None).await;
    assert_eq!(listed["items"][0]["id"], assigned["id"], "{listed:#}");
    let filter = format!("?roster_id={}", id_of(&roster));
    tour.ask(&table::SHIFT_ASSIGNMENTS_LIST, &[&filter], Some(&crew.hr), None).await;
    tour.ask(&table::SHIFT_ASSIGNMENTS_DELETE, &id, by, None).await;
}

async fn clocking(tour: &mut Tour<'_>, crew: &Crew) {
    let by = Some(&crew.employee);
    let place = json!({"location": "Office", "device": "Mobile"});
    let came = tour.ask(&table::ATTENDANCE_CHECK_IN, &[], by, Some(place.clone())).await;
    assert_eq!((&came["status"], &came["state"]), (&json!("success"), &json!("in")), "{came:#}");
    tour.ask(&table::ATTENDANCE_BREAK_START, &[], by, Some(place.clone())).await;
    tour.ask(&table::ATTENDANCE_BREAK_END, &[], by, Some(place.clone())).await;
    tour.ask(&table::ATTENDANCE_CHECK_OUT, &[], by, Some(place)).await;
}

/// What others hand in: a device that was offline, a file, the manager.
async fn others_hands(tour: &mut Tour<'_>, crew: &Crew, today: Date) {
    let captured = |kind: &str, at: &str| json!({"kind": kind, "captured_at": at, "device": "Gate"});
    let now = SystemClock.now();
    let (came, left) = ((now - 30.hours()).to_string(), (now - 29.hours()).to_string());
    let batch = json!({"punches": [captured("check_in", &came), captured("check_out", &left)]});
    let taken = tour.ask(&table::ATTENDANCE_PUNCHES_CREATE, &[], Some(&crew.employee), Some(batch)).await;
    assert_eq!(taken["accepted"], 2, "{taken:#}");

    let code = code_of(tour, crew, crew.employee.id).await;
    let [day, before] = worked(today);
    let csv = format!(
        "employee_code,kind,time,device\n{code},in,{day} 09:40:12,Gate\n{code},out,{day} 18:10:40,Gate\nnobody,in,{day} 09:00:00,Gate\n"
    );
    let taken = tour.ask(&table::ATTENDANCE_IMPORT, &[], Some(&crew.hr), Some(json!({"csv": csv}))).await;
    assert_eq!((&taken["accepted"], &taken["refused"]), (&json!(2), &json!(1)), "{taken:#}");

    let entry = json!({"employee_id": crew.employee.id, "date": before, "reason": "The terminal was broken",
        "check_in_time": format!("{before}T08:00:00Z"), "check_out_time": format!("{before}T15:30:00Z")});
    tour.ask(&table::ATTENDANCE_MANUAL_ENTRY, &[], Some(&crew.manager), Some(entry)).await;
}

async fn code_of(tour: &Tour<'_>, crew: &Crew, id: EmployeeId) -> String {
    let person = tour.cloud.get(format!("/api/v1/employees/{id}")).by(&crew.hr).await.expect(200);
    person["employee_code"].as_str().expect("a code").to_owned()
}

async fn corrections(tour: &mut Tour<'_>, crew: &Crew, today: Date) {
    let (employee, manager) = (Some(&crew.employee), Some(&crew.manager));
    let mut asked = Vec::new();
    for day in worked(today) {
        let body = json!({"date": day, "reason": "A walk in the park", "add": [
            {"kind": "break_start", "at": format!("{day}T10:00:00Z")}, {"kind": "break_end", "at": format!("{day}T10:20:00Z")},
        ]});
        asked.push(tour.ask(&table::ATTENDANCE_CORRECTIONS_CREATE, &[], employee, Some(body)).await);
    }
    let [first, second] = [id_of(&asked[0]), id_of(&asked[1])];
    tour.ask(&table::ATTENDANCE_CORRECTIONS_GET, &[first], manager, None).await;
    tour.ask(&table::ATTENDANCE_CORRECTIONS_LIST, &["?status=pending"], manager, None).await;
    let filter = format!("?employee_id={}", crew.employee.id);
    let listed = tour.ask(&table::ATTENDANCE_CORRECTIONS_LIST, &[&filter], manager, None).await;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(2), "{listed:#}");
    tour.ask(&table::ATTENDANCE_CORRECTIONS_APPROVE, &[first], manager, Some(json!({"comments": "So it was"}))).await;
    let no = json!({"reason": "We had a meeting"});
    tour.ask(&table::ATTENDANCE_CORRECTIONS_REJECT, &[second], manager, Some(no)).await;
}

/// Both days are processed; the run ends.
async fn runs(tour: &mut Tour<'_>, crew: &Crew, today: Date) {
    let by = Some(&crew.hr);
    let [to, from] = worked(today);
    let query = format!("?from={from}&to={to}&employee_id={}", crew.employee.id);
    let run = tour.ask(&table::ATTENDANCE_PROCESS, &[&query], by, None).await;
    let path = format!("/api/v1/attendance/runs/{}", id_of(&run));
    let closed = async || {
        let run = tour.cloud.get(&path).by(&crew.hr).await.expect(200);
        (run["state"] == "closed").then_some(())
    };
    eventually("the run closes", CARRIED_WITHIN, closed).await;
    let run = tour.ask(&table::ATTENDANCE_RUNS_GET, &[id_of(&run)], by, None).await;
    assert!(run["differences"]["items"].as_array().is_some_and(|all| all.len() >= 2), "{run:#}");
    tour.ask(&table::ATTENDANCE_RUNS_LIST, &[], by, None).await;
}

async fn views(tour: &mut Tour<'_>, crew: &Crew, today: Date) {
    let (manager, hr) = (Some(&crew.manager), Some(&crew.hr));
    let (id, department) = (crew.employee.id.to_string(), crew.employee.department);
    let [day, before] = worked(today);
    let month = format!("{:04}-{:02}", day.year(), day.month());
    let listed = tour.ask(&table::ATTENDANCE_LIST, &[], manager, None).await;
    assert!(listed.to_string().contains(&id), "{listed:#}");
    let filter = format!("?date={day}&department={department}");
    tour.ask(&table::ATTENDANCE_LIST, &[&filter], hr, None).await;
    tour.ask(&table::ATTENDANCE_GET, &[&id], manager, None).await;
    let one = tour.ask(&table::ATTENDANCE_DAYS_GET, &[&id, &day.to_string()], manager, None).await;
    assert_eq!(one["status"], "present", "{one:#}");
    tour.ask(&table::ATTENDANCE_MONTHLY, &[&id, &format!("?month={month}")], manager, None).await;
    let range = format!("?from={}&to={today}", days_ago(today, 20));
    let late = tour.ask(&table::ATTENDANCE_LATE_ARRIVALS, &[&id, &range], manager, None).await;
    assert!(late.to_string().contains(&day.to_string()), "{late:#}");
    tour.ask(&table::ATTENDANCE_OVERTIME, &[&id, &range], manager, None).await;
    let filter = format!("?month={month}&department={department}");
    tour.ask(&table::ATTENDANCE_ABSENTEEISM, &[&filter], hr, None).await;
    tour.ask(&table::ATTENDANCE_EXPORT, &[&filter], hr, None).await;
    let rules: Value = json!({
        "shifts": [{"code": "day", "from": "08:00", "to": "16:30", "break_minutes": 30}, {"code": "night", "from": "22:00", "to": "06:00", "break_minutes": 30}],
        "default_shift": "day", "window_before_minutes": 60, "window_after_minutes": 120, "grace_in_minutes": 5, "grace_out_minutes": 5,
        "breaks": [], "rounding": "none", "rounding_step_minutes": 1,
    });
    let draft = json!({"from": before, "to": day, "employee_ids": [id], "rules": rules});
    tour.ask(&table::ATTENDANCE_SIMULATE, &[], hr, Some(draft)).await;
}
