//! Settled days that are derived again after a change of their inputs.

use kernel::Minutes;
use policy::{
    Portion,
    attendance::{DayStatus, Exception, PunchKind},
};
use serde_json::json;

use super::settle::TUESDAY;
use crate::attendance::{
    fixture::{AttendanceFixture, attendance_rules},
    nightly_run_fixture::{NONE, days, leave, punch},
};

#[tokio::test]
async fn late_punch_cancelled_leave_and_correction_rederive_a_settled_day() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    fixture.check_in_and_out(&person, TUESDAY, &["2024-06-11T07:00:00Z"]).await;
    fixture.add_leave(&person, "2024-06-10", leave(Portion::Full, 480)).await;
    fixture.run_overnight("2024-06-12T03:00:00Z").await;
    assert_eq!(fixture.outcome(&person, TUESDAY).await.unwrap().status, DayStatus::Incomplete);
    fixture.check_in_and_out(&person, TUESDAY, &["2024-06-11T07:00:00Z", "2024-06-11T15:30:00Z"]).await;
    let mut day = fixture.find_day(&person, TUESDAY).await.unwrap();
    day.punches.remove(1);
    fixture.store_day(&day).await;
    let again = serde_json::to_value(fixture.rederive_page(vec![days(&person, TUESDAY, TUESDAY)])).unwrap();
    assert_eq!(fixture.settle(&again).await, NONE);
    let corrected = fixture.find_day(&person, TUESDAY).await.unwrap();
    let outcome = corrected.outcome.unwrap();
    assert_eq!((outcome.status, outcome.worked_minutes), (DayStatus::Present, Minutes(480)));
    assert_eq!(corrected.announced, [Exception::Incomplete], "announced exceptions stay");
    let stamps = fixture.stamps("ATTENDANCE_TABLE").await;
    let stamp = stamps.iter().find(|stamp| stamp.entity_id == corrected.id.to_string()).unwrap();
    assert_eq!(stamp.data.as_ref().unwrap()["causes"], json!(["punches"]));
    // Returned leave makes an absence, which is announced now.
    fixture.settle_days(vec![days(&person, "2024-06-10", "2024-06-10")], "2024-06-12T03:00:00Z").await;
    assert_eq!(fixture.outcome(&person, "2024-06-10").await.unwrap().status, DayStatus::Leave);
    let mut day = fixture.find_day(&person, "2024-06-10").await.unwrap();
    day.leaves[0].active = false;
    fixture.store_day(&day).await;
    let again = serde_json::to_value(fixture.rederive_page(vec![days(&person, "2024-06-10", "2024-06-10")])).unwrap();
    assert_eq!(fixture.settle(&again).await, NONE);
    let day = fixture.find_day(&person, "2024-06-10").await.unwrap();
    assert_eq!((day.outcome.unwrap().status, day.announced), (DayStatus::Absent, vec![Exception::Absent]));
}

#[tokio::test]
async fn changed_week_totals_cascade_until_a_day_is_unchanged() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    let week = ["2024-06-10", "2024-06-11", "2024-06-12", "2024-06-13", "2024-06-14"];
    for day in week {
        fixture.check_in_and_out(&person, day, &[&format!("{day}T07:00:00Z"), &format!("{day}T15:30:00Z")]).await;
    }
    fixture.settle_days(vec![days(&person, "2024-06-10", "2024-06-19")], "2024-06-20T03:00:00Z").await;
    let worked = |day: &'static str| {
        let (fixture, person) = (&fixture, &person);
        async move { fixture.outcome(person, day).await.unwrap().totals.week_worked_minutes.0 }
    };
    assert_eq!((worked("2024-06-10").await, worked("2024-06-16").await, worked("2024-06-17").await), (480, 2400, 0));
    let before = fixture.find_day(&person, "2024-06-18").await.unwrap();
    let mut tuesday = fixture.find_day(&person, TUESDAY).await.unwrap();
    tuesday.punches[1] = punch(&person, PunchKind::CheckOut, "2024-06-11T14:30:00Z");
    fixture.store_day(&tuesday).await;
    fixture.world.calls.clear();
    let again = serde_json::to_value(fixture.rederive_page(vec![days(&person, TUESDAY, TUESDAY)])).unwrap();
    assert_eq!(fixture.settle(&again).await, NONE);
    assert_eq!((worked(TUESDAY).await, worked("2024-06-14").await, worked("2024-06-16").await), (900, 2340, 2340));
    assert_eq!(worked("2024-06-17").await, 0);
    let friday = fixture.find_day(&person, "2024-06-14").await.unwrap();
    assert_eq!(friday.outcome.unwrap().worked_minutes, Minutes(480));
    assert_eq!(fixture.find_day(&person, "2024-06-18").await.unwrap(), before, "a new week starts at zero");
}

#[tokio::test]
async fn changes_skip_unsettled_and_open_days() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    fixture.check_in_and_out(&person, TUESDAY, &["2024-06-11T07:00:00Z"]).await;
    fixture.set_time("2024-06-13T03:00:00Z");
    let before = fixture.snapshot().await;
    let again = serde_json::to_value(fixture.rederive_page(vec![days(&person, "2024-06-09", "2024-06-14")])).unwrap();
    assert_eq!(fixture.settle(&again).await, NONE);
    assert!(before == fixture.snapshot().await, "unsettled days are skipped");
    fixture.settle_days(vec![days(&person, TUESDAY, TUESDAY)], "2024-06-11T15:00:00Z").await;
    assert!(before == fixture.snapshot().await, "an open day is skipped");
    fixture.settle_days(vec![days(&person, TUESDAY, TUESDAY)], "2024-06-11T16:30:00Z").await;
    assert_eq!(fixture.outcome(&person, TUESDAY).await.unwrap().status, DayStatus::Incomplete);
    // New shifts end later: the nightly run of their window settles the day.
    fixture.set_time("2024-06-11T17:00:00Z");
    fixture.assign_shifts(&person, 0x501, TUESDAY, &["night"]).await;
    let before = fixture.snapshot().await;
    let again = serde_json::to_value(fixture.rederive_page(vec![days(&person, TUESDAY, TUESDAY)])).unwrap();
    assert_eq!(fixture.settle(&again).await, NONE);
    assert!(before == fixture.snapshot().await);
}

#[tokio::test]
async fn reworded_explanation_of_a_violation_leaves_a_settled_day_unchanged() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    let limits = json!({
        "daily_max_minutes": 420, "weekly_max_minutes": 2880, "daily_rest_minutes": 660, "weekly_rest_minutes": 1440,
    });
    fixture.put_policy(3, "working_time", limits).await;
    fixture.check_in_and_out(&person, TUESDAY, &["2024-06-11T07:00:00Z", "2024-06-11T15:30:00Z"]).await;
    fixture.settle_days(vec![days(&person, TUESDAY, TUESDAY)], "2024-06-12T03:00:00Z").await;
    let mut day = fixture.find_day(&person, TUESDAY).await.unwrap();
    assert_eq!(day.violations[0].finding.code, "daily_maximum");
    day.violations[0].explanation = "An earlier wording.".to_owned();
    fixture.store_day(&day).await;
    let before = fixture.snapshot().await;
    fixture.settle_days(vec![days(&person, TUESDAY, TUESDAY)], "2024-06-12T03:00:00Z").await;
    assert!(before == fixture.snapshot().await, "only the wording differs");
    day.violations[0].pointer = "/elsewhere".to_owned();
    fixture.store_day(&day).await;
    fixture.settle_days(vec![days(&person, TUESDAY, TUESDAY)], "2024-06-12T03:00:00Z").await;
    let corrected = fixture.find_day(&person, TUESDAY).await.unwrap();
    assert_eq!(corrected.violations[0].pointer, "/worked_minutes", "other differences are written");
}

#[tokio::test]
async fn new_policy_changes_figures_without_repeating_announcements() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    fixture.check_in_and_out(&person, TUESDAY, &["2024-06-11T07:20:00Z", "2024-06-11T15:30:00Z"]).await;
    fixture.run_overnight("2024-06-12T03:00:00Z").await;
    let mut rules = attendance_rules();
    rules["grace_in_minutes"] = json!(30);
    fixture.put_policy(1, "attendance", rules).await;
    fixture.settle_days(vec![days(&person, TUESDAY, TUESDAY)], "2024-06-12T03:00:00Z").await;
    let outcome = fixture.outcome(&person, TUESDAY).await.unwrap();
    assert_eq!((outcome.late_minutes, outcome.status), (Minutes(0), DayStatus::Present));
    let day = fixture.find_day(&person, TUESDAY).await.unwrap();
    assert_eq!(
        (day.late_minutes, day.announced),
        (None, vec![Exception::Late]),
        "the announcement stays, the lateness does not"
    );
}

#[tokio::test]
async fn leave_service_gets_days_with_work_on_rest_days_only_and_those_that_lost_it() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    for day in ["2024-06-07", "2024-06-08"] {
        fixture.check_in_and_out(&person, day, &[&format!("{day}T07:00:00Z"), &format!("{day}T11:00:00Z")]).await;
    }
    fixture.settle_days(vec![days(&person, "2024-06-07", "2024-06-09")], "2024-06-10T03:00:00Z").await;
    let rules = testkit::event_rules();
    let to_leave = rules.iter().find(|rule| rule.function == "leave-on-attendance").unwrap();
    let selected = |entries: &[serde_json::Value]| -> Vec<serde_json::Value> {
        let chosen = entries.iter().filter(|entry| to_leave.matches(entry));
        chosen.map(|entry| entry["Detail"]["new_values"]["date"].clone()).collect()
    };
    let entries = fixtures::relay_stream(&fixture.world, "ATTENDANCE_TABLE").await;
    let processed = entries.iter().filter(|entry| entry["DetailType"] == "attendance.processed").count();
    assert_eq!((processed, selected(&entries)), (3, vec![json!("2024-06-08")]));
    let mut day = fixture.find_day(&person, "2024-06-08").await.unwrap();
    day.punches.clear();
    fixture.store_day(&day).await;
    let again = serde_json::to_value(fixture.rederive_page(vec![days(&person, "2024-06-08", "2024-06-08")])).unwrap();
    assert_eq!(fixture.settle(&again).await, NONE);
    let entries = fixtures::relay_stream(&fixture.world, "ATTENDANCE_TABLE").await;
    let newest =
        entries.iter().filter(|entry| to_leave.matches(entry)).max_by_key(|entry| entry["Detail"]["version"].as_u64());
    let day = &newest.unwrap()["Detail"]["new_values"];
    assert_eq!(
        (&day["date"], &day["outcome"]["worked_minutes"]),
        (&json!("2024-06-08"), &json!(0)),
        "the leave service learns that the work is gone"
    );
}

#[tokio::test]
async fn hours_reach_the_leave_service_where_they_earn_leave() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    let accrual = json!({
        "schedule": "per_hours_worked", "posted_at": "end", "round_to": "minute",
        "worked_share": {"earned_minutes": 1, "worked_minutes": 30},
    });
    let rules = json!({"leave_type": "hourly", "entitlement_days": 28, "accrual": accrual, "approval": []});
    fixture.put_policy(9, "leave", rules).await;
    let friday = "2024-06-07";
    fixture.check_in_and_out(&person, friday, &["2024-06-07T07:00:00Z", "2024-06-07T11:00:00Z"]).await;
    fixture.settle_days(vec![days(&person, "2024-06-06", friday)], "2024-06-10T03:00:00Z").await;
    let stamps = fixture.stamps("ATTENDANCE_TABLE").await;
    let processed: Vec<_> = stamps.iter().filter(|stamp| stamp.event == "attendance.processed").collect();
    assert_eq!(processed.len(), 2);
    for stamp in processed {
        let data = stamp.data.as_ref().unwrap();
        let day = fixture.find_day(&person, friday).await.unwrap();
        let worked = stamp.entity_id == day.id.to_string();
        let expected = if worked { json!(["hourly"]) } else { json!(null) };
        assert_eq!((&data["hours_leave_types"], data.get("counts_for_leave").is_some()), (&expected, worked), "{data}");
    }
}
