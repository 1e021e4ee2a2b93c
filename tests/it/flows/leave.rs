//! Leave from the request to the decision: stored data, audit records, notifications and mails.

use std::time::Duration;

use access::Role;
use muster::scenario::{
    client::Person,
    eventually,
    json::{expect_fields, text},
    leave::expect_lines,
};
use serde_json::{Value, json};

use super::{
    cloud::{Cloud, Outcome, id_of},
    flow_people,
};

/// First and last day of a request, later than every notice period.
const FIRST: &str = "2027-03-01";
const LAST: &str = "2027-03-05";
/// Time limit from a request to its schedule.
const SCHEDULE_TIMEOUT: Duration = Duration::from_secs(5);

#[tokio::test]
async fn request_and_approval_are_audited_notified_and_mailed_once() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let people = cloud.flow_people().await?;
    let leave = cloud.request_leave(&people.employee, "Annual", FIRST, LAST).await?;
    expect_fields(&leave, json!({"duration_days": 5.0, "start_date": FIRST, "end_date": LAST}))?;
    let (to_manager, to_employee, to_hr) = cloud.expect_requested(people.parties(), &leave).await?;
    let to_hr = to_hr.expect("HR must be notified of each request");
    for (who, notification) in [(&people.manager, &to_manager), (&people.employee, &to_employee)] {
        let mail = &cloud.mails(who, title(notification))?[0];
        assert!(text(mail, "/text").contains("Annual") && text(mail, "/html").contains("<html"), "{mail:#}");
        assert_eq!(channels(&cloud, who, notification).await?, ["email sent", "in_app sent"]);
    }
    assert_eq!(cloud.mails(&people.hr, title(&to_hr))?.len(), 0, "HR must get no mail");
    assert_eq!(channels(&cloud, &people.hr, &to_hr).await?, ["in_app sent"]);
    let event = to_manager["event_id"].as_str().expect("an event");
    let trace = cloud.get(format!("/api/v1/notifications/trace?event_id={event}")).by(&people.hr).expect(200).await?;
    assert!(trace.to_string().contains(&people.manager.id.to_string()), "{trace:#}");
    let outsider = cloud.new_person(Role::Employee).await?;
    cloud.get(format!("/api/v1/notifications/{}/trace", id_of(&to_manager))).by(&outsider).expect(404).await?;

    cloud.approve_and_expect_effects(people.parties(), &leave).await?;
    let to_hr = cloud.expect_notification(&people.hr, "leave.request_approved", id_of(&leave)).await?;
    assert_eq!(cloud.mails(&people.hr, title(&to_hr))?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn fifty_concurrent_approvals_decide_once_and_send_one_mail() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let people = cloud.flow_people().await?;
    let leave = cloud.request_leave(&people.employee, "annual", FIRST, LAST).await?;
    let all = (0..50).map(|_| cloud.decide_leave(&people.manager, &leave, "approve", json!({})));
    let answers = futures::future::join_all(all).await.into_iter().collect::<Result<Vec<_>, _>>()?;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (200, &[409; 49][..]), "{statuses:?}");
    for answer in answers.iter().filter(|answer| answer.status == 409) {
        assert_eq!(answer.body["current"]["status"], "approved", "{}", answer.body);
    }
    let explained = cloud.explain_balance(&people.employee, "annual", "2027-03-31").await?;
    expect_lines(&explained, &leave, &["hold", "release", "consume"])?; // one deduction
    let notification = cloud.expect_notification(&people.employee, "leave.request_approved", id_of(&leave)).await?;
    cloud.expect_mail(&people.employee, title(&notification)).await?;
    Ok(())
}

#[tokio::test]
async fn approval_steps_cannot_be_skipped() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let people = cloud.flow_people().await?;
    let leave = cloud.request_leave(&people.employee, "casual", "2027-04-05", "2027-04-06").await?;
    cloud.decide_leave(&people.hr, &leave, "approve", json!({})).await?.expect(403)?; // the manager's step is first
    cloud.decide_leave(&people.employee, &leave, "approve", json!({})).await?.expect(403)?; // own request
    let advanced = cloud.decide_leave(&people.manager, &leave, "approve", json!({})).await?.expect(200)?;
    assert_eq!((&advanced["status"], &advanced["approval"]["step"]), (&json!("pending"), &json!(1)), "{advanced:#}");
    cloud.expect_audit_record(&people.hr, id_of(&leave), "advanced").await?;
    let rejected = cloud
        .decide_leave(&people.hr, &leave, "reject", json!({"reason": "The audit is that week"}))
        .await?
        .expect(200)?;
    expect_fields(&rejected, json!({"status": "rejected", "rejected_reason": "The audit is that week"}))?;
    cloud.expect_audit_record(&people.hr, id_of(&leave), "rejected").await?;
    let explained = cloud.explain_balance(&people.employee, "casual", "2027-04-30").await?;
    expect_lines(&explained, &leave, &["hold", "release"])?; // the held days are returned
    Ok(())
}

#[tokio::test]
async fn undecided_request_escalates_by_its_schedule() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let people = cloud.flow_people().await?;
    let leave = cloud.request_leave(&people.employee, "annual", FIRST, LAST).await?;
    let group = &format!("{}-leave-escalations", cloud.output("Stack"));
    let name = format!("{}-{}", id_of(&leave), leave["approval"]["generation"]);
    let schedule = eventually("a schedule", SCHEDULE_TIMEOUT, async || Ok(cloud.schedule(group, &name).await)).await?;
    assert_eq!(schedule["ActionAfterCompletion"], "DELETE");
    schedule_role_may_only_invoke_the_job(&cloud, &schedule).await;
    cloud.decide_leave(&people.chief, &leave, "approve", json!({})).await?.expect(403)?; // not escalated yet

    cloud.reschedule(&schedule, "at(2026-01-01T00:00:00)").await;
    let path = format!("/api/v1/leaves/{}", id_of(&leave));
    let look = async || {
        let leave = cloud.get(&path).by(&people.employee).expect(200).await?;
        Ok((leave["approval"]["level"] == 1).then_some(leave))
    };
    let escalated = eventually("the escalation", Duration::from_secs(40), look).await?;
    assert_eq!(escalated["status"], "pending");
    assert!(cloud.schedule(group, &name).await.is_none(), "the schedule must fire once");
    cloud.expect_audit_record(&people.hr, id_of(&leave), "escalated").await?;
    cloud.expect_notification(&people.chief, "leave.request_created", id_of(&leave)).await?;

    let stale: Value = serde_json::from_str(schedule["Target"]["Input"].as_str().unwrap()).unwrap();
    let invoked = cloud.invoke("leave-job-escalate", &stale).await;
    assert_eq!(invoked.error, None, "{}", invoked.payload);
    let unchanged = cloud.get(&path).by(&people.employee).expect(200).await?;
    assert_eq!(unchanged["approval"]["level"], 1, "a stale schedule must do nothing");
    let approved = cloud.decide_leave(&people.chief, &leave, "approve", json!({})).await?.expect(200)?;
    assert_eq!(approved["approved_by"], json!(people.chief.id));
    Ok(())
}

/// Checks the grants of the schedule's role, which AWS enforces but the emulator does not.
async fn schedule_role_may_only_invoke_the_job(cloud: &Cloud, schedule: &Value) {
    let target = &schedule["Target"];
    let text = |value: &Value| value.as_str().expect("an ARN").to_owned();
    let (job, dlq) = (text(&target["Arn"]), text(&target["DeadLetterConfig"]["Arn"]));
    assert!(job.ends_with(cloud.function("leave-job-escalate")), "{job}");
    let mut grants = cloud.grants_of_role(&text(&target["RoleArn"])).await;
    grants.sort();
    let quoted = |arn: &str| json!(arn).to_string();
    let expected = [("lambda:InvokeFunction".to_owned(), quoted(&job)), ("sqs:SendMessage".to_owned(), quoted(&dlq))];
    assert_eq!(grants, expected);
}

#[tokio::test]
async fn half_day_leave_reaches_every_service() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let people = cloud.flow_people().await?;
    let first = cloud.request_leave(&people.employee, "annual", FIRST, FIRST).await?;
    let mut body = flow_people::leave("annual", LAST, LAST);
    body["half"] = json!("am");
    let leave = cloud.post("/api/v1/leaves", body.clone()).by(&people.employee).expect(201).await?;
    assert_eq!((&leave["duration_days"], &leave["half"]), (&json!(0.5), &json!("am")), "{leave:#}");
    let taken = cloud.post("/api/v1/leaves", body.clone()).by(&people.employee).send().await?;
    assert_eq!((taken.status, &taken.body["current"]["leave_id"]), (409, &leave["id"]), "{}", taken.body);
    body["half"] = json!("pm");
    cloud.post("/api/v1/leaves", body).by(&people.employee).expect(201).await?;

    let notification = cloud.expect_notification(&people.manager, "leave.request_created", id_of(&leave)).await?;
    assert!(notification["body"].as_str().is_some_and(|text| text.contains("0.5")), "{notification:#}");
    let group = &format!("{}-leave-escalations", cloud.output("Stack"));
    for leave in [&first, &leave] {
        let look = async || Ok(cloud.schedule(group, &format!("{}-0", id_of(leave))).await);
        eventually("a schedule", SCHEDULE_TIMEOUT, look).await?;
    }
    let record = cloud.expect_audit_record(&people.hr, id_of(&leave), "created").await?;
    assert_eq!(record["new_values"]["duration"]["minutes"], 240, "{record:#}");
    Ok(())
}

#[tokio::test]
async fn calendar_feed_works_until_it_is_revoked() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let people = cloud.flow_people().await?;
    let leave = cloud.request_leave(&people.employee, "annual", FIRST, LAST).await?;
    cloud.decide_leave(&people.manager, &leave, "approve", json!({})).await?.expect(200)?;
    let feed = cloud.post("/api/v1/leave-feeds", json!({"scope": "own"})).by(&people.employee).expect(201).await?;
    let path = path_of(feed["url"].as_str().expect("a link"));
    let calendar = cloud.get(&path).expect(200).await?;
    let calendar = calendar.as_str().expect("text");
    assert!(calendar.starts_with("BEGIN:VCALENDAR") && calendar.contains("DTSTART;VALUE=DATE:20270301"), "{calendar}");
    let forged = path.replace("/calendar.ics", "0/calendar.ics");
    cloud.get(forged).expect(404).await?;

    let own = format!("/api/v1/leave-feeds/{}", id_of(&feed));
    cloud.delete(&own).by(&people.manager).expect(404).await?; // not the manager's link
    let removed = cloud.delete(&own).by(&people.employee).send().await?;
    assert!(matches!(removed.status, 200 | 204), "{}", removed.body);
    cloud.get(&path).expect(404).await?; // revoked
    Ok(())
}

/// API path of a link.
fn path_of(link: &str) -> String {
    let from = link.find("/api/v1/").unwrap_or_else(|| panic!("the link must contain a path of the API: {link}"));
    link[from..].to_owned()
}

fn title(notification: &Value) -> &str {
    notification["title"].as_str().expect("a title")
}

/// Channels of a notification with the status of each delivery, sorted.
async fn channels(cloud: &Cloud, who: &Person, notification: &Value) -> Outcome<Vec<String>> {
    let trace = cloud.notification_trace(who, notification).await?;
    let deliveries = trace["deliveries"].as_array().expect("deliveries");
    let text = |delivery: &Value, name: &str| delivery[name].as_str().expect("a text").to_owned();
    let line = |delivery: &Value| format!("{} {}", text(delivery, "channel"), text(delivery, "status"));
    let mut channels: Vec<_> = deliveries.iter().map(line).collect();
    channels.sort();
    Ok(channels)
}
