//! The relay, the audit function or the mail fails for a while; once it is back, everything is there, once.
//!
//! These flows deny a role something that it needs, so they run alone.

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
/// After an outage a source is tried again with pauses.
const BACK_WITHIN: Duration = Duration::from_secs(120);
/// How long a function may take to run into its denial.
const NOTICED_WITHIN: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_failing_relay_loses_nothing() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let hr = cloud.someone(Role::Hr).await?;
    let people = three_people(&cloud, &hr).await?;

    while_denied(&cloud, "relay-on-stream", "events:PutEvents", async {
        change(&cloud, &hr, &people).await?;
        failing(&cloud, "relay-on-stream").await?;
        for person in &people {
            assert_eq!(
                updates(&cloud, &hr, person).await?.len(),
                0,
                "nothing gets past a relay that is denied the bus"
            );
        }
        Ok(())
    })
    .await?;

    all_are_audited_once(&cloud, &hr, &people).await
}

#[tokio::test]
async fn a_failing_audit_function_loses_nothing() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let hr = cloud.someone(Role::Hr).await?;
    let people = three_people(&cloud, &hr).await?;
    while_nothing_is_audited(&cloud, change(&cloud, &hr, &people)).await?;

    muster(&["redrive", "--queue", "AuditDlq", "--to", "AuditQueue"]).expect("redriven");
    all_are_audited_once(&cloud, &hr, &people).await?;
    assert_eq!(waiting(&cloud, cloud.output("AuditDlqUrl")).await, 0, "nothing is left behind");
    Ok(())
}

#[tokio::test]
async fn what_was_lost_for_good_is_published_again_from_its_stamp() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let hr = cloud.someone(Role::Hr).await?;
    let person = cloud.create_employee(&hr).await?;
    cloud.recorded(&hr, id_of(&person), "created").await?;
    let since = cloud.origin().at.to_string();
    let path = format!("/api/v1/employees/{}", id_of(&person));
    while_nothing_is_audited(&cloud, async {
        cloud.put(&path, json!({"role": "Lost"})).by(&hr).expect(200).await?;
        Ok(())
    })
    .await?;
    cloud.sqs.purge_queue().queue_url(cloud.output("AuditDlqUrl")).send().await.unwrap();
    assert_eq!(updates(&cloud, &hr, &person).await?.len(), 0, "it is lost");

    muster(&["republish", "--table", "employees", "--since", &since]).expect("republished");
    let record = cloud.recorded(&hr, id_of(&person), "updated").await?;
    // What stood before is not known any more, and that is told.
    expect_fields(&record, json!({"user_id": hr.id, "new_values": {"job_title": "Lost"}, "old_values": null}))?;
    assert!(text(&record, "/description").contains("published again"), "{record:#}");

    muster(&["republish", "--table", "employees", "--since", &since]).expect("republished");
    cloud.put(&path, json!({"role": "Found"})).by(&hr).expect(200).await?;
    let look = async || Ok((updates(&cloud, &hr, &person).await?.len() >= 2).then_some(()));
    eventually("the next change", BACK_WITHIN, look).await?;
    assert_eq!(cloud.trail(&hr, id_of(&person)).await?.len(), 3, "however often it is published again");
    Ok(())
}

#[tokio::test]
async fn mail_that_cannot_be_sent_waits_and_is_sent_once() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let people = cloud.flow_people().await?;
    cloud.expect_mail(&people.manager, "Welcome").await?; // nothing else is under way
    let (told, parked) = while_denied(&cloud, "notifications-job-deliver-email", "ses:SendRawEmail", async {
        let leave = cloud.ask_leave(&people.employee, "annual", "2027-05-03", "2027-05-07").await?;
        let told = cloud.notified(&people.manager, "leave.request_created", id_of(&leave)).await?;
        let look =
            async || Ok(Some(mail_of(&cloud, &people.manager, &told).await?).filter(|mail| mail["status"] == "parked"));
        let parked = eventually("the mail waits", NOTICED_WITHIN, look).await?;
        Ok((told, parked))
    })
    .await?;
    assert_eq!(parked["reason"], "provider_unavailable", "{parked:#}");
    assert!(parked["attempts"].as_u64().is_some_and(|attempts| attempts >= 1), "{parked:#}");
    assert_eq!(cloud.mails(&people.manager, told["title"].as_str().unwrap())?.len(), 0);

    let look = async || {
        // Whoever waits is looked after by the schedule, too; it may come first.
        let invoked = cloud.invoke("notifications-job-due", &json!({})).await;
        assert_eq!(invoked.error, None, "{}", invoked.payload);
        Ok(Some(mail_of(&cloud, &people.manager, &told).await?).filter(|mail| mail["status"] == "sent"))
    };
    eventually("the mail is sent", BACK_WITHIN, look).await?;
    cloud.expect_mail(&people.manager, told["title"].as_str().unwrap()).await?;
    cloud.recorded(&people.hr, id_of(&told), "sent").await?;
    Ok(())
}

/// What became of a notification as a mail.
async fn mail_of(cloud: &Cloud, who: &Person, notification: &Value) -> Outcome<Value> {
    let trace = cloud.trace(who, notification).await?;
    let mut deliveries = array(&trace, "/deliveries").iter();
    Ok(deliveries.find(|delivery| delivery["channel"] == "email").expect("a mail").clone())
}

/// Does something while the audit function may not write, until all of it lies in the dead-letter queue.
async fn while_nothing_is_audited(cloud: &Cloud, during: impl Future<Output = Outcome>) -> Outcome {
    let (queue, dlq) = (cloud.output("AuditQueueUrl"), cloud.output("AuditDlqUrl"));
    let patience = attribute(cloud, queue, QueueAttributeName::VisibilityTimeout).await;
    // Five tries a minute apart would take five minutes; a second apart they end in the dead-letter queue soon.
    set_visibility(cloud, queue, "1").await;
    let outage = AssertUnwindSafe(while_denied(cloud, "audit-on-event", "dynamodb:PutItem", async {
        during.await?;
        let look = async || Ok((waiting(cloud, dlq).await > 0 && waiting(cloud, queue).await == 0).then_some(()));
        Ok(eventually("messages in the dead-letter queue", BACK_WITHIN, look).await?)
    }));
    let outcome = outage.catch_unwind().await;
    set_visibility(cloud, queue, &patience).await;
    outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

async fn three_people(cloud: &Cloud, hr: &Person) -> Outcome<Vec<Value>> {
    let mut people = Vec::new();
    for _ in 0..3 {
        let person = cloud.create_employee(hr).await?;
        cloud.recorded(hr, id_of(&person), "created").await?;
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
    let mut records = cloud.trail(hr, id_of(person)).await?;
    records.retain(|record| record["action"] == "updated");
    Ok(records)
}

async fn all_are_audited_once(cloud: &Cloud, hr: &Person, people: &[Value]) -> Outcome {
    let look = async || {
        let mut titles = Vec::new();
        for person in people {
            let updates = updates(cloud, hr, person).await?;
            titles.extend(updates.iter().map(|record| text(record, "/new_values/job_title").to_owned()));
        }
        Ok((titles.len() >= CHANGES).then_some(titles))
    };
    let mut found = eventually("every change in the audit trail", BACK_WITHIN, look).await?;
    let mut wanted: Vec<_> = (1..=CHANGES).map(|number| format!("Engineer {number}")).collect();
    wanted.sort();
    found.sort();
    assert_eq!(found, wanted, "each exactly once");
    for person in people {
        let mut records = updates(cloud, hr, person).await?;
        records.sort_by_key(|record| record["version"].as_u64());
        let versions: Vec<_> = records.iter().map(|record| record["version"].as_u64().unwrap()).collect();
        assert!(versions.windows(2).all(|pair| pair[0] + 1 == pair[1]), "no gap: {versions:?}");
        assert!(
            records.windows(2).all(|pair| pair[0]["new_values"] == pair[1]["old_values"]),
            "each follows the one before"
        );
    }
    Ok(())
}

/// Waits until a function's sources say that their last batch failed.
async fn failing(cloud: &Cloud, operation: &str) -> Outcome {
    let look = async || {
        let told = cloud.mappings_of(operation).await;
        Ok(told.iter().any(|one| one.contains("FAIL") || one.contains("PROBLEM")).then_some(()))
    };
    Ok(eventually(&format!("{operation} fails"), NOTICED_WITHIN, look).await?)
}

/// Does something while a function's role is denied an action, and takes the denial back whatever happens.
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

/// How many messages a queue holds, those in flight included.
async fn waiting(cloud: &Cloud, queue: &str) -> usize {
    let mut sum = 0;
    for name in
        [QueueAttributeName::ApproximateNumberOfMessages, QueueAttributeName::ApproximateNumberOfMessagesNotVisible]
    {
        sum += attribute(cloud, queue, name).await.parse().unwrap_or(0);
    }
    sum
}
