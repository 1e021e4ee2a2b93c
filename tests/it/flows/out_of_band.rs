//! A hand on the database: what was changed beside the services is a critical event.

use access::Role;
use aws_sdk_dynamodb::types::AttributeValue;
use muster::scenario::{client::Person, json::expect_fields};
use serde_json::{Value, json};

use super::cloud::{Cloud, Outcome, id_of};

/// A change is told by the relay, which has no request to name.
const ACTION: &str = "out_of_band_change";

#[tokio::test]
async fn a_hand_edit_is_out_of_band() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let hr = cloud.someone(Role::Hr).await?;
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
async fn a_hand_that_deletes_is_out_of_band() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let hr = cloud.someone(Role::Hr).await?;
    let employee = cloud.create_employee(&hr).await?;
    let delete = cloud.dynamo.delete_item().table_name(cloud.output("EmployeesTable"));
    delete.set_key(Some(profile(&employee))).send().await.unwrap();

    let record = critical(&cloud, &hr, &employee).await?;
    assert_eq!(record["old_values"]["email"], employee["email"], "what is gone is still known");
    assert_eq!(record["new_values"], Value::Null);
    Ok(())
}

async fn critical(cloud: &Cloud, hr: &Person, employee: &Value) -> Outcome<Value> {
    let record = cloud.recorded(hr, id_of(employee), ACTION).await?;
    expect_fields(
        &record,
        json!({
            "entity_type": "Employee", "entity_id": employee["id"], "log_type": "critical_event", "status": "failure",
            "details": {"key": {"partition": key_of(employee).pk}}, "user_id": "unknown",
        }),
    )?;
    let failures = cloud.list(hr, "/api/v1/audit-logs?log_type=critical_event").await?;
    assert!(failures.iter().any(|one| one["id"] == record["id"]), "found by its type, too");
    Ok(record)
}

fn key_of(employee: &Value) -> store::Key {
    directory::person_key(id_of(employee).parse().unwrap())
}

fn profile(employee: &Value) -> store::Item {
    let key = key_of(employee);
    store::Item::from([("pk".to_owned(), AttributeValue::S(key.pk)), ("sk".to_owned(), AttributeValue::S(key.sk))])
}
