//! What people on the stage work by, when they came and went, and what became of their days.

use directory::Person;
use serde_json::{Value, json};

use super::{
    Organisation, REASON, REASON_OF_OTHERS,
    leave::{policy, text},
};
use crate::bus::{deliver, queue_message, relay_stream};

/// The day on which everybody came late and stayed long.
pub(super) const DAY: &str = "2024-06-07";
/// The day before; only the foreigner was there.
const DAY_BEFORE: &str = "2024-06-06";

impl Organisation {
    /// Shifts, rotations and fences; everybody is known to attendance and put to work.
    pub(super) async fn create_rosters(&mut self) {
        let hr = self.hr.clone();
        self.create("compliance-policies-create", policy("Attendance", "attendance", shifts()), &hr).await;
        self.world.clock.advance(super::CACHE_EXPIRY);
        let people = relay_stream(&self.world, "EMPLOYEES_TABLE").await;
        deliver(&attendance::on::employee::build(&self.world.shell).unwrap(), &people).await;
        for site in ["quarry", "berlin"] {
            self.foreign.insert("site", site.to_owned());
            self.create("sites-update", super::sample_body(super::row("sites-update")), &hr).await;
        }
        for (name, what) in [("roster_id", "Unused"), ("worked_roster_id", "Worked")] {
            let roster = json!({"name": what, "starts_on": "2024-01-01", "cycle": [["day"], ["day"], []]});
            let roster = self.create_id("rosters-create", roster).await;
            self.foreign.insert(name, roster);
        }
        for person in self.everybody().map(Clone::clone) {
            let works = [
                json!({"roster_id": self.foreign["worked_roster_id"], "from": "2024-08-05", "to": "2024-08-30"}),
                json!({"shifts": ["day"], "from": "2024-08-31", "to": "2024-09-01"}),
            ];
            for mut work in works {
                work["employee_id"] = json!(person.id);
                let assignment = self.create_id("shift-assignments-create", work).await;
                self.register_id("assignment_id", person.id, assignment);
            }
        }
        self.foreign.insert("date", DAY.to_owned());
    }

    /// Everybody was there on [`DAY`], the foreigner on the day before as well; both days were processed, and everybody asks for a
    /// correction.
    pub(super) async fn create_attendance(&mut self) {
        for person in self.everybody().map(Clone::clone) {
            for (date, reason) in self.days_of(&person) {
                let entry = json!({
                    "employee_id": person.id, "date": date, "reason": reason,
                    "check_in_time": format!("{date}T07:40:00Z"), "check_out_time": format!("{date}T16:20:00Z"),
                });
                self.create_id("attendance-manual-entry", entry).await;
                let correction = json!({
                    "date": date, "reason": reason,
                    "add": [
                        {"kind": "break_start", "at": format!("{date}T10:00:00Z")},
                        {"kind": "break_end", "at": format!("{date}T10:45:00Z")},
                    ],
                });
                let correction = self.create("attendance-corrections-create", correction, &person).await;
                self.register_id("correction_id", person.id, text(&correction, "id"));
            }
        }
        self.process().await;
    }

    /// When somebody was there, and why it had to be said for them.
    fn days_of(&self, person: &Person) -> Vec<(&'static str, &'static str)> {
        if person.id == self.foreigner.id {
            vec![(DAY_BEFORE, REASON), (DAY, REASON)]
        } else {
            vec![(DAY, REASON_OF_OTHERS)]
        }
    }

    /// HR has the days processed, twice: the requests reach the queue, and a worker settles what is on it. The first run has
    /// everything to do.
    async fn process(&mut self) {
        let row = super::row("attendance-process");
        for name in ["run_id", "idle_run_id"] {
            let answer = self.ask(row, &self.foreign_path(row)).signed_in_as(&self.hr).await;
            assert_eq!(answer.status, 202, "{}", answer.body);
            self.foreign.insert(name, text(&answer.body, "id"));
        }
        let shell = &self.world.shell;
        let events = relay_stream(&self.world, "ATTENDANCE_TABLE").await;
        deliver(&attendance::on::change::build(shell).unwrap(), &events).await;
        let settle = attendance::job::settle::build(shell).unwrap();
        for message in self.world.cloud.take_queued() {
            assert_eq!(settle(vec![queue_message(&message.body)]).await, Vec::<String>::new());
        }
    }
}

/// One shift for everybody.
fn shifts() -> Value {
    json!({
        "shifts": [{"code": "day", "from": "09:00", "to": "17:30", "break_minutes": 30}], "default_shift": "day",
        "window_before_minutes": 60, "window_after_minutes": 60, "grace_in_minutes": 5, "grace_out_minutes": 5,
        "breaks": [], "rounding": "none", "rounding_step_minutes": 1,
    })
}
