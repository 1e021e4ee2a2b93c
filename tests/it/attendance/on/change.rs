//! Tests of `attendance-on-change`.

use attendance::{
    domain::run::RunState,
    domain::settlement_page::{EmployeeDays, SettlementPage},
};
use directory::Person;
use events::{Event, EventType};
use fixtures::{deliver, relay_stream};
use policy::attendance::DayStatus;
use serde_json::{Value, json};

use crate::attendance::{
    fixture::{AttendanceFixture, date, deliveries, event},
    nightly_run_fixture::{NONE, days},
};

const TUESDAY: &str = "2024-06-11";

impl AttendanceFixture {
    async fn consume(&self, events: Vec<Event>) -> Vec<String> {
        let consumer = ::attendance::on::change::build(&self.world.shell).unwrap();
        consumer(deliveries(events)).await
    }

    /// Messages that the consumer queues for one event.
    async fn queued_pages(&self, event: Event) -> Vec<SettlementPage> {
        assert_eq!(self.consume(vec![event]).await, NONE);
        self.take_queued().into_iter().map(|message| serde_json::from_value(message).unwrap()).collect()
    }
}

fn with_data(kind: EventType, entity: &'static str, data: Value) -> Event {
    let mut event = event(kind, entity, "x", 1, json!({}));
    event.stamp.data = Some(data);
    event
}

#[tokio::test]
async fn only_punches_on_settled_days_queue_their_day() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    fixture.check_in_and_out(&person, TUESDAY, &["2024-06-11T07:00:00Z"]).await;
    let day = fixture.find_day(&person, TUESDAY).await.unwrap();
    let day_event = |kind, day| event(kind, "Attendance", "att_1", 2, serde_json::to_value(day).unwrap());
    assert_eq!(fixture.queued_pages(day_event(EventType::AttendanceCheckedOut, &day)).await, []);
    fixture.run_overnight("2024-06-12T03:00:00Z").await;
    let day = fixture.find_day(&person, TUESDAY).await.unwrap();
    for kind in [
        EventType::AttendanceCheckedIn,
        EventType::AttendanceCheckedOut,
        EventType::AttendanceBreakStarted,
        EventType::AttendanceBreakEnded,
        EventType::AttendancePunchesReceived,
        EventType::AttendanceManualEntry,
    ] {
        let asked = fixture.queued_pages(day_event(kind, &day)).await;
        assert_eq!(
            asked,
            [SettlementPage {
                request_id: asked[0].request_id.clone(),
                ..fixture.rederive_page(vec![days(&person, TUESDAY, TUESDAY)])
            }]
        );
    }
    for kind in [
        EventType::AttendanceProcessed,
        EventType::AttendanceLate,
        EventType::AttendanceAbsent,
        EventType::LeaveRequestApproved,
    ] {
        assert_eq!(fixture.queued_pages(day_event(kind, &day)).await, [], "{kind:?} is no input of a day");
    }
}

#[tokio::test]
async fn corrections_and_assignments_queue_their_affected_days() {
    let fixture = AttendanceFixture::new().await;
    let id = fixture.employee().id;
    let correction = json!({"employee_id": id, "date": TUESDAY});
    let asked =
        fixture.queued_pages(with_data(EventType::AttendanceCorrection, "AttendanceCorrection", correction)).await;
    assert_eq!(
        (asked.len(), asked[0].days.clone(), asked[0].only_settled),
        (1, vec![days(fixture.employee(), TUESDAY, TUESDAY)], true)
    );
    let assigned = |from: &str, to: Value| {
        let data = json!({"employee_id": id, "affected": {"from": from, "to": to}});
        with_data(EventType::AttendanceShiftReassigned, "ShiftAssignment", data)
    };
    let asked = fixture.queued_pages(assigned("2024-06-03", json!("2024-06-05"))).await;
    assert_eq!(asked[0].days, [days(fixture.employee(), "2024-06-03", "2024-06-05")]);
    let asked = fixture.queued_pages(assigned("2024-06-12", Value::Null)).await;
    assert!(asked.is_empty(), "days in the future are not queued");
    let long_ago = json!({"employee_id": id});
    let asked =
        fixture.queued_pages(with_data(EventType::AttendanceShiftUnassigned, "ShiftAssignment", long_ago)).await;
    assert!(asked.is_empty(), "frozen days are not queued");
    // A year is split into consecutive ranges.
    let asked = fixture.queued_pages(assigned("2023-06-11", Value::Null)).await;
    let ranges: Vec<EmployeeDays> = asked.iter().flat_map(|work| work.days.clone()).collect();
    assert!(ranges.iter().all(|days| days.day_count() <= 62));
    assert_eq!((ranges[0].from, ranges.last().unwrap().to), (date("2023-06-11"), date("2024-06-11")));
    assert!(ranges.windows(2).all(|two| two[0].to.tomorrow().unwrap() == two[1].from));
}

#[tokio::test]
async fn unreadable_events_fail_alone() {
    let fixture = AttendanceFixture::new().await;
    let good = json!({"employee_id": fixture.employee().id, "date": TUESDAY});
    let events = vec![
        with_data(EventType::AttendanceCorrection, "AttendanceCorrection", json!({"date": TUESDAY})),
        with_data(EventType::AttendanceCorrection, "AttendanceCorrection", good),
        with_data(EventType::AttendanceShiftAssigned, "ShiftAssignment", json!({})),
        event(EventType::AttendanceRunRequested, "AttendanceRun", "run_1", 1, json!({})),
    ];
    assert_eq!(fixture.consume(events).await, ["0", "2", "3"]);
    assert_eq!(fixture.take_queued().len(), 1);
    fixture.world.cloud.fail_calls("AmazonSQS");
    let good = json!({"employee_id": fixture.employee().id, "date": TUESDAY});
    assert_eq!(
        fixture.consume(vec![with_data(EventType::AttendanceCorrection, "AttendanceCorrection", good)]).await,
        ["0"]
    );
}

#[tokio::test]
async fn requested_run_is_dispatched_settled_and_closed() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    fixture.run_overnight("2024-06-12T03:00:00Z").await;
    fixture.check_in_and_out(&person, TUESDAY, &["2024-06-11T07:00:00Z", "2024-06-11T15:30:00Z"]).await;
    let app = app!(fixture.world, ATTENDANCE_PROCESS);
    let path = "/api/v1/attendance/process?from=2024-06-10&to=2024-06-12";
    let asked = fixture.world.request(&app, axum::http::Method::POST, path).signed_in_as(fixture.hr()).await;
    assert_eq!(asked.status, 202, "{}", asked.body);
    let entries = relay_stream(&fixture.world, "ATTENDANCE_TABLE").await;
    let asked_for: Vec<Value> =
        entries.into_iter().filter(|entry| entry["DetailType"] == json!("attendance.run_requested")).collect();
    assert_eq!(asked_for.len(), 1);
    let consumer = ::attendance::on::change::build(&fixture.world.shell).unwrap();
    // The event is delivered twice.
    deliver(&consumer, &[asked_for[0].clone(), asked_for[0].clone()]).await;
    let messages = fixture.take_queued();
    assert!(!messages.is_empty());
    for message in &messages {
        assert_eq!(fixture.settle(message).await, NONE);
    }
    let run =
        fixture.store().find_run(asked.body["id"].as_str().unwrap().parse().unwrap()).await.unwrap().unwrap().value;
    assert_eq!((run.state(), run.pages), (RunState::Closed, 1));
    assert_eq!(fixture.outcome(&person, TUESDAY).await.unwrap().status, DayStatus::Present);
    assert_eq!(
        fixture.outcome(&person, "2024-06-10").await.unwrap().status,
        DayStatus::Absent,
        "an unsettled day is settled"
    );
    assert_eq!(fixture.outcome(&person, "2024-06-12").await, None, "an open day is skipped");
}

#[tokio::test]
async fn replay_of_a_former_employee_or_nobody_closes() {
    let fixture = AttendanceFixture::new().await;
    let gone = Person {
        status: directory::EmploymentStatus::Terminated,
        termination_date: Some(date("2024-06-05")),
        ..fixture.employee().clone()
    };
    fixture.update_person(gone.clone()).await;
    let app = app!(fixture.world, ATTENDANCE_PROCESS);
    let consumer = ::attendance::on::change::build(&fixture.world.shell).unwrap();
    let unknown = kernel::DepartmentId::new(crate::attendance::fixture::uuid(0xdead));
    for (scope, pages) in [(format!("employee_id={}", gone.id), 1), (format!("department={unknown}"), 0)] {
        let path = format!("/api/v1/attendance/process?from=2024-06-03&to=2024-06-07&{scope}");
        let asked = fixture.world.request(&app, axum::http::Method::POST, path).signed_in_as(fixture.hr()).await;
        assert_eq!(asked.status, 202, "{}", asked.body);
        let entries = relay_stream(&fixture.world, "ATTENDANCE_TABLE").await;
        let requested: Vec<_> =
            entries.into_iter().filter(|entry| entry["Detail"]["entity_id"] == asked.body["id"]).collect();
        deliver(&consumer, &requested).await;
        fixture.settle_all().await;
        let run =
            fixture.store().find_run(asked.body["id"].as_str().unwrap().parse().unwrap()).await.unwrap().unwrap().value;
        assert_eq!((run.state(), run.pages), (RunState::Closed, pages));
    }
    assert_eq!(fixture.outcome(&gone, "2024-06-05").await.unwrap().status, DayStatus::Absent);
    assert_eq!(fixture.outcome(&gone, "2024-06-06").await, None);
}
