//! A team of the yard whose days are settled: people in one department, on shifts of two days ago, and an overnight run for them alone.

use std::time::Duration;

use access::Role;
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use kernel::DepartmentId;
use muster::scenario::{client::Person, leave::Parties, people::NewPerson};
use serde_json::{Value, json};

use super::{
    cloud::{Cloud, Outcome, id_of},
    flow_people::YARD,
};

/// For how long functions remember policies, and a little more.
pub(crate) const REMEMBERED: Duration = Duration::from_secs(62);

/// The team, and the day that is played: every shift of it is over.
pub(crate) struct Team {
    pub(crate) hr: Person,
    pub(crate) manager: Person,
    pub(crate) department: DepartmentId,
    pub(crate) date: Date,
}

impl Cloud {
    /// A team without anybody in it but those who lead it, where every function knows the shifts of the yard.
    pub(crate) async fn team(&self) -> Outcome<Team> {
        let hr = self.someone_at(YARD, Role::Hr, None).await?;
        self.create_rules(&hr).await?;
        let manager = self.someone_at(YARD, Role::Manager, None).await?;
        self.is_audience(&hr, "role:hr").await?;
        let policies = self.get("/api/v1/compliance/policies?limit=100").by(&hr).expect(200).await?;
        let named = |policy: &&Value| policy["name"] == format!("Attendance of {YARD}");
        let policy = policies["items"].as_array().expect("items").iter().find(named).expect("the shifts of the yard");
        let made: jiff::Timestamp = policy["created_at"].as_str().expect("a time").parse().expect("a time");
        let stood = Duration::try_from(self.origin().at.duration_since(made)).unwrap_or_default();
        tokio::time::sleep(REMEMBERED.saturating_sub(stood)).await;
        let today = self.origin().at.to_zoned(TimeZone::get("Europe/Berlin").unwrap()).date();
        Ok(Team { department: manager.department, hr, manager, date: today.checked_sub(2.days()).unwrap() })
    }

    /// Somebody more in the team, on this shift on its day, whom attendance knows.
    pub(crate) async fn worker(&self, team: &Team, shift: &str) -> Outcome<Person> {
        let (department, manager) = (Some(team.department), Some(&team.manager));
        let someone = self.hire(NewPerson { department, site: YARD, manager, ..NewPerson::default() }).await?;
        self.wait_until_known(&team.hr, &[&someone], team.date, team.department).await?;
        let body = json!({"employee_id": someone.id, "shifts": [shift], "from": team.date, "to": team.date});
        self.post("/api/v1/shift-assignments", body).by(&team.manager).expect(201).await?;
        Ok(someone)
    }

    /// The manager enters somebody's times of the day, in the yard's wall clock.
    pub(crate) async fn enter(&self, team: &Team, who: &Person, from: &str, to: Option<&str>) -> Outcome<Value> {
        let body = json!({"employee_id": who.id, "date": team.date, "check_in_time": team.at(from),
            "check_out_time": to.map(|to| team.at(to)), "reason": "The terminal was out of order"});
        Ok(self.post("/api/v1/attendance/manual-entry", body).by(&team.manager).expect(201).await?)
    }

    /// The overnight run for the team alone, as if it were noon of the day after; answers it when it is closed.
    pub(crate) async fn settle_team(&self, team: &Team) -> Outcome<Value> {
        let noon = team.date.checked_add(1.day()).unwrap().at(12, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap();
        Ok(self.store_member(&team.hr, team.department, noon.timestamp()).await?)
    }

    /// Somebody's day in full, once it has this status.
    pub(crate) async fn team_day(&self, team: &Team, who: &Person, status: &str) -> Outcome<Value> {
        Ok(self.day_as(&team.hr, who.id, team.date, status).await?)
    }

    /// How often something is recorded of a day.
    pub(crate) async fn count_records(&self, team: &Team, day: &Value, action: &str) -> Outcome<usize> {
        Ok(self.trail(&team.hr, id_of(day)).await?.iter().filter(|record| record["action"] == action).count())
    }
}

impl Team {
    pub(crate) const fn parties<'a>(&'a self, employee: &'a Person) -> Parties<'a> {
        Parties { employee, manager: &self.manager, hr: &self.hr }
    }

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
