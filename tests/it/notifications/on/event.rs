//! `notifications-on-event`

use events::EventType;
use futures::future::join_all;
use jiff::civil::date;
use serde_json::json;

use crate::notifications::{LEAVE, NotificationsFixture, TABLE, reasons, text};

#[tokio::test]
async fn leave_request_notifies_manager_hr_and_employee() {
    let fixture = NotificationsFixture::new().await;
    let event = fixture.leave_event(EventType::LeaveRequestCreated, fixture.employee(), "pending");
    fixture.deliver(std::slice::from_ref(&event)).await;
    assert_eq!(fixture.templates_in_inbox(fixture.employee()).await, ["leave_request_confirmation"]);
    assert_eq!(fixture.templates_in_inbox(fixture.manager()).await, ["leave_request_approval_needed"]);
    assert_eq!(fixture.templates_in_inbox(fixture.hr()).await, ["leave_request_created"]);
    for other in [&fixture.world.people.other_manager, &fixture.world.people.outsider, &fixture.world.people.admin] {
        assert_eq!(fixture.inbox(other).await, Vec::<serde_json::Value>::new());
    }
    let email = |channel: &str| ("email".to_owned(), channel.to_owned());
    assert_eq!(fixture.queued(), [email("email"), email("email")], "manager and employee get mails, HR does not");
    let item = &fixture.inbox(fixture.employee()).await[0];
    assert_eq!(text(item, "title"), "Leave request submitted");
    assert_eq!(item["context"]["leave_request_id"], LEAVE);
    assert_eq!(item["context"]["employee_name"], "Erin Doe");
    assert_eq!((text(item, "recipient_type"), text(item, "channel")), ("user", "in_app"));
    assert_eq!((text(item, "status"), item["read_at"].is_null()), ("sent", true));
    assert!(text(item, "body").contains("Annual Leave, Jul 15–20, 2024 (5 days)"), "{}", item["body"]);
    assert!(
        fixture.world.published_types(TABLE).await.is_empty(),
        "nothing is sent yet, and inbox notifications publish nothing"
    );
    assert!(
        !format!("{:?}", fixture.world.list_items(TABLE).await).contains("a private matter"),
        "the private reason is not stored"
    );
}

#[tokio::test]
async fn decision_notifies_employee_and_hr_but_not_the_approver() {
    for (kind, status, template) in [
        (EventType::LeaveRequestApproved, "approved", "leave_request_approved"),
        (EventType::LeaveRequestRejected, "rejected", "leave_request_rejected"),
    ] {
        let fixture = NotificationsFixture::new().await;
        let event = fixture.leave_event(kind, fixture.manager(), status);
        fixture.deliver(std::slice::from_ref(&event)).await;
        assert_eq!(fixture.templates_in_inbox(fixture.employee()).await, [template]);
        assert_eq!(fixture.templates_in_inbox(fixture.hr()).await, [template]);
        assert_eq!(fixture.templates_in_inbox(fixture.manager()).await, Vec::<String>::new());
        assert_eq!(fixture.queued().len(), 1, "only the employee gets a mail");
        let item = &fixture.inbox(fixture.employee()).await[0];
        assert!(text(item, "title").starts_with("Your leave was"), "{item}");
        assert!(text(item, "body").contains("by Mara Lead"), "{item}");
        let of_hr = &fixture.inbox(fixture.hr()).await[0];
        assert!(text(of_hr, "title").starts_with("Leave of Erin Doe was"), "{of_hr}");
    }
}

#[tokio::test]
async fn trace_shows_the_decision_of_every_rule() {
    let fixture = NotificationsFixture::new().await;
    let event = fixture.leave_event(EventType::LeaveRequestCreated, fixture.employee(), "pending");
    fixture.deliver(std::slice::from_ref(&event)).await;
    let decisions = fixture.decisions(&event).await;
    let row = |role: &str, reason: &str| (role.to_owned(), reason.to_owned());
    assert_eq!(
        reasons(&decisions),
        [row("subject", "-"), row("approver", "-"), row("hr", "-"), row("manager", "already_told")]
    );
    let cancelled = fixture.leave_event(EventType::LeaveRequestCancelled, fixture.hr(), "cancelled");
    fixture.deliver(std::slice::from_ref(&cancelled)).await;
    assert_eq!(fixture.decision(&cancelled, fixture.hr()).await["reason"], "own_action");
    assert_eq!(fixture.templates_in_inbox(fixture.manager()).await[0], "leave_request_cancelled");
}

#[tokio::test]
async fn own_cancellation_is_confirmed() {
    let fixture = NotificationsFixture::new().await;
    let event = fixture.leave_event(EventType::LeaveRequestCancelled, fixture.employee(), "cancelled");
    fixture.deliver(&[event]).await;
    assert_eq!(fixture.templates_in_inbox(fixture.employee()).await, ["leave_request_cancelled"]);
}

#[tokio::test]
async fn moved_leave_notifies_employee_manager_and_hr() {
    let fixture = NotificationsFixture::new().await;
    let mut event = fixture.leave_event(EventType::LeaveRequestMoved, fixture.hr(), "approved");
    event.stamp.data = Some(json!({"old_start_date": "2024-07-01", "old_end_date": "2024-07-02"}));
    fixture.deliver(std::slice::from_ref(&event)).await;
    for person in [fixture.employee(), fixture.manager()] {
        assert_eq!(fixture.templates_in_inbox(person).await, ["leave_request_moved"]);
    }
    assert_eq!(fixture.decision(&event, fixture.hr()).await["reason"], "own_action");
}

#[tokio::test]
async fn escalation_notifies_hr_if_there_is_no_next_manager() {
    let fixture = NotificationsFixture::new().await;
    let mut event = fixture.leave_event(EventType::LeaveRequestEscalated, fixture.employee(), "pending");
    event.new_values.as_mut().unwrap()["approval"]["level"] = json!(1);
    fixture.deliver(&[event]).await;
    assert_eq!(
        fixture.templates_in_inbox(fixture.hr()).await,
        ["leave_request_escalated"],
        "the manager has no manager"
    );
    assert_eq!(fixture.templates_in_inbox(fixture.manager()).await, Vec::<String>::new());
}

#[tokio::test]
async fn hr_officer_is_not_notified_to_decide_own_leave() {
    let fixture = NotificationsFixture::new().await;
    let mut event = fixture.leave_event(EventType::LeaveRequestCreated, fixture.hr(), "pending");
    event.new_values.as_mut().unwrap()["employee_id"] = json!(fixture.hr().id);
    event.new_values.as_mut().unwrap()["approval"]["steps"][0]["by"] = json!("hr");
    fixture.deliver(std::slice::from_ref(&event)).await;
    assert_eq!(fixture.templates_in_inbox(fixture.hr()).await, ["leave_request_confirmation"]);
    let reasons = reasons(&fixture.decisions(&event).await);
    assert!(reasons.contains(&("approver".to_owned(), "nobody".to_owned())), "{reasons:?}");
}

#[tokio::test]
async fn repeated_and_concurrent_events_notify_each_person_once() {
    let fixture = NotificationsFixture::new().await;
    let event = fixture.leave_event(EventType::LeaveRequestCreated, fixture.employee(), "pending");
    let deliveries = join_all((0..20).map(|_| fixture.try_deliver(std::slice::from_ref(&event)))).await;
    // A message that lost a race is retried by the queue.
    for failed in deliveries {
        assert!(failed.len() <= 1);
    }
    fixture.deliver(std::slice::from_ref(&event)).await;
    for person in [fixture.employee(), fixture.manager(), fixture.hr()] {
        assert_eq!(fixture.inbox(person).await.len(), 1);
    }
    let before = fixture.world.snapshot().await;
    fixture.advance(60);
    fixture.deliver(&[event.clone(), event]).await;
    assert_eq!(fixture.world.snapshot().await, before);
}

#[tokio::test]
async fn event_republished_after_a_day_notifies_nobody_and_is_traced() {
    let fixture = NotificationsFixture::new().await;
    let mut event = fixture.leave_event(EventType::LeaveRequestCreated, fixture.employee(), "pending");
    event.republished = true;
    fixture.advance(24 * 60 * 60 + 1);
    fixture.deliver(std::slice::from_ref(&event)).await;
    for person in [fixture.employee(), fixture.manager(), fixture.hr()] {
        assert_eq!(fixture.inbox(person).await.len(), 0);
    }
    let reasons: Vec<_> = reasons(&fixture.decisions(&event).await).into_iter().map(|(_, reason)| reason).collect();
    assert_eq!(reasons, ["too_old"; 4]);

    let fresh = NotificationsFixture::new().await;
    let mut event = fresh.leave_event(EventType::LeaveRequestCreated, fresh.employee(), "pending");
    event.republished = true;
    fresh.deliver(std::slice::from_ref(&event)).await;
    assert_eq!(fresh.inbox(fresh.employee()).await.len(), 1, "a recent republished event notifies");
}

#[tokio::test]
async fn inbox_is_sorted_by_event_time_in_any_arrival_order() {
    let fixture = NotificationsFixture::new().await;
    let created = fixture.leave_event(EventType::LeaveRequestCreated, fixture.employee(), "pending");
    fixture.advance(60);
    let approved = fixture.leave_event(EventType::LeaveRequestApproved, fixture.manager(), "approved");
    fixture.deliver(&[approved]).await;
    fixture.deliver(&[created]).await;
    assert_eq!(
        fixture.templates_in_inbox(fixture.employee()).await,
        ["leave_request_approved", "leave_request_confirmation"]
    );
}

#[tokio::test]
async fn redelivered_event_queues_unclaimed_deliveries() {
    let fixture = NotificationsFixture::new().await;
    let event = fixture.leave_event(EventType::LeaveRequestApproved, fixture.manager(), "approved");
    fixture.world.cloud.fail_calls("AmazonSQS");
    assert_eq!(fixture.try_deliver(std::slice::from_ref(&event)).await, ["0"], "the queue is unavailable");
    assert_eq!(
        fixture.templates_in_inbox(fixture.employee()).await,
        ["leave_request_approved"],
        "the notification is stored"
    );
    fixture.world.cloud.recover();
    fixture.world.cloud.take_queued();
    fixture.deliver(std::slice::from_ref(&event)).await;
    assert_eq!(fixture.queued(), [("email".to_owned(), "email".to_owned())]);
    assert_eq!(fixture.inbox(fixture.employee()).await.len(), 1);
}

#[tokio::test]
async fn preferences_select_channels_and_are_traced() {
    let fixture = NotificationsFixture::new().await;
    fixture
        .set_preferences(
            fixture.employee(),
            json!({"channels": {"leave.request_approved": {"email": false, "push": true}}}),
        )
        .await;
    let event = fixture.leave_event(EventType::LeaveRequestApproved, fixture.manager(), "approved");
    fixture.deliver(std::slice::from_ref(&event)).await;
    assert_eq!(fixture.queued(), [("push".to_owned(), "push".to_owned())]);
    let channels = fixture.decision(&event, fixture.employee()).await["channels"].clone();
    let channel = |name: &str| channels.as_array().unwrap().iter().find(|one| one["channel"] == name).unwrap().clone();
    assert_eq!(channel("email"), json!({"channel": "email", "status": "suppressed", "reason": "preference"}));
    assert_eq!(channel("push")["status"], "queued");

    fixture.set_preferences(fixture.hr(), json!({"channels": {"all": {"in_app": false}}})).await;
    let again = fixture.leave_event(EventType::LeaveRequestRejected, fixture.manager(), "rejected");
    fixture.deliver(std::slice::from_ref(&again)).await;
    let decision = fixture.decision(&again, fixture.hr()).await;
    assert_eq!((&decision["told"], &decision["reason"]), (&json!(false), &json!("preference")));
}

#[tokio::test]
async fn quiet_hours_and_digests_park_mails_only() {
    let fixture = NotificationsFixture::new().await;
    // 12:30 in Berlin.
    fixture.set_preferences(fixture.employee(), json!({"quiet_hours": {"from": "12:00", "to": "14:00"}})).await;
    let event = fixture.leave_event(EventType::LeaveRequestApproved, fixture.manager(), "approved");
    fixture.deliver(std::slice::from_ref(&event)).await;
    assert_eq!(fixture.queued(), []);
    assert_eq!(fixture.templates_in_inbox(fixture.employee()).await, ["leave_request_approved"]);
    let channels = fixture.decision(&event, fixture.employee()).await["channels"].clone();
    let parked =
        json!({"channel": "email", "status": "parked", "reason": "quiet_hours", "due_at": "2024-06-10T12:00:00Z"});
    assert_eq!(channels[1], parked);

    fixture.set_preferences(fixture.employee(), json!({"digest": {"all": "daily"}, "digest_hour": 18})).await;
    let event = fixture.leave_event(EventType::LeaveRequestRejected, fixture.manager(), "rejected");
    fixture.deliver(std::slice::from_ref(&event)).await;
    let channels = fixture.decision(&event, fixture.employee()).await["channels"].clone();
    let parked = json!({"channel": "email", "status": "parked", "reason": "digest", "due_at": "2024-06-10T16:00:00Z"});
    assert_eq!(channels[1], parked);
    assert_eq!(fixture.queued(), []);
}

#[tokio::test]
async fn notification_is_in_the_recipients_language() {
    let fixture = NotificationsFixture::new().await;
    fixture.set_preferences(fixture.employee(), json!({"language": "de"})).await;
    fixture.deliver(&[fixture.leave_event(EventType::LeaveRequestApproved, fixture.manager(), "approved")]).await;
    let item = &fixture.inbox(fixture.employee()).await[0];
    assert_eq!(text(item, "title"), "Ihr Urlaub wurde genehmigt: 15.–20.07.2024");
    assert_eq!(text(item, "language"), "de");
}

#[tokio::test]
async fn reset_link_is_sent_by_mail_only_and_never_stored() {
    let fixture = NotificationsFixture::new().await;
    fixture.set_preferences(fixture.employee(), json!({"channels": {"all": {"email": false, "in_app": true}}})).await;
    let reset = "reset_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    let id = fixture.employee().id.to_string();
    let kind = EventType::UserPasswordResetRequested;
    let mut event = fixture.event(kind, ("User", &id), fixture.employee(), json!({"reset_id": reset}));
    event.stamp.data = Some(json!({"reset_id": reset}));
    event.stamp.actor = kernel::Actor::Unknown;
    fixture.deliver(std::slice::from_ref(&event)).await;
    assert_eq!(fixture.inbox(fixture.employee()).await.len(), 0);
    assert_eq!(fixture.queued(), [("email".to_owned(), "email".to_owned())], "preferences do not apply");
    let stored = fixture.world.list_items(TABLE).await;
    let notification = stored.iter().find(|item| item["sk"].as_s().unwrap() == "NOTIFICATION").unwrap();
    assert_eq!(
        (notification["title"].as_s().unwrap().as_str(), notification["body"].as_s().unwrap().as_str()),
        ("", "")
    );
    assert!(notification["late"].as_bool().unwrap());
    assert!(!format!("{stored:?}").contains("rst_0"));
}

#[tokio::test]
async fn employee_events_notify_employee_manager_and_hr() {
    let fixture = NotificationsFixture::new().await;
    let created = fixture.person_event(EventType::EmployeeCreated, fixture.employee(), 2);
    fixture.deliver(&[created]).await;
    assert_eq!(fixture.templates_in_inbox(fixture.employee()).await, ["employee_welcome"]);
    assert_eq!(fixture.templates_in_inbox(fixture.manager()).await, ["employee_created"]);
    assert_eq!(fixture.templates_in_inbox(fixture.hr()).await, Vec::<String>::new(), "HR made the change");

    fixture.advance(1);
    let mut updated = fixture.person_event(EventType::EmployeeUpdated, fixture.employee(), 3);
    let mut old = updated.new_values.clone().unwrap();
    old["job_title"] = json!("Intern");
    updated.old_values = Some(old);
    fixture.deliver(&[updated]).await;
    let item = &fixture.inbox(fixture.employee()).await[0];
    assert_eq!(
        text(item, "body"),
        "Your employee record was changed by Hana Lead: job title. If you did not expect this, please contact HR."
    );

    let mut gone = fixture.employee().clone();
    gone.status = directory::EmploymentStatus::Terminated;
    gone.termination_date = Some(date(2024, 6, 30));
    fixture.world.add_people(&[&gone]).await;
    fixture.advance(60);
    let deleted = fixture.person_event(EventType::EmployeeDeleted, &gone, 4);
    let status = fixture.person_event(EventType::EmployeeStatusChanged, &gone, 5);
    fixture.deliver(&[deleted, status.clone()]).await;
    assert_eq!(fixture.templates_in_inbox(fixture.manager()).await[..2].len(), 2);
    assert!(fixture.templates_in_inbox(fixture.manager()).await.contains(&"employee_deleted".to_owned()));
    assert_eq!(fixture.decision(&status, &gone).await["reason"], "left");
}

#[tokio::test]
async fn compliance_and_audit_events_notify_their_recipients() {
    let fixture = NotificationsFixture::new().await;
    let admin = &fixture.world.people.admin;
    let violation = json!({"employee_id": fixture.employee().id, "code": "daily_rest", "explanation": "9:30 h of rest; 11 h are needed."});
    let training = json!({"employee_id": fixture.employee().id, "course": "First aid", "due_date": "2024-09-01"});
    let policy = json!({"name": "Annual leave", "policy_version": 3, "effective": {"from": "2024-08-01"}});
    let mut critical = fixture.event(EventType::AuditCriticalEvent, ("Item", "x"), fixture.employee(), json!({}));
    critical.stamp.actor = kernel::Actor::Unknown;
    critical.stamp.data = Some(json!({"reason": "out_of_band_change"}));
    fixture
        .deliver(&[
            fixture.event(EventType::ComplianceViolationDetected, ("Violation", "viol_1"), admin, violation),
            fixture.event(EventType::ComplianceTrainingDue, ("Training", "train_1"), admin, training),
            fixture.event(EventType::CompliancePolicyUpdated, ("Policy", "pol_1"), admin, policy),
            critical,
        ])
        .await;
    assert_eq!(
        fixture.templates_in_inbox(fixture.manager()).await,
        ["compliance_training_due", "compliance_violation_detected"]
    );
    assert_eq!(fixture.templates_in_inbox(fixture.employee()).await, ["compliance_training_due"]);
    assert_eq!(
        fixture.templates_in_inbox(fixture.hr()).await,
        ["compliance_policy_updated", "compliance_violation_detected"]
    );
    let of_admin = fixture.inbox(admin).await;
    assert_eq!(text(&of_admin[0], "title"), "Critical event: change outside the services");
    let title = |item: &serde_json::Value| text(item, "title").to_owned();
    assert_eq!(title(&fixture.inbox(fixture.hr()).await[0]), "Policy changed: Annual leave");
    assert_eq!(title(&fixture.inbox(fixture.employee()).await[0]), "Training due: First aid");
}

#[tokio::test]
async fn attendance_events_notify_their_recipients() {
    let fixture = NotificationsFixture::new().await;
    let day = json!({"employee_id": fixture.employee().id, "date": "2024-06-10", "late_minutes": 12, "check_in_time": "2024-06-10T07:12:00Z"});
    let event = |kind| fixture.event(kind, ("Attendance", "att_1"), fixture.employee(), day.clone());
    fixture
        .deliver(&[
            event(EventType::AttendanceCheckedIn),
            event(EventType::AttendanceCheckedOut),
            event(EventType::AttendanceLate),
            event(EventType::AttendanceAbsent),
            event(EventType::AttendanceIncomplete),
        ])
        .await;
    let mut own = fixture.templates_in_inbox(fixture.employee()).await;
    own.sort();
    assert_eq!(own, ["attendance_checked_in", "attendance_checked_out"]);
    assert_eq!(fixture.templates_in_inbox(fixture.manager()).await, ["attendance_late"]);
    assert_eq!(fixture.templates_in_inbox(fixture.hr()).await, ["attendance_absent"]);
    let late = &fixture.inbox(fixture.manager()).await[0];
    assert!(text(late, "body").contains("was 12 minutes late on Jun 10, 2024. Check-in was at 09:12."), "{late}");
}

#[tokio::test]
async fn irrelevant_event_changes_nothing_and_invalid_one_is_retried() {
    let fixture = NotificationsFixture::new().await;
    let before = fixture.world.snapshot().await;
    let login = fixture.event(EventType::UserLogin, ("User", "emp_1"), fixture.employee(), json!({}));
    let mut unknown = login.clone();
    unknown.stamp.event = "ticket.teleported".to_owned();
    fixture.deliver(&[login, unknown]).await;
    assert_eq!(fixture.world.snapshot().await, before);
    let invalid = fixture.event(EventType::NotificationRequested, ("Notification", "notif_1"), fixture.hr(), json!({}));
    assert_eq!(fixture.try_deliver(&[invalid]).await, ["0"]);
}

#[test]
fn event_rule_of_the_stack_matches_consumed_event_types() {
    let template = crate::conformance::repo::read("functions/notifications/template.yaml");
    let rule = template.split("\n  NotificationsEventRule:").nth(1).unwrap().split("\n\n").next().unwrap();
    let mut consumed: Vec<_> =
        ::notifications::domain::routing::consumed_event_types().map(|event| event.as_str()).collect();
    let mut listed: Vec<_> = rule.lines().filter_map(|line| line.strip_prefix("          - ")).collect();
    consumed.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, consumed);
}
