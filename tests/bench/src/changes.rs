//! Changes and reads of a month, each made by several people concurrently and traced on its whole path.

use access::Operation;
use directory::Person;
use fixtures::deliver;
use jiff::SignedDuration;
use kernel::EventId;
use serde_json::{Value, json};
use testkit::World;

use crate::{
    Result, crowd,
    event_path::{EventPath, Follower, Request},
    operations::{app, prepare_attendance},
    rules,
};

/// Time by which the clock advances before each change: longer than people stay in a cache.
const CACHE_EXPIRY: SignedDuration = SignedDuration::from_secs(10);

struct ChangeScenario {
    follower: Follower,
    /// Reports of one manager. With warm caches, the first one fills the caches and is not counted.
    employees: Vec<Person>,
    warm: bool,
    paths: Vec<EventPath>,
}

/// Traces every kind of change, made by `at_once` people at the same time. With one person, the caches are empty.
pub(crate) async fn trace_changes(at_once: usize) -> Result<Vec<EventPath>> {
    let mut scenario = ChangeScenario::new(at_once).await?;
    scenario.trace_punches().await?;
    scenario.trace_corrections().await?;
    scenario.trace_leave_requests().await?;
    scenario.trace_profile_and_inbox().await?;
    scenario.trace_reads().await?;
    Ok(scenario.paths)
}

impl ChangeScenario {
    async fn new(at_once: usize) -> Result<Self> {
        let world = testkit::world_with(&[
            ("ESCALATION_GROUP", "escalations"),
            ("ESCALATION_ROLE", "arn:aws:iam::0:role/escalation"),
            ("ESCALATION_JOB", "arn:aws:lambda:us-east-1:0:function:escalate"),
            ("ESCALATION_DLQ", "arn:aws:sqs:us-east-1:0:escalation"),
        ])
        .await;
        prepare_attendance(&world).await?;
        rules::create_leave_rules(&world).await?;
        let warm = at_once > 1;
        let employees: Vec<_> = (0..at_once + usize::from(warm))
            .map(|number| crowd::crowd_person(&world.people.employee, number))
            .collect();
        world.add_people(&employees.iter().collect::<Vec<_>>()).await;
        announce_people(&world).await?;
        let mut scenario = Self { follower: Follower::new(world).await?, employees, warm, paths: Vec::new() };
        // This change makes every employee known to every service.
        scenario.update_employees("hired", |_| json!({"last_name": "Brown"})).await?;
        scenario.paths.clear();
        Ok(scenario)
    }

    /// Sends one request for each employee after the people in the caches have expired, adds the traced path, and
    /// returns the response bodies.
    async fn request_for_each(
        &mut self,
        name: &str,
        operation: &'static Operation,
        request: impl Fn(usize, &Person) -> Request,
    ) -> Result<Vec<Value>> {
        self.follower.world.clock.advance(CACHE_EXPIRY);
        if !self.warm {
            self.follower.restart_consumers()?;
        }
        let requests: Vec<_> =
            self.employees.iter().enumerate().map(|(number, person)| request(number, person)).collect();
        let split = requests.split_at(usize::from(self.warm));
        let (path, answers) = self.follower.trace_requests(name, operation, split).await?;
        self.paths.push(path);
        Ok(answers)
    }

    /// Sends the same request as each employee.
    async fn request_as_each(&mut self, name: &str, operation: &'static Operation, body: Value) -> Result<Vec<Value>> {
        let path = operation.path.to_owned();
        let request = |_: usize, caller: &Person| Request {
            caller: caller.clone(),
            path: path.clone(),
            body: Some(body.clone()),
        };
        self.request_for_each(name, operation, request).await
    }

    async fn trace_punches(&mut self) -> Result<()> {
        let punch = json!({"location": "Office", "device": "Mobile"});
        self.request_as_each("check-in", &access::ATTENDANCE_CHECK_IN, punch.clone()).await?;
        self.follower.world.clock.advance(SignedDuration::from_mins(8 * 60 + 30));
        self.request_as_each("check-out", &access::ATTENDANCE_CHECK_OUT, punch).await?;
        self.follower.world.clock.advance(SignedDuration::from_hours(24));
        let day = |person: &Person| json!({"employee_id": person.id, "from": "2024-06-10", "to": "2024-06-10"});
        let days: Vec<_> = self.employees.iter().map(day).collect();
        let parts = days.len();
        let work = json!({"days": days, "at": self.follower.world.now(), "request_id": "bench"});
        self.paths.push(self.follower.trace_parts("settled day", crate::SETTLE, &work, parts).await?);
        Ok(())
    }

    /// Each employee requests missing punches on the next day, and the manager approves them.
    async fn trace_corrections(&mut self) -> Result<()> {
        let punches = json!({"date": "2024-06-10", "reason": "The terminal was dead",
            "add": [{"kind": "check_in", "at": "2024-06-10T07:00:00Z", "location": "Office"},
                {"kind": "check_out", "at": "2024-06-10T08:00:00Z", "location": "Office"}]});
        let created = self.request_as_each("correction", &access::ATTENDANCE_CORRECTIONS_CREATE, punches).await?;
        let approve = &access::ATTENDANCE_CORRECTIONS_APPROVE;
        self.trace_approvals("correction approval", approve, &created, "I was there").await
    }

    async fn trace_leave_requests(&mut self) -> Result<()> {
        let leave =
            json!({"leave_type": "annual", "start_date": "2024-07-01", "end_date": "2024-07-05", "reason": "Vacation"});
        let created = self.request_as_each("leave request", &access::LEAVES_CREATE, leave).await?;
        self.trace_approvals("leave approval", &access::LEAVES_APPROVE, &created, "Approved").await
    }

    /// The manager approves each request.
    async fn trace_approvals(
        &mut self,
        name: &str,
        operation: &'static Operation,
        created: &[Value],
        comments: &str,
    ) -> Result<()> {
        let manager = self.follower.world.people.manager.clone();
        let request = |number: usize, _: &Person| Request {
            caller: manager.clone(),
            path: path_of(operation, &id_of(created.get(number))),
            body: Some(json!({"comments": comments})),
        };
        self.request_for_each(name, operation, request).await.map(drop)
    }

    /// HR changes each telephone number; each employee reads a notification.
    async fn trace_profile_and_inbox(&mut self) -> Result<()> {
        self.update_employees("profile update", |number| json!({"phone": format!("+49 30 5550{number:03}")})).await?;
        let (world, unread) = (&self.follower.world, &access::NOTIFICATIONS_UNREAD);
        let app = app(world, unread);
        let mut newest = Vec::new();
        for person in &self.employees {
            let answer = world.get(&app, path_of(unread, &person.id.to_string())).signed_in_as(person).await;
            newest.push(id_of(answer.body.pointer("/items/0")));
        }
        let mark_read = &access::NOTIFICATIONS_MARK_READ;
        let request = |number: usize, caller: &Person| {
            let id = newest.get(number).map(String::as_str).unwrap_or_default();
            Request { caller: caller.clone(), path: path_of(mark_read, id), body: None }
        };
        self.request_for_each("mark-read", mark_read, request).await.map(drop)
    }

    /// HR changes each employee's record.
    async fn update_employees(&mut self, name: &str, body: impl Fn(usize) -> Value) -> Result<()> {
        let hr = self.follower.world.people.hr.clone();
        let operation = &access::EMPLOYEES_UPDATE;
        let request = |number: usize, person: &Person| Request {
            caller: hr.clone(),
            path: path_of(operation, &person.id.to_string()),
            body: Some(body(number)),
        };
        self.request_for_each(name, operation, request).await.map(drop)
    }

    async fn trace_reads(&mut self) -> Result<()> {
        for (operation, query) in [
            (&access::EMPLOYEES_GET, ""),
            (&access::ATTENDANCE_MONTHLY, "?month=2024-06"),
            (&access::LEAVE_BALANCES_GET, ""),
            (&access::NOTIFICATIONS_LIST, ""),
        ] {
            let request = |_: usize, caller: &Person| Request {
                caller: caller.clone(),
                path: format!("{}{query}", path_of(operation, &caller.id.to_string())),
                body: None,
            };
            self.request_for_each(operation.name, operation, request).await?;
        }
        Ok(())
    }
}

/// Path of an operation on one object.
fn path_of(operation: &Operation, id: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { id.to_owned() } else { part.to_owned() };
    operation.path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn id_of(body: Option<&Value>) -> String {
    body.and_then(|body| body.get("id")).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Publishes the people of a world to the notifications service, so that it knows the members of HR.
async fn announce_people(world: &World) -> Result<()> {
    let consumer = notifications::on::employee::build(&world.shell).map_err(|error| error.to_string())?;
    let entry = |person: &Person| {
        let detail = json!({
            "id": EventId::new(world.shell.ids.uuid(world.now())), "type": "employee.updated",
            "entity_type": "Employee", "entity_id": person.id, "actor": world.people.hr.id, "request_id": "bench",
            "at": world.now(), "service": "employee-management-service", "version": 1, "new_values": person,
        });
        json!({"Source": "muster", "DetailType": "employee.updated", "Detail": detail})
    };
    deliver(&consumer, &world.people.all().into_iter().map(entry).collect::<Vec<_>>()).await;
    Ok(())
}
