//! Leave, from the request to the decision: what is stored, audited, told and mailed.

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

/// Far enough ahead for every notice period.
const FIRST: &str = "2027-03-01";
const LAST: &str = "2027-03-05";
/// Limit from a request to its schedule.
const SCHEDULED_WITHIN: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_request_and_its_approval_are_audited_told_and_mailed_once() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let people = cloud.flow_people().await?;
    let leave = cloud.ask_leave(&people.employee, "Annual", FIRST, LAST).await?;
    expect_fields(&leave, json!({"duration_days": 5.0, "start_date": FIRST, "end_date": LAST}))?;
    let (asked, confirmed, seen) = cloud.expect_requested(people.parties(), &leave).await?;
    let seen = seen.expect("HR is told of each request");
    for (who, notification) in [(&people.manager, &asked), (&people.employee, &confirmed)] {
        let mail = &cloud.mails(who, title(notification))?[0];
        assert!(text(mail, "/text").contains("Annual") && text(mail, "/html").contains("<html"), "{mail:#}");
        assert_eq!(channels(&cloud, who, notification).await?, ["email sent", "in_app sent"]);
    }
    assert_eq!(cloud.mails(&people.hr, title(&seen))?.len(), 0, "HR reads it in the inbox");
    assert_eq!(channels(&cloud, &people.hr, &seen).await?, ["in_app sent"]);
    let event = asked["event_id"].as_str().expect("an event");
    let explained =
        cloud.get(format!("/api/v1/notifications/trace?event_id={event}")).by(&people.hr).expect(200).await?;
    assert!(explained.to_string().contains(&people.manager.id.to_string()), "{explained:#}");
    let foreign = cloud.someone(Role::Employee).await?;
    cloud.get(format!("/api/v1/notifications/{}/trace", id_of(&asked))).by(&foreign).expect(404).await?;

    cloud.approve(people.parties(), &leave).await?;
    let seen = cloud.notified(&people.hr, "leave.request_approved", id_of(&leave)).await?;
    assert_eq!(cloud.mails(&people.hr, title(&seen))?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn of_fifty_approvals_at_once_one_decides_and_one_mail_is_sent() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let people = cloud.flow_people().await?;
    let leave = cloud.ask_leave(&people.employee, "annual", FIRST, LAST).await?;
    let all = (0..50).map(|_| cloud.decide(&people.manager, &leave, "approve", json!({})));
    let answers = futures::future::join_all(all).await.into_iter().collect::<Result<Vec<_>, _>>()?;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (200, &[409; 49][..]), "{statuses:?}");
    for answer in answers.iter().filter(|answer| answer.status == 409) {
        assert_eq!(answer.body["current"]["status"], "approved", "{}", answer.body);
    }
    let explained = cloud.explain(&people.employee, "annual", "2027-03-31").await?;
    expect_lines(&explained, &leave, &["hold", "release", "consume"])?; // one deduction
    let told = cloud.notified(&people.employee, "leave.request_approved", id_of(&leave)).await?;
    cloud.expect_mail(&people.employee, title(&told)).await?;
    Ok(())
}

#[tokio::test]
async fn a_request_goes_through_its_steps_and_nobody_skips_one() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let people = cloud.flow_people().await?;
    let leave = cloud.ask_leave(&people.employee, "casual", "2027-04-05", "2027-04-06").await?;
    cloud.decide(&people.hr, &leave, "approve", json!({})).await?.expect(403)?; // the manager comes first
    cloud.decide(&people.employee, &leave, "approve", json!({})).await?.expect(403)?; // nobody approves their own
    let advanced = cloud.decide(&people.manager, &leave, "approve", json!({})).await?.expect(200)?;
    assert_eq!((&advanced["status"], &advanced["approval"]["step"]), (&json!("pending"), &json!(1)), "{advanced:#}");
    cloud.recorded(&people.hr, id_of(&leave), "advanced").await?;
    let rejected =
        cloud.decide(&people.hr, &leave, "reject", json!({"reason": "The audit is that week"})).await?.expect(200)?;
    expect_fields(&rejected, json!({"status": "rejected", "rejected_reason": "The audit is that week"}))?;
    cloud.recorded(&people.hr, id_of(&leave), "rejected").await?;
    let explained = cloud.explain(&people.employee, "casual", "2027-04-30").await?;
    expect_lines(&explained, &leave, &["hold", "release"])?; // what was held came back
    Ok(())
}

#[tokio::test]
async fn a_request_that_nobody_decides_goes_up_by_its_schedule() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let people = cloud.flow_people().await?;
    let leave = cloud.ask_leave(&people.employee, "annual", FIRST, LAST).await?;
    let group = &format!("{}-leave-escalations", cloud.output("Stack"));
    let name = format!("{}-{}", id_of(&leave), leave["approval"]["generation"]);
    let schedule = eventually("a schedule", SCHEDULED_WITHIN, async || Ok(cloud.schedule(group, &name).await)).await?;
    assert_eq!(schedule["ActionAfterCompletion"], "DELETE");
    its_role_may_invoke_the_job_only(&cloud, &schedule).await;
    cloud.decide(&people.chief, &leave, "approve", json!({})).await?.expect(403)?; // not theirs to decide yet

    cloud.reschedule(&schedule, "at(2026-01-01T00:00:00)").await;
    let path = format!("/api/v1/leaves/{}", id_of(&leave));
    let look = async || {
        let leave = cloud.get(&path).by(&people.employee).expect(200).await?;
        Ok((leave["approval"]["level"] == 1).then_some(leave))
    };
    let escalated = eventually("the next level", Duration::from_secs(40), look).await?;
    assert_eq!(escalated["status"], "pending");
    assert!(cloud.schedule(group, &name).await.is_none(), "it fires once");
    cloud.recorded(&people.hr, id_of(&leave), "escalated").await?;
    cloud.notified(&people.chief, "leave.request_created", id_of(&leave)).await?;

    let stale: Value = serde_json::from_str(schedule["Target"]["Input"].as_str().unwrap()).unwrap();
    let invoked = cloud.invoke("leave-job-escalate", &stale).await;
    assert_eq!(invoked.error, None, "{}", invoked.payload);
    let unchanged = cloud.get(&path).by(&people.employee).expect(200).await?;
    assert_eq!(unchanged["approval"]["level"], 1, "a stale schedule does nothing");
    let approved = cloud.decide(&people.chief, &leave, "approve", json!({})).await?.expect(200)?;
    assert_eq!(approved["approved_by"], json!(people.chief.id));
    Ok(())
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
async fn half_a_day_goes_all_the_way() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let people = cloud.flow_people().await?;
    let first = cloud.ask_leave(&people.employee, "annual", FIRST, FIRST).await?;
    let mut body = flow_people::leave("annual", LAST, LAST);
    body["half"] = json!("am");
    let leave = cloud.post("/api/v1/leaves", body.clone()).by(&people.employee).expect(201).await?;
    assert_eq!((&leave["duration_days"], &leave["half"]), (&json!(0.5), &json!("am")), "{leave:#}");
    let taken = cloud.post("/api/v1/leaves", body.clone()).by(&people.employee).send().await?;
    assert_eq!((taken.status, &taken.body["current"]["leave_id"]), (409, &leave["id"]), "{}", taken.body);
    body["half"] = json!("pm");
    cloud.post("/api/v1/leaves", body).by(&people.employee).expect(201).await?;

    let told = cloud.notified(&people.manager, "leave.request_created", id_of(&leave)).await?;
    assert!(told["body"].as_str().is_some_and(|text| text.contains("0.5")), "{told:#}");
    let group = &format!("{}-leave-escalations", cloud.output("Stack"));
    for leave in [&first, &leave] {
        let look = async || Ok(cloud.schedule(group, &format!("{}-0", id_of(leave))).await);
        eventually("a schedule", SCHEDULED_WITHIN, look).await?;
    }
    let record = cloud.recorded(&people.hr, id_of(&leave), "created").await?;
    assert_eq!(record["new_values"]["duration"]["minutes"], 240, "{record:#}");
    Ok(())
}

#[tokio::test]
async fn a_calendar_link_is_a_calendar_until_it_is_revoked() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let people = cloud.flow_people().await?;
    let leave = cloud.ask_leave(&people.employee, "annual", FIRST, LAST).await?;
    cloud.decide(&people.manager, &leave, "approve", json!({})).await?.expect(200)?;
    let feed = cloud.post("/api/v1/leave-feeds", json!({"scope": "own"})).by(&people.employee).expect(201).await?;
    let path = path_of(feed["url"].as_str().expect("a link"));
    let calendar = cloud.get(&path).expect(200).await?;
    let calendar = calendar.as_str().expect("text");
    assert!(calendar.starts_with("BEGIN:VCALENDAR") && calendar.contains("DTSTART;VALUE=DATE:20270301"), "{calendar}");
    let forged = path.replace("/calendar.ics", "0/calendar.ics");
    cloud.get(forged).expect(404).await?;

    let own = format!("/api/v1/leave-feeds/{}", id_of(&feed));
    cloud.delete(&own).by(&people.manager).expect(404).await?; // nobody else's link
    let removed = cloud.delete(&own).by(&people.employee).send().await?;
    assert!(matches!(removed.status, 200 | 204), "{}", removed.body);
    cloud.get(&path).expect(404).await?; // it is revoked
    Ok(())
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
async fn channels(cloud: &Cloud, who: &Person, notification: &Value) -> Outcome<Vec<String>> {
    let trace = cloud.trace(who, notification).await?;
    let deliveries = trace["deliveries"].as_array().expect("deliveries");
    let text = |delivery: &Value, name: &str| delivery[name].as_str().expect("a text").to_owned();
    let told = |delivery: &Value| format!("{} {}", text(delivery, "channel"), text(delivery, "status"));
    let mut channels: Vec<_> = deliveries.iter().map(told).collect();
    channels.sort();
    Ok(channels)
}
