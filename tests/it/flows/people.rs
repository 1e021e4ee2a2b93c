//! People to begin with, stored as the services store them, without the demo organisation.

use access::{Role, Roles};
use directory::{Contract, EmploymentType};
use employees::{
    domain::department::Department,
    store::{Draft, Employee, Records},
};
use jiff::civil::date;
use kernel::{DepartmentId, EmployeeId, Minutes};
use serde_json::{Value, json};

use super::cloud::{Call, Cloud};

/// Everybody's password here.
pub(crate) const PASSWORD: &str = "a violin for the quiet otter";

/// Somebody, who has signed in unless told.
pub(crate) struct Someone {
    pub(crate) id: EmployeeId,
    pub(crate) department: DepartmentId,
    pub(crate) email: String,
    /// What the login answered.
    pub(crate) session: Value,
}

impl Someone {
    pub(crate) fn access_token(&self) -> &str {
        self.session["access_token"].as_str().expect("an access token")
    }

    pub(crate) fn refresh_token(&self) -> &str {
        self.session["refresh_token"].as_str().expect("a refresh token")
    }

    pub(crate) fn session_id(&self) -> &str {
        self.session["session_id"].as_str().expect("a session")
    }
}

impl Call<'_> {
    /// Asked by somebody who has signed in.
    pub(crate) fn by(self, someone: &Someone) -> Self {
        self.token(someone.access_token())
    }
}

impl Cloud {
    /// Hires somebody with a role into a department of their own, gives them a password and signs them in.
    pub(crate) async fn someone(&self, role: Role) -> Someone {
        self.someone_at("berlin", role, None).await
    }

    /// The same at a site, reporting to somebody.
    pub(crate) async fn someone_at(&self, site: &str, role: Role, manager: Option<&Someone>) -> Someone {
        let someone = self.settled_at(site, role, manager).await;
        Someone { session: self.login(&someone.email).await, ..someone }
    }

    /// The same without signing in.
    pub(crate) async fn settled_at(&self, site: &str, role: Role, manager: Option<&Someone>) -> Someone {
        self.settled_in(self.department().await, site, role, manager).await
    }

    /// A new department.
    async fn department(&self) -> DepartmentId {
        let (origin, id) = (self.origin(), DepartmentId::new(self.uuid()));
        let department = Department::new(id, &format!("Flow {}", self.unique()), None, origin.at);
        let records = Records::new(self.table("EmployeesTable"));
        records.create_department(&origin, &department, None, &()).await.expect("a department");
        id
    }

    /// The same in a department that is there.
    pub(crate) async fn settled_in(
        &self,
        department: DepartmentId,
        site: &str,
        role: Role,
        manager: Option<&Someone>,
    ) -> Someone {
        let origin = self.origin();
        let records = Records::new(self.table("EmployeesTable"));
        let email = format!("{role}-{}@flows.example.com", self.unique());
        let draft = Draft {
            employee_code: None,
            first_name: "Flow".to_owned(),
            last_name: role.to_string(),
            email: email.clone(),
            phone: Some("+49 30 555 0100".to_owned()),
            department_id: department,
            job_role_id: None,
            job_title: "Tester".to_owned(),
            manager_id: manager.map(|manager| manager.id),
            site: site.to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            contract: Contract { employment_type: EmploymentType::FullTime, fte_bp: 10_000, day_minutes: Minutes(480) },
            hire_date: date(2020, 1, 15),
        };
        let mut employee = Employee::hired(EmployeeId::new(self.uuid()), draft, origin.at).expect("an employee");
        employee.person.roles = Roles::default().with(Role::Employee).with(role);
        records.create_employee(&origin, &employee, None, None, &()).await.expect("hired");

        let id = employee.person.id;
        self.give_password(id).await;
        Someone { id, department, email, session: Value::Null }
    }

    /// Gives somebody [`PASSWORD`].
    pub(crate) async fn give_password(&self, id: EmployeeId) {
        let origin = self.origin();
        let write = auth::seed_credential(id, PASSWORD, origin.at).expect("a credential");
        self.table("AuthTable").commit(&origin, write).await.expect("a password");
    }

    /// Signs in by e-mail; answers the pair of tokens.
    pub(crate) async fn login(&self, email: &str) -> Value {
        self.post("/api/v1/auth/login", login_body(email)).await.expect(200)
    }

    /// The body of a new person who is nobody else, in somebody's department.
    pub(crate) fn new_employee(&self, department: DepartmentId) -> Value {
        json!({
            "first_name": "Ada",
            "last_name": "Lovelace",
            "email": format!("ada-{}@flows.example.com", self.unique()),
            "phone": "+44 20 7946 0100",
            "department_id": department,
            "role": "Engineer",
            "hire_date": "2024-01-15",
            "site": "berlin",
            "time_zone": "Europe/Berlin",
        })
    }

    /// Adds a person by the API; answers their record.
    pub(crate) async fn hire(&self, hr: &Someone) -> Value {
        self.post("/api/v1/employees", self.new_employee(hr.department)).by(hr).await.expect(201)
    }
}

/// The body of a login.
pub(crate) fn login_body(email: &str) -> Value {
    json!({ "login": email, "password": PASSWORD })
}

/// The id of a record.
pub(crate) fn id_of(record: &Value) -> &str {
    record["id"].as_str().expect("an id")
}
