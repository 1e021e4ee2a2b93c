//! Leave, from the request to the decision: what is stored, audited, told and mailed.

use access::Role;
use serde_json::{Value, json};

use super::{
    cloud::{Cloud, eventually},
    people::{Someone, id_of},
    trail::AUDITED_WITHIN,
    yard::{self, Crew, kinds_of},
};

/// Far enough ahead for every notice period.
const FIRST: &str = "2027-03-01";
const LAST: &str = "2027-03-05";

#[tokio::test]
async fn a_request_and_its_approval_are_audited_told_and_mailed_once() {
    let Some(cloud) = Cloud::from_env() else { return };
    let crew = cloud.crew().await;
    let leave = cloud.ask_leave(&crew.employee, "Annual", FIRST, LAST).await;
    assert_eq!((&leave["status"], &leave["duration_days"]), (&json!("pending"), &json!(5.0)), "{leave:#}");
    assert_eq!((&leave["created_by"], &leave["approved_by"]), (&json!(crew.employee.id), &Value::Null));
    request_is_audited(&cloud, &crew, &leave).await;
    request_is_told(&cloud, &crew, &leave).await;

    let approved = cloud.decide(&crew.manager, &leave, "approve", json!({"comments": "Approved"})).await.expect(200);
    assert_eq!((&approved["status"], &approved["approved_by"]), (&json!("approved"), &json!(crew.manager.id)));
    assert!(approved["approved_at"].is_string(), "{approved:#}");
    let again = cloud.decide(&crew.manager, &leave, "approve", json!({})).await;
    assert_eq!(again.status, 409, "{}", again.body);
    assert_eq!(
        again.body["current"]["approved_by"],
        json!(crew.manager.id),
        "the decision that stands: {}",
        again.body
    );
    approval_is_audited(&cloud, &crew, &leave).await;
    approval_is_told(&cloud, &crew, &leave).await;

    let explained = cloud.explained(&crew.employee, "annual", "2027-03-31").await;
    assert_eq!(kinds_of(&explained, &leave), ["hold", "release", "consume"], "{explained:#}");
    let lines = explained["lines"].as_array().unwrap();
    let sum: i64 = lines.iter().map(|line| line["amount"]["minutes"].as_i64().unwrap()).sum();
    assert_eq!(explained["balance"]["minutes"], json!(sum), "it adds up");
}

async fn request_is_audited(cloud: &Cloud, crew: &Crew, leave: &Value) {
    let record = cloud.recorded(&crew.hr, id_of(leave), "created").await;
    assert_eq!(
        (&record["log_type"], &record["entity_type"]),
        (&json!("leave_request_created"), &json!("LeaveRequest"))
    );
    assert_eq!(record["user_id"], json!(crew.employee.id));
    assert_eq!((&record["service_name"], &record["status"]), (&json!("leave-management-service"), &json!("success")));
    assert_eq!(record["old_values"], Value::Null);
    for (field, value) in [("status", json!("pending")), ("start_date", json!(FIRST)), ("end_date", json!(LAST))] {
        assert_eq!(record["new_values"][field], value, "{field}");
    }
}

async fn request_is_told(cloud: &Cloud, crew: &Crew, leave: &Value) {
    let kind = "leave.request_created";
    let manager = cloud.told(&crew.manager, kind, id_of(leave)).await;
    assert_eq!(manager["template"], "leave_request_approval_needed");
    let employee = cloud.told(&crew.employee, kind, id_of(leave)).await;
    assert_eq!(employee["template"], "leave_request_confirmation");
    let hr = cloud.told(&crew.hr, kind, id_of(leave)).await;
    for (who, notification) in [(&crew.manager, &manager), (&crew.employee, &employee)] {
        let mail = cloud.the_mail(who, title(notification)).await;
        assert!(mail["text"].as_str().is_some_and(|text| text.contains("Annual")), "{mail:#}");
        assert!(mail["html"].as_str().is_some_and(|html| html.contains("<html")), "{mail:#}");
        assert_eq!(channels(cloud, who, notification).await, ["email sent", "in_app sent"]);
        cloud.recorded(&crew.hr, id_of(notification), "sent").await;
    }
    assert_eq!(cloud.mails(&crew.hr, title(&hr)).len(), 0, "HR reads it in the inbox");
    assert_eq!(channels(cloud, &crew.hr, &hr).await, ["in_app sent"]);
    let explained = event_is_explained(cloud, crew, &manager).await;
    let foreign = cloud.someone(Role::Employee).await;
    let hidden = cloud.get(format!("/api/v1/notifications/{}/trace", id_of(&manager))).by(&foreign).await;
    assert_eq!(hidden.status, 404, "{}", hidden.body);
    assert!(explained.to_string().contains(&crew.manager.id.to_string()), "{explained:#}");
}

/// Why everybody was told, as HR may ask by the event.
async fn event_is_explained(cloud: &Cloud, crew: &Crew, notification: &Value) -> Value {
    let event = notification["event_id"].as_str().expect("an event");
    cloud.get(format!("/api/v1/notifications/trace?event_id={event}")).by(&crew.hr).await.expect(200)
}

async fn approval_is_audited(cloud: &Cloud, crew: &Crew, leave: &Value) {
    let record = cloud.recorded(&crew.hr, id_of(leave), "approved").await;
    assert_eq!(record["log_type"], "leave_request_approved");
    assert_eq!(record["user_id"], json!(crew.manager.id));
    assert_eq!(
        (&record["old_values"]["status"], &record["new_values"]["status"]),
        (&json!("pending"), &json!("approved"))
    );
    assert_eq!(record["new_values"]["approved_by"], json!(crew.manager.id));
}

async fn approval_is_told(cloud: &Cloud, crew: &Crew, leave: &Value) {
    let kind = "leave.request_approved";
    let employee = cloud.told(&crew.employee, kind, id_of(leave)).await;
    let hr = cloud.told(&crew.hr, kind, id_of(leave)).await;
    cloud.the_mail(&crew.employee, title(&employee)).await;
    assert_eq!(cloud.mails(&crew.hr, title(&hr)).len(), 0);
    assert_eq!(cloud.inbox(&crew.manager, kind, id_of(leave)).await.len(), 0, "whoever decided knows");
}

#[tokio::test]
async fn of_fifty_approvals_at_once_one_decides_and_one_mail_is_sent() {
    let Some(cloud) = Cloud::from_env() else { return };
    let crew = cloud.crew().await;
    let leave = cloud.ask_leave(&crew.employee, "annual", FIRST, LAST).await;
    let all = (0..50).map(|_| cloud.decide(&crew.manager, &leave, "approve", json!({})));
    let answers = futures::future::join_all(all).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (200, &[409; 49][..]), "{statuses:?}");
    for answer in answers.iter().filter(|answer| answer.status == 409) {
        assert_eq!(answer.body["current"]["status"], "approved", "{}", answer.body);
    }
    let explained = cloud.explained(&crew.employee, "annual", "2027-03-31").await;
    assert_eq!(kinds_of(&explained, &leave), ["hold", "release", "consume"], "one deduction");
    let told = cloud.told(&crew.employee, "leave.request_approved", id_of(&leave)).await;
    cloud.the_mail(&crew.employee, title(&told)).await;
}

#[tokio::test]
async fn a_request_goes_through_its_steps_and_nobody_skips_one() {
    let Some(cloud) = Cloud::from_env() else { return };
    let crew = cloud.crew().await;
    let leave = cloud.ask_leave(&crew.employee, "casual", "2027-04-05", "2027-04-06").await;
    let early = cloud.decide(&crew.hr, &leave, "approve", json!({})).await;
    assert_eq!(early.status, 403, "the manager comes first: {}", early.body);
    let own = cloud.decide(&crew.employee, &leave, "approve", json!({})).await;
    assert_eq!(own.status, 403, "nobody approves their own: {}", own.body);
    let advanced = cloud.decide(&crew.manager, &leave, "approve", json!({})).await.expect(200);
    assert_eq!((&advanced["status"], &advanced["approval"]["step"]), (&json!("pending"), &json!(1)), "{advanced:#}");
    cloud.recorded(&crew.hr, id_of(&leave), "advanced").await;
    let rejected =
        cloud.decide(&crew.hr, &leave, "reject", json!({"reason": "The audit is that week"})).await.expect(200);
    assert_eq!(
        (&rejected["status"], &rejected["rejected_reason"]),
        (&json!("rejected"), &json!("The audit is that week"))
    );
    cloud.recorded(&crew.hr, id_of(&leave), "rejected").await;
    let explained = cloud.explained(&crew.employee, "casual", "2027-04-30").await;
    assert_eq!(kinds_of(&explained, &leave), ["hold", "release"], "what was held came back");
}

#[tokio::test]
async fn a_request_that_nobody_decides_goes_up_by_its_schedule() {
    let Some(cloud) = Cloud::from_env() else { return };
    let mut crew = cloud.crew().await;
    crew.chief.session = cloud.login(&crew.chief.email).await;
    let leave = cloud.ask_leave(&crew.employee, "annual", FIRST, LAST).await;
    let group = &format!("{}-leave-escalations", cloud.output("Stack"));
    let name = format!("{}-{}", id_of(&leave), leave["approval"]["generation"]);
    let look = async || cloud.schedule(group, &name).await;
    let (schedule, _) = eventually("a schedule", AUDITED_WITHIN, look).await;
    assert_eq!(schedule["ActionAfterCompletion"], "DELETE");
    its_role_may_invoke_the_job_only(&cloud, &schedule).await;
    let denied = cloud.decide(&crew.chief, &leave, "approve", json!({})).await;
    assert_eq!(denied.status, 403, "not theirs to decide yet: {}", denied.body);

    cloud.reschedule(&schedule, "at(2026-01-01T00:00:00)").await;
    let look = async || Some(cloud.leave(&crew.employee, &leave).await).filter(|leave| leave["approval"]["level"] == 1);
    let (escalated, took) = eventually("the next level", std::time::Duration::from_secs(40), look).await;
    eprintln!("escalated after {} ms", took.as_millis());
    assert_eq!(escalated["status"], "pending");
    assert!(cloud.schedule(group, &name).await.is_none(), "it fires once");
    cloud.recorded(&crew.hr, id_of(&leave), "escalated").await;
    cloud.told(&crew.chief, "leave.request_created", id_of(&leave)).await;

    let stale: Value = serde_json::from_str(schedule["Target"]["Input"].as_str().unwrap()).unwrap();
    let invoked = cloud.invoke("leave-job-escalate", &stale).await;
    assert_eq!(invoked.error, None, "{}", invoked.payload);
    assert_eq!(cloud.leave(&crew.employee, &leave).await["approval"]["level"], 1, "a stale schedule does nothing");
    let approved = cloud.decide(&crew.chief, &leave, "approve", json!({})).await.expect(200);
    assert_eq!(approved["approved_by"], json!(crew.chief.id));
}

/// On AWS a schedule runs with this role; the emulator does not ask it.
async fn its_role_may_invoke_the_job_only(cloud: &Cloud, schedule: &Value) {
    let target = &schedule["Target"];
    let text = |value: &Value| value.as_str().expect("an ARN").to_owned();
    let (job, lost) = (text(&target["Arn"]), text(&target["DeadLetterConfig"]["Arn"]));
    assert!(job.ends_with(cloud.function("leave-job-escalate")), "{job}");
    let mut grants = cloud.grants_of_role(&text(&target["RoleArn"])).await;
    grants.sort();
    let quoted = |arn: &str| json!(arn).to_string();
    let expected = [("lambda:InvokeFunction".to_owned(), quoted(&job)), ("sqs:SendMessage".to_owned(), quoted(&lost))];
    assert_eq!(grants, expected);
}

#[tokio::test]
async fn half_a_day_goes_all_the_way() {
    let Some(cloud) = Cloud::from_env() else { return };
    let crew = cloud.crew().await;
    let first = cloud.ask_leave(&crew.employee, "annual", FIRST, FIRST).await;
    let mut body = yard::leave("annual", LAST, LAST);
    body["half"] = json!("am");
    let leave = cloud.post("/api/v1/leaves", body.clone()).by(&crew.employee).await.expect(201);
    assert_eq!((&leave["duration_days"], &leave["half"]), (&json!(0.5), &json!("am")), "{leave:#}");
    let taken = cloud.post("/api/v1/leaves", body.clone()).by(&crew.employee).await;
    assert_eq!((taken.status, &taken.body["current"]["leave_id"]), (409, &leave["id"]), "{}", taken.body);
    body["half"] = json!("pm");
    cloud.post("/api/v1/leaves", body).by(&crew.employee).await.expect(201);

    let told = cloud.told(&crew.manager, "leave.request_created", id_of(&leave)).await;
    assert!(told["body"].as_str().is_some_and(|text| text.contains("0.5")), "{told:#}");
    let group = &format!("{}-leave-escalations", cloud.output("Stack"));
    for leave in [&first, &leave] {
        let look = async || cloud.schedule(group, &format!("{}-0", id_of(leave))).await;
        eventually("a schedule", AUDITED_WITHIN, look).await;
    }
    let record = cloud.recorded(&crew.hr, id_of(&leave), "created").await;
    assert_eq!(record["new_values"]["duration"]["minutes"], 240, "{record:#}");
}

#[tokio::test]
async fn a_calendar_link_is_a_calendar_until_it_is_revoked() {
    let Some(cloud) = Cloud::from_env() else { return };
    let crew = cloud.crew().await;
    let leave = cloud.ask_leave(&crew.employee, "annual", FIRST, LAST).await;
    cloud.decide(&crew.manager, &leave, "approve", json!({})).await.expect(200);
    let feed = cloud.post("/api/v1/leave-feeds", json!({"scope": "own"})).by(&crew.employee).await.expect(201);
    let path = path_of(feed["url"].as_str().expect("a link"));
    let calendar = cloud.get(&path).await.expect(200);
    let calendar = calendar.as_str().expect("text");
    assert!(calendar.starts_with("BEGIN:VCALENDAR") && calendar.contains("DTSTART;VALUE=DATE:20270301"), "{calendar}");
    let forged = path.replace("/calendar.ics", "0/calendar.ics");
    assert_eq!(cloud.get(forged).await.status, 404);

    let own = format!("/api/v1/leave-feeds/{}", id_of(&feed));
    assert_eq!(cloud.delete(&own).by(&crew.manager).await.status, 404, "nobody else's link");
    let removed = cloud.delete(&own).by(&crew.employee).await;
    assert!(matches!(removed.status, 200 | 204), "{}", removed.body);
    assert_eq!(cloud.get(&path).await.status, 404, "it is revoked");
}

/// What of a link the API is asked for.
fn path_of(link: &str) -> String {
    let from = link.find("/api/v1/").unwrap_or_else(|| panic!("no path of the API in {link}"));
    link[from..].to_owned()
}

fn title(notification: &Value) -> &str {
    notification["title"].as_str().expect("a title")
}

/// The channels of a notification and what became of it there.
async fn channels(cloud: &Cloud, who: &Someone, notification: &Value) -> Vec<String> {
    let trace = cloud.trace(who, notification).await;
    let deliveries = trace["deliveries"].as_array().expect("deliveries");
    let text = |delivery: &Value, name: &str| delivery[name].as_str().expect("a text").to_owned();
    let told = |delivery: &Value| format!("{} {}", text(delivery, "channel"), text(delivery, "status"));
    let mut channels: Vec<_> = deliveries.iter().map(told).collect();
    channels.sort();
    channels
}
