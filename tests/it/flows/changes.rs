//! Changes by HR and their audit records.

use access::{REDACTED, Role};
use muster::{
    cloud::USER_AGENT,
    scenario::{
        client::Person,
        json::{expect_fields, text},
    },
};
use serde_json::{Value, json};

use super::cloud::{Cloud, Outcome, id_of};

#[tokio::test]
async fn changes_of_an_employee_by_hr_are_audited() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let hr = cloud.new_person(Role::Hr).await?;
    let auditor = cloud.new_person(Role::Auditor).await?;
    login_is_audited(&cloud, &hr).await?;

    let mut body = cloud.new_employee(hr.department);
    body["salary"] = json!({"amount_minor": 6_000_000, "currency": "EUR"});
    let employee = cloud.post("/api/v1/employees", body.clone()).by(&hr).expect(201).await?;
    let path = format!("/api/v1/employees/{}", id_of(&employee));
    let created = expect_record(&cloud, &hr, &employee, "created").await?;
    let values = json!({"email": body["email"], "phone": body["phone"]});
    let expected =
        json!({"log_type": "employee_created", "entity_type": "Employee", "old_values": null, "new_values": values});
    expect_fields(&created, expected)?;
    let paid = expect_record(&cloud, &hr, &employee, "changed").await?;
    assert_eq!(paid["new_values"]["history"][0]["salary"], body["salary"]);

    cloud.put(&path, json!({"last_name": "King"})).by(&hr).expect(200).await?;
    let updated = expect_record(&cloud, &hr, &employee, "updated").await?;
    expect_fields(&updated, json!({"old_values": {"last_name": "Lovelace"}, "new_values": {"last_name": "King"}}))?;

    let raise = json!({"effective_date": "2024-07-01", "salary": {"amount_minor": 7_000_000, "currency": "EUR"}});
    cloud.put(format!("{path}/compensation"), raise.clone()).by(&hr).expect(200).await?;
    // The first change of the compensation is part of the hiring.
    let second = |record: &Value| record["new_values"]["history"].as_array().is_some_and(|all| all.len() == 2);
    let raised = cloud.expect_matching_audit_record(&hr, id_of(&employee), "changed", second).await?;
    assert_eq!(raised["user_id"], json!(hr.id));
    assert_eq!(raised["old_values"]["history"][0]["salary"], body["salary"]);
    assert_eq!(raised["old_values"]["history"].as_array().map(Vec::len), Some(1));
    assert_eq!(raised["new_values"]["history"][1]["salary"], raise["salary"]);

    cloud.delete(&path).by(&hr).expect(200).await?;
    let ended = expect_record(&cloud, &hr, &employee, "deleted").await?;
    expect_fields(&ended, json!({"old_values": {"status": "active"}, "new_values": {"status": "terminated"}}))?;

    let records = cloud.audit_records(&hr, id_of(&employee)).await?;
    assert_eq!(records.len(), 5, "each change must have one record: {records:#?}");
    assert!(records.iter().all(|record| record["user_id"] == json!(hr.id)), "each record must name its actor");
    auditor_sees_no_amounts_of_compensation(&cloud, &auditor, &employee).await?;
    Ok(())
}

async fn expect_record(cloud: &Cloud, hr: &Person, employee: &Value, action: &str) -> Outcome<Value> {
    let record = cloud.expect_audit_record(hr, id_of(employee), action).await?;
    let service = "employee-management-service";
    expect_fields(
        &record,
        json!({"user_id": hr.id, "status": "success", "service_name": service, "user_agent": USER_AGENT}),
    )?;
    assert!(
        record["ip_address"].is_string() && record["request_id"].is_string(),
        "the record must name its source: {record:#}"
    );
    for values in [&record["old_values"], &record["new_values"]] {
        let technical =
            |name: &String| name == "pk" || name == "sk" || name.starts_with('_') || name.starts_with("ix_");
        let mut names = values.as_object().into_iter().flat_map(|values| values.keys());
        assert_eq!(names.find(|name| technical(name)), None, "technical attributes must not be published");
    }
    Ok(record)
}

async fn login_is_audited(cloud: &Cloud, hr: &Person) -> Outcome {
    let session = text(hr.sign_in(&cloud.api).await?, "/session_id");
    let login = cloud.expect_audit_record(hr, session, "login").await?;
    expect_fields(
        &login,
        json!({"log_type": "user_login", "status": "success", "user_id": hr.id, "service_name": "auth-service"}),
    )?;
    let password = cloud.expect_audit_record(hr, hr.id, "password_changed").await?.to_string();
    assert!(!password.contains("argon2") && !password.contains("_password_hash"), "secrets must not be published");
    Ok(())
}

async fn auditor_sees_no_amounts_of_compensation(cloud: &Cloud, auditor: &Person, employee: &Value) -> Outcome {
    let records = cloud.audit_records(auditor, id_of(employee)).await?;
    assert_eq!(records.len(), 5);
    let pay: Vec<_> = records.iter().filter(|record| record["action"] == "changed").collect();
    assert_eq!(pay.len(), 2);
    for record in pay {
        let history = record["new_values"]["history"].as_array().expect("the history must be visible");
        assert!(history.iter().all(|entry| entry["salary"] == REDACTED), "{record:#}");
    }
    let text = json!(records).to_string();
    for secret in ["6000000", "7000000", "7946 0100"] {
        assert!(!text.contains(secret), "an auditor must not read `{secret}`");
    }
    Ok(())
}
