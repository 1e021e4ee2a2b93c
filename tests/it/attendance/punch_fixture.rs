//! What the tests of punches do.

use axum::Router;
use directory::Person;
use serde_json::{Value, json};
use testkit::{Answer, Ask};

use super::fixture::Plant;

const ATTENDANCE: &str = "/api/v1/attendance";

/// The clock at the door: its four functions, warm from the first punch on.
pub(crate) struct Clock {
    pub(crate) plant: Plant,
    check_in: Router,
    check_out: Router,
    break_start: Router,
    break_end: Router,
}

impl Clock {
    /// At a plant.
    pub(crate) fn at(plant: Plant) -> Self {
        let check_in = app!(plant.world, ATTENDANCE_CHECK_IN);
        let check_out = app!(plant.world, ATTENDANCE_CHECK_OUT);
        let break_start = app!(plant.world, ATTENDANCE_BREAK_START);
        let break_end = app!(plant.world, ATTENDANCE_BREAK_END);
        Self { plant, check_in, check_out, break_start, break_end }
    }

    /// The same at a plant of its own.
    pub(crate) async fn open() -> Self {
        Self::at(Plant::open().await)
    }

    /// A request: `check-in`, `check-out`, `break-start` or `break-end`.
    pub(crate) fn ask(&self, what: &str, person: &Person, body: Value) -> Ask<'_> {
        let app = match what {
            "check-in" => &self.check_in,
            "check-out" => &self.check_out,
            "break-start" => &self.break_start,
            "break-end" => &self.break_end,
            other => panic!("there is no {other}"),
        };
        self.plant.post(app, format!("{ATTENDANCE}/{what}"), body).signed_in_as(person)
    }

    /// The employee punches at an instant, as the seed document asks for it.
    pub(crate) async fn punch(&self, what: &str, instant: &str) -> Answer {
        self.plant.at(instant);
        self.ask(what, self.plant.employee(), seed()).await
    }

    /// The same, and it is taken.
    pub(crate) async fn punched(&self, what: &str, instant: &str) -> Value {
        let answer = self.punch(what, instant).await;
        let status = if what == "check-in" { 201 } else { 200 };
        assert_eq!(answer.status.as_u16(), status, "{what} at {instant}: {}", answer.body);
        answer.body
    }

    /// The same, and it is refused so; nothing is stored. Answers what stands.
    pub(crate) async fn refused(&self, what: &str, instant: &str, status: u16, problem: &str) -> Value {
        self.plant.at(instant);
        let ask = self.ask(what, self.plant.employee(), seed());
        self.plant.refused(ask, status, problem, &[]).await.body["current"].clone()
    }

    /// What was said of days, in order: an event, and what it says besides.
    pub(crate) async fn said(&self) -> Vec<String> {
        let stamps = self.plant.stamps("ATTENDANCE_TABLE").await;
        let days = stamps.into_iter().filter(|stamp| stamp.entity_type == "Attendance");
        days.flat_map(events::Stamp::into_stamps).map(|stamp| stamp.event).collect()
    }
}

/// The body of the seed document.
pub(crate) fn seed() -> Value {
    json!({"location": "Office", "device": "Mobile"})
}
