//! Tests of `attendance-job-retain`, and of the retention that the jobs of the services share.

use std::{collections::BTreeSet, time::Duration};

use ::attendance::domain::day::Day;
use directory::{DatedTerms, Person, shards::MemberPosition};
use jiff::Span;
use serde_json::{Value, json};
use store::{Key, Write};
use testkit::origin;

use crate::attendance::fixture::{AttendanceFixture, date};

const TABLE: &str = "ATTENDANCE_TABLE";
/// Days of two whole months that are older than 731 days, of a month that is not yet, and of last week.
const OLD: [&str; 3] = ["2022-04-04", "2022-04-05", "2022-05-31"];
const KEPT: [&str; 2] = ["2022-06-01", "2024-06-03"];

impl AttendanceFixture {
    /// Creates a policy for attendance days since 2024.
    async fn retain_attendance(&self, keep_days: u16, scope: Value) {
        let app = app!(self.world, COMPLIANCE_POLICIES_CREATE);
        let body = json!({
            "name": "Retention", "effective_from": "2024-01-01", "kind": "data_retention", "scope": scope,
            "rules": {"records": "attendance", "keep_days": keep_days},
        });
        let answer = self.post(&app, "/api/v1/compliance/policies", body).signed_in_as(self.hr()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
    }

    /// The employee, who works in Pune from a day on and in Berlin before.
    async fn move_to_pune(&self, from: &str) -> Person {
        let like = self.employee().clone();
        let moved = DatedTerms { from: date(from), site: "pune".into(), ..DatedTerms::current(&like, like.hire_date) };
        let terms = vec![DatedTerms::current(&like, like.hire_date), moved];
        self.update_person(Person { site: "pune".into(), terms, ..like }).await
    }

    /// Stores days without punches from a day on.
    async fn store_days(&self, person: &Person, first: &str, days: usize) {
        for day in date(first).series(Span::new().days(1)).take(days) {
            self.store_day(&Day::new(person.id, day, self.world.now())).await;
        }
    }

    /// Stores days of a person with a check-in and a check-out.
    async fn work_on(&self, person: &Person, days: &[&str]) {
        for day in days {
            let instants = [format!("{day}T07:00:00Z"), format!("{day}T15:30:00Z")];
            self.check_in_and_out(person, day, &[&instants[0], &instants[1]]).await;
        }
    }

    async fn try_to_retain(&self, input: Value) -> kernel::Result<Value> {
        let job = ::attendance::job::retain::build(&self.world.shell).unwrap();
        job(self.world.shell.system_origin("attendance-job-retain", "req_job"), input).await
    }

    async fn retain(&self, input: Value) -> Value {
        self.try_to_retain(input).await.unwrap()
    }

    /// Expiry of a person's days, in seconds since 1970; none for a day that stays.
    async fn expiry_of(&self, person: &Person, day: &str) -> Option<i64> {
        let item = self.find_item(format!("EMP#{}", person.id), &format!("DAY#{day}")).await.unwrap();
        item.get("expires_at").and_then(Value::as_i64)
    }

    /// Archived days of all objects: the path without the digest, and the dates.
    fn archived(&self) -> Vec<(String, Vec<String>)> {
        let read = |path: String| {
            let body = String::from_utf8(self.cloud.object(&path).unwrap().body).unwrap();
            let line = |line: &str| serde_json::from_str::<Value>(line).unwrap()["date"].as_str().unwrap().to_owned();
            (path.rsplit_once('-').unwrap().0.to_owned(), body.lines().map(line).collect())
        };
        self.cloud.object_paths().into_iter().map(read).collect()
    }

    /// Data of the events about archived days.
    async fn archive_events(&self) -> Vec<Value> {
        let stamps = self.stamps(TABLE).await.into_iter().filter(|stamp| stamp.event == "attendance.archived");
        stamps.map(|stamp| stamp.data.unwrap()).collect()
    }
}

#[tokio::test]
async fn months_older_than_the_policy_says_are_archived_once_and_expire() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    fixture.work_on(&person, &OLD).await;
    fixture.work_on(&person, &KEPT).await;
    assert_eq!(fixture.retain(json!({})).await["people"], json!(0), "without a policy, nothing expires");
    fixture.retain_attendance(731, json!({})).await;
    let summary = fixture.retain(json!({})).await;
    assert_eq!((&summary["objects"], &summary["records"], &summary["next"]), (&json!(2), &json!(3), &json!(null)));
    let path = |month: &str| format!("records/attendance/{}/{month}", person.id);
    let dates = |days: &[&str]| days.iter().map(|day| (*day).to_owned()).collect::<Vec<_>>();
    let expected = [(path("2022-04"), dates(&OLD[..2])), (path("2022-05"), dates(&OLD[2..]))];
    assert_eq!(fixture.archived(), expected);
    let week_later = fixture.now().as_second() + 7 * 24 * 3600;
    for day in OLD {
        assert_eq!(fixture.expiry_of(&person, day).await, Some(week_later), "{day}");
    }
    for day in KEPT {
        assert_eq!(fixture.expiry_of(&person, day).await, None, "{day}");
    }
    let events = fixture.archive_events().await;
    let counts: BTreeSet<_> =
        events.iter().map(|data| (data["month"].as_str().unwrap(), data["count"].as_u64())).collect();
    assert_eq!(counts, [("2022-04", Some(2)), ("2022-05", Some(1))].into());
    let named = events.iter().map(|data| format!("records/{}", data["object"].as_str().unwrap()));
    assert_eq!(named.collect::<BTreeSet<_>>(), fixture.cloud.object_paths().into_iter().collect());
    let (objects, published) = (fixture.cloud.object_paths(), fixture.published().await);
    assert_eq!(published.iter().filter(|(event, _)| event == "attendance.archived").count(), 2);
    assert!(!published.iter().any(|(event, _)| event == "audit.critical_event"), "{published:?}");
    fixture.clock.advance(jiff::SignedDuration::from_hours(24));
    let again = fixture.retain(json!({})).await;
    assert_eq!((&again["objects"], &again["records"]), (&json!(0), &json!(0)));
    assert_eq!((fixture.cloud.object_paths(), fixture.published().await), (objects, published));
}

#[tokio::test]
async fn archived_line_has_the_whole_record_but_no_technical_attribute() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    fixture.work_on(&person, &OLD[..1]).await;
    fixture.retain_attendance(731, json!({})).await;
    fixture.retain(json!({})).await;
    let path = fixture.cloud.object_paths().remove(0);
    let line: Value = serde_json::from_slice(&fixture.cloud.object(&path).unwrap().body).unwrap();
    let names: Vec<_> = line.as_object().unwrap().keys().collect();
    assert!(
        names.is_sorted() && !names.iter().any(|name| name.starts_with('_') || name.starts_with("ix_")),
        "{names:?}"
    );
    let stored = serde_json::to_value(fixture.find_day(&person, OLD[0]).await.unwrap()).unwrap();
    for (name, value) in stored.as_object().unwrap().iter().filter(|(name, _)| !name.starts_with('_')) {
        assert_eq!(&line[name], value, "{name}");
    }
    assert_eq!(line["punches"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn dry_run_counts_by_site_and_month_and_writes_nothing() {
    let fixture = AttendanceFixture::new().await;
    let (one, two) = (fixture.employee().clone(), fixture.manager().clone());
    fixture.work_on(&one, &OLD).await;
    fixture.work_on(&two, &OLD[..1]).await;
    fixture.retain_attendance(731, json!({})).await;
    let before = fixture.snapshot().await;
    let summary = fixture.retain(json!({"dry_run": true})).await;
    assert_eq!((&summary["dry_run"], &summary["records"], &summary["objects"]), (&json!(true), &json!(4), &json!(0)));
    let expected = json!([
        {"site": "berlin", "month": "2022-04", "people": 2, "records": 3},
        {"site": "berlin", "month": "2022-05", "people": 1, "records": 1},
    ]);
    assert_eq!(summary["counts"], expected);
    assert!(before == fixture.snapshot().await && fixture.cloud.object_paths().is_empty());
}

#[tokio::test]
async fn most_specific_policy_for_the_place_of_the_day_decides() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.move_to_pune("2022-05-01").await;
    fixture.work_on(&person, &OLD).await;
    fixture.retain_attendance(731, json!({})).await;
    fixture.retain_attendance(3650, json!({"sites": ["pune"]})).await;
    fixture.retain(json!({})).await;
    assert!(fixture.expiry_of(&person, "2022-04-05").await.is_some(), "in Berlin, 731 days count");
    assert_eq!(fixture.expiry_of(&person, "2022-05-31").await, None, "in Pune, 3650 days count");
    let other = fixture.manager().clone();
    fixture.work_on(&other, &OLD).await;
    fixture.retain_attendance(3650, json!({"departments": [other.department_id]})).await;
    fixture.retain(json!({})).await;
    assert_eq!(fixture.expiry_of(&other, "2022-04-04").await, None, "a department is more specific than a site");
}

#[tokio::test]
async fn month_is_judged_as_a_whole_however_many_records_are_before_it() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.move_to_pune("2022-04-15").await;
    // The thousandth record is in the month of the move.
    fixture.store_days(&person, "2019-07-15", 1_010).await;
    fixture.retain_attendance(731, json!({})).await;
    fixture.retain_attendance(3650, json!({"sites": ["pune"]})).await;
    fixture.retain(json!({})).await;
    assert!(fixture.expiry_of(&person, "2022-03-31").await.is_some(), "in Berlin, 731 days count");
    assert_eq!(fixture.expiry_of(&person, "2022-04-01").await, None, "the days in Pune keep the month");
}

#[tokio::test]
async fn records_that_stay_do_not_keep_later_ones_from_expiring() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.move_to_pune("2022-05-01").await;
    fixture.store_days(&person, "2019-07-15", 1_010).await;
    fixture.retain_attendance(731, json!({"sites": ["pune"]})).await;
    fixture.work_on(&person, &["2022-05-31"]).await;
    fixture.retain(json!({})).await;
    assert_eq!(fixture.expiry_of(&person, "2022-04-19").await, None, "no policy covers Berlin");
    assert!(fixture.expiry_of(&person, "2022-05-31").await.is_some(), "after a thousand that stay");
}

#[tokio::test]
async fn records_without_a_policy_for_their_place_stay() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    fixture.work_on(&person, &OLD).await;
    fixture.retain_attendance(731, json!({"sites": ["pune"]})).await;
    assert_eq!(fixture.retain(json!({})).await["records"], json!(0));
    assert!(fixture.cloud.object_paths().is_empty());
}

#[tokio::test]
async fn nothing_expires_while_the_archive_does_not_respond() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    fixture.work_on(&person, &OLD).await;
    fixture.retain_attendance(731, json!({})).await;
    fixture.cloud.fail_calls("S3.PUT");
    assert!(fixture.try_to_retain(json!({})).await.is_err());
    for day in OLD {
        assert_eq!(fixture.expiry_of(&person, day).await, None, "{day}");
    }
    fixture.cloud.recover();
    assert_eq!(fixture.retain(json!({})).await["records"], json!(3));
}

#[tokio::test]
async fn interrupted_run_is_completed_with_the_same_objects() {
    let whole = AttendanceFixture::new().await;
    whole.work_on(&whole.employee().clone(), &OLD).await;
    whole.retain_attendance(731, json!({})).await;
    whole.retain(json!({})).await;
    for after_ms in [1, 5, 10, 15, 20, 30, 50] {
        let fixture = AttendanceFixture::new().await;
        let person = fixture.employee().clone();
        fixture.work_on(&person, &OLD).await;
        fixture.retain_attendance(731, json!({})).await;
        // The timeout drops the run at any point.
        drop(tokio::time::timeout(Duration::from_millis(after_ms), fixture.retain(json!({}))).await);
        fixture.retain(json!({})).await;
        assert_eq!(fixture.cloud.object_paths(), whole.cloud.object_paths(), "cut after {after_ms} ms");
        assert_eq!(fixture.archived(), whole.archived(), "cut after {after_ms} ms");
        for day in OLD {
            assert!(fixture.expiry_of(&person, day).await.is_some(), "{day}, cut after {after_ms} ms");
        }
        assert_eq!(fixture.archive_events().await.len(), 2, "cut after {after_ms} ms");
    }
}

#[tokio::test]
async fn concurrent_runs_let_each_record_expire_once() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    fixture.work_on(&person, &OLD).await;
    fixture.retain_attendance(731, json!({})).await;
    let runs = futures::future::join_all((0..4).map(|_| fixture.retain(json!({})))).await;
    let records: u64 = runs.iter().map(|run| run["records"].as_u64().unwrap()).sum();
    assert_eq!(records, 3, "{runs:?}");
    let published = fixture.published().await;
    assert_eq!(published.iter().filter(|(event, _)| event == "attendance.archived").count(), 2);
    assert_eq!(fixture.archived().len(), 2);
}

#[tokio::test]
async fn records_of_former_employees_expire_too() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    fixture.work_on(&person, &OLD).await;
    fixture.retain_attendance(731, json!({})).await;
    let known = fixture.store().members.get(person.id).await.unwrap().unwrap().value;
    fixture.store().delist_member(&origin(), &known).await.unwrap();
    assert_eq!(fixture.retain(json!({})).await["records"], json!(3));
}

#[tokio::test]
async fn run_continues_after_the_position_of_the_one_before() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    fixture.work_on(&person, &OLD).await;
    fixture.retain_attendance(731, json!({})).await;
    let position = MemberPosition { shard: directory::shards::shard_of(person.id), after: Some(person.id) };
    let stored = Write::put(Key::new("RETENTION", "POSITION"), &json!({"after": position.to_text()}));
    fixture.table(TABLE).commit(&origin(), stored).await.unwrap();
    assert_eq!(fixture.retain(json!({})).await["records"], json!(0), "the person is before the position");
    assert_eq!(fixture.retain(json!({})).await["records"], json!(3), "the next pass begins with the first person");
}
