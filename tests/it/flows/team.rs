//! A team of the yard whose days are settled: people in one department, on shifts of two days ago, and an overnight run for them alone.

use std::time::Duration;

use access::Role;
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use kernel::DepartmentId;
use serde_json::{Value, json};

use super::{
    cloud::{Cloud, eventually},
    people::{Someone, id_of},
    trail::AUDITED_WITHIN,
    yard::YARD,
};

/// For how long functions remember policies, and a little more.
pub(crate) const REMEMBERED: Duration = Duration::from_secs(62);
/// The dispatcher, its queue and the workers, which may have to start.
pub(crate) const SETTLED_WITHIN: Duration = Duration::from_secs(60);

/// The team, and the day that is played: every shift of it is over.
pub(crate) struct Team {
    pub(crate) hr: Someone,
    pub(crate) manager: Someone,
    pub(crate) department: DepartmentId,
    pub(crate) date: Date,
}

impl Cloud {
    /// A team without anybody in it but those who lead it, where every function knows the shifts of the yard.
    pub(crate) async fn team(&self) -> Team {
        let hr = self.someone_at(YARD, Role::Hr, None).await;
        self.rules_stand(&hr).await;
        let manager = self.someone_at(YARD, Role::Manager, None).await;
        self.is_audience(&hr, "role:hr").await;
        let path = "/api/v1/compliance/policies?limit=100";
        let policies = self.get(path).by(&hr).await.expect(200);
        let named = |policy: &&Value| policy["name"] == format!("Attendance of {YARD}");
        let policy = policies["items"].as_array().expect("items").iter().find(named).expect("the shifts of the yard");
        let made: jiff::Timestamp = policy["created_at"].as_str().expect("a time").parse().expect("a time");
        let stood = Duration::try_from(self.origin().at.duration_since(made)).unwrap_or_default();
        tokio::time::sleep(REMEMBERED.saturating_sub(stood)).await;
        let today = self.origin().at.to_zoned(TimeZone::get("Europe/Berlin").unwrap()).date();
        Team { department: manager.department, hr, manager, date: today.checked_sub(2.days()).unwrap() }
    }

    /// Somebody more in the team, on this shift on its day, whom attendance knows. They have not signed in.
    pub(crate) async fn worker(&self, team: &Team, shift: &str) -> Someone {
        let someone = self.settled_in(team.department, YARD, Role::Employee, Some(&team.manager)).await;
        let body = json!({"employee_id": someone.id, "shifts": [shift], "from": team.date, "to": team.date});
        let path = format!("/api/v1/attendance?date={}&department={}&limit=100", team.date, team.department);
        let look = async || {
            let list = self.get(&path).by(&team.hr).await.expect(200);
            list.to_string().contains(&someone.id.to_string()).then_some(())
        };
        eventually("somebody new in the list of the day", AUDITED_WITHIN * 6, look).await;
        self.post("/api/v1/shift-assignments", body).by(&team.manager).await.expect(201);
        someone
    }

    /// The same, signed in.
    pub(crate) async fn worker_at_hand(&self, team: &Team, shift: &str) -> Someone {
        let someone = self.worker(team, shift).await;
        Someone { session: self.login(&someone.email).await, ..someone }
    }

    /// The manager enters somebody's times of the day, in the yard's wall clock.
    pub(crate) async fn entered(&self, team: &Team, who: &Someone, from: &str, to: Option<&str>) -> Value {
        let body = json!({"employee_id": who.id, "date": team.date, "check_in_time": team.at(from),
            "check_out_time": to.map(|to| team.at(to)), "reason": "The terminal was out of order"});
        self.post("/api/v1/attendance/manual-entry", body).by(&team.manager).await.expect(201)
    }

    /// The overnight run for the team alone, as if it were noon of the day after; answers it when it is closed.
    pub(crate) async fn settle(&self, team: &Team) -> Value {
        let noon = team.date.checked_add(1.day()).unwrap().at(12, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp();
        let input = json!({"at": noon, "department": team.department});
        let invoked = self.invoke("attendance-job-dispatch", &input).await;
        assert_eq!(invoked.error, None, "{}", invoked.payload);
        let run = invoked.payload["runs"][0]["run"].as_str().unwrap_or_else(|| panic!("{:#}", invoked.payload));
        self.closed(team, run).await
    }

    /// A run, once it is closed.
    pub(crate) async fn closed(&self, team: &Team, run: &str) -> Value {
        let path = format!("/api/v1/attendance/runs/{run}");
        let look = async || {
            let run = self.get(&path).by(&team.hr).await.expect(200);
            (run["state"] == "closed").then_some(run)
        };
        let (run, took) = eventually("the end of a run", SETTLED_WITHIN, look).await;
        eprintln!("{} closed after {} ms", id_of(&run), took.as_millis());
        run
    }

    /// Somebody's day in full.
    pub(crate) async fn day(&self, team: &Team, who: &Someone) -> Value {
        let path = format!("/api/v1/attendance/{}/days/{}", who.id, team.date);
        self.get(path).by(&team.hr).await.expect(200)
    }

    /// The same, once it has this status.
    pub(crate) async fn day_as(&self, team: &Team, who: &Someone, status: &str) -> Value {
        let look = async || Some(self.day(team, who).await).filter(|day| day["status"] == status);
        let (day, took) = eventually(&format!("a day that is {status}"), SETTLED_WITHIN, look).await;
        eprintln!("{status} after {} ms", took.as_millis());
        day
    }

    /// How often something is recorded of a day.
    pub(crate) async fn times(&self, team: &Team, day: &Value, action: &str) -> usize {
        self.trail(&team.hr, id_of(day)).await.iter().filter(|record| record["action"] == action).count()
    }
}

impl Team {
    /// The same on the next weekday: leave that is over is not taken back any more. The run's clock is set ahead, too.
    pub(crate) fn ahead(self) -> Self {
        let mut date = self.date.checked_add(3.days()).unwrap();
        while date.weekday().to_monday_zero_offset() > 4 {
            date = date.tomorrow().unwrap();
        }
        Self { date, ..self }
    }

    /// An instant of the day by the wall clock of the yard: `22:00`, and `+06:00` on the day after.
    pub(crate) fn at(&self, time: &str) -> jiff::Timestamp {
        let (date, time) = match time.strip_prefix('+') {
            Some(time) => (self.date.checked_add(1.day()).unwrap(), time),
            None => (self.date, time),
        };
        let time: jiff::civil::Time = time.parse().unwrap();
        date.to_datetime(time).to_zoned(TimeZone::get("Europe/Berlin").unwrap()).unwrap().timestamp()
    }
}
