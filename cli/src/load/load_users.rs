//! Employees who are hired for one load run and terminated when it is over.

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

/// Their department stays, so that there is one of it however often this is run.
const DEPARTMENT: &str = "Load runs";
/// Work site; has a calendar and fences.
const SITE: &str = "berlin";
/// Days of notice: more than any of the demo policies wants.
const AHEAD_DAYS: i32 = 30;
/// Their shift of the demo policies, at 9 o'clock; its window opens an hour before.
const SHIFT: &str = "day";
/// Hour of their clocks when they are hired: in the window of their shift, and not late.
const HOUR: i8 = 8;
/// People who are set up at a time.
const AT_ONCE: usize = 4;

/// An employee who sends requests.
#[derive(Debug)]
pub(crate) struct LoadUser {
    pub(crate) person: Person,
    /// Notifications to be marked as read.
    pub(crate) notification_ids: Vec<String>,
}

/// Everybody of one run.
#[derive(Debug)]
pub(crate) struct LoadUsers {
    /// Unique name of the run.
    run: String,
    /// The day where they work.
    pub(crate) today: Date,
    pub(crate) hr: Person,
    pub(crate) people: Vec<LoadUser>,
    /// Working days some time from now: each person asks for the first of them first.
    pub(crate) days: Vec<Date>,
    lead: Person,
}

impl LoadUsers {
    /// Hires them, and waits until every service knows them and nothing is left to do.
    pub(crate) async fn hire(scenario: &Scenario, plan: &Plan) -> Result<Self, String> {
        let (hr, now) = (scenario.demo_person("chro").await?, scenario.origin().at);
        let zone = zone(now);
        let today = now.in_tz(&zone).map_err(|error| error.to_string())?.date();
        let department = scenario.department(DEPARTMENT).await?;
        let days = scenario.working_days(&hr, SITE, today.saturating_add(AHEAD_DAYS.days())).await?;
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
        let people: Vec<Person> = people.buffered(AT_ONCE).try_collect().await?;
        scenario.wait_until_known(&hr, &people.iter().collect::<Vec<_>>(), today, department).await?;
        let set_up = stream::iter(people.into_iter().enumerate()).map(async |(who, person)| {
            let body = json!({"employee_id": person.id, "shifts": [SHIFT], "from": today, "to": today});
            scenario.post("/api/v1/shift-assignments", body).by(&hr).expect(201).await?;
            let notification_ids = notify(scenario, &hr, &person, plan.count(RequestKind::MarkRead, who)).await?;
            Ok::<_, String>(LoadUser { person, notification_ids })
        });
        let people = set_up.buffered(AT_ONCE).try_collect().await?;
        Ok(Self { run: unique(), today, hr, people, days, lead })
    }

    /// Key of one request: in its headers, in what it writes, and in the audit trail.
    pub(crate) fn request_key(&self, number: usize) -> String {
        format!("load-{}-{number}", self.run)
    }

    pub(crate) async fn terminate_all(&self, scenario: &Scenario) -> Result<(), String> {
        scenario.terminate(&self.hr, self.people.iter().map(|user| &user.person).chain([&self.lead])).await
    }
}

/// Sends notifications to somebody; answers their ids once they are in the inbox.
async fn notify(scenario: &Scenario, hr: &Person, person: &Person, count: usize) -> Result<Vec<String>, String> {
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
        let inbox = scenario.list(person, format!("/api/v1/notifications/{}", person.id)).await?;
        Ok(ids.iter().all(|id| inbox.iter().any(|item| text(item, "/id") == id)).then_some(()))
    };
    eventually(&format!("{count} notifications of {}", person.name), scenario.limits().message, look).await?;
    Ok(ids)
}

/// Zone in which it is [`HOUR`] o'clock now. Zones without summer time are named after their distance to the west.
fn zone(now: Timestamp) -> String {
    let east = HOUR - now.to_zoned(TimeZone::UTC).hour();
    match if east < -12 { east + 24 } else { east } {
        0 => "Etc/GMT".to_owned(),
        east => format!("Etc/GMT{:+}", -east),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somewhere_it_is_always_the_hour_before_the_shift() {
        for hour in 0..24 {
            let now: Timestamp = format!("2026-11-22T{hour:02}:17:00Z").parse().unwrap();
            let there = now.in_tz(&zone(now)).unwrap();
            assert_eq!((there.hour(), there.minute()), (HOUR, 17), "{}", zone(now));
        }
    }
}
