//! `leave-on-request`: schedules of escalations. How days off come back is in `leaves/create_adjoining.rs`.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    http::{StatusCode, Uri},
    routing::post,
};
use fixtures::{deliver, relay_stream};
use lambda::Shell;
use serde_json::{Value, json};
use testkit::sdk_config;

use crate::leave::LeaveFixture;

/// Path and body of each call of a scheduler that refuses an existing name, like the real one.
type Asked = Arc<Mutex<Vec<(String, Value)>>>;

async fn scheduler() -> (String, Asked) {
    let asked = Asked::default();
    let seen = Arc::clone(&asked);
    let create = move |uri: Uri, Json(body): Json<Value>| {
        let mut seen = seen.lock().unwrap();
        let known = seen.iter().any(|(path, _)| path == uri.path());
        seen.push((uri.path().to_owned(), body));
        let (status, kind, answer) = if known {
            (StatusCode::CONFLICT, "ConflictException", json!({"Message": "exists"}))
        } else {
            (StatusCode::OK, "", json!({"ScheduleArn": "arn:aws:scheduler:us-east-1:000000000000:schedule/g/n"}))
        };
        async move { (status, [("x-amzn-errortype", kind)], Json(answer)) }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/schedules/{name}", post(create))).await });
    (endpoint, asked)
}

const NAMES: [(&str, &str); 4] = [
    ("ESCALATION_GROUP", "muster-escalations"),
    ("ESCALATION_ROLE", "arn:aws:iam::000000000000:role/escalate"),
    ("ESCALATION_JOB", "arn:aws:lambda:us-east-1:000000000000:function:job"),
    ("ESCALATION_DLQ", "arn:aws:sqs:us-east-1:000000000000:jobs-dlq"),
];

/// Shell of the world with a scheduler.
async fn with_scheduler(office: &LeaveFixture) -> (Shell, Asked) {
    let (endpoint, asked) = scheduler().await;
    let table = |name: &str| (name.to_owned(), office.world.table_name(name));
    let tables = ["AUTH_TABLE", "EMPLOYEES_TABLE", "LEAVE_TABLE", "COMPLIANCE_TABLE", "ATTENDANCE_TABLE"].map(table);
    let names = NAMES.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let environment = tables.into_iter().chain(names).collect();
    let clock = Arc::new(office.world.clock.clone());
    let aws = sdk_config(&office.world.dynamo.endpoint);
    let mut shell = Shell::new(environment, aws, clock, Arc::clone(&office.world.shell.ids)).unwrap();
    shell.aws = sdk_config(&endpoint);
    (shell, asked)
}

impl LeaveFixture {
    /// Delivers all events of the leave service to `leave-on-request`.
    pub(crate) async fn deliver_requests(&self) {
        let (shell, _) = with_scheduler(self).await;
        let consumer = ::leave::on::request::build(&shell).unwrap();
        deliver(&consumer, &relay_stream(&self.world, "LEAVE_TABLE").await).await;
    }
}

#[tokio::test]
async fn pending_request_gets_one_schedule_per_generation() {
    let office = LeaveFixture::open().await;
    let leave = office.request_annual_leave(office.employee(), "2024-07-15", "2024-07-19").await;
    let (shell, asked) = with_scheduler(&office).await;
    let consumer = ::leave::on::request::build(&shell).unwrap();
    let entries = relay_stream(&office.world, "LEAVE_TABLE").await;
    deliver(&consumer, &entries).await;
    deliver(&consumer, &entries).await;
    let calls = asked.lock().unwrap().clone();
    assert_eq!(calls.len(), 2, "the second call is refused as existing, and the consumer accepts that");
    let (path, body) = &calls[0];
    let id = leave["id"].as_str().unwrap();
    assert!(path.starts_with(&format!("/schedules/{id}-")), "{path}");
    assert_eq!(body["ScheduleExpression"], json!("at(2024-06-12T10:30:45)"), "48 hours later");
    assert_eq!((&body["GroupName"], &body["ActionAfterCompletion"]), (&json!("muster-escalations"), &json!("DELETE")));
    let input: Value = serde_json::from_str(body["Target"]["Input"].as_str().unwrap()).unwrap();
    assert_eq!(input["leave_id"], leave["id"]);
    assert_eq!(json!(format!("/schedules/{id}-{}", input["generation"])), json!(path));
}

#[tokio::test]
async fn decided_and_hr_requests_get_no_schedule() {
    let office = LeaveFixture::open().await;
    let (shell, asked) = with_scheduler(&office).await;
    let consumer = ::leave::on::request::build(&shell).unwrap();
    let sick = json!({"leave_type": "sick", "start_date": "2024-06-10", "end_date": "2024-06-10"});
    office.request_leave(office.employee(), sick).await;
    office.put_leave_type("special", "Special").await;
    let steps = json!([{"by": "hr", "escalate_after_hours": 1}]);
    office.put_policy(9, json!({"leave_type": "special", "entitlement_days": 3, "approval": steps})).await;
    let special = json!({"leave_type": "special", "start_date": "2024-06-11", "end_date": "2024-06-11"});
    assert_eq!(office.request_leave(office.employee(), special).await.status, 201);
    deliver(&consumer, &relay_stream(&office.world, "LEAVE_TABLE").await).await;
    assert!(asked.lock().unwrap().is_empty());
}
