//! A world with an organisation in it, every endpoint at hand, and a foreign person whose every field is known: the stage
//! of the tests that hold for all endpoints. Everybody on it has something of every kind.

mod attendance;
mod leave;
mod told;

use std::collections::BTreeMap;

use access::{Access, Method, Operation, Relation, Role, Scope};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use directory::Person;
use jiff::SignedDuration;
use kernel::EmployeeId;
use serde_json::{Value, json};
use testkit::{Answer, Ask, World, world};
use tower::ServiceExt;

use crate::{conformance::repo::read, endpoints::ENDPOINTS};

/// Longer than anything that is cached.
const A_WHILE: SignedDuration = SignedDuration::from_mins(1);

const FOREIGN_PASSWORD: &str = "a lantern above the silent harbour";
/// Telephone of the foreign person; no other text contains it.
pub(crate) const PHONE: &str = "+49 30 90183322";
/// Pay of the foreign person, in minor units; no other number is this.
pub(crate) const PAY: i64 = 76_543_219;
/// Telephone of everybody else.
pub(crate) const PHONE_OF_OTHERS: &str = "+49 30 40404040";
/// Pay of everybody else.
pub(crate) const PAY_OF_OTHERS: i64 = 43_219_876;
/// Why the foreign person is away; no other text contains it.
pub(crate) const REASON: &str = "A knee that creaks like a galleon";
/// Why everybody else is away.
pub(crate) const REASON_OF_OTHERS: &str = "A garden that waits for rain";

/// Queries that a row cannot do without.
const NEEDED: &[(&str, &str)] = &[
    ("attendance-absenteeism", "month=2024-06&department={department_id}"),
    ("attendance-export", "month=2024-06&department={department_id}"),
    ("attendance-late-arrivals", "from=2024-06-01&to=2024-06-30"),
    ("attendance-monthly", "month=2024-06"),
    ("attendance-overtime", "from=2024-06-01&to=2024-06-30"),
    ("attendance-process", "from=2024-06-06&to=2024-06-07"),
    ("leaves-calendar", "from=2024-06-10&to=2024-08-31"),
    ("leave-balances-explain", "leave_type=annual"),
    ("notifications-trace-list", "event_id={event_id}"),
];

/// A path with one more parameter, or the same one with another value.
pub(crate) fn with_query(path: &str, name: &str, value: &str) -> String {
    let (bare, query) = path.split_once('?').unwrap_or((path, ""));
    let others = query.split('&').filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(name));
    let pairs: Vec<_> = others.map(str::to_owned).chain([format!("{name}={value}")]).collect();
    format!("{bare}?{}", pairs.join("&"))
}

/// The organisation: `manager` leads `employee` and `assistant`; `other_manager`, elsewhere, leads `foreigner` and
/// `other_assistant`.
pub(crate) struct Stage {
    pub(crate) world: World,
    apps: BTreeMap<&'static str, Router>,
    pub(crate) employee: Person,
    pub(crate) manager: Person,
    pub(crate) other_manager: Person,
    pub(crate) hr: Person,
    pub(crate) admin: Person,
    pub(crate) auditor: Person,
    pub(crate) foreigner: Person,
    /// Works beside `employee`; nobody tests anything about them.
    assistant: Person,
    /// Works beside `foreigner`.
    other_assistant: Person,
    /// What the paths of requests about the foreigner are made of.
    pub(crate) foreign: BTreeMap<&'static str, String>,
    /// The same of everybody, where it belongs to a person.
    owned: BTreeMap<(&'static str, EmployeeId), String>,
}

impl Stage {
    /// Founds the organisation by the endpoints themselves.
    pub(crate) async fn set() -> Self {
        let world = world().await;
        let apps = ENDPOINTS.iter().map(|(row, build)| (row.name, world.app(row, *build))).collect();
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
        let here = stage.made("departments-create", json!({"name": "Research"})).await;
        let there = stage.made("departments-create", json!({"name": "Quarry"})).await;
        stage.made("job-roles-create", json!({"title": "Engineer"})).await;
        let job_role = stage.made("job-roles-create", json!({"title": "Quarrier"})).await;
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
        stage.lay_down_rules().await;
        stage.put_to_work().await;
        stage.take_leave().await;
        stage.come_and_go().await;
        stage.tell_everybody().await;
        stage.world.clock.advance(A_WHILE);
        stage
    }

    /// Everybody of the stage who has a name there.
    fn everybody(&self) -> [&Person; 7] {
        [&self.employee, &self.manager, &self.other_manager, &self.hr, &self.admin, &self.auditor, &self.foreigner]
    }

    /// Remembers what belongs to somebody; what belongs to the foreigner is what foreign paths are made of.
    fn own(&mut self, name: &'static str, person: EmployeeId, value: String) {
        if person == self.foreigner.id {
            self.foreign.insert(name, value.clone());
        }
        self.owned.insert((name, person), value);
    }

    pub(crate) fn app(&self, row: &Operation) -> &Router {
        &self.apps[row.name]
    }

    /// Somebody with this role.
    pub(crate) fn with_role(&self, role: Role) -> &Person {
        match role {
            Role::Employee => &self.employee,
            Role::Manager => &self.manager,
            Role::Hr => &self.hr,
            Role::Admin => &self.admin,
            Role::Auditor => &self.auditor,
        }
    }

    /// Somebody whom the row allows as much as anybody; nobody for an open endpoint.
    pub(crate) fn allowed(&self, row: &Operation) -> Option<&Person> {
        match row.access {
            Access::Public => None,
            Access::Granted(rows) => {
                let widest = rows.iter().max_by_key(|(role, scope)| (*scope, *role == Role::Hr)).unwrap();
                Some(if widest.1 == Scope::Own { &self.foreigner } else { self.with_role(widest.0) })
            }
        }
    }

    /// The path of a row, about the foreigner.
    pub(crate) fn foreign_path(&self, row: &Operation) -> String {
        self.path_about(row, &self.foreigner)
    }

    /// The path of a row, about this person, with the parameters that it cannot do without; what is no person's is what
    /// the foreigner has to do with.
    pub(crate) fn path_about(&self, row: &Operation, person: &Person) -> String {
        let part = |part: &str| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            None => part.to_owned(),
            Some("employee_id" | "user_id") => person.id.to_string(),
            Some(name) => {
                let own = self.owned.iter().find(|((known, owner), _)| *known == name && *owner == person.id);
                let value = own.map(|(_, value)| value).or_else(|| self.foreign.get(name));
                value.unwrap_or_else(|| panic!("no {name} on the stage: add one")).clone()
            }
        };
        let path = row.path.split('/').map(part).collect::<Vec<_>>().join("/");
        match NEEDED.iter().find(|(name, _)| *name == row.name) {
            Some((_, query)) => format!("{path}?{}", self.filled(query, person)),
            None => path,
        }
    }

    /// A query with what it names of a person in its place.
    fn filled(&self, query: &str, person: &Person) -> String {
        let event = self.owned.get(&("event_id", person.id)).or_else(|| self.foreign.get("event_id"));
        let query = query.replace("{event_id}", event.map_or("", String::as_str));
        query.replace("{department_id}", &person.department_id.to_string())
    }

    /// A request to a row, with the body of its sample event where it takes one.
    pub(crate) fn ask(&self, row: &Operation, path: &str) -> Ask<'_> {
        let ask = self.world.ask(self.app(row), method(row), path);
        match sample_body(row) {
            Value::Null => ask,
            body => ask.json(&body),
        }
    }

    /// A request whose body is any bytes.
    pub(crate) async fn raw(
        &self,
        row: &Operation,
        by: Option<&Person>,
        content_type: Option<&str>,
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(method(row)).uri(self.foreign_path(row));
        if let Some(person) = by {
            request = request.header("authorization", format!("Bearer {}", self.world.token(person)));
        }
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let response = self.app(row).clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }

    /// What this person is to the caller.
    pub(crate) fn relation(&self, caller: &Person, person: &Person) -> Relation {
        if caller.id == person.id {
            Relation::Own
        } else if person.manager_id == Some(caller.id) {
            Relation::Report
        } else if caller.department_id == person.department_id {
            Relation::Colleague
        } else {
            Relation::Other
        }
    }

    /// The values of the foreigner that an answer shows.
    pub(crate) fn shown_of_foreigner(&self, answer: &Answer) -> Vec<String> {
        let person = &self.foreigner;
        let text = answer.body.to_string().to_lowercase();
        let (first_name, last_name) = (&person.first_name, &person.last_name);
        let values = [first_name, last_name, &person.email, &person.employee_code, PHONE, &PAY.to_string(), REASON];
        values.into_iter().filter(|value| text.contains(&value.to_lowercase())).map(str::to_owned).collect()
    }

    /// Creates by an endpoint, as the HR or the administrator of the empty world; answers the id.
    async fn made(&self, operation: &str, body: Value) -> String {
        let people = &self.world.people;
        let hr_may = row(operation).grant(people.hr.roles).any();
        let answer = self.make(operation, body, if hr_may { &people.hr } else { &people.admin }).await;
        answer["id"].as_str().unwrap().to_owned()
    }

    /// Creates by an endpoint, as somebody; answers what was made.
    async fn make(&self, operation: &str, body: Value, by: &Person) -> Value {
        let row = row(operation);
        let path = self.path_about(row, by);
        let answer = self.world.ask(self.app(row), method(row), path).json(&body).by(by).await;
        let done = matches!(answer.status, StatusCode::OK | StatusCode::CREATED | StatusCode::ACCEPTED);
        assert!(done, "{operation} by {}: {} {}", by.first_name, answer.status, answer.body);
        answer.body
    }

    /// What an endpoint answers to somebody about themselves.
    async fn read(&self, operation: &str, by: &Person) -> Value {
        let row = row(operation);
        let answer = self.world.get(self.app(row), self.path_about(row, by)).by(by).await;
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
        let id: EmployeeId = self.made("employees-create", body).await.parse().unwrap();
        if let Some(role) = role {
            self.change(&access::EMPLOYEES_ROLES, id, json!({"roles": ["employee", role]})).await;
        }
        self.person(id).await
    }

    /// A person as the directory has them now.
    pub(crate) async fn person(&self, id: EmployeeId) -> Person {
        self.world.clock.advance(A_WHILE);
        self.world.shell.directory.person(id, self.world.now()).await.unwrap().unwrap().as_ref().clone()
    }

    /// Changes somebody by an endpoint, as the administrator or HR of the empty world.
    pub(crate) async fn change(&self, row: &'static Operation, id: EmployeeId, body: Value) {
        let people = &self.world.people;
        let by = if row.grant(people.admin.roles).any() { &people.admin } else { &people.hr };
        let path = row.path.replace("{employee_id}", &id.to_string());
        let answer = self.world.put(self.app(row), path, body).by(by).await;
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
        self.made("audit-logs-create", body.clone()).await;
        self.world.clock.advance(SignedDuration::from_secs(1));
        self.made("audit-logs-create", body).await
    }
}

/// The row of an operation.
fn row(operation: &str) -> &'static Operation {
    ENDPOINTS.iter().find(|(row, _)| row.name == operation).unwrap_or_else(|| panic!("no endpoint {operation}")).0
}

/// The method of a row as HTTP has it.
pub(crate) fn method(row: &Operation) -> http::Method {
    match row.method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Delete => http::Method::DELETE,
    }
}

/// The body of `events/<operation>.json`; null where there is none.
pub(crate) fn sample_body(row: &Operation) -> Value {
    let event: Value = serde_json::from_str(&read(&format!("events/{}.json", row.name))).unwrap();
    event["body"].as_str().map_or(Value::Null, |body| serde_json::from_str(body).unwrap())
}
