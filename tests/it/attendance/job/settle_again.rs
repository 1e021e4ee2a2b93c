//! A settled day that is derived again, since something has changed for it.

use kernel::Minutes;
use policy::{
    Portion,
    attendance::{DayStatus, Exception, PunchKind},
};
use serde_json::json;

use super::settle::TUESDAY;
use crate::attendance::{
    fixture::{Plant, attendance_rules},
    nightly_run_fixture::{NONE, days, leave, punch},
};

#[tokio::test]
async fn a_late_punch_a_cancelled_leave_and_a_correction_derive_a_settled_day_again() {
    let plant = Plant::open().await;
    let person = plant.employee().clone();
    plant.clocks(&person, TUESDAY, &["2024-06-11T07:00:00Z"]).await;
    plant.has_leave(&person, "2024-06-10", leave(Portion::Full, 480)).await;
    plant.night("2024-06-12T03:00:00Z").await;
    assert_eq!(plant.outcome(&person, TUESDAY).await.unwrap().status, DayStatus::Incomplete);
    plant.clocks(&person, TUESDAY, &["2024-06-11T07:00:00Z", "2024-06-11T15:30:00Z"]).await;
    let mut day = plant.day(&person, TUESDAY).await.unwrap();
    day.punches.remove(1);
    plant.store_day(&day).await;
    let again = serde_json::to_value(plant.again(vec![days(&person, TUESDAY, TUESDAY)])).unwrap();
    assert_eq!(plant.settles(&again).await, NONE);
    let mended = plant.day(&person, TUESDAY).await.unwrap();
    let outcome = mended.outcome.unwrap();
    assert_eq!((outcome.status, outcome.worked_minutes), (DayStatus::Present, Minutes(480)));
    assert_eq!(mended.announced, [Exception::Incomplete], "what was told stays told");
    let stamps = plant.stamps("ATTENDANCE_TABLE").await;
    let stamp = stamps.iter().find(|stamp| stamp.entity_id == mended.id.to_string()).unwrap();
    assert_eq!(stamp.data.as_ref().unwrap()["causes"], json!(["punches"]));
    // Leave that is given back makes an absence, which is told now.
    plant.settled(vec![days(&person, "2024-06-10", "2024-06-10")], "2024-06-12T03:00:00Z").await;
    assert_eq!(plant.outcome(&person, "2024-06-10").await.unwrap().status, DayStatus::Leave);
    let mut day = plant.day(&person, "2024-06-10").await.unwrap();
    day.leaves[0].active = false;
    plant.store_day(&day).await;
    let again = serde_json::to_value(plant.again(vec![days(&person, "2024-06-10", "2024-06-10")])).unwrap();
    assert_eq!(plant.settles(&again).await, NONE);
    let day = plant.day(&person, "2024-06-10").await.unwrap();
    assert_eq!((day.outcome.unwrap().status, day.announced), (DayStatus::Absent, vec![Exception::Absent]));
}

#[tokio::test]
async fn what_a_day_leaves_goes_on_to_the_settled_days_after_it_and_ends_where_nothing_changes() {
    let plant = Plant::open().await;
    let person = plant.employee().clone();
    let week = ["2024-06-10", "2024-06-11", "2024-06-12", "2024-06-13", "2024-06-14"];
    for day in week {
        plant.clocks(&person, day, &[&format!("{day}T07:00:00Z"), &format!("{day}T15:30:00Z")]).await;
    }
    plant.settled(vec![days(&person, "2024-06-10", "2024-06-19")], "2024-06-20T03:00:00Z").await;
    let worked = |day: &'static str| {
        let (plant, person) = (&plant, &person);
        async move { plant.outcome(person, day).await.unwrap().totals.week_worked_minutes.0 }
    };
    assert_eq!((worked("2024-06-10").await, worked("2024-06-16").await, worked("2024-06-17").await), (480, 2400, 0));
    let before = plant.day(&person, "2024-06-18").await.unwrap();
    let mut tuesday = plant.day(&person, TUESDAY).await.unwrap();
    tuesday.punches[1] = punch(&person, PunchKind::CheckOut, "2024-06-11T14:30:00Z");
    plant.store_day(&tuesday).await;
    plant.world.calls.clear();
    let again = serde_json::to_value(plant.again(vec![days(&person, TUESDAY, TUESDAY)])).unwrap();
    assert_eq!(plant.settles(&again).await, NONE);
    assert_eq!((worked(TUESDAY).await, worked("2024-06-14").await, worked("2024-06-16").await), (900, 2340, 2340));
    assert_eq!(worked("2024-06-17").await, 0);
    let friday = plant.day(&person, "2024-06-14").await.unwrap();
    assert_eq!(friday.outcome.unwrap().worked_minutes, Minutes(480));
    assert_eq!(plant.day(&person, "2024-06-18").await.unwrap(), before, "a new week begins with nothing");
}

#[tokio::test]
async fn days_that_were_not_settled_or_not_closed_are_left_alone_by_changes() {
    let plant = Plant::open().await;
    let person = plant.employee().clone();
    plant.clocks(&person, TUESDAY, &["2024-06-11T07:00:00Z"]).await;
    plant.at("2024-06-13T03:00:00Z");
    let before = plant.snapshot().await;
    let again = serde_json::to_value(plant.again(vec![days(&person, "2024-06-09", "2024-06-14")])).unwrap();
    assert_eq!(plant.settles(&again).await, NONE);
    assert!(before == plant.snapshot().await, "nothing of it is settled");
    plant.settled(vec![days(&person, TUESDAY, TUESDAY)], "2024-06-11T15:00:00Z").await;
    assert!(before == plant.snapshot().await, "the window is open");
    plant.settled(vec![days(&person, TUESDAY, TUESDAY)], "2024-06-11T16:30:00Z").await;
    assert_eq!(plant.outcome(&person, TUESDAY).await.unwrap().status, DayStatus::Incomplete);
    // The shifts of the day are others now, and end later: it comes again with that night.
    plant.at("2024-06-11T17:00:00Z");
    plant.shifts(&person, 0x501, TUESDAY, &["night"]).await;
    let before = plant.snapshot().await;
    let again = serde_json::to_value(plant.again(vec![days(&person, TUESDAY, TUESDAY)])).unwrap();
    assert_eq!(plant.settles(&again).await, NONE);
    assert!(before == plant.snapshot().await);
}

#[tokio::test]
async fn a_new_policy_that_changes_nothing_tells_nothing_and_one_that_does_says_so() {
    let plant = Plant::open().await;
    let person = plant.employee().clone();
    plant.clocks(&person, TUESDAY, &["2024-06-11T07:20:00Z", "2024-06-11T15:30:00Z"]).await;
    plant.night("2024-06-12T03:00:00Z").await;
    let mut rules = attendance_rules();
    rules["grace_in_minutes"] = json!(30);
    plant.policy(1, "attendance", rules).await;
    plant.settled(vec![days(&person, TUESDAY, TUESDAY)], "2024-06-12T03:00:00Z").await;
    let outcome = plant.outcome(&person, TUESDAY).await.unwrap();
    assert_eq!((outcome.late_minutes, outcome.status), (Minutes(0), DayStatus::Present));
    let day = plant.day(&person, TUESDAY).await.unwrap();
    assert_eq!(
        (day.late_minutes, day.announced),
        (None, vec![Exception::Late]),
        "told is told; late it is not any more"
    );
}
