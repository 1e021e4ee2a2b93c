//! Temporary failures of the relay, the audit function or the mail lose and duplicate nothing.
//!
//! These flows deny a role an action that it needs, so they run alone.

use std::{panic::AssertUnwindSafe, time::Duration};

use access::Role;
use aws_sdk_sqs::types::QueueAttributeName;
use futures::FutureExt;
use muster::scenario::{
    client::Person,
    eventually,
    json::{array, expect_fields, text},
};
use serde_json::{Value, json};

use super::{
    cloud::{Cloud, Outcome, id_of},
    operator::muster,
};

const CHANGES: usize = 30;
/// Time limit from the end of an outage to complete data, including the pauses of retries.
const RECOVERY_TIMEOUT: Duration = Duration::from_secs(120);
/// Time limit until a function fails because of the denial.
const FAILURE_TIMEOUT: Duration = Duration::from_secs(60);

#[tokio::test]
async fn relay_outage_loses_no_change() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let hr = cloud.new_person(Role::Hr).await?;
    let people = three_people(&cloud, &hr).await?;

    while_denied(&cloud, "relay-on-stream", "events:PutEvents", async {
        change(&cloud, &hr, &people).await?;
        wait_for_failure(&cloud, "relay-on-stream").await?;
        for person in &people {
            assert_eq!(
                updates(&cloud, &hr, person).await?.len(),
                0,
                "a relay without access to the bus must publish nothing"
            );
        }
        Ok(())
    })
    .await?;

    expect_all_audited_once(&cloud, &hr, &people).await
}

#[tokio::test]
async fn audit_outage_loses_no_change() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let hr = cloud.new_person(Role::Hr).await?;
    let people = three_people(&cloud, &hr).await?;
    while_audit_is_denied(&cloud, change(&cloud, &hr, &people)).await?;

    muster(&["redrive", "--queue", "AuditDlq", "--to", "AuditQueue"]).expect("redriven");
    expect_all_audited_once(&cloud, &hr, &people).await?;
    assert_eq!(message_count(&cloud, cloud.output("AuditDlqUrl")).await, 0, "the dead-letter queue must be empty");
    Ok(())
}

#[tokio::test]
async fn lost_event_is_republished_from_its_stamp() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let hr = cloud.new_person(Role::Hr).await?;
    let person = cloud.create_employee(&hr).await?;
    cloud.expect_audit_record(&hr, id_of(&person), "created").await?;
    let since = cloud.origin().at.to_string();
    let path = format!("/api/v1/employees/{}", id_of(&person));
    while_audit_is_denied(&cloud, async {
        cloud.put(&path, json!({"role": "Lost"})).by(&hr).expect(200).await?;
        Ok(())
    })
    .await?;
    cloud.sqs.purge_queue().queue_url(cloud.output("AuditDlqUrl")).send().await.unwrap();
    assert_eq!(updates(&cloud, &hr, &person).await?.len(), 0, "the event must be lost before it is republished");

    muster(&["republish", "--table", "employees", "--since", &since]).expect("republished");
    let record = cloud.expect_audit_record(&hr, id_of(&person), "updated").await?;
    // A stamp does not hold the old values, and the description says so.
    expect_fields(&record, json!({"user_id": hr.id, "new_values": {"job_title": "Lost"}, "old_values": null}))?;
    assert!(text(&record, "/description").contains("published again"), "{record:#}");

    muster(&["republish", "--table", "employees", "--since", &since]).expect("republished");
    cloud.put(&path, json!({"role": "Found"})).by(&hr).expect(200).await?;
    let look = async || Ok((updates(&cloud, &hr, &person).await?.len() >= 2).then_some(()));
    eventually("the next change", RECOVERY_TIMEOUT, look).await?;
    assert_eq!(cloud.audit_records(&hr, id_of(&person)).await?.len(), 3, "republishing twice must not add a record");
    Ok(())
}

#[tokio::test]
async fn unsendable_mail_is_parked_and_sent_once() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let people = cloud.flow_people().await?;
    cloud.expect_mail(&people.manager, "Welcome").await?; // no other mail is pending
    let (notification, parked) = while_denied(&cloud, "notifications-job-deliver-email", "ses:SendRawEmail", async {
        let leave = cloud.request_leave(&people.employee, "annual", "2027-05-03", "2027-05-07").await?;
        let notification = cloud.expect_notification(&people.manager, "leave.request_created", id_of(&leave)).await?;
        let look = async || {
            let delivery = mail_delivery(&cloud, &people.manager, &notification).await?;
            Ok(Some(delivery).filter(|delivery| delivery["status"] == "parked"))
        };
        let parked = eventually("the mail is parked", FAILURE_TIMEOUT, look).await?;
        Ok((notification, parked))
    })
    .await?;
    assert_eq!(parked["reason"], "provider_unavailable", "{parked:#}");
    assert!(parked["attempts"].as_u64().is_some_and(|attempts| attempts >= 1), "{parked:#}");
    assert_eq!(cloud.mails(&people.manager, notification["title"].as_str().unwrap())?.len(), 0);

    let look = async || {
        // The schedule also runs this job and may requeue the delivery first.
        let invoked = cloud.invoke("notifications-job-due", &json!({})).await;
        assert_eq!(invoked.error, None, "{}", invoked.payload);
        let delivery = mail_delivery(&cloud, &people.manager, &notification).await?;
        Ok(Some(delivery).filter(|delivery| delivery["status"] == "sent"))
    };
    eventually("the mail is sent", RECOVERY_TIMEOUT, look).await?;
    cloud.expect_mail(&people.manager, notification["title"].as_str().unwrap()).await?;
    cloud.expect_audit_record(&people.hr, id_of(&notification), "sent").await?;
    Ok(())
}

/// E-mail delivery of a notification.
async fn mail_delivery(cloud: &Cloud, who: &Person, notification: &Value) -> Outcome<Value> {
    let trace = cloud.notification_trace(who, notification).await?;
    let mut deliveries = array(&trace, "/deliveries").iter();
    Ok(deliveries.find(|delivery| delivery["channel"] == "email").expect("a mail").clone())
}

/// Runs `during` while the audit function may not write, and waits until all its events are in the dead-letter queue.
async fn while_audit_is_denied(cloud: &Cloud, during: impl Future<Output = Outcome>) -> Outcome {
    let (queue, dlq) = (cloud.output("AuditQueueUrl"), cloud.output("AuditDlqUrl"));
    let visibility = attribute(cloud, queue, QueueAttributeName::VisibilityTimeout).await;
    // With the usual visibility timeout, five attempts take five minutes; with one second they take seconds.
    set_visibility(cloud, queue, "1").await;
    let outage = AssertUnwindSafe(while_denied(cloud, "audit-on-event", "dynamodb:PutItem", async {
        during.await?;
        let look =
            async || Ok((message_count(cloud, dlq).await > 0 && message_count(cloud, queue).await == 0).then_some(()));
        Ok(eventually("messages in the dead-letter queue", RECOVERY_TIMEOUT, look).await?)
    }));
    let outcome = outage.catch_unwind().await;
    set_visibility(cloud, queue, &visibility).await;
    outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

async fn three_people(cloud: &Cloud, hr: &Person) -> Outcome<Vec<Value>> {
    let mut people = Vec::new();
    for _ in 0..3 {
        let person = cloud.create_employee(hr).await?;
        cloud.expect_audit_record(hr, id_of(&person), "created").await?;
        people.push(person);
    }
    Ok(people)
}

async fn change(cloud: &Cloud, hr: &Person, people: &[Value]) -> Outcome {
    for number in 1..=CHANGES {
        let path = format!("/api/v1/employees/{}", id_of(&people[number % people.len()]));
        cloud.put(path, json!({"role": format!("Engineer {number}")})).by(hr).expect(200).await?;
    }
    Ok(())
}

async fn updates(cloud: &Cloud, hr: &Person, person: &Value) -> Outcome<Vec<Value>> {
    let mut records = cloud.audit_records(hr, id_of(person)).await?;
    records.retain(|record| record["action"] == "updated");
    Ok(records)
}

async fn expect_all_audited_once(cloud: &Cloud, hr: &Person, people: &[Value]) -> Outcome {
    let look = async || {
        let mut titles = Vec::new();
        for person in people {
            let updates = updates(cloud, hr, person).await?;
            titles.extend(updates.iter().map(|record| text(record, "/new_values/job_title").to_owned()));
        }
        Ok((titles.len() >= CHANGES).then_some(titles))
    };
    let mut actual = eventually("every change in the audit trail", RECOVERY_TIMEOUT, look).await?;
    let mut expected: Vec<_> = (1..=CHANGES).map(|number| format!("Engineer {number}")).collect();
    expected.sort();
    actual.sort();
    assert_eq!(actual, expected, "each change must be audited exactly once");
    for person in people {
        let mut records = updates(cloud, hr, person).await?;
        records.sort_by_key(|record| record["version"].as_u64());
        let versions: Vec<_> = records.iter().map(|record| record["version"].as_u64().unwrap()).collect();
        assert!(versions.windows(2).all(|pair| pair[0] + 1 == pair[1]), "the versions must have no gap: {versions:?}");
        assert!(
            records.windows(2).all(|pair| pair[0]["new_values"] == pair[1]["old_values"]),
            "the old values of each record must equal the new values of the one before"
        );
    }
    Ok(())
}

/// Waits until an event source mapping of a function reports a failed batch.
async fn wait_for_failure(cloud: &Cloud, operation: &str) -> Outcome {
    let look = async || {
        let results = cloud.mapping_results_of(operation).await;
        Ok(results.iter().any(|one| one.contains("FAIL") || one.contains("PROBLEM")).then_some(()))
    };
    Ok(eventually(&format!("{operation} fails"), FAILURE_TIMEOUT, look).await?)
}

/// Runs `during` while a function's role is denied an action, and removes the denial even after a panic.
async fn while_denied<T>(
    cloud: &Cloud,
    operation: &str,
    action: &str,
    during: impl Future<Output = Outcome<T>>,
) -> Outcome<T> {
    let role = cloud.role_of(operation).await;
    cloud.deny(&role, action).await;
    let outcome = AssertUnwindSafe(during).catch_unwind().await;
    cloud.allow(&role).await;
    outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

async fn attribute(cloud: &Cloud, queue: &str, name: QueueAttributeName) -> String {
    let request = cloud.sqs.get_queue_attributes().queue_url(queue).attribute_names(name.clone());
    let attributes = request.send().await.unwrap().attributes.unwrap_or_default();
    attributes.get(&name).cloned().unwrap_or_default()
}

async fn set_visibility(cloud: &Cloud, queue: &str, seconds: &str) {
    let request = cloud.sqs.set_queue_attributes().queue_url(queue);
    request.attributes(QueueAttributeName::VisibilityTimeout, seconds).send().await.unwrap();
}

/// Number of messages in a queue, including those in flight.
async fn message_count(cloud: &Cloud, queue: &str) -> usize {
    let mut sum = 0;
    for name in
        [QueueAttributeName::ApproximateNumberOfMessages, QueueAttributeName::ApproximateNumberOfMessagesNotVisible]
    {
        sum += attribute(cloud, queue, name).await.parse().unwrap_or(0);
    }
    sum
}
