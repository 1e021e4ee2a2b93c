//! `attendance-on-change`

use attendance::{
    domain::run::RunState,
    domain::settlement_work::{EmployeeDays, SettlementPage},
};
use directory::Person;
use events::{Event, EventType};
use policy::attendance::DayStatus;
use serde_json::{Value, json};
use stage::{deliver, relay_stream};

use crate::attendance::{
    fixture::{Plant, date, deliveries, event},
    nightly_run_fixture::{NONE, days},
};

const TUESDAY: &str = "2024-06-11";

impl Plant {
    async fn changes(&self, events: Vec<Event>) -> Vec<String> {
        let consumer = ::attendance::on::change::build(&self.world.shell).unwrap();
        consumer(deliveries(events)).await
    }

    /// What the consumer puts on the queue for one event.
    async fn puts(&self, event: Event) -> Vec<SettlementPage> {
        assert_eq!(self.changes(vec![event]).await, NONE);
        self.queued().into_iter().map(|message| serde_json::from_value(message).unwrap()).collect()
    }
}

fn with_data(kind: EventType, entity: &'static str, data: Value) -> Event {
    let mut event = event(kind, entity, "x", 1, json!({}));
    event.stamp.data = Some(data);
    event
}

#[tokio::test]
async fn a_punch_on_a_settled_day_asks_for_that_day_and_one_on_an_open_day_for_nothing() {
    let plant = Plant::open().await;
    let person = plant.employee().clone();
    plant.clocks(&person, TUESDAY, &["2024-06-11T07:00:00Z"]).await;
    let day = plant.day(&person, TUESDAY).await.unwrap();
    let told = |kind, day| event(kind, "Attendance", "att_1", 2, serde_json::to_value(day).unwrap());
    assert_eq!(plant.puts(told(EventType::AttendanceCheckedOut, &day)).await, []);
    plant.night("2024-06-12T03:00:00Z").await;
    let day = plant.day(&person, TUESDAY).await.unwrap();
    for kind in [
        EventType::AttendanceCheckedIn,
        EventType::AttendanceCheckedOut,
        EventType::AttendanceBreakStarted,
        EventType::AttendanceBreakEnded,
        EventType::AttendancePunchesReceived,
        EventType::AttendanceManualEntry,
    ] {
        let asked = plant.puts(told(kind, &day)).await;
        assert_eq!(
            asked,
            [SettlementPage {
                request_id: asked[0].request_id.clone(),
                ..plant.again(vec![days(&person, TUESDAY, TUESDAY)])
            }]
        );
    }
    for kind in [
        EventType::AttendanceProcessed,
        EventType::AttendanceLate,
        EventType::AttendanceAbsent,
        EventType::LeaveRequestApproved,
    ] {
        assert_eq!(plant.puts(told(kind, &day)).await, [], "{kind:?} is what came of it");
    }
}

#[tokio::test]
async fn a_correction_asks_for_its_day_and_an_assignment_for_all_of_its_days_so_far() {
    let plant = Plant::open().await;
    let id = plant.employee().id;
    let correction = json!({"employee_id": id, "date": TUESDAY});
    let asked = plant.puts(with_data(EventType::AttendanceCorrection, "AttendanceCorrection", correction)).await;
    assert_eq!(
        (asked.len(), asked[0].days.clone(), asked[0].only_settled),
        (1, vec![days(plant.employee(), TUESDAY, TUESDAY)], true)
    );
    let assigned = |from: &str, to: Value| {
        let data = json!({"employee_id": id, "affected": {"from": from, "to": to}});
        with_data(EventType::AttendanceShiftReassigned, "ShiftAssignment", data)
    };
    let asked = plant.puts(assigned("2024-06-03", json!("2024-06-05"))).await;
    assert_eq!(asked[0].days, [days(plant.employee(), "2024-06-03", "2024-06-05")]);
    let asked = plant.puts(assigned("2024-06-12", Value::Null)).await;
    assert!(asked.is_empty(), "these days are yet to come");
    let long_ago = json!({"employee_id": id});
    let asked = plant.puts(with_data(EventType::AttendanceShiftUnassigned, "ShiftAssignment", long_ago)).await;
    assert!(asked.is_empty(), "too far back to be derived again");
    // A year, in pieces that follow each other.
    let asked = plant.puts(assigned("2023-06-11", Value::Null)).await;
    let pieces: Vec<EmployeeDays> = asked.iter().flat_map(|work| work.days.clone()).collect();
    assert!(pieces.iter().all(|days| days.length() <= 62));
    assert_eq!((pieces[0].from, pieces.last().unwrap().to), (date("2023-06-11"), date("2024-06-11")));
    assert!(pieces.windows(2).all(|two| two[0].to.tomorrow().unwrap() == two[1].from));
}

#[tokio::test]
async fn what_does_not_read_fails_alone() {
    let plant = Plant::open().await;
    let good = json!({"employee_id": plant.employee().id, "date": TUESDAY});
    let events = vec![
        with_data(EventType::AttendanceCorrection, "AttendanceCorrection", json!({"date": TUESDAY})),
        with_data(EventType::AttendanceCorrection, "AttendanceCorrection", good),
        with_data(EventType::AttendanceShiftAssigned, "ShiftAssignment", json!({})),
        event(EventType::AttendanceRunRequested, "AttendanceRun", "run_1", 1, json!({})),
    ];
    assert_eq!(plant.changes(events).await, ["0", "2", "3"]);
    assert_eq!(plant.queued().len(), 1);
    plant.world.cloud.fail_calls("AmazonSQS");
    let good = json!({"employee_id": plant.employee().id, "date": TUESDAY});
    assert_eq!(
        plant.changes(vec![with_data(EventType::AttendanceCorrection, "AttendanceCorrection", good)]).await,
        ["0"]
    );
}

#[tokio::test]
async fn a_run_that_is_asked_for_goes_all_the_way_by_events() {
    let plant = Plant::open().await;
    let person = plant.employee().clone();
    plant.night("2024-06-12T03:00:00Z").await;
    plant.clocks(&person, TUESDAY, &["2024-06-11T07:00:00Z", "2024-06-11T15:30:00Z"]).await;
    let app = app!(plant.world, ATTENDANCE_PROCESS);
    let path = "/api/v1/attendance/process?from=2024-06-10&to=2024-06-12";
    let asked = plant.world.ask(&app, axum::http::Method::POST, path).signed_in_as(plant.hr()).await;
    assert_eq!(asked.status, 202, "{}", asked.body);
    let entries = relay_stream(&plant.world, "ATTENDANCE_TABLE").await;
    let asked_for: Vec<Value> =
        entries.into_iter().filter(|entry| entry["DetailType"] == json!("attendance.run_requested")).collect();
    assert_eq!(asked_for.len(), 1);
    let consumer = ::attendance::on::change::build(&plant.world.shell).unwrap();
    // The event comes twice.
    deliver(&consumer, &[asked_for[0].clone(), asked_for[0].clone()]).await;
    let messages = plant.queued();
    assert!(!messages.is_empty());
    for message in &messages {
        assert_eq!(plant.settles(message).await, NONE);
    }
    let run = plant.records().run(asked.body["id"].as_str().unwrap().parse().unwrap()).await.unwrap().unwrap().value;
    assert_eq!((run.state(), run.pages), (RunState::Closed, 1));
    assert_eq!(plant.outcome(&person, TUESDAY).await.unwrap().status, DayStatus::Present);
    assert_eq!(plant.outcome(&person, "2024-06-10").await.unwrap().status, DayStatus::Absent, "never settled before");
    assert_eq!(plant.outcome(&person, "2024-06-12").await, None, "its window is open");
}

#[tokio::test]
async fn a_replay_of_somebody_who_left_or_of_nobody_ends_as_well() {
    let plant = Plant::open().await;
    let gone = Person {
        status: directory::EmploymentStatus::Terminated,
        termination_date: Some(date("2024-06-05")),
        ..plant.employee().clone()
    };
    plant.moved(gone.clone()).await;
    let app = app!(plant.world, ATTENDANCE_PROCESS);
    let consumer = ::attendance::on::change::build(&plant.world.shell).unwrap();
    let nobody = kernel::DepartmentId::new(crate::attendance::fixture::uuid(0xdead));
    for (scope, pages) in [(format!("employee_id={}", gone.id), 1), (format!("department={nobody}"), 0)] {
        let path = format!("/api/v1/attendance/process?from=2024-06-03&to=2024-06-07&{scope}");
        let asked = plant.world.ask(&app, axum::http::Method::POST, path).signed_in_as(plant.hr()).await;
        assert_eq!(asked.status, 202, "{}", asked.body);
        let entries = relay_stream(&plant.world, "ATTENDANCE_TABLE").await;
        let mine: Vec<_> =
            entries.into_iter().filter(|entry| entry["Detail"]["entity_id"] == asked.body["id"]).collect();
        deliver(&consumer, &mine).await;
        plant.settles_all().await;
        let run =
            plant.records().run(asked.body["id"].as_str().unwrap().parse().unwrap()).await.unwrap().unwrap().value;
        assert_eq!((run.state(), run.pages), (RunState::Closed, pages));
    }
    assert_eq!(plant.outcome(&gone, "2024-06-05").await.unwrap().status, DayStatus::Absent);
    assert_eq!(plant.outcome(&gone, "2024-06-06").await, None);
}
