//! Who asks: people who are hired for one run, with a password that nobody knows, and leave when it is over.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use futures::{StreamExt, TryStreamExt, stream};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use kernel::{Actor, EmployeeId, Mint, Origin, RequestId};
use lambda::SystemMint;
use serde_json::{Value, json};
use store::Table;

use super::{kind::Kind, plan::Plan, reading::list};
use crate::{
    api::{Api, at, items, text},
    cloud::{Cloud, told},
    seed::DEMO_PASSWORD,
};

/// Whose demo account hires them.
const HR: &str = "hanna.vogel@muster.example";
/// Their department stays, so that there is one of it however often this is run.
const DEPARTMENT: &str = "People of load runs";
/// Where they work. It has a calendar and fences.
const SITE: &str = "berlin";
/// Nobody asks for leave of tomorrow: any notice period of the demo policies has room.
const AHEAD_DAYS: i32 = 30;
/// The shift of the demo policies that they are on, at 9 o'clock; its window opens an hour before.
const SHIFT: &str = "day";
/// What the clock says where they work, when they are hired: in the window of their shift, and not late.
const HOUR: i8 = 8;
/// So many are hired at once.
const AT_ONCE: usize = 4;
/// What follows from a change follows in seconds; an emulated cloud may be starting functions for it.
const FOLLOWS_WITHIN: Duration = Duration::from_secs(60);
/// How often one looks.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// Somebody who asks.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) token: String,
    /// What lies in their inbox to be marked as read.
    pub(crate) told: Vec<String>,
}

/// Everybody.
#[derive(Debug)]
pub(crate) struct Staff {
    /// What no other run is called.
    pub(crate) run: String,
    /// The day where they work.
    pub(crate) today: Date,
    /// The token of HR.
    pub(crate) hr: String,
    pub(crate) people: Vec<Person>,
    /// Days that are worked, some time from now: each person asks for the first of them first.
    pub(crate) days: Vec<Date>,
    lead: String,
}

/// What everybody is hired with.
struct Hiring<'a> {
    api: &'a Api,
    hr: &'a str,
    accounts: Table,
    department: String,
    run: &'a str,
    now: Timestamp,
    today: Date,
    zone: String,
}

impl Staff {
    /// Hires them, and waits until every service knows them and nothing is left to do.
    ///
    /// # Errors
    /// The sentence that says what is not as it should be.
    pub(crate) async fn hired(api: &Api, cloud: &Cloud, plan: &Plan, now: Timestamp) -> Result<Self, String> {
        let hr = sign_in(api, HR, DEMO_PASSWORD).await.map_err(|said| format!("Is the stack seeded? {said}"))?;
        let run = SystemMint.uuid(now).simple().to_string().split_off(20);
        let zone = zone(now);
        let today = now.in_tz(&zone).map_err(|error| error.to_string())?.date();
        let department = department(api, &hr).await?;
        let days = working_days(api, &hr, today.saturating_add(AHEAD_DAYS.days())).await?;
        let accounts = cloud.table("AuthTable")?;
        let hiring = Hiring { api, hr: &hr, accounts, department, run: &run, now, today, zone };
        let lead = hiring.hire("Lead", None).await?.0;
        let people = stream::iter(0..plan.people).map(|who| hiring.person(who, &lead)).buffered(AT_ONCE);
        let mut people: Vec<Person> = people.try_collect().await?;
        hiring.are_known(&people).await?;
        stream::iter(&people).map(|person| hiring.on_shift(person)).buffered(AT_ONCE).try_collect::<()>().await?;
        let told = people.iter().enumerate().map(|(who, person)| (person, plan.count(Kind::MarkRead, who)));
        let told: Vec<Vec<String>> = stream::iter(told)
            .map(|(person, count)| hiring.tell(person, count))
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        people.iter_mut().zip(told).for_each(|(person, told)| person.told = told);
        Ok(Self { run, today, hr, people, days, lead })
    }

    /// What one request is known by: in the request, in what it writes, and in the audit trail.
    pub(crate) fn mark(&self, number: usize) -> String {
        format!("load-{}-{number}", self.run)
    }

    /// Lets them go; what they did stays.
    ///
    /// # Errors
    /// When somebody cannot go.
    pub(crate) async fn leaves(&self, api: &Api) -> Result<(), String> {
        let go =
            async |id: &str| api.ask("DELETE", &format!("/api/v1/employees/{id}"), &self.hr, None, 200).await.map(drop);
        let people = stream::iter(&self.people).map(|person| go(&person.id)).buffered(AT_ONCE);
        people.try_collect::<()>().await?;
        go(&self.lead).await
    }
}

impl Hiring<'_> {
    /// Hires somebody; answers their id and e-mail.
    async fn hire(&self, name: &str, manager: Option<&str>) -> Result<(String, String), String> {
        let email = format!("{}.{}@muster.example", name.to_lowercase(), self.run);
        let body = json!({
            "first_name": name, "last_name": "Load", "email": email, "department_id": self.department, "role": "Operator",
            "manager_id": manager, "hire_date": self.today.saturating_sub(1.year()), "site": SITE, "time_zone": self.zone,
        });
        let hired = self.api.ask("POST", "/api/v1/employees", self.hr, Some(&body), 201).await?;
        Ok((text(&hired, "/id").to_owned(), email))
    }

    /// Hires somebody who signs in.
    async fn person(&self, who: usize, manager: &str) -> Result<Person, String> {
        let (id, email) = self.hire(&format!("Person{who}"), Some(manager)).await?;
        let employee: EmployeeId = id.parse().map_err(|error| format!("{id}: {error}"))?;
        let origin = Origin {
            actor: Actor::System("muster-load".to_owned()),
            at: self.now,
            request_id: RequestId::sanitised(&format!("load_{id}")),
            ip_address: None,
            user_agent: Some(concat!("muster/", env!("CARGO_PKG_VERSION")).to_owned()),
        };
        let password = SystemMint.uuid(self.now).to_string();
        let write = auth::seed_credential(employee, &password, self.now).map_err(|error| told("load", &error))?;
        let stored = self.accounts.commit(&origin, write).await;
        stored.map_err(|refusal| format!("The account of {id}: {refusal:?}"))?;
        let token = sign_in(self.api, &email, &password).await?;
        Ok(Person { id, token, told: Vec::new() })
    }

    /// Waits until the events have told attendance of everybody.
    async fn are_known(&self, people: &[Person]) -> Result<(), String> {
        let path = format!("/api/v1/attendance?date={}&department={}&limit=100", self.today, self.department);
        until("all of them in the list of the day", async || {
            // Those of earlier runs are listed on the day they left.
            let listed = list(self.api, self.hr, &path).await?;
            let listed: BTreeSet<&str> = listed.iter().map(|day| text(day, "/employee_id")).collect();
            Ok(people.iter().all(|person| listed.contains(person.id.as_str())))
        })
        .await
    }

    /// Puts somebody on their shift, whatever day it is.
    async fn on_shift(&self, person: &Person) -> Result<(), String> {
        let body = json!({"employee_id": person.id, "shifts": [SHIFT], "from": self.today, "to": self.today});
        self.api.ask("POST", "/api/v1/shift-assignments", self.hr, Some(&body), 201).await.map(drop)
    }

    /// Writes to somebody so many times; answers the notifications once they are in their inbox.
    async fn tell(&self, person: &Person, count: usize) -> Result<Vec<String>, String> {
        let mut told = Vec::new();
        for nth in 1..=count {
            let body = json!({
                "recipient_type": "user", "recipient_id": person.id, "notification_type": "notification.message",
                "context": {"title": format!("Message {nth}"), "text": "To be marked as read."}, "channels": ["in_app"],
            });
            let promised = self.api.ask("POST", "/api/v1/notifications/send", self.hr, Some(&body), 202).await?;
            told.push(text(&promised, "/id").to_owned());
        }
        let path = format!("/api/v1/notifications/{}?limit=100", person.id);
        until("what was written to them in the inbox", async || {
            let inbox = self.api.ask("GET", &path, &person.token, None, 200).await?;
            Ok(told.iter().all(|id| items(&inbox).any(|item| text(item, "/id") == id)))
        })
        .await?;
        Ok(told)
    }
}

/// Signs in; answers the access token.
async fn sign_in(api: &Api, login: &str, password: &str) -> Result<String, String> {
    let body = json!({"login": login, "password": password});
    let session = api.call("POST", "/api/v1/auth/login", None, Some(&body)).await?;
    match session.status {
        200 => Ok(text(&session.body, "/access_token").to_owned()),
        status => Err(format!("{login} cannot sign in ({status}): {}", session.body)),
    }
}

async fn department(api: &Api, hr: &str) -> Result<String, String> {
    let path = format!("/api/v1/departments?name={}", DEPARTMENT.replace(' ', "%20"));
    let known = api.ask("GET", &path, hr, None, 200).await?;
    if let Some(one) = items(&known).find(|one| text(one, "/name") == DEPARTMENT) {
        return Ok(text(one, "/id").to_owned());
    }
    let made = api.ask("POST", "/api/v1/departments", hr, Some(&json!({"name": DEPARTMENT})), 201).await?;
    Ok(text(&made, "/id").to_owned())
}

/// The days from one on that are worked as a whole, of its year and the next.
async fn working_days(api: &Api, hr: &str, from: Date) -> Result<Vec<Date>, String> {
    let mut worked: Vec<Date> = Vec::new();
    for year in [from.year(), from.year().saturating_add(1)] {
        let path = format!("/api/v1/compliance/calendars/{SITE}?year={year}");
        let calendar = api.ask("GET", &path, hr, None, 200).await?;
        let days = at(&calendar, "/days").as_array().cloned().unwrap_or_default();
        let full = |day: &&Value| at(day, "/am") == &json!(true) && at(day, "/pm") == &json!(true);
        worked.extend(days.iter().filter(full).filter_map(|day| text(day, "/date").parse::<Date>().ok()));
    }
    worked.retain(|day| *day >= from);
    Ok(worked)
}

/// Where it is [`HOUR`] o'clock now. Zones without summer time are named after their distance to the west.
fn zone(now: Timestamp) -> String {
    let east = HOUR - now.to_zoned(TimeZone::UTC).hour();
    match if east < -12 { east + 24 } else { east } {
        0 => "Etc/GMT".to_owned(),
        east => format!("Etc/GMT{:+}", -east),
    }
}

/// Looks until it is so.
async fn until(what: &str, mut look: impl AsyncFnMut() -> Result<bool, String>) -> Result<(), String> {
    let began = Instant::now();
    while !look().await? {
        if began.elapsed() > FOLLOWS_WITHIN {
            return Err(format!("There is not after {} s: {what}.", FOLLOWS_WITHIN.as_secs()));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(())
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
