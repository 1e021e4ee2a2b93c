//! A world with an organisation in it, every endpoint at hand, and a foreign person whose every field is known: the stage
//! of the tests that hold for all endpoints. Everybody on it has something of every kind.

mod asking;
mod attendance;
mod leave;
mod succeeding;
mod told;

use lambda::http::Endpoint;
use std::collections::BTreeMap;

use access::{AccessRule, Operation, Relation, Role, Scope};
use axum::{Router, http::StatusCode};
use directory::Person;
use jiff::SignedDuration;
use kernel::EmployeeId;
use serde_json::{Value, json};
use testkit::{Answer, World, world};

pub use self::{
    asking::{method, row, sample_body, with_query},
    succeeding::Request,
};
use crate::endpoints::ENDPOINTS;

/// Longer than anything that is cached.
const CACHE_EXPIRY: SignedDuration = SignedDuration::from_mins(1);

const FOREIGN_PASSWORD: &str = "a lantern above the silent harbour";
/// Telephone of the foreign person; no other text contains it.
pub const PHONE: &str = "+49 30 90183322";
/// Pay of the foreign person, in minor units; no other number is this.
pub const PAY: i64 = 76_543_219;
/// Telephone of everybody else.
pub const PHONE_OF_OTHERS: &str = "+49 30 40404040";
/// Pay of everybody else.
pub const PAY_OF_OTHERS: i64 = 43_219_876;
/// Why the foreign person is away; no other text contains it.
pub const REASON: &str = "A knee that creaks like a galleon";
/// Why everybody else is away.
pub const REASON_OF_OTHERS: &str = "A garden that waits for rain";

/// The organisation: `manager` leads `employee` and `assistant`; `other_manager`, elsewhere, leads `foreigner` and
/// `other_assistant`.
pub struct Organisation {
    /// Its clock stands on Monday, 10 June 2024.
    pub world: World,
    apps: BTreeMap<&'static str, Router>,
    /// Led by `manager`.
    pub employee: Person,
    /// Leads `employee`.
    pub manager: Person,
    /// Leads `foreigner`, in another department.
    pub other_manager: Person,
    /// In the department of `manager`, as are the next two.
    pub hr: Person,
    /// May all that administrators may.
    pub admin: Person,
    /// Reads everything and changes nothing.
    pub auditor: Person,
    /// Whose every field is known.
    pub foreigner: Person,
    /// Works beside `employee`; nobody tests anything about them.
    assistant: Person,
    /// Works beside `foreigner`.
    other_assistant: Person,
    /// What the paths of requests about the foreigner are made of.
    pub foreign: BTreeMap<&'static str, String>,
    /// The same of everybody, where it belongs to a person.
    owned: BTreeMap<(&'static str, EmployeeId), String>,
}

impl Organisation {
    /// Founds the organisation by the endpoints themselves.
    pub async fn build() -> Self {
        let world = world().await;
        let apps = ENDPOINTS
            .iter()
            .map(|Endpoint { operation, router, .. }| (operation.name, world.app(operation, *router)))
            .collect();
        let nobody = world.people.employee.clone();
        let [employee, manager, other_manager, hr, admin, auditor, foreigner] = [0; 7].map(|_| nobody.clone());
        let (assistant, other_assistant) = (nobody.clone(), nobody);
        let (foreign, owned) = Default::default();
        let mut stage = Self {
            world,
            apps,
            employee,
            manager,
            other_manager,
            hr,
            admin,
            auditor,
            foreigner,
            assistant,
            other_assistant,
            foreign,
            owned,
        };
        let here = stage.create_id("departments-create", json!({"name": "Research"})).await;
        let there = stage.create_id("departments-create", json!({"name": "Quarry"})).await;
        stage.create_id("job-roles-create", json!({"title": "Engineer"})).await;
        let job_role = stage.create_id("job-roles-create", json!({"title": "Quarrier"})).await;
        stage.manager = stage.hire("Mara", "Meyer", &here, None, Some(Role::Manager)).await;
        stage.other_manager = stage.hire("Otto", "Ohm", &there, None, Some(Role::Manager)).await;
        stage.hr = stage.hire("Hana", "Hill", &here, None, Some(Role::Hr)).await;
        stage.admin = stage.hire("Adam", "Ash", &here, None, Some(Role::Admin)).await;
        stage.auditor = stage.hire("Aude", "Ames", &here, None, Some(Role::Auditor)).await;
        stage.employee = stage.hire("Erin", "East", &here, Some(stage.manager.id), None).await;
        stage.assistant = stage.hire("Anna", "Aster", &here, Some(stage.manager.id), None).await;
        stage.foreigner = stage.hire("Zebulonia", "Quastelwitz", &there, Some(stage.other_manager.id), None).await;
        stage.other_assistant = stage.hire("Olaf", "Ost", &there, Some(stage.other_manager.id), None).await;
        let (session, audit) = (stage.session_of_foreigner().await, stage.records_of_foreigner().await);
        let id = stage.foreigner.id.to_string();
        stage.foreign = BTreeMap::from([
            ("employee_id", id.clone()),
            ("user_id", id),
            ("session_id", session),
            ("audit_id", audit),
            ("department_id", there),
            ("job_role_id", job_role),
            ("log_type", "employee_updated".to_owned()),
        ]);
        stage.create_rules().await;
        stage.create_rosters().await;
        stage.create_leave().await;
        stage.create_attendance().await;
        stage.tell_everybody().await;
        stage.world.clock.advance(CACHE_EXPIRY);
        stage
    }

    /// Everybody of the stage who has a name there.
    fn everybody(&self) -> [&Person; 7] {
        [&self.employee, &self.manager, &self.other_manager, &self.hr, &self.admin, &self.auditor, &self.foreigner]
    }

    /// Remembers what belongs to somebody; what belongs to the foreigner is what foreign paths are made of.
    fn register_id(&mut self, name: &'static str, person: EmployeeId, value: String) {
        if person == self.foreigner.id {
            self.foreign.insert(name, value.clone());
        }
        self.owned.insert((name, person), value);
    }

    /// The endpoint of a row.
    pub fn app(&self, row: &Operation) -> &Router {
        &self.apps[row.name]
    }

    /// Somebody with this role.
    pub fn with_role(&self, role: Role) -> &Person {
        match role {
            Role::Employee => &self.employee,
            Role::Manager => &self.manager,
            Role::Hr => &self.hr,
            Role::Admin => &self.admin,
            Role::Auditor => &self.auditor,
        }
    }

    /// Somebody whom the row allows as much as anybody; nobody for an open endpoint.
    pub fn allowed(&self, row: &Operation) -> Option<&Person> {
        match row.access {
            AccessRule::Public => None,
            AccessRule::Granted(rows) => {
                let widest = rows.iter().max_by_key(|(role, scope)| (*scope, *role == Role::Hr)).unwrap();
                Some(if widest.1 == Scope::Own { &self.foreigner } else { self.with_role(widest.0) })
            }
        }
    }

    /// What this person is to the caller.
    pub fn relation(&self, caller: &Person, person: &Person) -> Relation {
        if caller.id == person.id {
            Relation::Oneself
        } else if person.manager_id == Some(caller.id) {
            Relation::Report
        } else if caller.department_id == person.department_id {
            Relation::Colleague
        } else {
            Relation::Other
        }
    }

    /// The values of the foreigner that an answer shows.
    pub fn shown_of_foreigner(&self, answer: &Answer) -> Vec<String> {
        let person = &self.foreigner;
        let text = answer.body.to_string().to_lowercase();
        let (first_name, last_name) = (&person.first_name, &person.last_name);
        let values = [first_name, last_name, &person.email, &person.employee_code, PHONE, &PAY.to_string(), REASON];
        values.into_iter().filter(|value| text.contains(&value.to_lowercase())).map(str::to_owned).collect()
    }

    /// Creates by an endpoint, as the HR or the administrator of the empty world; answers the id.
    async fn create_id(&self, operation: &str, body: Value) -> String {
        let people = &self.world.people;
        let hr_may = row(operation).grant(people.hr.roles).allows_any();
        let answer = self.create(operation, body, if hr_may { &people.hr } else { &people.admin }).await;
        answer["id"].as_str().unwrap().to_owned()
    }

    /// Creates by an endpoint, as somebody; answers what was made.
    async fn create(&self, operation: &str, body: Value, by: &Person) -> Value {
        let row = row(operation);
        let path = self.path_about(row, by);
        let answer = self.world.ask(self.app(row), method(row), path).json(&body).signed_in_as(by).await;
        let done = matches!(answer.status, StatusCode::OK | StatusCode::CREATED | StatusCode::ACCEPTED);
        assert!(done, "{operation} by {}: {} {}", by.first_name, answer.status, answer.body);
        answer.body
    }

    /// What an endpoint answers to somebody about themselves.
    async fn read(&self, operation: &str, by: &Person) -> Value {
        let row = row(operation);
        let answer = self.world.get(self.app(row), self.path_about(row, by)).signed_in_as(by).await;
        assert_eq!(answer.status, StatusCode::OK, "{operation}: {}", answer.body);
        answer.body
    }

    async fn hire(
        &self,
        first_name: &str,
        last_name: &str,
        department: &str,
        manager: Option<EmployeeId>,
        role: Option<Role>,
    ) -> Person {
        let foreign = last_name == "Quastelwitz";
        let (phone, pay) = if foreign { (PHONE, PAY) } else { (PHONE_OF_OTHERS, PAY_OF_OTHERS) };
        let body = json!({
            "first_name": first_name, "last_name": last_name, "employee_code": format!("C-{first_name}"),
            "email": format!("{first_name}.{last_name}@example.org"), "phone": phone,
            "department_id": department, "role": "Engineer", "manager_id": manager, "hire_date": "2020-01-15",
            "site": "berlin", "time_zone": "Europe/Berlin", "salary": {"amount_minor": pay, "currency": "EUR"},
        });
        let id: EmployeeId = self.create_id("employees-create", body).await.parse().unwrap();
        if let Some(role) = role {
            self.change(&access::EMPLOYEES_ROLES_UPDATE, id, json!({"roles": ["employee", role]})).await;
        }
        self.person(id).await
    }

    /// A person as the directory has them now.
    pub async fn person(&self, id: EmployeeId) -> Person {
        self.world.clock.advance(CACHE_EXPIRY);
        self.world.shell.directory.person(id, self.world.now()).await.unwrap().unwrap().as_ref().clone()
    }

    /// Changes somebody by an endpoint, as the administrator or HR of the empty world.
    pub async fn change(&self, row: &'static Operation, id: EmployeeId, body: Value) {
        let people = &self.world.people;
        let by = if row.grant(people.admin.roles).allows_any() { &people.admin } else { &people.hr };
        let path = row.path.replace("{employee_id}", &id.to_string());
        let answer = self.world.put(self.app(row), path, body).signed_in_as(by).await;
        assert_eq!(answer.status, StatusCode::OK, "{}: {}", row.name, answer.body);
    }

    /// The foreigner signs in.
    async fn session_of_foreigner(&self) -> String {
        let (world, person) = (&self.world, &self.foreigner);
        let credential = auth::seed_credential(person.id, FOREIGN_PASSWORD, world.now()).unwrap();
        world.shell.table("AUTH_TABLE").unwrap().commit(&testkit::origin(), credential).await.unwrap();
        let body = json!({"login": person.email, "password": FOREIGN_PASSWORD});
        let answer = world.post(self.app(&access::AUTH_LOGIN), access::AUTH_LOGIN.path, body).await;
        let token = answer.body["access_token"].as_str().unwrap_or_else(|| panic!("{}", answer.body));
        let me = world.get(self.app(&access::AUTH_ME), access::AUTH_ME.path).token(token).await;
        me.body["session_id"].as_str().unwrap().to_owned()
    }

    /// The audit trail has records by and about the foreigner, with pay and telephone in them.
    async fn records_of_foreigner(&self) -> String {
        let id = self.foreigner.id;
        let body = json!({
            "user_id": id, "action": "updated", "log_type": "employee_updated", "entity_type": "Employee", "entity_id": id,
            "service_name": "payroll", "old_values": {"phone": null, "last_name": self.foreigner.last_name},
            "new_values": {"phone": PHONE, "salary": {"amount_minor": PAY, "currency": "EUR"}, "comments": REASON},
        });
        self.create_id("audit-logs-create", body.clone()).await;
        self.world.clock.advance(SignedDuration::from_secs(1));
        self.create_id("audit-logs-create", body).await
    }
}
