//! `leave-on-recount`

use std::collections::BTreeSet;

use fixtures::relay_stream;
use serde_json::json;

use crate::leave::LeaveFixture;

/// Requests of more than one event.
const REQUESTS: usize = 1_050;

#[tokio::test]
async fn recount_of_many_requests_continues_with_the_next_event_and_leaves_other_sites_out() {
    let office = LeaveFixture::open().await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    let elsewhere = office.hire(61, "Asha", "2024-01-01").await;
    let last = office.request_annual_leave(&person, "2024-07-01", "2024-07-02").await;
    office.request_annual_leave(&elsewhere, "2024-07-01", "2024-07-02").await;
    let moved = directory::Person { site: "pune".to_owned(), ..elsewhere.clone() };
    office.world.add_people(&[&moved]).await;
    office.copy_request_of_strangers(&last, REQUESTS).await;
    office.publish_calendar(2, &["2024-07-02"]).await;

    let requested = office.request_recount(json!({})).await;
    office.deliver_to_recount().await;
    let half = office.read_recount(requested.header("location")).await;
    assert_eq!((&half["examined"], &half["finished_at"]), (&json!(1_000), &json!(null)));
    office.deliver_to_recount().await;
    let ended = office.read_recount(requested.header("location")).await;
    assert!(ended["finished_at"].is_string(), "{ended}");
    assert_eq!((&ended["examined"], &ended["changed"]), (&json!(REQUESTS + 2), &json!(1)));
    assert_eq!(office.taken_minutes(&person, "annual").await, 480);
    assert_eq!(office.taken_minutes(&elsewhere, "annual").await, 960, "an employee of another site keeps the count");
    relay_stream(&office.world, "LEAVE_TABLE").await;
    let announced = office.world.cloud.events();
    for event in ["leave.recount_requested", "leave.recount_advanced", "leave.recount_finished"] {
        let ids = announced.iter().filter(|one| one["DetailType"] == event).map(|one| one["Detail"]["id"].to_string());
        assert_eq!(ids.collect::<BTreeSet<_>>().len(), 1, "{event}");
    }
}

#[tokio::test]
async fn repeated_events_of_an_ended_recount_change_nothing() {
    let office = LeaveFixture::open().await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    office.request_annual_leave(&person, "2024-07-01", "2024-07-05").await;
    office.publish_calendar(2, &["2024-07-03"]).await;
    assert_eq!(office.recount(json!({})).await["changed"], 1);
    let before = office.snapshot().await;
    office.deliver_to_recount().await;
    assert!(before == office.snapshot().await);
}

#[tokio::test]
async fn difference_below_the_floor_is_refused_and_listed_unless_it_has_an_override() {
    let office = LeaveFixture::open().await;
    office.put_shifts().await;
    let person = office.hire(62, "Nora", "2024-01-01").await;
    let all = office.request_annual_leave(&person, "2024-07-01", "2024-08-09").await;
    assert_eq!(all["duration"]["days"], 30.0, "the balance is used up");
    office.assign_shifts(&person, &[("2024-07-06", &["day"])]).await;
    let refused = office.recount(json!({})).await;
    assert_eq!((&refused["changed"], &refused["refused"]), (&json!(0), &json!(1)), "{refused}");
    let refusal = &refused["refusals"][0];
    assert_eq!((&refusal["leave_id"], &refusal["below_floor"]["lowest"]["minutes"]), (&all["id"], &json!(-480)));
    assert_eq!(office.taken_minutes(&person, "annual").await, 30 * 480);
    let forced = office.recount(json!({"override": true, "reason": "Agreed with Nora"})).await;
    assert_eq!((&forced["changed"], &forced["refused"]), (&json!(1), &json!(0)), "{forced}");
    assert_eq!(office.taken_minutes(&person, "annual").await, 31 * 480);
}
