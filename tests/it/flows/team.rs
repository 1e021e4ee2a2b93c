//! A team in its own department with shifts two days ago, and an overnight run for this department only.

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

/// Slightly longer than functions cache policies.
pub(crate) const CACHE_EXPIRY: Duration = Duration::from_secs(62);

/// Team with its shift day, of which every shift is over.
pub(crate) struct Team {
    pub(crate) hr: Person,
    pub(crate) manager: Person,
    pub(crate) department: DepartmentId,
    pub(crate) date: Date,
}

impl Cloud {
    /// Creates a team with only HR and a manager, and waits until every function knows the shifts of the site.
    pub(crate) async fn team(&self) -> Outcome<Team> {
        let hr = self.new_person_at(YARD, Role::Hr, None).await?;
        self.create_rules(&hr).await?;
        let manager = self.new_person_at(YARD, Role::Manager, None).await?;
        self.wait_until_in_group(&hr, "role:hr").await?;
        let policies = self.get("/api/v1/compliance/policies?limit=100").by(&hr).expect(200).await?;
        let named = |policy: &&Value| policy["name"] == format!("Attendance of {YARD}");
        let policy = policies["items"].as_array().expect("items").iter().find(named).expect("the shifts of the yard");
        let created: jiff::Timestamp = policy["created_at"].as_str().expect("a time").parse().expect("a time");
        let age = Duration::try_from(self.origin().at.duration_since(created)).unwrap_or_default();
        tokio::time::sleep(CACHE_EXPIRY.saturating_sub(age)).await;
        let today = self.origin().at.to_zoned(TimeZone::get("Europe/Berlin").unwrap()).date();
        Ok(Team { department: manager.department, hr, manager, date: today.checked_sub(2.days()).unwrap() })
    }

    /// Hires a team member, waits until the attendance service knows them, and assigns a shift on the team's day.
    pub(crate) async fn worker(&self, team: &Team, shift: &str) -> Outcome<Person> {
        let (department, manager) = (Some(team.department), Some(&team.manager));
        let worker = self.hire(NewPerson { department, site: YARD, manager, ..NewPerson::default() }).await?;
        self.wait_until_known(&team.hr, &[&worker], team.date, team.department).await?;
        let body = json!({"employee_id": worker.id, "shifts": [shift], "from": team.date, "to": team.date});
        self.post("/api/v1/shift-assignments", body).by(&team.manager).expect(201).await?;
        Ok(worker)
    }

    /// Enters an employee's local times of the day as the manager.
    pub(crate) async fn enter(&self, team: &Team, who: &Person, from: &str, to: Option<&str>) -> Outcome<Value> {
        let body = json!({"employee_id": who.id, "date": team.date, "check_in_time": team.at(from),
            "check_out_time": to.map(|to| team.at(to)), "reason": "The terminal was out of order"});
        Ok(self.post("/api/v1/attendance/manual-entry", body).by(&team.manager).expect(201).await?)
    }

    /// Runs the overnight run for the team as of noon on the next day, and returns the closed run.
    pub(crate) async fn settle_team(&self, team: &Team) -> Outcome<Value> {
        let noon = team.date.checked_add(1.day()).unwrap().at(12, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap();
        Ok(self.run_overnight(&team.hr, team.department, noon.timestamp()).await?)
    }

    /// Waits until an employee's day has this status and returns it.
    pub(crate) async fn team_day(&self, team: &Team, who: &Person, status: &str) -> Outcome<Value> {
        Ok(self.wait_for_day_status(&team.hr, who.id, team.date, status).await?)
    }

    /// Number of audit records of a day with this action.
    pub(crate) async fn count_records(&self, team: &Team, day: &Value, action: &str) -> Outcome<usize> {
        Ok(self.audit_records(&team.hr, id_of(day)).await?.iter().filter(|record| record["action"] == action).count())
    }
}

impl Team {
    pub(crate) const fn parties<'a>(&'a self, employee: &'a Person) -> Parties<'a> {
        Parties { employee, manager: &self.manager, hr: &self.hr }
    }

    /// Moves the team's day to a future weekday, because past leave cannot be cancelled. The time of the run moves with it.
    pub(crate) fn on_future_day(self) -> Self {
        let mut date = self.date.checked_add(3.days()).unwrap();
        while date.weekday().to_monday_zero_offset() > 4 {
            date = date.tomorrow().unwrap();
        }
        Self { date, ..self }
    }

    /// Instant of a local time on the team's day, such as `22:00`, or on the next day, such as `+06:00`.
    pub(crate) fn at(&self, time: &str) -> jiff::Timestamp {
        let (date, time) = match time.strip_prefix('+') {
            Some(time) => (self.date.checked_add(1.day()).unwrap(), time),
            None => (self.date, time),
        };
        let time: jiff::civil::Time = time.parse().unwrap();
        date.to_datetime(time).to_zoned(TimeZone::get("Europe/Berlin").unwrap()).unwrap().timestamp()
    }
}
