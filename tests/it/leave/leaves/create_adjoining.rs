//! `POST /api/v1/leaves` beside other leave: adjoining requests count as one. Rules 1, 8 and 10 (docs/rules.md).

use directory::Person;
use events::EventType;
use futures::future::join_all;
use serde_json::{Value, json};
use testkit::round_trips;

use crate::leave::{LEAVES, LeaveFixture, balance_fixture::event, path, with};

const DAY: i64 = 480;

impl LeaveFixture {
    /// Leave type `earned`, which counts days off between counted days and forms a run with `illness`, and `illness`, which
    /// interrupts it.
    pub(crate) async fn with_counted_weekends() -> Self {
        let office = Self::open().await;
        office.put_leave_type("earned", "Earned").await;
        office.put_leave_type("illness", "Illness").await;
        let rules =
            json!({"leave_type": "earned", "entitlement_days": 30, "sandwich": "inside", "adjoins": ["casual"]});
        office.put_policy(21, rules).await;
        let rules = json!({"leave_type": "illness", "backdate_days": 7, "approval": [], "interrupts": ["earned"]});
        office.put_policy(22, rules).await;
        office
    }

    /// Requests earned leave between two days; returns the request.
    pub(crate) async fn request_earned_leave(&self, person: &Person, first: &str, last: &str) -> Value {
        let answer = self.request_leave(person, earned(first, last)).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body
    }

    /// Minutes of all earned leave of the employee. Asserts that the account, the ledger and the requests agree.
    pub(crate) async fn earned_minutes(&self, requests: &[&Value]) -> i64 {
        let mut sum = 0;
        for leave in requests {
            let read = self.read_leave(self.hr(), leave).await.body;
            let holds = read["status"] == "pending" || read["status"] == "approved";
            sum += if holds { read["duration"]["minutes"].as_i64().unwrap() } else { 0 };
        }
        assert_eq!(self.taken_minutes(self.employee(), "earned").await, sum, "the ledger equals the requests");
        sum
    }

    /// Approves a request of earned leave.
    async fn approve_earned(&self, leave: &Value) {
        assert_eq!(self.approve(self.manager(), leave).await.status, 200);
    }
}

fn earned(first: &str, last: &str) -> Value {
    json!({"leave_type": "earned", "start_date": first, "end_date": last})
}

/// Dates and reasons of the days of a request that count.
fn counted(leave: &Value) -> Vec<(String, Value)> {
    let days = leave["days"].as_array().unwrap().iter().filter(|day| day["minutes"] != json!(0));
    days.map(|day| (day["date"].as_str().unwrap().to_owned(), day["why"].clone())).collect()
}

/// Friday 12 July and Monday 15 July 2024, requested in this order by the employee.
async fn friday_and_monday() -> (LeaveFixture, Value, Value) {
    let office = LeaveFixture::with_counted_weekends().await;
    let friday = office.request_earned_leave(office.employee(), "2024-07-12", "2024-07-12").await;
    let monday = office.request_earned_leave(office.employee(), "2024-07-15", "2024-07-15").await;
    (office, friday, monday)
}

#[tokio::test]
async fn weekend_between_two_requests_counts_with_the_later_made_one() {
    let (office, friday, monday) = friday_and_monday().await;
    let days = |days: &[(&str, Value)]| -> Vec<(String, Value)> {
        days.iter().map(|(date, why)| ((*date).to_owned(), why.clone())).collect()
    };
    let between = json!("between");
    assert_eq!(counted(&friday), days(&[("2024-07-12", json!(null))]));
    let expected = [("2024-07-13", between.clone()), ("2024-07-14", between), ("2024-07-15", json!(null))];
    assert_eq!(counted(&monday), days(&expected));
    assert_eq!((&monday["start_date"], &monday["duration_days"]), (&json!("2024-07-15"), &json!(3.0)));
    assert_eq!(office.earned_minutes(&[&friday, &monday]).await, 4 * DAY);
    let balances = ["2024-07-12", "2024-07-13", "2024-07-15"];
    office.assert_explanation_adds_up(office.employee(), "earned", &balances).await;
    office.approve_earned(&monday).await;
    let calendar = app!(office.world, LEAVES_CALENDAR);
    let shown =
        office.get(&calendar, "/api/v1/leaves/calendar?from=2024-07-13&to=2024-07-31").signed_in_as(office.hr()).await;
    let items = shown.body["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[0]["from"], &items[0]["to"]), (1, &json!("2024-07-15"), &json!("2024-07-15")));
}

#[tokio::test]
async fn preview_names_the_adjoining_leave_and_its_dates() {
    let office = LeaveFixture::with_counted_weekends().await;
    let monday = office.request_earned_leave(office.employee(), "2024-07-15", "2024-07-16").await;
    let app = app!(office.world, LEAVES_PREVIEW);
    let ask = office.post(&app, "/api/v1/leaves/preview", earned("2024-07-11", "2024-07-12"));
    let shown = ask.signed_in_as(office.employee()).await.body;
    assert_eq!((&shown["duration_days"], shown["days"].as_array().unwrap().len()), (&json!(4.0), 4), "{shown}");
    let between = &shown["between"][0];
    assert_eq!(
        (&between["leave_id"], &between["from"], &between["to"]),
        (&monday["id"], &json!("2024-07-13"), &json!("2024-07-14"))
    );
    let explanation = between["explanation"].as_str().unwrap();
    assert!(explanation.contains("2024-07-15") && explanation.contains("2024-07-16"), "{explanation}");
}

#[tokio::test]
async fn leave_of_a_named_type_adjoins_too() {
    let office = LeaveFixture::with_counted_weekends().await;
    let casual = json!({"leave_type": "casual", "start_date": "2024-07-12", "end_date": "2024-07-12"});
    assert_eq!(office.request_leave(office.employee(), casual).await.status, 201);
    let monday = office.request_earned_leave(office.employee(), "2024-07-15", "2024-07-15").await;
    assert_eq!(monday["duration_days"], json!(3.0));
    let casual = json!({"leave_type": "casual", "start_date": "2024-07-19", "end_date": "2024-07-19"});
    assert_eq!(office.request_leave(office.employee(), casual).await.body["duration_days"], json!(1.0));
}

#[tokio::test]
async fn request_beside_other_leave_costs_one_round_trip_of_reads() {
    let (office, _, _) = friday_and_monday().await;
    office.world.clock.advance(jiff::SignedDuration::from_secs(30));
    office.world.calls.clear();
    let friday = office.request_earned_leave(office.employee(), "2024-07-19", "2024-07-19").await;
    assert_eq!(friday["duration_days"], json!(1.0), "four working days are between");
    let reads = office.world.calls.recorded();
    assert_eq!(round_trips(reads.iter().filter(|call| call.is_read())), 1);
    office.world.clock.advance(jiff::SignedDuration::from_secs(30));
    office.world.calls.clear();
    let monday = office.request_earned_leave(office.employee(), "2024-07-22", "2024-07-22").await;
    assert_eq!(monday["duration_days"], json!(3.0));
    let reads = office.world.calls.recorded();
    assert_eq!(round_trips(reads.iter().filter(|call| call.is_read())), 1);
}

#[tokio::test]
async fn concurrent_requests_on_both_sides_of_a_weekend_count_it_once() {
    let office = LeaveFixture::with_counted_weekends().await;
    // Within a month, and across the end of a month.
    for (friday, monday) in [("2024-07-12", "2024-07-15"), ("2024-08-30", "2024-09-02"), ("2024-05-31", "2024-06-03")] {
        let office = if friday < "2024-06-10" {
            office.world.clock.set("2024-05-20T08:00:00Z".parse().unwrap());
            &office
        } else {
            &office
        };
        let before = office.taken_minutes(office.employee(), "earned").await;
        let asks = [friday, monday].map(|day| office.request_earned_leave(office.employee(), day, day));
        let made = join_all(asks).await;
        let days: f64 = made.iter().map(|leave| leave["duration_days"].as_f64().unwrap()).sum();
        assert!((days - 4.0).abs() < f64::EPSILON, "{made:?}");
        assert_eq!(office.taken_minutes(office.employee(), "earned").await - before, 4 * DAY);
    }
}

#[tokio::test]
async fn cancelled_holder_returns_the_days_between_at_once() {
    let (office, friday, monday) = friday_and_monday().await;
    let answer = office.cancel(office.employee(), &monday).await;
    assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!("cancelled")), "{}", answer.body);
    let returned = &answer.body["returned"][0];
    assert_eq!(
        (&returned["from"], &returned["to"], &returned["minutes"]),
        (&json!("2024-07-13"), &json!("2024-07-15"), &json!(3 * DAY))
    );
    assert_eq!(office.earned_minutes(&[&friday, &monday]).await, DAY);
    let again = office.request_earned_leave(office.employee(), "2024-07-15", "2024-07-15").await;
    assert_eq!(again["duration_days"], json!(3.0), "the days between are free again");
}

#[tokio::test]
async fn return_of_nothing_but_days_off_does_not_evade_the_rule() {
    let office = LeaveFixture::with_counted_weekends().await;
    let friday = office.request_earned_leave(office.employee(), "2024-07-12", "2024-07-12").await;
    let weekend = office.request_earned_leave(office.employee(), "2024-07-13", "2024-07-15").await;
    let app = app!(office.world, LEAVES_CANCEL);
    let body = json!({"to": "2024-07-14"});
    let answer = office.post(&app, path(&weekend, "/cancel"), body).signed_in_as(office.employee()).await;
    assert_eq!((answer.status.as_u16(), &answer.body["start_date"]), (200, &json!("2024-07-15")), "{}", answer.body);
    assert_eq!(office.earned_minutes(&[&friday, &weekend]).await, 4 * DAY);
}

#[tokio::test]
async fn neighbour_that_ends_in_any_way_gives_the_days_between_back_once() {
    for end in ["rejected", "cancelled", "shortened", "interrupted", "moved"] {
        let office = LeaveFixture::with_counted_weekends().await;
        let friday = office.request_earned_leave(office.employee(), "2024-07-11", "2024-07-12").await;
        let monday = office.request_earned_leave(office.employee(), "2024-07-15", "2024-07-15").await;
        if matches!(end, "interrupted" | "moved") {
            office.approve_earned(&friday).await;
        }
        let answer = match end {
            "rejected" => office.reject(office.manager(), &friday).await,
            "cancelled" => office.cancel(office.employee(), &friday).await,
            "shortened" => {
                let app = app!(office.world, LEAVES_CANCEL);
                let ask = office.post(&app, path(&friday, "/cancel"), json!({"from": "2024-07-12"}));
                ask.signed_in_as(office.employee()).await
            }
            "interrupted" => {
                let body = json!({"leave_type": "illness", "start_date": "2024-07-12", "end_date": "2024-07-12"});
                office.request_leave(office.employee(), body).await
            }
            _ => office.move_leave(&friday, json!({"from": "2024-08-01", "to": "2024-08-02"})).await,
        };
        assert!(answer.status.is_success(), "{end}: {}", answer.body);
        office.deliver_requests().await;
        office.deliver_requests().await;
        let (first, second) =
            tokio::join!(office.read_leave(office.hr(), &friday), office.read_leave(office.hr(), &monday));
        let left = match end {
            "rejected" | "cancelled" => 0,
            "moved" => 2,
            _ => 1,
        };
        assert_eq!(second.body["duration_days"], json!(1.0), "{end}: {}", second.body);
        assert_eq!(office.earned_minutes(&[&friday, &monday]).await, (left + 1) * DAY, "{end}: {}", first.body);
        let returned = &second.body["returned"];
        assert_eq!((returned.as_array().unwrap().len(), &returned[0]["reason"]), (1, &json!("not_between")), "{end}");
        assert_eq!(returned[0]["leave_id"], friday["id"]);
        let ledger = office.ledger(office.employee(), "earned").await;
        let released: Vec<_> = ledger.iter().filter(|entry| entry.rule == "between").collect();
        assert_eq!((released.len(), released[0].minutes.0), (1, 2 * DAY), "{end}");
        let explained = office.read_explanation(office.employee(), "earned", "2024-07-31").await;
        let lines = explained["lines"].as_array().unwrap();
        let line = lines.iter().find(|line| line["rule"] == "between").unwrap();
        assert!(line["why"].as_str().unwrap().contains("no longer lie between leave"), "{line}");
    }
}

#[tokio::test]
async fn end_and_repeated_deliveries_at_the_same_time_return_each_day_once() {
    let (office, friday, monday) = friday_and_monday().await;
    office.approve_earned(&monday).await;
    office.reject(office.manager(), &friday).await;
    let cancel = || async {
        office.cancel(office.employee(), &monday).await;
    };
    let deliveries = (0..4).map(|_| office.deliver_requests());
    futures::join!(join_all(deliveries), cancel());
    office.deliver_requests().await;
    assert_eq!(office.earned_minutes(&[&friday, &monday]).await, 0);
}

#[tokio::test]
async fn days_stay_between_if_other_leave_takes_the_place_of_the_neighbour() {
    let (office, friday, monday) = friday_and_monday().await;
    assert_eq!(office.cancel(office.employee(), &friday).await.status, 200);
    let again = office.request_earned_leave(office.employee(), "2024-07-12", "2024-07-12").await;
    assert_eq!(again["duration_days"], json!(1.0), "the Monday counts the weekend");
    office.deliver_requests().await;
    assert_eq!(office.earned_minutes(&[&friday, &monday, &again]).await, 4 * DAY);
}

#[tokio::test]
async fn recount_moves_no_day_between_and_follows_a_new_holiday() {
    let (office, friday, monday) = friday_and_monday().await;
    assert_eq!(office.recount(json!({})).await["changed"], 0);
    office.publish_calendar(2, &["2024-07-12"]).await;
    assert_eq!(office.recount(json!({})).await["changed"], 2);
    assert_eq!(office.earned_minutes(&[&friday, &monday]).await, DAY, "no counted day is before the weekend");
}

#[tokio::test]
async fn adjoining_requests_need_the_approvals_of_their_whole_length() {
    let office = LeaveFixture::with_counted_weekends().await;
    office.put_leave_type("long", "Long").await;
    let steps = json!([{"by": "manager"}, {"by": "hr", "above_days": 5}]);
    office.put_policy(23, json!({"leave_type": "long", "approval": steps})).await;
    let long =
        |fields| with(json!({"leave_type": "long", "start_date": "2024-07-15", "end_date": "2024-07-19"}), fields);
    let week = office.request_leave(office.employee(), long(json!({}))).await.body;
    let next = long(json!({"start_date": "2024-07-22", "end_date": "2024-07-22"}));
    let app = app!(office.world, LEAVES_CREATE);
    let next = office.post(&app, LEAVES, next).signed_in_as(office.employee()).await.body;
    let steps = |leave: &Value| leave["approval"]["steps"].as_array().unwrap().len();
    assert_eq!((steps(&week), steps(&next)), (1, 2), "six days in a row");
}

#[tokio::test]
async fn end_of_the_employment_gives_the_days_after_the_last_day_back() {
    let office = LeaveFixture::with_counted_weekends().await;
    let monday = office.request_earned_leave(office.employee(), "2024-07-15", "2024-07-15").await;
    let friday = office.request_earned_leave(office.employee(), "2024-07-12", "2024-07-12").await;
    assert_eq!(friday["duration_days"], json!(3.0));
    let leaver = Person { termination_date: Some("2024-07-12".parse().unwrap()), ..office.employee().clone() };
    office.world.add_people(&[&leaver]).await;
    office.world.clock.advance(jiff::SignedDuration::from_secs(10));
    let event = event(EventType::EmployeeUpdated, 2, &leaver);
    assert_eq!(office.consume_events(vec![event]).await, Vec::<String>::new());
    office.deliver_requests().await;
    let ledger = office.ledger(office.employee(), "earned").await;
    let taken: i64 = ledger.iter().filter(|entry| entry.leave_id.is_some()).map(|entry| entry.minutes.0).sum();
    assert_eq!(taken, -DAY, "only the Friday stays");
    let statuses = [office.read_leave(office.hr(), &friday).await, office.read_leave(office.hr(), &monday).await];
    let statuses = statuses.map(|read| (read.body["status"].clone(), read.body["duration_days"].clone()));
    assert_eq!(statuses, [(json!("pending"), json!(1.0)), (json!("cancelled"), json!(1.0))]);
}
