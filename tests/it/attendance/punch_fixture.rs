//! Client of the punch endpoints.

use axum::Router;
use directory::Person;
use serde_json::{Value, json};
use testkit::{TestRequest, TestResponse};

use super::fixture::AttendanceFixture;

const ATTENDANCE: &str = "/api/v1/attendance";

/// The four punch functions, warm from the first punch on.
pub(crate) struct PunchClient {
    pub(crate) fixture: AttendanceFixture,
    check_in: Router,
    check_out: Router,
    break_start: Router,
    break_end: Router,
}

impl PunchClient {
    pub(crate) fn with_fixture(fixture: AttendanceFixture) -> Self {
        let check_in = app!(fixture.world, ATTENDANCE_CHECK_IN);
        let check_out = app!(fixture.world, ATTENDANCE_CHECK_OUT);
        let break_start = app!(fixture.world, ATTENDANCE_BREAK_START);
        let break_end = app!(fixture.world, ATTENDANCE_BREAK_END);
        Self { fixture, check_in, check_out, break_start, break_end }
    }

    pub(crate) async fn new() -> Self {
        Self::with_fixture(AttendanceFixture::new().await)
    }

    /// A request: `check-in`, `check-out`, `break-start` or `break-end`.
    pub(crate) fn request(&self, action: &str, person: &Person, body: Value) -> TestRequest<'_> {
        let app = match action {
            "check-in" => &self.check_in,
            "check-out" => &self.check_out,
            "break-start" => &self.break_start,
            "break-end" => &self.break_end,
            other => panic!("unknown action {other}"),
        };
        self.fixture.post(app, format!("{ATTENDANCE}/{action}"), body).signed_in_as(person)
    }

    /// The employee punches at an instant.
    pub(crate) async fn punch(&self, action: &str, instant: &str) -> TestResponse {
        self.fixture.set_time(instant);
        self.request(action, self.fixture.employee(), punch_body()).await
    }

    /// The employee punches successfully; returns the answer.
    pub(crate) async fn punch_accepted(&self, action: &str, instant: &str) -> Value {
        let answer = self.punch(action, instant).await;
        let status = if action == "check-in" { 201 } else { 200 };
        assert_eq!(answer.status.as_u16(), status, "{action} at {instant}: {}", answer.body);
        answer.body
    }

    /// The punch is refused with this problem and stores nothing; returns `current`.
    pub(crate) async fn punch_refused(&self, action: &str, instant: &str, status: u16, problem: &str) -> Value {
        self.fixture.set_time(instant);
        let request = self.request(action, self.fixture.employee(), punch_body());
        self.fixture.refused(request, status, problem, &[]).await.body["current"].clone()
    }

    /// Events of the stored days, in order.
    pub(crate) async fn published_events(&self) -> Vec<String> {
        let stamps = self.fixture.stamps("ATTENDANCE_TABLE").await;
        let days = stamps.into_iter().filter(|stamp| stamp.entity_type == "Attendance");
        days.flat_map(events::Stamp::into_stamps).map(|stamp| stamp.event).collect()
    }
}

/// Body of a punch with place and device.
pub(crate) fn punch_body() -> Value {
    json!({"location": "Office", "device": "Mobile"})
}
