//! Recounts of a test: changed calendars, previews, and recounts that run to their end.

use ::leave::{domain::request::Request, store::start_sort_key};
use axum::http::Method;
use fixtures::{deliver, relay_stream};
use kernel::{EmployeeId, LeaveId};
use policy::{Calendar, calendar_key};
use serde_json::{Value, json};
use store::{Key, Write, from_item};
use testkit::{TestResponse, origin};
use uuid::Uuid;

use super::{LeaveFixture, with};

/// Most rounds of events until a recount has ended.
const ROUNDS_MAX: usize = 5;

impl LeaveFixture {
    /// Publishes a version of Berlin's calendar with these holidays.
    pub(super) async fn publish_calendar(&self, version: u32, holidays: &[&str]) {
        let table = self.table("COMPLIANCE_TABLE");
        let first: Calendar =
            from_item(table.get_consistent(&calendar_key("berlin", 1)).await.unwrap().unwrap()).unwrap();
        let holidays: Vec<_> = holidays.iter().map(|day| json!({"name": "New holiday", "from": day})).collect();
        let next = Calendar { version, holidays: serde_json::from_value(json!(holidays)).unwrap(), ..first };
        table.commit(&origin(), Write::create(calendar_key("berlin", version), &next)).await.unwrap();
        self.world.clock.advance(jiff::SignedDuration::from_secs(70));
    }

    /// Previews a recount of Berlin from 11 June 2024.
    pub(super) async fn preview_recount(&self, fields: Value) -> TestResponse {
        let app = app!(self.world, LEAVES_RECOUNTS_PREVIEW);
        let body = with(json!({"site": "berlin", "from": "2024-06-11"}), fields);
        self.world.post(&app, "/api/v1/leaves/recounts/preview", body).signed_in_as(self.hr()).await
    }

    /// Requests a recount of Berlin from 11 June 2024.
    pub(super) async fn request_recount(&self, fields: Value) -> TestResponse {
        let app = app!(self.world, LEAVES_RECOUNTS_CREATE);
        let body = with(json!({"site": "berlin", "from": "2024-06-11"}), fields);
        self.world.post(&app, "/api/v1/leaves/recounts", body).signed_in_as(self.hr()).await
    }

    /// Reads a recount as HR.
    pub(super) async fn read_recount(&self, location: &str) -> Value {
        let app = app!(self.world, LEAVES_RECOUNTS_GET);
        let read = self.world.request(&app, Method::GET, location).signed_in_as(self.hr()).await;
        assert_eq!(read.status, 200, "{}", read.body);
        read.body
    }

    /// Stores copies of a request that belong to people who are not in the directory.
    pub(super) async fn copy_request_of_strangers(&self, leave: &Value, copies: usize) {
        let items = self.world.list_items("LEAVE_TABLE").await;
        let key = format!("LEAVE#{}", leave["id"].as_str().unwrap());
        let item = items.into_iter().find(|item| store::string_attribute(item, "pk") == Some(&key)).unwrap();
        let request: Request = from_item(item).unwrap();
        let table = self.table("LEAVE_TABLE");
        for number in 0..copies {
            let id = Uuid::from_u128(0x5000 + u128::try_from(number).unwrap());
            let (id, employee_id) = (LeaveId::new(id), EmployeeId::new(id));
            let copy = Request { id, employee_id, ..request.clone() };
            let key = Key::new(format!("LEAVE#{id}"), "REQUEST");
            let sort_key = start_sort_key(copy.start_date, id);
            table.commit(&origin(), Write::create(key, &copy).index("by_start", "REQUESTS", sort_key)).await.unwrap();
        }
    }

    /// Delivers all events of the service, repeated ones too, to `leave-on-recount`.
    pub(super) async fn deliver_to_recount(&self) {
        let events = relay_stream(&self.world, "LEAVE_TABLE").await;
        let of_recounts = |event: &Value| event["DetailType"].as_str().unwrap().starts_with("leave.recount_");
        let events: Vec<_> = events.into_iter().filter(of_recounts).collect();
        deliver(&::leave::on::recount::build(&self.world.shell).unwrap(), &events).await;
    }

    /// Requests a recount, delivers its events until it has ended, and returns it.
    pub(super) async fn recount(&self, fields: Value) -> Value {
        let requested = self.request_recount(fields).await;
        assert_eq!(requested.status, 202, "{}", requested.body);
        for _ in 0..ROUNDS_MAX {
            self.deliver_to_recount().await;
            let run = self.read_recount(requested.header("location")).await;
            if !run["finished_at"].is_null() {
                return run;
            }
        }
        panic!("the recount has not ended after {ROUNDS_MAX} rounds");
    }
}
