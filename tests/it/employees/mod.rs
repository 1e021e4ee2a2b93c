//! Tests of employees, departments, job roles and compensation, endpoint by endpoint, against a real database in this process.

use std::ops::Deref;

use axum::Router;
use directory::Person;
use serde_json::{Value, json};
use testkit::{TestResponse, World, world};

pub(crate) use testkit::with;

pub(crate) mod departments;
pub(crate) mod employees;
pub(crate) mod job;
pub(crate) mod job_roles;

/// World with HR and one department, and the router that most tests need.
struct EmployeesFixture {
    world: World,
    create: Router,
    /// Id of the department `Engineering`.
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
        let mut fixture = Self { world, create, engineering: String::new() };
        fixture.engineering = fixture.create_department("Engineering", None).await;
        fixture
    }

    fn admin(&self) -> &Person {
        &self.world.people.admin
    }

    /// Creates a department and returns its id.
    async fn create_department(&self, name: &str, parent: Option<&str>) -> String {
        let app = app!(self.world, DEPARTMENTS_CREATE);
        let body = json!({"name": name, "parent_id": parent});
        let answer = self.world.post(&app, "/api/v1/departments", body).signed_in_as(self.hr()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        id(&answer)
    }

    /// Creates a job role and returns its id.
    async fn create_job_role(&self, title: &str) -> String {
        let app = app!(self.world, JOB_ROLES_CREATE);
        let answer = self.world.post(&app, "/api/v1/job-roles", json!({"title": title})).signed_in_as(self.hr()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        id(&answer)
    }

    /// Body of a new employee with these fields set; null omits a field.
    fn new_employee(&self, fields: Value) -> Value {
        with(
            json!({
                "first_name": "John", "last_name": "Doe", "email": "john.doe@example.com", "phone": "555-0123",
                "department_id": self.engineering, "role": "Engineer", "hire_date": "2020-01-15",
                "site": "berlin", "time_zone": "Europe/Berlin",
            }),
            fields,
        )
    }

    /// Creates an employee with these names and returns the record.
    async fn create_employee(&self, first_name: &str, last_name: &str, fields: Value) -> Value {
        let email = format!("{}@employees.example.com", self.world.shell.ids.uuid(self.world.now()).simple());
        let body =
            with(self.new_employee(json!({"first_name": first_name, "last_name": last_name, "email": email})), fields);
        let answer = self.world.post(&self.create, "/api/v1/employees", body).signed_in_as(self.hr()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body
    }

    /// Terminates an employee.
    async fn terminate(&self, person: &Value) {
        let app = app!(self.world, EMPLOYEES_DELETE);
        let answer = self.world.delete(&app, path(person, "")).signed_in_as(self.hr()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// Requests another status of an employee.
    async fn set_status(&self, person: &Value, status: &str) -> TestResponse {
        let app = app!(self.world, EMPLOYEES_STATUS_UPDATE);
        self.world.put(&app, path(person, "/status"), json!({"status": status})).signed_in_as(self.hr()).await
    }

    /// Requests changes of an employee.
    async fn change(&self, person: &Value, body: Value) -> TestResponse {
        let app = app!(self.world, EMPLOYEES_UPDATE);
        self.world.put(&app, path(person, ""), body).signed_in_as(self.hr()).await
    }

    /// Changes an employee and returns the record.
    async fn changed(&self, person: &Value, body: Value) -> Value {
        let answer = self.change(person, body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    /// Record of an employee as HR sees it.
    async fn record(&self, person: &Value) -> Value {
        let app = app!(self.world, EMPLOYEES_GET);
        let answer = self.world.get(&app, path(person, "")).signed_in_as(self.hr()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    /// Moves the clock to an instant.
    fn advance_to(&self, at: &str) {
        let at: jiff::Timestamp = at.parse().unwrap();
        self.world.clock.advance(at.duration_since(self.world.now()));
    }

    /// Runs the hourly job of changes that take effect by themselves.
    async fn run_terms_job(&self) -> Value {
        let job = ::employees::job::apply_terms::build(&self.world.shell).unwrap();
        job(self.world.shell.system_origin("employees-job-apply-terms", "req_job"), json!({})).await.unwrap()
    }

    /// Employee as the token maker needs one.
    async fn load_person(&self, person: &Value) -> Person {
        let id = person["id"].as_str().unwrap().parse().unwrap();
        // Cached records expire.
        self.world.clock.advance(jiff::SignedDuration::from_secs(6));
        self.world.shell.directory.person(id, self.world.now()).await.unwrap().unwrap().as_ref().clone()
    }
}

fn id(answer: &TestResponse) -> String {
    answer.body["id"].as_str().unwrap().to_owned()
}

/// Path of an employee, or of a resource below it.
fn path(person: &Value, suffix: &str) -> String {
    format!("/api/v1/employees/{}{suffix}", person["id"].as_str().unwrap())
}

/// Values of one field of all items.
fn values_of<'a>(answer: &'a TestResponse, field: &str) -> Vec<&'a str> {
    answer.body["items"].as_array().unwrap().iter().filter_map(|item| item[field].as_str()).collect()
}
