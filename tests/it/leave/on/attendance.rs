//! `leave-on-attendance`

use directory::Person;
use serde_json::json;

use crate::leave::{
    LeaveFixture,
    credit_fixture::{SATURDAY, rest_day},
    hours_fixture::work,
};

/// Compensatory balance in minutes on a day.
async fn balance(office: &LeaveFixture, day: &str) -> i64 {
    office.balance_minutes(office.employee(), "compensatory", day).await
}

#[tokio::test]
async fn granted_work_is_credited_once_from_its_day_and_expires() {
    let office = LeaveFixture::with_credits("grant").await;
    let person = office.employee().clone();
    office.settle(vec![rest_day(&person, SATURDAY, 3, 240), rest_day(&person, SATURDAY, 3, 240)]).await;
    for (day, minutes) in [("2024-06-07", 0), (SATURDAY, 360), ("2024-09-06", 360), ("2024-09-07", 0)] {
        assert_eq!(balance(&office, day).await, minutes, "{day}");
    }
    let ledger = office.ledger(&person, "compensatory").await;
    let posted: Vec<_> = ledger.iter().map(|entry| (entry.id.as_str(), entry.minutes.0)).collect();
    assert_eq!(posted, [("rest_day_credit#2024-06-08#1", 360)]);
    let explained = office.read_explanation(&person, "compensatory", SATURDAY).await;
    let line = &explained["lines"][0];
    let expected = "240 minutes worked on 2024-06-08, a rest day: 0.75 days (360 minutes).";
    assert_eq!((&line["why"], &line["rule"]), (&json!(expected), &json!("rest_day_credit")), "{line}");
    assert_eq!(line["inputs"]["worked_minutes"], json!(240));
    assert_eq!(office.credit(&person, SATURDAY).await["status"], json!("granted"));
    assert_eq!(office.credit_events().await, ["leave.balance_changed"], "one event, and nobody is asked");
}

#[tokio::test]
async fn changed_day_posts_the_difference_and_late_events_change_nothing() {
    let office = LeaveFixture::with_credits("grant").await;
    let person = office.employee().clone();
    office.settle(vec![rest_day(&person, SATURDAY, 3, 240), rest_day(&person, SATURDAY, 6, 180)]).await;
    assert_eq!(balance(&office, SATURDAY).await, 270);
    let before = office.snapshot().await;
    office.settle(vec![rest_day(&person, SATURDAY, 3, 240), rest_day(&person, SATURDAY, 5, 600)]).await;
    assert!(before == office.snapshot().await, "a late event changes nothing");
    office.assert_explanation_adds_up(&person, "compensatory", &[SATURDAY, "2024-09-06", "2024-09-07"]).await;
    assert_eq!(balance(&office, "2024-09-07").await, 0, "the corrected credit expires as a whole");
    let explained = office.read_explanation(&person, "compensatory", SATURDAY).await;
    let why = explained["lines"][1]["why"].as_str().unwrap();
    assert_eq!(
        why,
        "180 minutes worked on 2024-06-08, a rest day: 0.563 days (270 minutes). This entry corrects the credit by \
         -0.188 days (-90 minutes). Posted before the day changed: 0.75 days (360 minutes).",
    );
    office.settle(vec![rest_day(&person, SATURDAY, 8, 0)]).await;
    assert_eq!(balance(&office, SATURDAY).await, 0, "voided punches take the credit back");
    assert_eq!(office.ledger(&person, "compensatory").await.len(), 3);
}

#[tokio::test]
async fn older_event_after_a_newer_one_without_work_credits_nothing() {
    let office = LeaveFixture::with_credits("grant").await;
    let person = office.employee().clone();
    office.settle(vec![rest_day(&person, SATURDAY, 7, 0), rest_day(&person, SATURDAY, 5, 300)]).await;
    assert_eq!(office.ledger(&person, "compensatory").await, []);
    assert_eq!(office.credit(&person, SATURDAY).await["status"], json!("withdrawn"));
}

#[tokio::test]
async fn concurrent_deliveries_of_one_day_credit_it_once() {
    let office = LeaveFixture::with_credits("grant").await;
    let person = office.employee().clone();
    let event = || office.settle(vec![rest_day(&person, SATURDAY, 3, 240)]);
    tokio::join!(event(), event(), event());
    assert_eq!(balance(&office, SATURDAY).await, 360);
    assert_eq!(office.ledger(&person, "compensatory").await.len(), 1);
}

#[tokio::test]
async fn proposed_work_posts_nothing_until_it_is_decided() {
    let office = LeaveFixture::with_credits("propose").await;
    let person = office.employee().clone();
    office.settle(vec![rest_day(&person, SATURDAY, 3, 240)]).await;
    let credit = office.credit(&person, SATURDAY).await;
    let shown = ["status", "open_minutes", "granted_minutes", "worked_minutes"].map(|name| credit[name].clone());
    assert_eq!(shown, [json!("pending"), json!(360), json!(0), json!(240)], "{credit}");
    assert_eq!(balance(&office, SATURDAY).await, 0);
    office.settle(vec![rest_day(&person, SATURDAY, 4, 120)]).await;
    assert_eq!(office.credit(&person, SATURDAY).await["open_minutes"], json!(180), "an undecided proposal is updated");
    office.settle(vec![rest_day(&person, SATURDAY, 5, 0)]).await;
    assert_eq!(office.credit(&person, SATURDAY).await["status"], json!("withdrawn"));
    assert_eq!(
        office.credit_events().await,
        ["leave.credit_changed"],
        "the last event of the credit; the approver is asked once"
    );
}

#[tokio::test]
async fn changed_day_after_a_decision_proposes_the_difference() {
    let office = LeaveFixture::with_credits("propose").await;
    let (person, manager) = (office.employee().clone(), office.manager().clone());
    office.settle(vec![rest_day(&person, SATURDAY, 3, 240)]).await;
    assert_eq!(office.approve_credit(&manager, &person, SATURDAY, json!({})).await.status, 200);
    office.settle(vec![rest_day(&person, SATURDAY, 4, 300)]).await;
    let credit = office.credit(&person, SATURDAY).await;
    assert_eq!((&credit["status"], &credit["open_minutes"]), (&json!("pending"), &json!(90)), "{credit}");
    assert_eq!(balance(&office, SATURDAY).await, 360);
    assert_eq!(office.reject_credit(&manager, &person, SATURDAY).await.status, 200);
    office.settle(vec![rest_day(&person, SATURDAY, 5, 200)]).await;
    assert_eq!(office.credit(&person, SATURDAY).await["open_minutes"], json!(-60), "360 are posted and 300 are earned");
    assert_eq!(office.approve_credit(&manager, &person, SATURDAY, json!({})).await.status, 200);
    assert_eq!(balance(&office, SATURDAY).await, 300);
    office.assert_explanation_adds_up(&person, "compensatory", &[SATURDAY, "2024-09-06", "2024-09-07"]).await;
}

#[tokio::test]
async fn policy_without_credit_and_other_events_store_nothing() {
    let office = LeaveFixture::with_credits("none").await;
    let person = office.employee().clone();
    let before = office.snapshot().await;
    let mut other = rest_day(&person, SATURDAY, 3, 240);
    other.stamp.data = Some(json!({"run": null, "causes": ["new"]}));
    office.settle(vec![rest_day(&person, SATURDAY, 3, 240), other]).await;
    assert!(before == office.snapshot().await);
}

#[tokio::test]
async fn pending_credits_follow_a_new_manager() {
    let office = LeaveFixture::with_credits("propose").await;
    let people = office.world.people.clone();
    let person = office.employee().clone();
    office.settle(vec![rest_day(&person, SATURDAY, 3, 240)]).await;
    let moved = Person {
        manager_id: Some(people.other_manager.id),
        department_id: people.outsider.department_id,
        ..person.clone()
    };
    office.world.add_people(&[&moved]).await;
    office.world.clock.advance(jiff::SignedDuration::from_secs(10));
    let event = crate::leave::balance_fixture::event(events::EventType::EmployeeUpdated, 7, &moved);
    assert_eq!(office.consume_events(vec![event]).await, Vec::<String>::new());
    let app = app!(office.world, LEAVE_CREDITS_LIST);
    for (by, count) in [(&people.other_manager, 1), (&people.manager, 0)] {
        let answer = office.get(&app, crate::leave::credit_fixture::CREDITS).signed_in_as(by).await;
        assert_eq!(answer.body["items"].as_array().map(Vec::len), Some(count), "{}", answer.body);
    }
}

#[tokio::test]
async fn hours_are_posted_after_their_month_and_explained() {
    let office = LeaveFixture::with_hours(28).await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    office.settle(vec![work(&person, "2024-05-06", 2, 480), work(&person, "2024-05-31", 2, 315)]).await;
    office.settle(vec![work(&person, "2024-06-03", 2, 600)]).await;
    for (day, minutes) in
        [("2024-05-30", 0), ("2024-05-31", 79), ("2024-06-29", 79), ("2024-06-30", 139), ("2024-12-31", 139)]
    {
        assert_eq!(office.balance_minutes(&person, "hourly", day).await, minutes, "{day}: only what was worked");
    }
    office.set_date("2024-06-01");
    office.post_due(&[&person]).await;
    assert_eq!(office.posted_entries(&person, "hourly").await, [], "the last day may not be settled yet");
    office.set_date("2024-06-02");
    office.post_due(&[&person]).await;
    let posted = office.posted_entries(&person, "hourly").await;
    assert_eq!(posted, [("accrual#2024-01-01#5of12".to_owned(), "2024-05-31".parse().unwrap(), 79)]);
    let explained = office.read_explanation(&person, "hourly", "2024-06-02").await;
    let expected = "13.25 hours worked from 2024-05-01 to 2024-05-31, which earn at most 28 days in the leave year: \
        0.165 days (79 minutes).";
    let line = &explained["lines"][0];
    assert_eq!((&line["why"], &line["rule"]), (&json!(expected), &json!("accrual.per_hours_worked")), "{line}");
    assert_eq!(line["inputs"]["worked_minutes"], json!(795));
}

#[tokio::test]
async fn changed_hours_correct_the_posted_month_on_its_day() {
    let office = LeaveFixture::with_hours(28).await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    office.settle(vec![work(&person, "2024-05-06", 2, 480), work(&person, "2024-05-07", 2, 480)]).await;
    office.post_due(&[&person]).await;
    assert_eq!(office.balance_minutes(&person, "hourly", "2024-06-01").await, 96);
    office.settle(vec![work(&person, "2024-05-07", 4, 240), work(&person, "2024-05-07", 3, 600)]).await;
    assert_eq!(office.balance_minutes(&person, "hourly", "2024-06-01").await, 72, "at once, before it is posted");
    office.post_due(&[&person]).await;
    let posted = office.posted_entries(&person, "hourly").await;
    let last_day = "2024-05-31".parse().unwrap();
    let expected = [("accrual#2024-01-01#5of12", 96), ("accrual#2024-01-01#5of12#2", -24)];
    assert_eq!(posted, expected.map(|(id, minutes)| (id.to_owned(), last_day, minutes)));
    office.assert_explanation_adds_up(&person, "hourly", &["2024-05-30", "2024-05-31", "2024-12-31"]).await;
    let explained = office.read_explanation(&person, "hourly", "2024-06-01").await;
    let why = explained["lines"][1]["why"].as_str().unwrap();
    assert!(why.starts_with("12 hours worked from 2024-05-01 to 2024-05-31"), "{why}");
    assert!(why.contains("Posted before the worked hours changed: 0.2 days (96 minutes)."), "{why}");
    let before = office.snapshot().await;
    office.settle(vec![work(&person, "2024-05-07", 4, 240), work(&person, "2024-05-06", 1, 0)]).await;
    office.post_due(&[&person]).await;
    assert!(before == office.snapshot().await, "repeated and late events change nothing");
}

#[tokio::test]
async fn hours_above_the_entitlement_earn_nothing() {
    let office = LeaveFixture::with_hours(1).await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    let days = ["2024-02-05", "2024-02-06", "2024-03-04", "2024-03-05", "2024-03-06", "2024-04-02", "2024-04-03"];
    office.settle(days.iter().map(|day| work(&person, day, 2, 960)).collect()).await;
    for (day, minutes) in [("2024-02-29", 192), ("2024-03-31", 480), ("2024-04-30", 480)] {
        assert_eq!(office.balance_minutes(&person, "hourly", day).await, minutes, "{day}");
    }
}

#[tokio::test]
async fn concurrent_hours_of_one_month_are_all_recorded() {
    let office = LeaveFixture::with_hours(28).await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    let days: Vec<String> = (6..11).map(|day| format!("2024-05-{day:02}")).collect();
    let deliveries = days.iter().map(|day| office.settle(vec![work(&person, day, 2, 480)]));
    futures::future::join_all(deliveries).await;
    assert_eq!(office.balance_minutes(&person, "hourly", "2024-05-31").await, 5 * 48);
}
