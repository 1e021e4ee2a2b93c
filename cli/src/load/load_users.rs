//! Employees who are hired for one load run and terminated at its end.

use access::Role;
use futures::{StreamExt, TryStreamExt, stream};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use serde_json::json;

use super::{kind::RequestKind, plan::Plan};
use crate::scenario::{
    Scenario,
    client::Person,
    eventually,
    json::{id_of, text},
    people::NewPerson,
    unique,
};

/// Department of all load runs; it is kept after a run.
const DEPARTMENT: &str = "Load runs";
/// Work site of the employees, with a calendar and fences.
const SITE: &str = "berlin";
/// Least number of days until the first requested leave day, more than the notice of any demo policy.
const NOTICE_DAYS: i32 = 30;
/// Shift of the demo policies at 09:00, whose window opens at 08:00.
const SHIFT: &str = "day";
/// Local hour of the employees at the start of the run: inside the shift window and not late.
const HIRE_HOUR: i8 = 8;
/// Employees set up concurrently.
const SETUP_CONCURRENCY: usize = 4;

/// Employee who sends requests.
#[derive(Debug)]
pub(crate) struct LoadUser {
    pub(crate) person: Person,
    /// Ids of the notifications that the employee marks as read.
    pub(crate) notification_ids: Vec<String>,
}

/// Employees, HR and dates of one run.
#[derive(Debug)]
pub(crate) struct LoadUsers {
    /// Unique name of the run, part of every request key.
    run: String,
    /// Local date of the employees.
    pub(crate) today: Date,
    pub(crate) hr: Person,
    pub(crate) people: Vec<LoadUser>,
    /// Future working days. Each employee requests them as leave in this order.
    pub(crate) days: Vec<Date>,
    lead: Person,
}

impl LoadUsers {
    /// Hires the employees and waits until every service knows them and their notifications have arrived.
    pub(crate) async fn hire(scenario: &Scenario, plan: &Plan) -> Result<Self, String> {
        let (hr, now) = (scenario.demo_person("chro").await?, scenario.origin().at);
        let zone = zone_at_hire_hour(now);
        let today = now.in_tz(&zone).map_err(|error| error.to_string())?.date();
        let department = scenario.create_department_if_missing(DEPARTMENT).await?;
        let days = scenario.days_worked_in_full(&hr, SITE, today.saturating_add(NOTICE_DAYS.days())).await?;
        let hire = async |name: &str, manager| {
            let (name, department, site, time_zone) = ((name, "Load"), Some(department), SITE, &*zone);
            scenario.hire(NewPerson { name, department, site, time_zone, role: Role::Employee, manager }).await
        };
        let lead = hire("Lead", None).await?;
        let people = stream::iter(0..plan.people).map(async |who| {
            let person = hire(&format!("Person{who}"), Some(&lead)).await?;
            person.sign_in(&scenario.api).await?;
            Ok::<_, String>(person)
        });
        let people: Vec<Person> = people.buffered(SETUP_CONCURRENCY).try_collect().await?;
        scenario.wait_until_known(&hr, &people.iter().collect::<Vec<_>>(), today, department).await?;
        let set_up = stream::iter(people.into_iter().enumerate()).map(async |(who, person)| {
            let body = json!({"employee_id": person.id, "shifts": [SHIFT], "from": today, "to": today});
            scenario.post("/api/v1/shift-assignments", body).by(&hr).expect(201).await?;
            let notification_ids =
                send_notifications(scenario, &hr, &person, plan.count_of(RequestKind::MarkRead, who)).await?;
            Ok::<_, String>(LoadUser { person, notification_ids })
        });
        let people = set_up.buffered(SETUP_CONCURRENCY).try_collect().await?;
        Ok(Self { run: unique(), today, hr, people, days, lead })
    }

    /// Key of one request, used in its headers, its written data and the audit trail.
    pub(crate) fn request_key(&self, number: usize) -> String {
        format!("load-{}-{number}", self.run)
    }

    /// Terminates the employees and their lead.
    pub(crate) async fn terminate_all(&self, scenario: &Scenario) -> Result<(), String> {
        scenario.terminate(&self.hr, self.people.iter().map(|user| &user.person).chain([&self.lead])).await
    }
}

/// Sends notifications to an employee and returns their ids when they have reached the inbox.
async fn send_notifications(
    scenario: &Scenario,
    hr: &Person,
    person: &Person,
    count: usize,
) -> Result<Vec<String>, String> {
    let mut ids = Vec::new();
    for nth in 1..=count {
        let body = json!({
            "recipient_type": "user", "recipient_id": person.id, "notification_type": "notification.message",
            "context": {"title": format!("Message {nth}"), "text": "To be marked as read."}, "channels": ["in_app"],
        });
        let sent = scenario.post("/api/v1/notifications/send", body).by(hr).expect(202).await?;
        ids.push(id_of(&sent).to_owned());
    }
    let look = async || {
        let inbox = scenario.list_all_pages(person, format!("/api/v1/notifications/{}", person.id)).await?;
        Ok(ids.iter().all(|id| inbox.iter().any(|item| text(item, "/id") == id)).then_some(()))
    };
    eventually(&format!("{count} notifications of {}", person.name), scenario.limits().message, look).await?;
    Ok(ids)
}

/// Time zone in which it is [`HIRE_HOUR`] o'clock now. The sign of `Etc/GMT` zones counts hours west of Greenwich.
fn zone_at_hire_hour(now: Timestamp) -> String {
    let east = HIRE_HOUR - now.to_zoned(TimeZone::UTC).hour();
    match if east < -12 { east + 24 } else { east } {
        0 => "Etc/GMT".to_owned(),
        east => format!("Etc/GMT{:+}", -east),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_exists_for_the_shift_hour_at_any_time() {
        for hour in 0..24 {
            let now: Timestamp = format!("2026-11-22T{hour:02}:17:00Z").parse().unwrap();
            let there = now.in_tz(&zone_at_hire_hour(now)).unwrap();
            assert_eq!((there.hour(), there.minute()), (HIRE_HOUR, 17), "{}", zone_at_hire_hour(now));
        }
    }
}
