//! `notifications-on-event`: who hears of what, once, whatever the queue does.

use events::EventType;
use futures::future::join_all;
use jiff::civil::date;
use serde_json::json;

use crate::notifications::{LEAVE, NotificationsFixture, TABLE, reasons, text};

#[tokio::test]
async fn a_request_for_leave_tells_the_manager_hr_and_the_employee() {
    let room = NotificationsFixture::open().await;
    let event = room.leave(EventType::LeaveRequestCreated, room.employee(), "pending");
    room.hears(std::slice::from_ref(&event)).await;
    assert_eq!(room.told(room.employee()).await, ["leave_request_confirmation"]);
    assert_eq!(room.told(room.manager()).await, ["leave_request_approval_needed"]);
    assert_eq!(room.told(room.hr()).await, ["leave_request_created"]);
    for other in [&room.world.people.other_manager, &room.world.people.outsider, &room.world.people.admin] {
        assert_eq!(room.inbox(other).await, Vec::<serde_json::Value>::new());
    }
    let email = |channel: &str| ("email".to_owned(), channel.to_owned());
    assert_eq!(room.queued(), [email("email"), email("email")], "manager and employee by mail, HR in the inbox only");
    let item = &room.inbox(room.employee()).await[0];
    assert_eq!(text(item, "title"), "Leave request submitted");
    assert_eq!(item["context"]["leave_request_id"], LEAVE);
    assert_eq!(item["context"]["employee_name"], "Erin Doe");
    assert_eq!((text(item, "recipient_type"), text(item, "channel")), ("user", "in_app"));
    assert_eq!((text(item, "status"), item["read_at"].is_null()), ("sent", true));
    assert!(text(item, "body").contains("Annual Leave, Jul 15–20, 2024 (5 days)"), "{}", item["body"]);
    assert!(room.world.published_types(TABLE).await.is_empty(), "nothing is sent yet, and an inbox is no sending");
    assert!(
        !format!("{:?}", room.world.list_items(TABLE).await).contains("a private matter"),
        "reasons stay where they are"
    );
}

#[tokio::test]
async fn a_decision_tells_the_employee_and_hr_and_not_the_one_who_decided() {
    for (kind, status, template) in [
        (EventType::LeaveRequestApproved, "approved", "leave_request_approved"),
        (EventType::LeaveRequestRejected, "rejected", "leave_request_rejected"),
    ] {
        let room = NotificationsFixture::open().await;
        let event = room.leave(kind, room.manager(), status);
        room.hears(std::slice::from_ref(&event)).await;
        assert_eq!(room.told(room.employee()).await, [template]);
        assert_eq!(room.told(room.hr()).await, [template]);
        assert_eq!(room.told(room.manager()).await, Vec::<String>::new());
        assert_eq!(room.queued().len(), 1, "one mail, to the employee");
        let item = &room.inbox(room.employee()).await[0];
        assert!(text(item, "title").starts_with("Your leave is"), "{item}");
        assert!(text(item, "body").contains("by Mara Lead"), "{item}");
        let of_hr = &room.inbox(room.hr()).await[0];
        assert!(text(of_hr, "title").starts_with("Leave of Erin Doe is"), "{of_hr}");
    }
}

#[tokio::test]
async fn what_was_decided_is_told_rule_by_rule() {
    let room = NotificationsFixture::open().await;
    let event = room.leave(EventType::LeaveRequestCreated, room.employee(), "pending");
    room.hears(std::slice::from_ref(&event)).await;
    let decisions = room.decisions(&event).await;
    let row = |role: &str, reason: &str| (role.to_owned(), reason.to_owned());
    assert_eq!(
        reasons(&decisions),
        [row("subject", "-"), row("approver", "-"), row("hr", "-"), row("manager", "already_told")]
    );
    let cancelled = room.leave(EventType::LeaveRequestCancelled, room.hr(), "cancelled");
    room.hears(std::slice::from_ref(&cancelled)).await;
    assert_eq!(room.decision(&cancelled, room.hr()).await["reason"], "own_action");
    assert_eq!(room.told(room.manager()).await[0], "leave_request_cancelled");
}

#[tokio::test]
async fn whoever_takes_back_their_own_leave_gets_a_confirmation() {
    let room = NotificationsFixture::open().await;
    let event = room.leave(EventType::LeaveRequestCancelled, room.employee(), "cancelled");
    room.hears(&[event]).await;
    assert_eq!(room.told(room.employee()).await, ["leave_request_cancelled"]);
}

#[tokio::test]
async fn an_escalation_tells_the_next_level_and_hr_where_there_is_none() {
    let room = NotificationsFixture::open().await;
    let mut event = room.leave(EventType::LeaveRequestEscalated, room.employee(), "pending");
    event.new_values.as_mut().unwrap()["approval"]["level"] = json!(1);
    room.hears(&[event]).await;
    assert_eq!(room.told(room.hr()).await, ["leave_request_escalated"], "the manager reports to nobody");
    assert_eq!(room.told(room.manager()).await, Vec::<String>::new());
}

#[tokio::test]
async fn of_hr_nobody_decides_their_own_leave() {
    let room = NotificationsFixture::open().await;
    let mut event = room.leave(EventType::LeaveRequestCreated, room.hr(), "pending");
    event.new_values.as_mut().unwrap()["employee_id"] = json!(room.hr().id);
    event.new_values.as_mut().unwrap()["approval"]["steps"][0]["by"] = json!("hr");
    room.hears(std::slice::from_ref(&event)).await;
    assert_eq!(room.told(room.hr()).await, ["leave_request_confirmation"]);
    let reasons = reasons(&room.decisions(&event).await);
    assert!(reasons.contains(&("approver".to_owned(), "nobody".to_owned())), "{reasons:?}");
}

#[tokio::test]
async fn however_often_and_at_once_an_event_comes_everybody_hears_once() {
    let room = NotificationsFixture::open().await;
    let event = room.leave(EventType::LeaveRequestCreated, room.employee(), "pending");
    let deliveries = join_all((0..20).map(|_| room.tries(std::slice::from_ref(&event)))).await;
    // What met another delivery comes again, as the queue has it.
    for failed in deliveries {
        assert!(failed.len() <= 1);
    }
    room.hears(std::slice::from_ref(&event)).await;
    for person in [room.employee(), room.manager(), room.hr()] {
        assert_eq!(room.inbox(person).await.len(), 1);
    }
    let before = room.world.snapshot().await;
    room.later(60);
    room.hears(&[event.clone(), event]).await;
    assert_eq!(room.world.snapshot().await, before);
}

#[tokio::test]
async fn what_is_published_again_after_a_day_is_no_news_and_the_trace_says_so() {
    let room = NotificationsFixture::open().await;
    let mut event = room.leave(EventType::LeaveRequestCreated, room.employee(), "pending");
    event.republished = true;
    room.later(24 * 60 * 60 + 1);
    room.hears(std::slice::from_ref(&event)).await;
    for person in [room.employee(), room.manager(), room.hr()] {
        assert_eq!(room.inbox(person).await.len(), 0);
    }
    let told: Vec<_> = reasons(&room.decisions(&event).await).into_iter().map(|(_, reason)| reason).collect();
    assert_eq!(told, ["too_old"; 4]);

    let fresh = NotificationsFixture::open().await;
    let mut event = fresh.leave(EventType::LeaveRequestCreated, fresh.employee(), "pending");
    event.republished = true;
    fresh.hears(std::slice::from_ref(&event)).await;
    assert_eq!(fresh.inbox(fresh.employee()).await.len(), 1, "what was lost an hour ago is still news");
}

#[tokio::test]
async fn in_whatever_order_events_come_the_inbox_is_in_the_order_of_what_happened() {
    let room = NotificationsFixture::open().await;
    let created = room.leave(EventType::LeaveRequestCreated, room.employee(), "pending");
    room.later(60);
    let approved = room.leave(EventType::LeaveRequestApproved, room.manager(), "approved");
    room.hears(&[approved]).await;
    room.hears(&[created]).await;
    assert_eq!(room.told(room.employee()).await, ["leave_request_approved", "leave_request_confirmation"]);
}

#[tokio::test]
async fn a_delivery_whose_message_got_lost_is_handed_on_when_the_event_comes_again() {
    let room = NotificationsFixture::open().await;
    let event = room.leave(EventType::LeaveRequestApproved, room.manager(), "approved");
    room.world.cloud.fail_calls("AmazonSQS");
    assert_eq!(room.tries(std::slice::from_ref(&event)).await, ["0"], "the queue is away");
    assert_eq!(room.told(room.employee()).await, ["leave_request_approved"], "what is written stays");
    room.world.cloud.recover();
    room.world.cloud.take_queued();
    room.hears(std::slice::from_ref(&event)).await;
    assert_eq!(room.queued(), [("email".to_owned(), "email".to_owned())]);
    assert_eq!(room.inbox(room.employee()).await.len(), 1);
}

#[tokio::test]
async fn preferences_decide_and_the_trace_says_so() {
    let room = NotificationsFixture::open().await;
    room.prefers(room.employee(), json!({"channels": {"leave.request_approved": {"email": false, "push": true}}}))
        .await;
    let event = room.leave(EventType::LeaveRequestApproved, room.manager(), "approved");
    room.hears(std::slice::from_ref(&event)).await;
    assert_eq!(room.queued(), [("push".to_owned(), "push".to_owned())]);
    let ways = room.decision(&event, room.employee()).await["channels"].clone();
    let way = |channel: &str| ways.as_array().unwrap().iter().find(|way| way["channel"] == channel).unwrap().clone();
    assert_eq!(way("email"), json!({"channel": "email", "status": "suppressed", "reason": "preference"}));
    assert_eq!(way("push")["status"], "queued");

    room.prefers(room.hr(), json!({"channels": {"all": {"in_app": false}}})).await;
    let again = room.leave(EventType::LeaveRequestRejected, room.manager(), "rejected");
    room.hears(std::slice::from_ref(&again)).await;
    let decision = room.decision(&again, room.hr()).await;
    assert_eq!((&decision["told"], &decision["reason"]), (&json!(false), &json!("preference")));
}

#[tokio::test]
async fn quiet_hours_and_digests_park_mails_and_leave_the_inbox_alone() {
    let room = NotificationsFixture::open().await;
    // 12:30 in Berlin.
    room.prefers(room.employee(), json!({"quiet_hours": {"from": "12:00", "to": "14:00"}})).await;
    let event = room.leave(EventType::LeaveRequestApproved, room.manager(), "approved");
    room.hears(std::slice::from_ref(&event)).await;
    assert_eq!(room.queued(), []);
    assert_eq!(room.told(room.employee()).await, ["leave_request_approved"]);
    let ways = room.decision(&event, room.employee()).await["channels"].clone();
    let parked =
        json!({"channel": "email", "status": "parked", "reason": "quiet_hours", "due_at": "2024-06-10T12:00:00Z"});
    assert_eq!(ways[1], parked);

    room.prefers(room.employee(), json!({"digest": {"all": "daily"}, "digest_hour": 18})).await;
    let event = room.leave(EventType::LeaveRequestRejected, room.manager(), "rejected");
    room.hears(std::slice::from_ref(&event)).await;
    let ways = room.decision(&event, room.employee()).await["channels"].clone();
    let parked = json!({"channel": "email", "status": "parked", "reason": "digest", "due_at": "2024-06-10T16:00:00Z"});
    assert_eq!(ways[1], parked);
    assert_eq!(room.queued(), []);
}

#[tokio::test]
async fn everybody_is_told_in_their_language() {
    let room = NotificationsFixture::open().await;
    room.prefers(room.employee(), json!({"language": "de"})).await;
    room.hears(&[room.leave(EventType::LeaveRequestApproved, room.manager(), "approved")]).await;
    let item = &room.inbox(room.employee()).await[0];
    assert_eq!(text(item, "title"), "Ihr Urlaub ist genehmigt: 15.–20.07.2024");
    assert_eq!(text(item, "language"), "de");
}

#[tokio::test]
async fn a_link_to_a_new_password_goes_by_mail_alone_and_is_nowhere_kept() {
    let room = NotificationsFixture::open().await;
    room.prefers(room.employee(), json!({"channels": {"all": {"email": false, "in_app": true}}})).await;
    let reset = "reset_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    let id = room.employee().id.to_string();
    let kind = EventType::UserPasswordResetRequested;
    let mut event = room.event(kind, ("User", &id), room.employee(), json!({"reset_id": reset}));
    event.stamp.data = Some(json!({"reset_id": reset}));
    event.stamp.actor = kernel::Actor::Unknown;
    room.hears(std::slice::from_ref(&event)).await;
    assert_eq!(room.inbox(room.employee()).await.len(), 0);
    assert_eq!(room.queued(), [("email".to_owned(), "email".to_owned())], "whatever they prefer");
    let stored = room.world.list_items(TABLE).await;
    let notification = stored.iter().find(|item| item["sk"].as_s().unwrap() == "NOTIFICATION").unwrap();
    assert_eq!(
        (notification["title"].as_s().unwrap().as_str(), notification["body"].as_s().unwrap().as_str()),
        ("", "")
    );
    assert!(notification["late"].as_bool().unwrap());
    assert!(!format!("{stored:?}").contains("rst_0"));
}

#[tokio::test]
async fn people_come_change_and_leave() {
    let room = NotificationsFixture::open().await;
    let created = room.of_person(EventType::EmployeeCreated, room.employee(), 2);
    room.hears(&[created]).await;
    assert_eq!(room.told(room.employee()).await, ["employee_welcome"]);
    assert_eq!(room.told(room.manager()).await, ["employee_created"]);
    assert_eq!(room.told(room.hr()).await, Vec::<String>::new(), "HR did it");

    room.later(1);
    let mut updated = room.of_person(EventType::EmployeeUpdated, room.employee(), 3);
    let mut old = updated.new_values.clone().unwrap();
    old["job_title"] = json!("Intern");
    updated.old_values = Some(old);
    room.hears(&[updated]).await;
    let item = &room.inbox(room.employee()).await[0];
    assert_eq!(
        text(item, "body"),
        "Your record has been changed by Hana Lead: title. If you did not expect this, please tell HR."
    );

    let mut gone = room.employee().clone();
    gone.status = directory::EmploymentStatus::Terminated;
    gone.termination_date = Some(date(2024, 6, 30));
    room.world.add_people(&[&gone]).await;
    room.later(60);
    let deleted = room.of_person(EventType::EmployeeDeleted, &gone, 4);
    let status = room.of_person(EventType::EmployeeStatusChanged, &gone, 5);
    room.hears(&[deleted, status.clone()]).await;
    assert_eq!(room.told(room.manager()).await[..2].len(), 2);
    assert!(room.told(room.manager()).await.contains(&"employee_deleted".to_owned()));
    assert_eq!(room.decision(&status, &gone).await["reason"], "left");
}

#[tokio::test]
async fn compliance_and_the_audit_trail_reach_whom_they_concern() {
    let room = NotificationsFixture::open().await;
    let admin = &room.world.people.admin;
    let violation = json!({"employee_id": room.employee().id, "code": "daily_rest", "explanation": "9:30 h of rest; 11 h are needed."});
    let training = json!({"employee_id": room.employee().id, "course": "First aid", "due_date": "2024-09-01"});
    let policy = json!({"name": "Annual leave", "policy_version": 3, "effective": {"from": "2024-08-01"}});
    let mut critical = room.event(EventType::AuditCriticalEvent, ("Item", "x"), room.employee(), json!({}));
    critical.stamp.actor = kernel::Actor::Unknown;
    critical.stamp.data = Some(json!({"reason": "out_of_band_change"}));
    room.hears(&[
        room.event(EventType::ComplianceViolationDetected, ("Violation", "viol_1"), admin, violation),
        room.event(EventType::ComplianceTrainingDue, ("Training", "train_1"), admin, training),
        room.event(EventType::CompliancePolicyUpdated, ("Policy", "pol_1"), admin, policy),
        critical,
    ])
    .await;
    assert_eq!(room.told(room.manager()).await, ["compliance_training_due", "compliance_violation_detected"]);
    assert_eq!(room.told(room.employee()).await, ["compliance_training_due"]);
    assert_eq!(room.told(room.hr()).await, ["compliance_policy_updated", "compliance_violation_detected"]);
    let of_admin = room.inbox(admin).await;
    assert_eq!(text(&of_admin[0], "title"), "Critical event: change past the services");
    let title = |item: &serde_json::Value| text(item, "title").to_owned();
    assert_eq!(title(&room.inbox(room.hr()).await[0]), "Policy changed: Annual leave");
    assert_eq!(title(&room.inbox(room.employee()).await[0]), "Training due: First aid");
}

#[tokio::test]
async fn attendance_reaches_whom_it_concerns_without_code_of_its_own() {
    let room = NotificationsFixture::open().await;
    let day = json!({"employee_id": room.employee().id, "date": "2024-06-10", "late_minutes": 12, "check_in_time": "2024-06-10T07:12:00Z"});
    let event = |kind| room.event(kind, ("Attendance", "att_1"), room.employee(), day.clone());
    room.hears(&[
        event(EventType::AttendanceCheckedIn),
        event(EventType::AttendanceCheckedOut),
        event(EventType::AttendanceLate),
        event(EventType::AttendanceAbsent),
        event(EventType::AttendanceIncomplete),
    ])
    .await;
    let mut own = room.told(room.employee()).await;
    own.sort();
    assert_eq!(own, ["attendance_checked_in", "attendance_checked_out"]);
    assert_eq!(room.told(room.manager()).await, ["attendance_late"]);
    assert_eq!(room.told(room.hr()).await, ["attendance_absent"]);
    let late = &room.inbox(room.manager()).await[0];
    assert!(text(late, "body").contains("by 12 minutes; checked in at 09:12"), "{late}");
}

#[tokio::test]
async fn what_concerns_nobody_changes_nothing_and_nonsense_comes_again() {
    let room = NotificationsFixture::open().await;
    let before = room.world.snapshot().await;
    let login = room.event(EventType::UserLogin, ("User", "emp_1"), room.employee(), json!({}));
    let mut unknown = login.clone();
    unknown.stamp.event = "ticket.teleported".to_owned();
    room.hears(&[login, unknown]).await;
    assert_eq!(room.world.snapshot().await, before);
    let nonsense = room.event(EventType::NotificationRequested, ("Notification", "notif_1"), room.hr(), json!({}));
    assert_eq!(room.tries(&[nonsense]).await, ["0"]);
}

#[test]
fn the_rule_of_the_template_lets_through_exactly_what_is_heard() {
    let template = crate::conformance::repo::read("functions/notifications/template.yaml");
    let rule = template.split("\n  NotificationsEventRule:").nth(1).unwrap().split("\n\n").next().unwrap();
    let mut wanted: Vec<_> =
        ::notifications::domain::routing::consumed_event_types().map(|event| event.as_str()).collect();
    let mut there: Vec<_> = rule.lines().filter_map(|line| line.strip_prefix("          - ")).collect();
    wanted.sort_unstable();
    there.sort_unstable();
    assert_eq!(there, wanted);
}
