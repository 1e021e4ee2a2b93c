//! Changes of the tables that bypass the services become critical events.

use access::Role;
use aws_sdk_dynamodb::types::AttributeValue;
use muster::scenario::{client::Person, json::expect_fields};
use serde_json::{Value, json};

use super::cloud::{Cloud, Outcome, id_of};

/// Action of the audit record, which names no request.
const ACTION: &str = "out_of_band_change";

#[tokio::test]
async fn direct_edit_raises_a_critical_event() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let hr = cloud.new_person(Role::Hr).await?;
    let employee = cloud.create_employee(&hr).await?;
    let edit = cloud.dynamo.update_item().table_name(cloud.output("EmployeesTable"));
    edit.set_key(Some(profile(&employee)))
        .update_expression("SET job_title = :title")
        .expression_attribute_values(":title", AttributeValue::S("Chief of Everything".to_owned()))
        .send()
        .await
        .unwrap();

    let record = critical(&cloud, &hr, &employee).await?;
    assert_eq!(record["old_values"]["job_title"], "Engineer");
    assert_eq!(record["new_values"]["job_title"], "Chief of Everything");
    Ok(())
}

#[tokio::test]
async fn direct_deletion_raises_a_critical_event() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let hr = cloud.new_person(Role::Hr).await?;
    let employee = cloud.create_employee(&hr).await?;
    let delete = cloud.dynamo.delete_item().table_name(cloud.output("EmployeesTable"));
    delete.set_key(Some(profile(&employee))).send().await.unwrap();

    let record = critical(&cloud, &hr, &employee).await?;
    assert_eq!(record["old_values"]["email"], employee["email"], "the record must hold the deleted values");
    assert_eq!(record["new_values"], Value::Null);
    Ok(())
}

async fn critical(cloud: &Cloud, hr: &Person, employee: &Value) -> Outcome<Value> {
    let record = cloud.expect_audit_record(hr, id_of(employee), ACTION).await?;
    expect_fields(
        &record,
        json!({
            "entity_type": "Employee", "entity_id": employee["id"], "log_type": "critical_event", "status": "failure",
            "details": {"key": {"partition": key_of(employee).pk}}, "user_id": "unknown",
        }),
    )?;
    let failures = cloud.list_all_pages(hr, "/api/v1/audit-logs?log_type=critical_event").await?;
    assert!(failures.iter().any(|one| one["id"] == record["id"]), "the list by log type must contain the record");
    Ok(record)
}

fn key_of(employee: &Value) -> store::Key {
    directory::person_key(id_of(employee).parse().unwrap())
}

fn profile(employee: &Value) -> store::Item {
    let key = key_of(employee);
    store::Item::from([("pk".to_owned(), AttributeValue::S(key.pk)), ("sk".to_owned(), AttributeValue::S(key.sk))])
}
