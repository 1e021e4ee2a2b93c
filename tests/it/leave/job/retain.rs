//! Tests of `leave-job-retain`; the tests of what it shares with other jobs are in `attendance/job/retain.rs`.

use directory::Person;
use serde_json::{Value, json};
use store::string_attribute;

use crate::leave::LeaveFixture;

const TABLE: &str = "LEAVE_TABLE";
const DAYS: [&str; 6] = ["2020-03-31", "2021-03-03", "2021-12-31", "2023-12-31", "2024-06-10", "2024-12-31"];

/// Fixture with a person since 2020 who took leave in March 2021 and in 2024, whose leave of May 2021 was rejected, and
/// whose leave of June 2021 was never decided. Ended requests are kept for 731 days.
async fn office() -> (LeaveFixture, Person, Vec<Value>) {
    let office = LeaveFixture::open().await;
    office.put_leave_type("vacation", "Vacation").await;
    let rules = json!({
        "leave_type": "vacation", "entitlement_days": 24, "carry_over": {"cap_days": 5, "expires_after_months": 3},
        "accrual": {"schedule": "monthly", "posted_at": "start", "round_to": "minute"},
    });
    office.put_policy_since(10, "2020-01-01", rules).await;
    office.set_date("2021-02-01");
    let person = office.hire(60, "Ines", "2020-01-01").await;
    let people = [office.manager().clone(), person.clone()];
    for one in &people {
        let event = crate::leave::balance_fixture::event(events::EventType::EmployeeCreated, 1, one);
        assert_eq!(office.consume_events(vec![event]).await, Vec::<String>::new());
    }
    let mut requests = Vec::new();
    for (start, end) in [("2021-03-01", "2021-03-05"), ("2021-05-03", "2021-05-04"), ("2021-06-07", "2021-06-07")] {
        let body = json!({"leave_type": "vacation", "start_date": start, "end_date": end});
        let asked = office.request_leave(&person, body).await;
        assert_eq!(asked.status, 201, "{}", asked.body);
        requests.push(asked.body);
    }
    assert_eq!(office.approve(office.manager(), &requests[0]).await.status, 200);
    assert_eq!(office.reject(office.manager(), &requests[1]).await.status, 200);
    office.set_date("2024-06-10");
    let body = json!({"leave_type": "vacation", "start_date": "2024-07-01", "end_date": "2024-07-05"});
    let asked = office.request_leave(&person, body).await;
    assert_eq!(asked.status, 201, "{}", asked.body);
    requests.push(asked.body);
    assert_eq!(office.post_due(&[&person]).await, Vec::<String>::new());
    let app = app!(office.world, COMPLIANCE_POLICIES_CREATE);
    let body = json!({
        "name": "Retention", "effective_from": "2024-01-01", "kind": "data_retention",
        "rules": {"records": "leave_requests", "keep_days": 731},
    });
    let answer = office.world.post(&app, "/api/v1/compliance/policies", body).signed_in_as(office.hr()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    (office, person, requests)
}

impl LeaveFixture {
    async fn retain(&self, input: Value) -> Value {
        let job = ::leave::job::retain::build(&self.world.shell).unwrap();
        job(self.world.shell.system_origin("leave-job-retain", "req_job"), input).await.unwrap()
    }

    /// Keys of the items that expire, without idempotency records.
    async fn expiring(&self) -> Vec<String> {
        let items = self.world.list_items(TABLE).await;
        let expiring = items.iter().filter(|item| item.contains_key("expires_at"));
        let keys = expiring.filter_map(|item| string_attribute(item, "pk").map(str::to_owned));
        keys.filter(|key| key.starts_with("LEAVE#") || key.starts_with("EMP#")).collect()
    }

    /// Explanations of the days of the test.
    async fn explanations(&self, person: &Person) -> Vec<Value> {
        self.assert_explanation_adds_up(person, "vacation", &DAYS).await;
        let mut all = Vec::new();
        for day in DAYS {
            all.push(self.read_explanation(person, "vacation", day).await);
        }
        all
    }
}

#[tokio::test]
async fn ended_requests_are_archived_and_expire_and_others_stay() {
    let (office, person, requests) = office().await;
    let counted = office.retain(json!({"dry_run": true})).await;
    let expected = json!([
        {"site": "berlin", "month": "2021-03", "people": 1, "records": 1},
        {"site": "berlin", "month": "2021-05", "people": 1, "records": 1},
    ]);
    assert_eq!((&counted["counts"], office.expiring().await.len()), (&expected, 0));
    let summary = office.retain(json!({})).await;
    assert_eq!((&summary["records"], &summary["objects"]), (&json!(2), &json!(2)), "{summary}");
    let mut expected: Vec<_> =
        requests[..2].iter().map(|one| format!("LEAVE#{}", one["id"].as_str().unwrap())).collect();
    expected.sort();
    assert_eq!(office.expiring().await, expected, "neither the pending nor the future request");
    let prefix = format!("records/leave_requests/{}/", person.id);
    let paths = office.world.cloud.object_paths();
    assert!(paths.len() == 2 && paths.iter().all(|path| path.starts_with(&prefix)), "{paths:?}");
    let archived: Value = serde_json::from_slice(&office.world.cloud.object(&paths[0]).unwrap().body).unwrap();
    assert_eq!((&archived["id"], &archived["status"]), (&requests[0]["id"], &json!("approved")));
    assert!(archived["approval"]["decisions"].is_array(), "{archived}");
    let stamps = office.world.stamps(TABLE).await;
    assert_eq!(stamps.iter().filter(|stamp| stamp.event == "leave.requests_archived").count(), 2);
    assert_eq!(office.retain(json!({})).await["records"], json!(0), "a second run archives nothing");
}

#[tokio::test]
async fn balances_and_explanations_are_the_same_after_the_requests_are_gone() {
    let (office, person, _) = office().await;
    let (before, ledger) = (office.explanations(&person).await, office.ledger(&person, "vacation").await);
    office.retain(json!({})).await;
    // The database removes expired items.
    let table = office.world.table_name(TABLE);
    let items = office.world.list_items(TABLE).await;
    for item in items.into_iter().filter(|item| item.contains_key("expires_at")) {
        let key = ["pk", "sk"].map(|name| (name.to_owned(), item[name].clone()));
        office.world.dynamo.client.delete_item().table_name(&table).set_key(Some(key.into())).send().await.unwrap();
    }
    assert_eq!(office.explanations(&person).await, before);
    assert_eq!(office.ledger(&person, "vacation").await, ledger);
    assert_eq!(office.post_due(&[&person]).await, Vec::<String>::new());
    assert_eq!(office.ledger(&person, "vacation").await, ledger, "nothing is posted again");
    let app = app!(office.world, LEAVES_CREATE);
    let body = json!({
        "employee_id": person.id, "leave_type": "vacation", "start_date": "2021-03-01", "end_date": "2021-03-01",
        "override": true, "reason": "A second time",
    });
    let answer = office.world.post(&app, "/api/v1/leaves", body).signed_in_as(office.hr()).await;
    assert_eq!((answer.status.as_u16(), answer.problem()), (409, "overlap"), "{}", answer.body);
}
