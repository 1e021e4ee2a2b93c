//! Flow 5: work and contract change after leave was granted. Leave follows the shift plan, illness returns leave days, a part-time
//! contract holds from its date, and the end of the employment returns the leave after it.

use access::Role;
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};
use serde_json::{Value, json};

use super::DemoSession;
use crate::scenario::{
    client::Person,
    eventually,
    json::{array, at, expect_fields, id_of},
    people::NewPerson,
};

/// Department of all demo runs; it is kept after a demo.
const DEPARTMENT: &str = "Changes demo";
/// Least number of days until the first requested leave day, more than the notice of any demo policy.
const NOTICE_DAYS: i32 = 21;
/// Number of months after the start of the part-time contract that are searched for an end of the employment.
const MONTHS_MAX: i32 = 7;
/// Half of a monthly instalment: 1.25 days of 480 minutes.
const HALF_INSTALMENT_MINUTES: i64 = 600;

/// Dates of the flow, all in the future and, except for the weekend, working days.
#[derive(Debug, Clone, Copy)]
struct ChangeDates {
    /// Saturday of the weekend that is worked by plan.
    saturday: Date,
    /// Monday of the leave that illness interrupts.
    monday: Date,
    /// First day of the month from which on the contract is part-time.
    part_time_from: Date,
    /// Last day of the employment.
    last_day: Date,
    /// Monday of the leave after the last day.
    after_the_end: Date,
}

/// Runs the flow and returns the person hired for it.
pub(super) async fn run(session: &DemoSession) -> Result<Person, String> {
    println!("\nFlow 5: the shift plan and the contract change");
    let DemoSession { scenario, manager, hr, .. } = session;
    let department = scenario.create_department_if_missing(DEPARTMENT).await?;
    let name = ("Lena", "Sommer");
    let hired = NewPerson {
        name,
        department: Some(department),
        site: "berlin",
        time_zone: "Europe/Berlin",
        role: Role::Employee,
        manager: Some(manager),
    };
    let who = scenario.hire(hired).await?;
    let working = scenario.days_worked_in_full(hr, "berlin", session.today).await?;
    let holidays = scenario.holidays(hr, "berlin", session.today).await?;
    let dates = find_dates(session, &working, &holidays)?;
    preview_by_shift_plan(session, &who, dates.saturday).await?;
    fall_ill_during_leave(session, &who, dates.monday).await?;
    work_part_time(session, &who, dates).await?;
    end_employment(session, &who, dates).await?;
    Ok(who)
}

/// Dates of the flow: the first week after the notice that the site works in full, the weekend of the week after it,
/// and the first later end of a month in the same year as the part-time contract, with the next such week.
fn find_dates(session: &DemoSession, working: &[Date], holidays: &[Date]) -> Result<ChangeDates, String> {
    let is_full_week = |monday: Date| (0..5).all(|days| working.contains(&monday.saturating_add(days.days())));
    let earliest = session.today.saturating_add(NOTICE_DAYS.days());
    let mondays = || working.iter().copied().filter(|day| day.weekday() == Weekday::Monday && is_full_week(*day));
    let weekend_after = |monday: Date| [12, 13].map(|days| monday.saturating_add(days.days()));
    let is_workable = |monday: &Date| weekend_after(*monday).iter().all(|day| !holidays.contains(day));
    let monday = mondays().find(|day| *day >= earliest && is_workable(day)).ok_or("No week is worked in full.")?;
    let [saturday, _] = weekend_after(monday);
    let part_time_from = saturday.last_of_month().saturating_add(1.day());
    let ends = (1..=MONTHS_MAX).map(|months| part_time_from.saturating_add(months.months()).saturating_sub(1.day()));
    for last_day in ends {
        let after = mondays().find(|day| *day > last_day);
        if let Some(after_the_end) = after.filter(|_| last_day.year() == part_time_from.year()) {
            return Ok(ChangeDates { saturday, monday, part_time_from, last_day, after_the_end });
        }
    }
    Err(format!("No month after {part_time_from} is followed by a week that is worked in full."))
}

/// Plans work on a weekend and two free days after it. Leave of the four days counts two.
async fn preview_by_shift_plan(session: &DemoSession, who: &Person, saturday: Date) -> Result<(), String> {
    let DemoSession { scenario, hr, .. } = session;
    let [sunday, monday, tuesday] = [1, 2, 3].map(|days| saturday.saturating_add(days.days()));
    println!("  (work on Saturday and Sunday, Monday and Tuesday off: leave of the four days counts two)");
    for (shifts, from, to) in [(json!(["day"]), saturday, sunday), (json!([]), monday, tuesday)] {
        let body = json!({"employee_id": who.id, "shifts": shifts, "from": from, "to": to});
        scenario.post("/api/v1/shift-assignments", body).by(hr).expect_and_print(201).await?;
    }
    let leave = json!({"employee_id": who.id, "leave_type": "Annual", "start_date": saturday, "end_date": tuesday});
    let preview = scenario.post("/api/v1/leaves/preview", leave).by(who).expect_and_print(200).await?;
    expect_fields(&preview, json!({"duration": {"minutes": 960, "days": 2.0}}))
}

/// Takes a week off, and enters illness on two of its days: they come back.
async fn fall_ill_during_leave(session: &DemoSession, who: &Person, monday: Date) -> Result<(), String> {
    let DemoSession { scenario, manager, hr, .. } = session;
    let [wednesday, thursday, friday] = [2, 3, 4].map(|days| monday.saturating_add(days.days()));
    println!("  (illness on two days of a week of approved leave: two leave days come back)");
    let leave = request_week_of_annual_leave(session, who, (monday, friday)).await?;
    let path = format!("/api/v1/leaves/{}/approve", id_of(&leave));
    scenario.put(path, json!({})).by(manager).expect_and_print(200).await?;
    let body = json!({"employee_id": who.id, "leave_type": "Sick", "start_date": wednesday, "end_date": thursday});
    let sick = scenario.post("/api/v1/leaves", body).by(hr).expect_and_print(201).await?;
    expect_fields(&sick, json!({"status": "approved", "duration": {"minutes": 960}}))?;
    let leave = scenario.get(format!("/api/v1/leaves/{}", id_of(&leave))).by(who).expect_and_print(200).await?;
    expect_fields(&leave, json!({"status": "approved", "duration": {"minutes": 1440, "days": 3.0}}))?;
    expect_fields(at(&leave, "/returned/0"), json!({"from": wednesday, "to": thursday, "leave_id": id_of(&sick)}))
}

/// Halves the contract from a month on. The balance at the end of the year has half of the later instalments less.
async fn work_part_time(session: &DemoSession, who: &Person, dates: ChangeDates) -> Result<(), String> {
    let (DemoSession { scenario, hr, .. }, from) = (session, dates.part_time_from);
    let year_end = from.last_of_year();
    println!("  (half of full time from {from} on: the entitlement of the months before does not change)");
    let before = annual_balance_minutes(session, who, year_end).await?;
    let change = json!({"effective_from": from, "fte_bp": 5000});
    scenario.put(format!("/api/v1/employees/{}", who.id), change).by(hr).expect_and_print(200).await?;
    let less = HALF_INSTALMENT_MINUTES * (13 - i64::from(from.month()));
    let look = async || {
        let balance = annual_balance_minutes(session, who, year_end).await?;
        Ok((balance == before - less).then_some(()))
    };
    eventually(&format!("{less} minutes less at the end of the year"), scenario.limits().message, look).await
}

/// Announces the last day of the employment. The leave after it is cancelled, and its days come back.
async fn end_employment(session: &DemoSession, who: &Person, dates: ChangeDates) -> Result<(), String> {
    let (DemoSession { scenario, hr, .. }, first) = (session, dates.after_the_end);
    println!("  (the employment ends on {}: leave from {first} on comes back)", dates.last_day);
    let leave = request_week_of_annual_leave(session, who, (first, first.saturating_add(4.days()))).await?;
    let path = format!("/api/v1/employees/{}/status", who.id);
    let change = json!({"status": "terminated", "termination_date": dates.last_day, "reason": "New position"});
    scenario.put(path, change).by(hr).expect_and_print(200).await?;
    let path = format!("/api/v1/leaves/{}", id_of(&leave));
    let look = async || {
        let leave = scenario.get(&path).by(hr).expect(200).await?;
        Ok((at(&leave, "/status") == "cancelled").then_some(leave))
    };
    let cancelled = eventually("cancelled leave after the last day", scenario.limits().message, look).await?;
    expect_fields(&cancelled, json!({"cancelled_reason": "employment_ended"}))?;
    let explained = scenario.explain_balance(who, "annual", dates.last_day).await?;
    let own = array(&explained, "/lines").iter().filter(|line| at(line, "/leave_id") == id_of(&leave));
    let held: i64 = own.filter_map(|line| at(line, "/amount/minutes").as_i64()).sum();
    if held == 0 { Ok(()) } else { Err(format!("cancelled leave still counts {held} minutes: {explained}")) }
}

/// Requests a week of annual leave as the employee, which must count five days and be pending.
async fn request_week_of_annual_leave(
    session: &DemoSession,
    who: &Person,
    (first, last): (Date, Date),
) -> Result<Value, String> {
    let body = json!({"employee_id": who.id, "leave_type": "Annual", "start_date": first, "end_date": last});
    let leave = session.scenario.post("/api/v1/leaves", body).by(who).expect_and_print(201).await?;
    expect_fields(&leave, json!({"status": "pending", "duration": {"minutes": 2400}}))?;
    Ok(leave)
}

/// Minutes of annual leave that an employee has on a day.
async fn annual_balance_minutes(session: &DemoSession, who: &Person, on: Date) -> Result<i64, String> {
    let path = format!("/api/v1/leave-balances/{}?leave_type=annual&as_of={on}", who.id);
    let balances = session.scenario.get(path).by(who).expect(200).await?;
    let minutes = at(&balances, "/balances/0/balance/minutes").as_i64();
    minutes.ok_or_else(|| format!("annual leave has no balance: {balances}"))
}
