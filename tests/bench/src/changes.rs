//! What people do in a month, each thing by as many of them at once as there are, and followed on its whole way.

use access::Operation;
use directory::Person;
use jiff::SignedDuration;
use kernel::EventId;
use lambda::queue;
use serde_json::{Value, json};
use testkit::World;

use crate::{
    Result,
    counting::Build,
    crowd,
    journey::{Ask, Follower, Journey},
    leave,
};

/// Longer than whatever is remembered of people.
const A_WHILE: SignedDuration = SignedDuration::from_secs(10);
/// What a punch says.
const OFFICE: (&str, &str) = ("Office", "Mobile");

/// A house in which things happen.
pub(crate) struct House {
    follower: Follower,
    /// Employees of one manager, one more than do the same at once where something is remembered.
    crew: Vec<Person>,
    warm: bool,
    journeys: Vec<Journey>,
}

/// Follows everything that people do, by so many at once; by one of them alone nothing is remembered.
pub(crate) async fn all(at_once: usize) -> Result<Vec<Journey>> {
    let mut house = House::of(at_once).await?;
    house.punching().await?;
    house.correcting().await?;
    house.taking_leave().await?;
    house.keeping().await?;
    house.reading().await?;
    Ok(house.journeys)
}

impl House {
    async fn of(at_once: usize) -> Result<Self> {
        let world = testkit::world_with(&[
            ("ESCALATION_GROUP", "escalations"),
            ("ESCALATION_ROLE", "arn:aws:iam::0:role/escalation"),
            ("ESCALATION_JOB", "arn:aws:lambda:us-east-1:0:function:escalate"),
            ("ESCALATION_DLQ", "arn:aws:sqs:us-east-1:0:escalation"),
        ])
        .await;
        crate::attendance::stand(&world).await?;
        leave::rules(&world).await?;
        let warm = at_once > 1;
        let crew: Vec<_> =
            (0..at_once + usize::from(warm)).map(|number| crowd::member(&world.people.employee, number)).collect();
        world.settle(&crew.iter().collect::<Vec<_>>()).await;
        known(&world, world.people.all().into_iter()).await?;
        let mut house = Self { follower: Follower::of(world).await?, crew, warm, journeys: Vec::new() };
        // Every service has heard of everybody before anything is counted.
        house.corrected("hired", |_| json!({"last_name": "Brown"})).await?;
        house.journeys.clear();
        Ok(house)
    }

    /// Everybody of the crew, or somebody for each of them, asks an operation; answers what they were answered.
    async fn each(
        &mut self,
        name: &str,
        endpoint: (&'static Operation, Build),
        ask: impl Fn(usize, &Person) -> Ask,
    ) -> Result<Vec<Value>> {
        // Nobody is remembered from the change before; whoever comes alone meets functions that have just been started.
        self.follower.world.clock.advance(A_WHILE);
        if !self.warm {
            self.follower.begin_anew()?;
        }
        let asks: Vec<_> = self.crew.iter().enumerate().map(|(number, person)| ask(number, person)).collect();
        let (first, others) = match asks.split_first() {
            Some((first, others)) if self.warm => (Some(first), others),
            _ => (None, asks.as_slice()),
        };
        let (journey, answers) = self.follower.journey(name, endpoint, (first, others)).await?;
        self.journeys.push(journey);
        Ok(answers)
    }

    async fn punching(&mut self) -> Result<()> {
        let punch = |operation: &'static Operation| {
            move |_: usize, who: &Person| {
                let body = json!({"location": OFFICE.0, "device": OFFICE.1});
                Ask { who: who.clone(), path: operation.path.to_owned(), body: Some(body) }
            }
        };
        let operation = &access::ATTENDANCE_CHECK_IN;
        let build: Build = ::attendance::api::attendance::check_in::router;
        self.each("check-in", (operation, build), punch(operation)).await?;
        self.later(SignedDuration::from_mins(8 * 60 + 30));
        let operation = &access::ATTENDANCE_CHECK_OUT;
        let build: Build = ::attendance::api::attendance::check_out::router;
        self.each("check-out", (operation, build), punch(operation)).await?;
        self.later(SignedDuration::from_hours(24));
        let day = |person: &Person| json!({"employee_id": person.id, "from": "2024-06-10", "to": "2024-06-10"});
        let days: Vec<_> = self.crew.iter().map(day).collect();
        let parts = days.len();
        let work = json!({"days": days, "at": self.follower.world.now(), "request_id": "bench"});
        self.journeys.push(self.follower.parts("settled day", "attendance-job-settle", &work, parts).await?);
        Ok(())
    }

    /// On the next day everybody finds that they came earlier than they had pressed.
    async fn correcting(&mut self) -> Result<()> {
        let build: Build = ::attendance::api::attendance_corrections::create::router;
        let wanted = json!({"date": "2024-06-10", "reason": "The terminal was dead",
            "add": [{"kind": "check_in", "at": "2024-06-10T07:00:00Z", "location": OFFICE.0},
                {"kind": "check_out", "at": "2024-06-10T08:00:00Z", "location": OFFICE.0}]});
        let operation = &access::ATTENDANCE_CORRECTIONS_CREATE;
        let ask = |_: usize, who: &Person| Ask {
            who: who.clone(),
            path: operation.path.to_owned(),
            body: Some(wanted.clone()),
        };
        let made = self.each("correction", (operation, build), ask).await?;
        let build: Build = ::attendance::api::attendance_corrections::approve::router;
        let comments = json!({"comments": "I was there"});
        self.decided("correction approval", (&access::ATTENDANCE_CORRECTIONS_APPROVE, build), &made, &comments).await
    }

    async fn taking_leave(&mut self) -> Result<()> {
        let build: Build = ::leave::api::leaves::create::router;
        let body =
            json!({"leave_type": "annual", "start_date": "2024-07-01", "end_date": "2024-07-05", "reason": "Vacation"});
        let operation = &access::LEAVES_CREATE;
        let ask = |_: usize, who: &Person| Ask {
            who: who.clone(),
            path: operation.path.to_owned(),
            body: Some(body.clone()),
        };
        let made = self.each("leave request", (operation, build), ask).await?;
        let build: Build = ::leave::api::leaves::approve::router;
        self.decided("leave approval", (&access::LEAVES_APPROVE, build), &made, &json!({"comments": "Approved"})).await
    }

    /// The manager decides about each.
    async fn decided(
        &mut self,
        name: &str,
        endpoint: (&'static Operation, Build),
        made: &[Value],
        body: &Value,
    ) -> Result<()> {
        let manager = self.follower.world.people.manager.clone();
        let ask = |number: usize, _: &Person| Ask {
            who: manager.clone(),
            path: about(endpoint.0, &id_of(made.get(number))),
            body: Some(body.clone()),
        };
        self.each(name, endpoint, ask).await.map(drop)
    }

    /// HR corrects a telephone number; somebody reads a notification.
    async fn keeping(&mut self) -> Result<()> {
        self.corrected("profile update", |number| json!({"phone": format!("+49 30 5550{number:03}")})).await?;
        let app =
            self.follower.world.app(&access::NOTIFICATIONS_UNREAD, notifications::api::notifications::unread::router);
        let mut newest = Vec::new();
        for person in &self.crew {
            let path = about(&access::NOTIFICATIONS_UNREAD, &person.id.to_string());
            let answer = self.follower.world.get(&app, path).by(person).await;
            newest.push(id_of(answer.body.pointer("/items/0")));
        }
        let ask = |number: usize, who: &Person| {
            let id = newest.get(number).map(String::as_str).unwrap_or_default();
            Ask { who: who.clone(), path: about(&access::NOTIFICATIONS_MARK_READ, id), body: None }
        };
        let build: Build = notifications::api::notifications::mark_read::router;
        self.each("mark-read", (&access::NOTIFICATIONS_MARK_READ, build), ask).await.map(drop)
    }

    /// HR changes everybody's record.
    async fn corrected(&mut self, name: &str, body: impl Fn(usize) -> Value) -> Result<()> {
        let hr = self.follower.world.people.hr.clone();
        let ask = |number: usize, person: &Person| Ask {
            who: hr.clone(),
            path: about(&access::EMPLOYEES_UPDATE, &person.id.to_string()),
            body: Some(body(number)),
        };
        let build: Build = employees::api::employees::update::router;
        self.each(name, (&access::EMPLOYEES_UPDATE, build), ask).await.map(drop)
    }

    async fn reading(&mut self) -> Result<()> {
        let endpoints: [(&'static Operation, Build, &str); 4] = [
            (&access::EMPLOYEES_GET, employees::api::employees::get::router, ""),
            (&access::ATTENDANCE_MONTHLY, ::attendance::api::attendance::monthly::router, "?month=2024-06"),
            (&access::LEAVE_BALANCES_GET, ::leave::api::leave_balances::get::router, ""),
            (&access::NOTIFICATIONS_LIST, notifications::api::notifications::list::router, ""),
        ];
        for (operation, build, query) in endpoints {
            let ask = |_: usize, who: &Person| Ask {
                who: who.clone(),
                path: format!("{}{query}", about(operation, &who.id.to_string())),
                body: None,
            };
            self.each(operation.name, (operation, build), ask).await?;
        }
        Ok(())
    }

    fn later(&self, by: SignedDuration) {
        self.follower.world.clock.advance(by);
    }
}

/// The path of an operation about one thing.
fn about(operation: &Operation, id: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { id.to_owned() } else { part.to_owned() };
    operation.path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn id_of(body: Option<&Value>) -> String {
    body.and_then(|body| body.get("id")).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Tells the service of notifications who there is: it asks nobody else who belongs to HR.
async fn known<'a>(world: &World, people: impl Iterator<Item = &'a Person>) -> Result<()> {
    let consumer = notifications::on::employee::build(&world.shell).map_err(|error| error.to_string())?;
    for person in people {
        let detail = json!({
            "id": EventId::new(world.shell.mint.uuid(world.now())), "type": "employee.updated",
            "entity_type": "Employee", "entity_id": person.id, "actor": world.people.hr.id, "request_id": "bench",
            "at": world.now(), "service": "employee-management-service", "version": 1, "new_values": person,
        });
        let body = json!({"detail-type": "employee.updated", "detail": detail}).to_string();
        let batch = serde_json::from_value(json!({"Records": [{"messageId": "m0", "body": body}]}))?;
        queue::handle(&consumer, batch).await?;
    }
    Ok(())
}
