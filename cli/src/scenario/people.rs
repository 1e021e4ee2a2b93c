//! Employees of a scenario, created directly in the tables.

use access::{Role, Roles};
use employees::{
    domain::department::Department,
    store::{Employee, EmployeeDraft},
};
use jiff::civil::date;
use kernel::{DepartmentId, EmployeeId};

use super::{ACTOR, Scenario, client::Person, unique};
use crate::{
    cloud::service_error,
    seed::{self, DEMO_PASSWORD, FULL_TIME, is_missing},
};

/// Employee to hire.
#[derive(Debug)]
pub struct NewPerson<'a> {
    /// Given and family name.
    pub name: (&'a str, &'a str),
    /// Department; by default a new one.
    pub department: Option<DepartmentId>,
    /// Slug of the work site.
    pub site: &'a str,
    /// IANA time zone of the site.
    pub time_zone: &'a str,
    /// Access role in addition to `employee`.
    pub role: Role,
    pub manager: Option<&'a Person>,
}

impl Default for NewPerson<'_> {
    fn default() -> Self {
        let (name, time_zone) = (("Flow", "Tester"), "Europe/Berlin");
        Self { name, department: None, site: "berlin", time_zone, role: Role::Employee, manager: None }
    }
}

impl Scenario {
    /// Creates the department of this name unless it exists, and returns its id.
    pub async fn create_department_if_missing(&self, name: &str) -> Result<DepartmentId, String> {
        let (id, origin) = (seed::department_id(name), self.origin());
        let create = async {
            if is_missing(self.store.get_department(id).await)? {
                self.store.create_department(&origin, &Department::new(id, name, None, origin.at), None, &()).await?;
            }
            Ok(id)
        };
        create.await.map_err(|error| service_error(ACTOR, &error))
    }

    /// Creates an employee with a password, directly in the tables and not through the API.
    pub async fn hire(&self, new: NewPerson<'_>) -> Result<Person, String> {
        let (origin, unique) = (self.origin(), unique());
        let department_id = match new.department {
            Some(id) => id,
            None => self.create_department_if_missing(&format!("Flow {unique}")).await?,
        };
        let (first_name, last_name) = new.name;
        let draft = EmployeeDraft {
            employee_code: None,
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            email: format!("{first_name}.{last_name}.{unique}@muster.example"),
            phone: Some("+49 30 555 0100".to_owned()),
            department_id,
            job_role_id: None,
            job_title: "Tester".to_owned(),
            manager_id: new.manager.map(|manager| manager.id),
            site: new.site.to_owned(),
            time_zone: new.time_zone.to_owned(),
            contract: FULL_TIME,
            work_pattern: None,
            hire_date: date(2020, 1, 15),
            earlier_service_from: None,
        };
        let hire = async {
            let mut employee = Employee::new(EmployeeId::new(self.new_uuid()), draft, origin.at)?;
            employee.person.roles = Roles::default().with(Role::Employee).with(new.role);
            self.store.create_employee(&origin, &employee, None, None, &()).await?;
            let person = Person::new(&employee.person, &self.new_uuid().to_string());
            let password = auth::unchecked_password_write(person.id, &person.password, origin.at)?;
            self.accounts
                .commit(&origin, password)
                .await
                .map_err(|refusal| refusal.map_condition(|_, _| kernel::Error::internal("no condition")))?;
            Ok(person)
        };
        hire.await.map_err(|error| service_error(ACTOR, &error))
    }

    /// Signed-in employee of the demo organisation, by key.
    pub(crate) async fn demo_person(&self, key: &str) -> Result<Person, String> {
        let record = self.store.get_employee(seed::employee_id(key)).await;
        let not_seeded = |error: String| format!("The demo organisation is missing; run `muster seed` first. {error}");
        let record = record.map_err(|error| not_seeded(service_error(ACTOR, &error)))?;
        let person = Person::new(&record.value.person, DEMO_PASSWORD);
        person.sign_in(&self.api).await.map_err(not_seeded)?;
        Ok(person)
    }

    /// Terminates employees; their data stays.
    pub(crate) async fn terminate(&self, by: &Person, people: impl IntoIterator<Item = &Person>) -> Result<(), String> {
        for person in people {
            self.delete(format!("/api/v1/employees/{}", person.id)).by(by).expect(200).await?;
        }
        Ok(())
    }
}
