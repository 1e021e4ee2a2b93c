//! What HR does, and what the audit trail shows of it.

use access::{REDACTED, Role};
use serde_json::{Value, json};

use super::{
    cloud::Cloud,
    people::{Someone, id_of},
};

#[tokio::test]
async fn hr_creates_changes_pays_and_terminates_and_audit_shows_it() {
    let Some(cloud) = Cloud::from_env() else { return };
    let hr = cloud.someone(Role::Hr).await;
    let auditor = cloud.someone(Role::Auditor).await;
    login_is_audited(&cloud, &hr).await;

    let mut body = cloud.new_employee(hr.department);
    body["salary"] = json!({"amount_minor": 6_000_000, "currency": "EUR"});
    let employee = cloud.post("/api/v1/employees", body.clone()).by(&hr).await.expect(201);
    let path = format!("/api/v1/employees/{}", id_of(&employee));
    let created = recorded(&cloud, &hr, &employee, "created").await;
    assert_eq!((&created["log_type"], &created["entity_type"]), (&json!("employee_created"), &json!("Employee")));
    assert_eq!(created["old_values"], Value::Null);
    assert_eq!((&created["new_values"]["email"], &created["new_values"]["phone"]), (&body["email"], &body["phone"]));
    let paid = recorded(&cloud, &hr, &employee, "changed").await;
    assert_eq!(paid["new_values"]["history"][0]["salary"], body["salary"]);

    cloud.put(&path, json!({"last_name": "King"})).by(&hr).await.expect(200);
    let updated = recorded(&cloud, &hr, &employee, "updated").await;
    assert_eq!(updated["old_values"]["last_name"], "Lovelace");
    assert_eq!(updated["new_values"]["last_name"], "King");

    let raise = json!({"effective_date": "2024-07-01", "salary": {"amount_minor": 7_000_000, "currency": "EUR"}});
    cloud.put(format!("{path}/compensation"), raise.clone()).by(&hr).await.expect(200);
    let raised = raise_of(&cloud, &hr, &employee).await;
    assert_eq!(raised["old_values"]["history"][0]["salary"], body["salary"]);
    assert_eq!(raised["old_values"]["history"].as_array().map(Vec::len), Some(1));
    assert_eq!(raised["new_values"]["history"][1]["salary"], raise["salary"]);

    cloud.delete(&path).by(&hr).await.expect(200);
    let ended = recorded(&cloud, &hr, &employee, "deleted").await;
    assert_eq!(
        (&ended["old_values"]["status"], &ended["new_values"]["status"]),
        (&json!("active"), &json!("terminated"))
    );

    let seen = cloud.trail(&hr, id_of(&employee)).await;
    assert_eq!(seen.len(), 5, "every change once: {seen:#?}");
    assert!(seen.iter().all(|record| record["user_id"] == json!(hr.id)), "each tells its actor");
    an_auditor_sees_that_pay_changed_but_no_figure(&cloud, &auditor, &employee).await;
}

async fn recorded(cloud: &Cloud, hr: &Someone, employee: &Value, action: &str) -> Value {
    let record = cloud.recorded(hr, id_of(employee), action).await;
    assert_eq!(record["user_id"], json!(hr.id), "who: {record:#}");
    assert_eq!(
        (&record["status"], &record["service_name"]),
        (&json!("success"), &json!("employee-management-service"))
    );
    assert!(record["ip_address"].is_string() && record["request_id"].is_string(), "whence: {record:#}");
    assert_eq!(record["user_agent"], "muster-flows");
    for values in [&record["old_values"], &record["new_values"]] {
        let technical =
            |name: &String| name == "pk" || name == "sk" || name.starts_with('_') || name.starts_with("ix_");
        let mut names = values.as_object().into_iter().flat_map(|values| values.keys());
        assert_eq!(names.find(|name| technical(name)), None, "nothing technical is published");
    }
    record
}

/// The second change of pay; the first came with the hiring.
async fn raise_of(cloud: &Cloud, hr: &Someone, employee: &Value) -> Value {
    let look = async || {
        let records = cloud.trail(hr, id_of(employee)).await;
        records.into_iter().find(|record| record["new_values"]["history"].as_array().is_some_and(|all| all.len() == 2))
    };
    let (record, took) = super::cloud::eventually("the raise", super::trail::AUDITED_WITHIN, look).await;
    eprintln!("compensation_changed: audited after {} ms", took.as_millis());
    assert_eq!((&record["user_id"], &record["action"]), (&json!(hr.id), &json!("changed")));
    record
}

async fn login_is_audited(cloud: &Cloud, hr: &Someone) {
    let login = cloud.recorded(hr, hr.session_id(), "login").await;
    assert_eq!((&login["log_type"], &login["status"]), (&json!("user_login"), &json!("success")));
    assert_eq!(login["user_id"], json!(hr.id));
    assert_eq!(login["service_name"], "auth-service");
    let password = cloud.recorded(hr, &hr.id.to_string(), "password_changed").await.to_string();
    assert!(!password.contains("argon2") && !password.contains("_password_hash"), "no secret is published");
}

async fn an_auditor_sees_that_pay_changed_but_no_figure(cloud: &Cloud, auditor: &Someone, employee: &Value) {
    let records = cloud.trail(auditor, id_of(employee)).await;
    assert_eq!(records.len(), 5);
    let pay: Vec<_> = records.iter().filter(|record| record["action"] == "changed").collect();
    assert_eq!(pay.len(), 2);
    for record in pay {
        let history = record["new_values"]["history"].as_array().expect("that there is a history is no secret");
        assert!(history.iter().all(|entry| entry["salary"] == REDACTED), "{record:#}");
    }
    let text = json!(records).to_string();
    for secret in ["6000000", "7000000", "7946 0100"] {
        assert!(!text.contains(secret), "an auditor reads `{secret}`");
    }
}
