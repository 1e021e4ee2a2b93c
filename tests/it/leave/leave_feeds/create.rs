//! `POST /api/v1/leave-feeds`

use directory::Person;
use serde_json::{Value, json};
use testkit::TestResponse;

use crate::leave::LeaveFixture;

const PATH: &str = "/api/v1/leave-feeds";

impl LeaveFixture {
    /// Creates a calendar feed as a person; returns it.
    pub(super) async fn create_feed(&self, by: &Person, body: Value) -> Value {
        let app = app!(self.world, LEAVE_FEEDS_CREATE);
        let answer = self.world.post(&app, PATH, body).signed_in_as(by).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body
    }

    /// Reads a calendar by its link, without signing in.
    pub(super) async fn read_feed(&self, url: &str) -> TestResponse {
        let app = app!(self.world, LEAVE_FEEDS_CALENDAR);
        self.world.get(&app, url).await
    }
}

#[tokio::test]
async fn link_secret_is_stored_nowhere_and_replayed_identically() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVE_FEEDS_CREATE);
    let ask = || {
        let body = json!({"scope": "own"});
        office.post(&app, PATH, body).signed_in_as(office.employee()).header("idempotency-key", "k")
    };
    let first = ask().await;
    assert_eq!((first.status.as_u16(), &first.body["scope"]), (201, &json!("own")), "{}", first.body);
    let url = first.body["url"].as_str().unwrap();
    let secret = url.split(['.', '/']).find(|part| part.len() == 43).expect("a MAC in the path");
    assert!(url.contains(first.body["id"].as_str().unwrap()));
    let again = ask().await;
    assert_eq!(
        (&again.body, again.header("idempotent-replayed")),
        (&first.body, "true"),
        "the replayed link is the same"
    );
    let stored = format!("{:?}", office.snapshot().await);
    assert!(!stored.contains(secret), "table, events and stored answers do not contain the secret");
    let announced = office.published_types("LEAVE_TABLE").await;
    assert_eq!(announced.iter().filter(|event| *event == "leave.feed_created").count(), 1);
    assert_eq!(office.read_feed(url).await.status, 200);
}

#[tokio::test]
async fn link_scope_is_limited_to_departments_the_owner_may_see() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVE_FEEDS_CREATE);
    let people = office.world.people.clone();
    let own = office.create_feed(&people.employee, json!({"scope": "department"})).await;
    assert_eq!(own["department_id"], json!(people.employee.department_id));
    assert_eq!(office.create_feed(&people.employee, json!({})).await["scope"], json!("own"));
    let there = json!({"department": people.outsider.department_id});
    assert_eq!(office.create_feed(&people.hr, there.clone()).await["scope"], json!("department"));
    office.refused(office.post(&app, PATH, there.clone()).signed_in_as(&people.employee), 404, "not_found", &[]).await;
    let both = json!({"scope": "team", "department": people.outsider.department_id});
    office.refused(office.post(&app, PATH, both).signed_in_as(&people.hr), 422, "invalid", &["/department"]).await;
    let what = json!({"scope": "everything"});
    office.refused(office.post(&app, PATH, what).signed_in_as(&people.hr), 400, "malformed", &["/scope"]).await;
}

#[tokio::test]
async fn links_are_limited_and_need_kms() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVE_FEEDS_CREATE);
    let ask = || office.post(&app, PATH, json!({})).signed_in_as(office.employee());
    office.world.cloud.fail_calls("TrentService.GenerateMac");
    office.refused(ask(), 503, "unavailable", &[]).await;
    office.world.cloud.recover();
    for _ in 0..20 {
        assert_eq!(ask().await.status, 201);
    }
    office.refused(ask(), 409, "too_many_feeds", &[]).await;
}
