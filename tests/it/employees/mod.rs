//! People, departments, job roles and pay, endpoint by endpoint, against a real database in this process.

use std::ops::Deref;

use axum::Router;
use directory::Person;
use serde_json::{Value, json};
use testkit::{Answer, World, world};

pub(crate) use testkit::with;

pub(crate) mod departments;
pub(crate) mod employees;
pub(crate) mod job_roles;

/// A world in which HR has founded one department, with the endpoints that most tests need.
struct EmployeesFixture {
    world: World,
    create: Router,
    /// The id of the department `Engineering`.
    engineering: String,
}

impl Deref for EmployeesFixture {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl EmployeesFixture {
    async fn open() -> Self {
        let world = world().await;
        let create = app!(world, EMPLOYEES_CREATE);
        let mut office = Self { world, create, engineering: String::new() };
        office.engineering = office.department("Engineering", None).await;
        office
    }

    fn admin(&self) -> &Person {
        &self.world.people.admin
    }

    /// Founds a department; answers its id.
    async fn department(&self, name: &str, parent: Option<&str>) -> String {
        let app = app!(self.world, DEPARTMENTS_CREATE);
        let body = json!({"name": name, "parent_id": parent});
        let answer = self.world.post(&app, "/api/v1/departments", body).signed_in_as(self.hr()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        id(&answer)
    }

    /// Defines a job role; answers its id.
    async fn job_role(&self, title: &str) -> String {
        let app = app!(self.world, JOB_ROLES_CREATE);
        let answer = self.world.post(&app, "/api/v1/job-roles", json!({"title": title})).signed_in_as(self.hr()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        id(&answer)
    }

    /// The body of a new person, with these fields set (or, with null, left out).
    fn new_person(&self, fields: Value) -> Value {
        with(
            json!({
                "first_name": "John", "last_name": "Doe", "email": "john.doe@example.com", "phone": "555-0123",
                "department_id": self.engineering, "role": "Engineer", "hire_date": "2020-01-15",
                "site": "berlin", "time_zone": "Europe/Berlin",
            }),
            fields,
        )
    }

    /// Hires somebody by these names; answers the record.
    async fn hire(&self, first_name: &str, last_name: &str, fields: Value) -> Value {
        let email = format!("{}@hired.example.com", self.world.shell.ids.uuid(self.world.now()).simple());
        let body =
            with(self.new_person(json!({"first_name": first_name, "last_name": last_name, "email": email})), fields);
        let answer = self.world.post(&self.create, "/api/v1/employees", body).signed_in_as(self.hr()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body
    }

    /// Terminates somebody.
    async fn terminate(&self, person: &Value) {
        let app = app!(self.world, EMPLOYEES_DELETE);
        let answer = self.world.delete(&app, path(person, "")).signed_in_as(self.hr()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// Moves somebody to another status.
    async fn set_status(&self, person: &Value, status: &str) -> Answer {
        let app = app!(self.world, EMPLOYEES_STATUS_UPDATE);
        self.world.put(&app, path(person, "/status"), json!({"status": status})).signed_in_as(self.hr()).await
    }

    /// A hired person as the token maker takes one.
    async fn as_person(&self, person: &Value) -> Person {
        let id = person["id"].as_str().unwrap().parse().unwrap();
        // What was read before this moment is forgotten.
        self.world.clock.advance(jiff::SignedDuration::from_secs(6));
        self.world.shell.directory.person(id, self.world.now()).await.unwrap().unwrap().as_ref().clone()
    }
}

fn id(answer: &Answer) -> String {
    answer.body["id"].as_str().unwrap().to_owned()
}

/// The path of a person's record, or of what lies behind it.
fn path(person: &Value, behind: &str) -> String {
    format!("/api/v1/employees/{}{behind}", person["id"].as_str().unwrap())
}

/// The values of one field of every item.
fn all<'a>(answer: &'a Answer, field: &str) -> Vec<&'a str> {
    answer.body["items"].as_array().unwrap().iter().filter_map(|item| item[field].as_str()).collect()
}
