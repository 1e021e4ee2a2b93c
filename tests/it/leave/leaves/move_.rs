//! `POST /api/v1/leaves/{leave_id}/move`

use directory::Person;
use futures::future::join_all;
use serde_json::{Value, json};
use testkit::TestResponse;

use crate::leave::{LeaveFixture, path, with};

const DAY: i64 = 480;

impl LeaveFixture {
    /// Moves a leave as HR.
    pub(crate) async fn move_leave(&self, leave: &Value, fields: Value) -> TestResponse {
        let app = app!(self.world, LEAVES_MOVE);
        let body = with(json!({"reason": "The project was moved"}), fields);
        self.post(&app, path(leave, "/move"), body).signed_in_as(self.hr()).await
    }

    /// Approved annual leave of the employee from Monday 15 to Friday 19 July 2024.
    async fn approved_week(&self) -> Value {
        let leave = self.request_annual_leave(self.employee(), "2024-07-15", "2024-07-19").await;
        assert_eq!(self.approve(self.manager(), &leave).await.status, 200);
        leave
    }
}

fn to(from: &str, to: &str) -> Value {
    json!({"from": from, "to": to})
}

#[tokio::test]
async fn move_returns_the_old_days_and_takes_the_new_ones() {
    let office = LeaveFixture::open().await;
    let leave = office.approved_week().await;
    let moved = office.move_leave(&leave, to("2024-08-01", "2024-08-05")).await;
    assert_eq!((moved.status.as_u16(), moved.header("etag")), (200, "\"3\""), "{}", moved.body);
    let after = &moved.body["leave"];
    assert_eq!(
        (&after["status"], &after["start_date"], &after["end_date"]),
        (&json!("approved"), &json!("2024-08-01"), &json!("2024-08-05"))
    );
    assert_eq!((&moved.body["old"]["days"], &moved.body["new"]["days"]), (&json!(5.0), &json!(3.0)));
    assert_eq!(
        (&after["returned"][0]["reason"], &after["returned"][0]["by"]),
        (&json!("moved"), &json!(office.hr().id))
    );
    assert_eq!(office.taken_minutes(office.employee(), "annual").await, 3 * DAY);
    let explained = office.read_explanation(office.employee(), "annual", "2024-12-31").await;
    let lines: Vec<&Value> =
        explained["lines"].as_array().unwrap().iter().filter(|line| line["rule"] == "move").collect();
    let shown: Vec<_> = lines.iter().map(|line| (line["kind"].clone(), line["amount"]["minutes"].clone())).collect();
    assert_eq!(shown, [(json!("release"), json!(5 * DAY)), (json!("consume"), json!(-3 * DAY))]);
    for line in lines {
        let why = line["why"].as_str().unwrap();
        assert!(why.contains("2024-07-15") && why.contains("2024-08-05") && why.contains("The project"), "{why}");
    }
    office.assert_explanation_adds_up(office.employee(), "annual", &["2024-07-20", "2024-08-02", "2024-12-31"]).await;
    office.request_annual_leave(office.employee(), "2024-07-15", "2024-07-19").await;
    let stamps = office.stamps("LEAVE_TABLE").await;
    let told = stamps.iter().find(|stamp| stamp.event == "leave.request_moved").unwrap();
    assert_eq!(told.data.as_ref().unwrap()["returned_from"], json!("2024-07-15"));
}

#[tokio::test]
async fn preview_of_a_move_writes_nothing() {
    let office = LeaveFixture::open().await;
    let leave = office.approved_week().await;
    let before = office.snapshot().await;
    let shown = office.move_leave(&leave, with(to("2024-07-16", "2024-07-22"), json!({"dry_run": true}))).await;
    assert_eq!((shown.status.as_u16(), &shown.body["dry_run"]), (200, &json!(true)), "{}", shown.body);
    assert_eq!(shown.body["new"]["days"], json!(5.0), "its own old days are no overlap");
    assert!(before == office.snapshot().await);
}

#[tokio::test]
async fn moves_that_are_not_possible_are_refused() {
    let office = LeaveFixture::open().await;
    let leave = office.approved_week().await;
    let other = office.request_annual_leave(office.employee(), "2024-08-05", "2024-08-06").await;
    let app = app!(office.world, LEAVES_MOVE);
    let reason = json!({"reason": "Agreed"});
    let ask = |of: &Value, by: &Person, body: Value| {
        office.post(&app, path(of, "/move"), with(reason.clone(), body)).signed_in_as(by)
    };
    for (body, status, problem, pointers) in [
        (to("2024-08-02", "2024-08-01"), 422, "invalid", vec!["/to"]),
        (to("2024-08-02", "2025-08-03"), 422, "invalid", vec!["/to"]),
        (to("2024-06-07", "2024-06-10"), 422, "invalid", vec!["/from"]),
        (to("2024-08-03", "2024-08-04"), 422, "invalid", vec!["/from"]),
        (to("2024-08-02", "2024-08-05"), 409, "overlap", vec!["/from"]),
        (to("2024-09-02", "2024-10-18"), 422, "below_floor", vec!["/override"]),
    ] {
        office.refused(ask(&leave, office.hr(), body), status, problem, &pointers).await;
    }
    let dates = to("2024-08-01", "2024-08-02");
    let without_reason = office.post(&app, path(&leave, "/move"), dates).signed_in_as(office.hr());
    office.refused(without_reason, 400, "malformed", &["/reason"]).await;
    let pending =
        office.refused(ask(&other, office.hr(), to("2024-08-07", "2024-08-07")), 409, "illegal_transition", &[]);
    assert_eq!(pending.await.body["current"]["status"], json!("pending"));
    for foreign in [office.employee(), office.manager()] {
        office.refused(ask(&leave, foreign, to("2024-08-01", "2024-08-02")), 403, "forbidden", &[]).await;
    }
    assert_eq!(office.taken_minutes(office.employee(), "annual").await, 7 * DAY);
    let allowed = office.move_leave(&leave, with(to("2024-09-02", "2024-10-18"), json!({"override": true}))).await;
    assert_eq!(allowed.status, 200, "{}", allowed.body);
    assert!(allowed.body["below_floor"]["lowest"]["minutes"].as_i64().unwrap() < 0, "{}", allowed.body);
}

#[tokio::test]
async fn hr_does_not_move_their_own_leave() {
    let office = LeaveFixture::open().await;
    let sick = json!({"leave_type": "sick", "start_date": "2024-07-15", "end_date": "2024-07-15"});
    let leave = office.request_leave(office.hr(), sick).await.body;
    let app = app!(office.world, LEAVES_MOVE);
    let body = with(to("2024-07-16", "2024-07-16"), json!({"reason": "Later"}));
    office
        .refused(office.post(&app, path(&leave, "/move"), body).signed_in_as(office.hr()), 403, "own_request", &[])
        .await;
}

#[tokio::test]
async fn only_the_end_of_a_leave_that_has_begun_moves() {
    let office = LeaveFixture::open().await;
    let leave = office.approved_week().await;
    office.world.clock.set("2024-07-17T08:00:00Z".parse().unwrap());
    let app = app!(office.world, LEAVES_MOVE);
    let ask = |body: Value| {
        office.post(&app, path(&leave, "/move"), with(body, json!({"reason": "Agreed"}))).signed_in_as(office.hr())
    };
    office.refused(ask(to("2024-07-16", "2024-07-22")), 422, "invalid", &["/from"]).await;
    office.refused(ask(to("2024-07-15", "2024-07-16")), 422, "invalid", &["/to"]).await;
    let longer = office.move_leave(&leave, to("2024-07-15", "2024-07-23")).await;
    assert_eq!((longer.status.as_u16(), &longer.body["new"]["days"]), (200, &json!(7.0)), "{}", longer.body);
    let shorter = office.move_leave(&leave, to("2024-07-15", "2024-07-17")).await;
    assert_eq!((shorter.status.as_u16(), &shorter.body["new"]["days"]), (200, &json!(3.0)), "{}", shorter.body);
    assert_eq!(office.taken_minutes(office.employee(), "annual").await, 3 * DAY);
    office.set_date("2024-07-20");
    office.refused(ask(to("2024-07-15", "2024-07-22")), 409, "over", &[]).await;
}

#[tokio::test]
async fn end_of_a_leave_that_illness_interrupted_moves_and_the_days_of_the_illness_stay_free_of_it() {
    let office = LeaveFixture::open().await;
    office.put_leave_type("illness", "Illness").await;
    let rules = json!({"leave_type": "illness", "backdate_days": 7, "approval": [], "interrupts": ["annual"]});
    office.put_policy(11, rules).await;
    let leave = office.approved_week().await;
    office.world.clock.set("2024-07-18T08:00:00Z".parse().unwrap());
    let ill = json!({"leave_type": "illness", "start_date": "2024-07-16", "end_date": "2024-07-17"});
    let ill = office.request_leave(office.employee(), ill).await;
    assert_eq!(ill.status, 201, "{}", ill.body);
    let longer = office.move_leave(&leave, to("2024-07-15", "2024-07-23")).await;
    assert_eq!((longer.status.as_u16(), &longer.body["new"]["days"]), (200, &json!(5.0)), "{}", longer.body);
    let app = app!(office.world, LEAVES_CANCEL);
    let body = json!({"reason": "Entered by mistake", "from": "2024-07-16"});
    let cancelled = office.post(&app, path(&ill.body, "/cancel"), body).signed_in_as(office.hr()).await;
    assert_eq!(cancelled.status, 200, "{}", cancelled.body);
    let shorter = office.move_leave(&leave, to("2024-07-15", "2024-07-19")).await;
    assert_eq!((shorter.status.as_u16(), &shorter.body["new"]["days"]), (200, &json!(3.0)), "{}", shorter.body);
    let again = json!({"leave_type": "illness", "start_date": "2024-07-16", "end_date": "2024-07-17"});
    let again = office.request_leave(office.employee(), again).await;
    assert_eq!(again.status, 201, "the days of the illness are free: {}", again.body);
}

#[tokio::test]
async fn leave_is_not_moved_past_the_end_of_the_employment() {
    let office = LeaveFixture::open().await;
    let hired = office.hire(62, "Lea", "2024-01-01").await;
    let leave = office.request_annual_leave(&hired, "2024-07-15", "2024-07-16").await;
    assert_eq!(office.approve(office.manager(), &leave).await.status, 200);
    let leaver = Person { termination_date: Some("2024-07-31".parse().unwrap()), ..hired };
    office.world.add_people(&[&leaver]).await;
    office.world.clock.advance(jiff::SignedDuration::from_secs(10));
    let late = office.move_leave(&leave, to("2024-07-31", "2024-08-01")).await;
    assert_eq!(
        (late.status.as_u16(), &late.body["errors"][0]["code"]),
        (409, &json!("employment_ended")),
        "{}",
        late.body
    );
    assert_eq!(office.move_leave(&leave, to("2024-07-30", "2024-07-31")).await.status, 200);
}

#[tokio::test]
async fn half_of_a_day_stays_a_half_and_midday_flags_are_taken() {
    let office = LeaveFixture::open().await;
    let half = json!({"leave_type": "annual", "start_date": "2024-07-15", "end_date": "2024-07-15", "half": "pm"});
    let leave = office.request_leave(office.employee(), half).await.body;
    assert_eq!(office.approve(office.manager(), &leave).await.status, 200);
    let moved = office.move_leave(&leave, to("2024-07-16", "2024-07-16")).await.body;
    assert_eq!((&moved["leave"]["half"], &moved["new"]["days"]), (&json!("pm"), &json!(0.5)), "{moved}");
    let longer = with(to("2024-07-16", "2024-07-17"), json!({"starts_at_midday": true}));
    let longer = office.move_leave(&leave, longer).await.body;
    assert_eq!((&longer["leave"]["starts_at_midday"], &longer["new"]["days"]), (&json!(true), &json!(1.5)), "{longer}");
}

#[tokio::test]
async fn one_of_many_moves_counts_and_its_retry_replays() {
    let office = LeaveFixture::open().await;
    let leave = office.approved_week().await;
    let app = app!(office.world, LEAVES_MOVE);
    let ask = |n: usize| {
        let day = format!("2024-08-{:02}", n + 1);
        let body = with(to(&day, "2024-08-16"), json!({"reason": "Agreed"}));
        office
            .post(&app, path(&leave, "/move"), body)
            .signed_in_as(office.hr())
            .header("idempotency-key", &n.to_string())
    };
    let answers = join_all((0..6).map(|n| async move { ask(n).await })).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let read = office.read_leave(office.hr(), &leave).await.body;
    let minutes = read["duration"]["minutes"].as_i64().unwrap();
    assert_eq!(office.taken_minutes(office.employee(), "annual").await, minutes);
    let before = office.snapshot().await;
    let again = ask(3).await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (200, "true"));
    assert_eq!(again.body, answers[3].body);
    assert!(before == office.snapshot().await);
}

#[tokio::test]
async fn move_beside_other_leave_counts_the_weekend_between() {
    let office = LeaveFixture::with_counted_weekends().await;
    let friday = office.request_earned_leave(office.employee(), "2024-07-12", "2024-07-12").await;
    let leave = office.request_earned_leave(office.employee(), "2024-07-24", "2024-07-24").await;
    assert_eq!(office.approve(office.manager(), &leave).await.status, 200);
    let moved = office.move_leave(&leave, to("2024-07-15", "2024-07-15")).await;
    assert_eq!(moved.body["new"]["days"], json!(3.0), "{}", moved.body);
    let away = office.move_leave(&leave, to("2024-07-24", "2024-07-24")).await;
    assert_eq!(away.body["new"]["days"], json!(1.0), "{}", away.body);
    assert_eq!(office.earned_minutes(&[&friday, &leave]).await, 2 * DAY);
}
