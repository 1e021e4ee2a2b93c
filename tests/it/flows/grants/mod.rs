//! Calls every operation once as a person with the right to it, so that missing grants of a function's role show before production.

pub(crate) mod attendance;
pub(crate) mod compliance;
pub(crate) mod leave;
pub(crate) mod notifications;

use std::collections::{BTreeMap, BTreeSet};

use access::{self as table, Method, OPERATIONS, Operation, Role};
use auth::app::reset_token;
use aws_sdk_kms::{primitives::Blob, types::MacAlgorithmSpec};
use kernel::ResetId;
use muster::scenario::{client::Person, unique};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::cloud::{Cloud, id_of};

#[tokio::test]
async fn every_operation_works_with_its_own_grants() {
    let Some(cloud) = Cloud::from_env() else { return };
    let (hr, admin) = (cloud.new_person(Role::Hr).await.unwrap(), cloud.new_person(Role::Admin).await.unwrap());
    let mut calls = OperationCoverage { cloud: &cloud, called: BTreeSet::new(), ids: BTreeMap::new() };
    organisation(&mut calls, &hr, &admin).await;
    trail(&mut calls, &hr, &admin).await;
    identity(&mut calls, &hr).await;
    let people = cloud.flow_people().await.unwrap();
    let recorded = leave::call_all(&mut calls, &people).await;
    compliance::call_all(&mut calls, &people, &recorded).await;
    notifications::call_all(&mut calls, &people).await;
    attendance::call_all(&mut calls, &people).await;
    calls.call_remaining_reads(&people.hr).await;
    let all: BTreeSet<_> = OPERATIONS.iter().map(|operation| operation.name).collect();
    assert_eq!(calls.called, all, "this test must call every operation; add the new one");
}

/// Calls operations and records which were called.
struct OperationCoverage<'a> {
    cloud: &'a Cloud,
    called: BTreeSet<&'static str>,
    /// Last id used for each path parameter.
    ids: BTreeMap<&'static str, String>,
}

impl OperationCoverage<'_> {
    /// Calls an operation and checks its success. Repeats a POST with the same idempotency key and checks the equal response.
    async fn call(&mut self, row: &'static Operation, ids: &[&str], by: Option<&Person>, body: Option<Value>) -> Value {
        let parameters = row.path.split('/').filter(|part| part.starts_with('{'));
        self.ids.extend(parameters.zip(ids).map(|(parameter, id)| (parameter, (*id).to_owned())));
        let mut ids = ids.iter();
        let mut path: String = row
            .path
            .split('/')
            .map(|part| if part.starts_with('{') { ids.next().expect("an id for each parameter") } else { part })
            .collect::<Vec<_>>()
            .join("/");
        path.extend(ids.next().copied()); // the query
        self.called.insert(row.name);
        let key = format!("tour-{}", unique());
        let send = async || {
            let mut call = self.cloud.api.call(row.method.as_str(), &path, body.as_ref());
            call = if row.method == Method::Post { call.idempotency_key(&key) } else { call };
            by.into_iter().fold(call, |call, person| call.by(person)).send().await.unwrap()
        };
        let first = send().await;
        assert!((200..300).contains(&first.status), "{}: {} {}", row.name, first.status, first.body);
        if row.method == Method::Post {
            let repeated = send().await;
            let message = format!("{}: the same idempotency key must get the same response", row.name);
            assert_eq!((repeated.status, &repeated.body), (first.status, &first.body), "{message}");
        }
        first.body
    }

    /// Calls every GET operation that was not called by name, with the ids of the other calls.
    async fn call_remaining_reads(&mut self, hr: &Person) {
        let others = OPERATIONS.iter().filter(|row| row.method == Method::Get && !self.called.contains(row.name));
        for row in others.copied().collect::<Vec<_>>() {
            let parameters = row.path.split('/').filter(|part| part.starts_with('{'));
            let ids: Vec<_> = parameters.map(|parameter| self.ids[parameter].clone()).collect();
            self.call(row, &ids.iter().map(String::as_str).collect::<Vec<_>>(), Some(hr), None).await;
        }
    }
}

async fn organisation(calls: &mut OperationCoverage<'_>, hr: &Person, admin: &Person) {
    let (cloud, by) = (calls.cloud, Some(hr));
    let name = |what: &str| format!("{what} {}", unique());
    let parent = calls.call(&table::DEPARTMENTS_CREATE, &[], by, Some(json!({"name": name("Parent")}))).await;
    let child = json!({"name": name("Child"), "parent_id": parent["id"]});
    let department = calls.call(&table::DEPARTMENTS_CREATE, &[], by, Some(child)).await;
    calls.call(&table::DEPARTMENTS_GET, &[id_of(&department)], by, None).await;
    let moved = json!({"name": name("Moved"), "parent_id": null});
    calls.call(&table::DEPARTMENTS_UPDATE, &[id_of(&department)], by, Some(moved)).await;
    calls.call(&table::DEPARTMENTS_LIST, &[], by, None).await;
    calls.call(&table::DEPARTMENTS_DELETE, &[id_of(&parent)], by, None).await;

    let role = calls.call(&table::JOB_ROLES_CREATE, &[], by, Some(json!({"title": name("Role"), "grade": 3}))).await;
    let spare = calls.call(&table::JOB_ROLES_CREATE, &[], by, Some(json!({"title": name("Spare")}))).await;
    calls.call(&table::JOB_ROLES_GET, &[id_of(&role)], by, None).await;
    calls.call(&table::JOB_ROLES_UPDATE, &[id_of(&role)], by, Some(json!({"title": name("Better")}))).await;
    calls.call(&table::JOB_ROLES_LIST, &[], by, None).await;
    calls.call(&table::JOB_ROLES_DELETE, &[id_of(&spare)], by, None).await;

    let mut body = cloud.new_employee(hr.department);
    body["salary"] = json!({"amount_minor": 5_000_000, "currency": "EUR"});
    body["job_role_id"] = role["id"].clone();
    body["manager_id"] = json!(hr.id);
    let employee = calls.call(&table::EMPLOYEES_CREATE, &[], by, Some(body)).await;
    let id = [id_of(&employee)];
    let everything = json!({
        "email": format!("moved-{}@flows.example.com", unique()),
        "employee_code": format!("F-{}", unique().to_uppercase()),
        "department_id": department["id"],
        "job_role_id": null,
        "manager_id": admin.id,
    });
    calls.call(&table::EMPLOYEES_UPDATE, &id, by, Some(everything)).await;
    let read = calls.call(&table::EMPLOYEES_GET, &id, by, None).await;
    assert_eq!(read["salary"]["amount_minor"], 5_000_000, "HR must see the compensation with the record");
    calls.call(&table::EMPLOYEES_VERIFY, &id, by, None).await;
    let raise = json!({"effective_date": "2024-08-01", "salary": {"amount_minor": 5_500_000, "currency": "EUR"}});
    calls.call(&table::EMPLOYEES_COMPENSATION_UPDATE, &id, by, Some(raise)).await;
    calls.call(&table::EMPLOYEES_COMPENSATION_GET, &id, by, None).await;
    calls.call(&table::EMPLOYEES_REPORTS, &[&admin.id.to_string()], by, None).await;
    calls.call(&table::EMPLOYEES_ORG_CHART, &[&format!("?root={}", admin.id)], by, None).await;
    let department = format!("?department={}&name=love&status=active", department["id"].as_str().unwrap());
    let listed = calls.call(&table::EMPLOYEES_LIST, &[&department], by, None).await;
    assert_eq!(listed["items"][0]["id"], employee["id"]);
    calls.call(&table::EMPLOYEES_ROLES_UPDATE, &id, Some(admin), Some(json!({"roles": ["employee", "manager"]}))).await;
    calls.call(&table::EMPLOYEES_STATUS_UPDATE, &id, by, Some(json!({"status": "on_leave"}))).await;
    calls.call(&table::EMPLOYEES_DELETE, &id, by, None).await;
}

async fn trail(calls: &mut OperationCoverage<'_>, hr: &Person, admin: &Person) {
    let record = json!({
        "user_id": hr.id,
        "action": "imported",
        "log_type": "attendance_manual_entry",
        "entity_type": "Attendance",
        "entity_id": format!("outside-{}", unique()),
        "service_name": "time-clock",
    });
    let record = calls.call(&table::AUDIT_LOGS_CREATE, &[], Some(admin), Some(record)).await;
    let by = Some(hr);
    calls.call(&table::AUDIT_LOGS_GET, &[id_of(&record)], by, None).await;
    calls.call(&table::AUDIT_LOGS_LIST, &["?service_name=time-clock"], by, None).await;
    calls.call(&table::AUDIT_LOGS_USER_LIST, &[&hr.id.to_string()], by, None).await;
    calls.call(&table::AUDIT_LOGS_TYPE_LIST, &["attendance_manual_entry"], by, None).await;
    calls.call(&table::AUDIT_LOGS_EXPORT, &["?format=csv&log_type=attendance_manual_entry"], by, None).await;

    // The hour of the record is not sealed yet. The flow `seals` tests the proofs of sealed records.
    calls.called.insert(table::AUDIT_LOGS_PROOF.name);
    let early = calls.cloud.get(format!("/api/v1/audit-logs/{}/proof", id_of(&record))).by(hr).send().await.unwrap();
    assert_eq!((early.status, early.problem_code()), (409, "not_sealed_yet"), "{}", early.body);
}

async fn identity(calls: &mut OperationCoverage<'_>, hr: &Person) {
    let cloud = calls.cloud;
    let person = cloud.new_person(Role::Employee).await.unwrap();
    calls.call(&table::WELL_KNOWN_JWKS, &[], None, None).await;
    calls.call(&table::WELL_KNOWN_OPENID_CONFIGURATION, &[], None, None).await;
    let other = calls.call(&table::AUTH_LOGIN, &[], None, Some(person.login_body())).await;
    let token = json!({"refresh_token": other["refresh_token"]});
    calls.call(&table::AUTH_REFRESH, &[], None, Some(token)).await;
    calls.call(&table::AUTH_ME, &[], Some(&person), None).await;
    let sessions = calls.call(&table::AUTH_SESSIONS_LIST, &[], Some(&person), None).await;
    assert_eq!(sessions["items"].as_array().map(Vec::len), Some(2), "{sessions}");
    let ended = other["session_id"].as_str().unwrap();
    calls.call(&table::AUTH_SESSIONS_DELETE, &[ended], Some(&person), None).await;
    let (second, third) = ("eleven quiet violins and an otter", "an otter under eleven loud violins");
    let change = json!({"current_password": person.password, "new_password": second});
    calls.call(&table::AUTH_PASSWORD_UPDATE, &[], Some(&person), Some(change)).await;

    calls.call(&table::AUTH_PASSWORD_FORGOT, &[], None, Some(json!({"login": person.email}))).await;
    let record = cloud.expect_audit_record(hr, &person.id.to_string(), "password_reset_requested").await.unwrap();
    let id: ResetId = record["details"]["reset_id"].as_str().unwrap().parse().unwrap();
    let reset = json!({"token": reset_token_of(cloud, id).await, "new_password": third});
    calls.call(&table::AUTH_PASSWORD_RESET, &[], None, Some(reset)).await;
    let person = Person { password: third.to_owned(), session: OnceCell::new(), ..person };
    calls.call(&table::AUTH_LOGOUT, &[], Some(&person), None).await;
}

/// Reset token of the mail, computed by KMS.
async fn reset_token_of(cloud: &Cloud, id: ResetId) -> String {
    let text = Blob::new(reset_token::mac_input(id).into_bytes());
    let request = cloud.kms.generate_mac().key_id(cloud.output("MacKey")).mac_algorithm(MacAlgorithmSpec::HmacSha256);
    let mac = request.message(text).send().await.unwrap().mac.unwrap().into_inner();
    reset_token::encode(id, &mac.try_into().unwrap())
}
