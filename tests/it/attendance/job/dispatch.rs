//! Tests of `attendance-job-dispatch`.

use std::collections::BTreeSet;

use attendance::{
    domain::settlement_page::EmployeeDays,
    domain::{
        member::Member,
        run::{Run, RunState},
    },
};
use directory::{EmploymentStatus, Person};
use events::EventType;
use futures::{StreamExt, stream};
use kernel::{EmployeeId, RunId};
use policy::attendance::DayStatus;
use serde_json::{Value, json};
use testkit::origin;

use crate::attendance::{
    fixture::{AttendanceFixture, date, uuid},
    nightly_run_fixture::NONE,
};

const TUESDAY: &str = "2024-06-11";

impl AttendanceFixture {
    /// Stores copies of this many additional employees.
    async fn add_people(&self, people: u128) {
        let like = self.employee().clone();
        let person = |number: u128| Person {
            // The end of the id decides the shard.
            id: EmployeeId::new(uuid(0x10_0000 + number)),
            employee_code: format!("C{number}"),
            ..like.clone()
        };
        let records = self.store();
        let known = |person: Person| {
            let records = records.clone();
            async move { records.upsert_member(&origin(), &person, 1).await.unwrap() }
        };
        stream::iter((0..people).map(|number| known(person(number)))).buffer_unordered(8).collect::<Vec<()>>().await;
    }

    async fn runs(&self) -> Vec<Run> {
        let items = self.world.list_items("ATTENDANCE_TABLE").await;
        let runs = items.into_iter().filter(|item| store::string_attribute(item, "pk") == Some("RUNS"));
        runs.map(|item| store::from_item(item).unwrap()).collect()
    }
}

/// Date ranges of these messages.
fn date_ranges(messages: &[Value]) -> Vec<EmployeeDays> {
    messages
        .iter()
        .flat_map(|message| serde_json::from_value::<Vec<EmployeeDays>>(message["days"].clone()).unwrap())
        .collect()
}

#[tokio::test]
async fn first_run_takes_a_day_and_later_runs_continue() {
    let fixture = AttendanceFixture::new().await;
    fixture.set_time("2024-06-12T03:00:00Z");
    let summary = fixture.dispatch(json!({})).await.unwrap();
    let (id, made) = (summary["runs"][0]["run"].clone(), summary["runs"][0].clone());
    assert_eq!((made["pages"].clone(), made["people"].clone()), (json!(1), json!(7)), "{summary}");
    assert_eq!(made["after"], json!("2024-06-11T03:00:00Z"));
    let messages = fixture.take_queued();
    assert_eq!((messages.len(), messages[0]["run"].clone(), messages[0]["page"].clone()), (1, id, json!(1)));
    assert!(date_ranges(&messages).iter().all(|days| (days.from, days.to) == (date(TUESDAY), date(TUESDAY))));
    assert_eq!(fixture.settle(&messages[0]).await, NONE);
    let run = fixture.runs().await.remove(0);
    assert_eq!((run.state(), run.counts.examined, run.counts.changed, run.counts.absent), (RunState::Closed, 7, 7, 7));
    for quiet in ["2024-06-12T04:00:00Z", "2024-06-12T04:00:00Z", "2024-06-12T16:00:00Z"] {
        fixture.set_time(quiet);
        let summary = fixture.dispatch(json!({})).await.unwrap();
        assert!(fixture.take_queued().is_empty(), "no window has closed: {summary}");
    }
    assert_eq!(fixture.runs().await.len(), 1, "a run without due days is not stored");
    fixture.set_time("2024-06-12T17:00:00Z");
    fixture.dispatch(json!({})).await.unwrap();
    let wednesday = date("2024-06-12");
    assert!(date_ranges(&fixture.take_queued()).iter().all(|days| (days.from, days.to) == (wednesday, wednesday)));
    let published = fixture.published().await;
    assert!(
        !published.iter().any(|(event, _)| event == EventType::AttendanceRunRequested.as_str()),
        "nightly runs are not requested"
    );
}

#[tokio::test]
async fn missed_schedule_catches_up_with_one_run() {
    let fixture = AttendanceFixture::new().await;
    fixture.run_overnight("2024-06-11T03:00:00Z").await;
    fixture.set_time("2024-06-14T03:00:00Z");
    let summary = fixture.dispatch(json!({})).await.unwrap();
    assert_eq!(summary["runs"].as_array().unwrap().len(), 1, "one run catches up: {summary}");
    let messages = fixture.take_queued();
    let ranges = date_ranges(&messages);
    assert_eq!((messages.len(), ranges.len()), (1, 7), "one date range per employee");
    assert!(ranges.iter().all(|days| (days.from, days.to) == (date(TUESDAY), date("2024-06-13"))), "{ranges:?}");
    assert_eq!(fixture.settle(&messages[0]).await, NONE);
    for day in [TUESDAY, "2024-06-12", "2024-06-13"] {
        assert_eq!(fixture.outcome(fixture.employee(), day).await.unwrap().status, DayStatus::Absent, "{day}");
    }
    let published = fixture.published().await;
    let absent = published.iter().filter(|(event, _)| event == "attendance.absent").count();
    assert_eq!(absent, 7 * 4, "four days of seven people, each announced once");
}

#[tokio::test]
async fn first_run_of_a_day_finds_days_behind_the_watermark() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    fixture.assign_shifts(&person, 0x501, TUESDAY, &["night"]).await;
    fixture.run_overnight("2024-06-11T20:00:00Z").await;
    assert_eq!(fixture.outcome(fixture.manager(), TUESDAY).await.unwrap().status, DayStatus::Absent);
    assert_eq!(fixture.outcome(&person, TUESDAY).await, None, "the night shift has just started");
    // Without the night shift, the window of the day had closed before the last run.
    let records = fixture.store();
    let member = records.members.get_consistent(person.id).await.unwrap().unwrap().value;
    let schedule = member.schedule.without_assignment(member.schedule.0[0].id);
    let write =
        store::Write::update(store::Key::new(format!("EMP#{}", person.id), "MEMBER")).set("schedule", &schedule);
    fixture.table("ATTENDANCE_TABLE").commit(&origin(), write).await.unwrap();
    let before = fixture.published().await.len();
    fixture.run_overnight("2024-06-11T23:00:00Z").await;
    assert_eq!(fixture.outcome(&person, TUESDAY).await, None);
    fixture.run_overnight("2024-06-12T00:00:00Z").await;
    assert_eq!(fixture.outcome(&person, TUESDAY).await.unwrap().status, DayStatus::Absent);
    assert_eq!(fixture.published().await.len(), before + 2, "`processed` and `absent` of one day");
}

#[tokio::test]
async fn manual_run_does_not_move_the_watermark() {
    let fixture = AttendanceFixture::new().await;
    fixture.run_overnight("2024-06-11T03:00:00Z").await;
    let watermark = fixture.find_item("DISPATCH".to_owned(), "CLOCK").await.unwrap();
    let at = json!({"at": "2024-06-15T03:00:00Z", "since": "2024-06-13T03:00:00Z", "department": testkit::other_department()});
    let summary = fixture.dispatch(at).await.unwrap();
    let ranges = date_ranges(&fixture.take_queued());
    assert_eq!(ranges.len(), 2, "two employees of that department: {summary}");
    assert!(ranges.iter().all(|days| (days.from, days.to) == (date("2024-06-13"), date("2024-06-14"))));
    assert_eq!(fixture.find_item("DISPATCH".to_owned(), "CLOCK").await.unwrap(), watermark);
    let empty = json!({"at": "2024-06-15T05:00:00Z", "since": "2024-06-15T04:00:00Z"});
    assert_eq!(fixture.dispatch(empty).await.unwrap()["runs"][0]["run"], Value::Null);
    for invalid in [json!({"at": "yesterday"}), json!({"at": 5}), json!([1])] {
        assert!(fixture.dispatch(invalid).await.is_err());
    }
}

#[tokio::test]
async fn pages_have_five_hundred_people_without_repetition() {
    let fixture = AttendanceFixture::new().await;
    fixture.add_people(1_100).await;
    fixture.set_time("2024-06-12T03:00:00Z");
    let summary = fixture.dispatch(json!({})).await.unwrap();
    assert_eq!((&summary["runs"][0]["pages"], &summary["runs"][0]["people"]), (&json!(3), &json!(1_107)));
    let messages = fixture.take_queued();
    let sizes: Vec<usize> = messages.iter().map(|message| message["days"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [500, 500, 107]);
    let people: BTreeSet<_> = date_ranges(&messages).into_iter().map(|days| days.employee_id).collect();
    assert_eq!(people.len(), 1_107);
    let run = fixture.runs().await.remove(0);
    assert_eq!((run.pages, run.open.len(), run.state()), (3, 3, RunState::Running));
    for message in &messages {
        assert_eq!(fixture.settle(message).await, NONE);
    }
    let run = fixture.runs().await.remove(0);
    assert_eq!((run.open.len(), run.state(), run.counts.changed), (0, RunState::Closed, 1_107));
}

#[tokio::test]
async fn dispatch_resumes_after_a_crash_without_skipping_or_repeating_anyone() {
    let clean = AttendanceFixture::new().await;
    clean.add_people(600).await;
    clean.set_time("2024-06-12T03:00:00Z");
    clean.world.calls.clear();
    clean.dispatch(json!({})).await.unwrap();
    let calls = clean.world.calls.recorded().len();
    let fixture = AttendanceFixture::new().await;
    fixture.add_people(600).await;
    let mut at = fixture.now();
    for kill in (0..calls).step_by(3).chain(calls - 4..calls) {
        // Each crash point has its own night.
        at = at.saturating_add(jiff::SignedDuration::from_hours(24)).unwrap();
        fixture.world.clock.set(at);
        fixture.world.calls.crash_after(kill, kill.is_multiple_of(2));
        let ended = fixture.dispatch(json!({})).await;
        fixture.world.calls.end_crash();
        let again = fixture.dispatch(json!({})).await.unwrap();
        let messages = fixture.take_queued();
        let mut pages = BTreeSet::new();
        let distinct: Vec<_> =
            messages.iter().filter(|one| pages.insert(one["page"].as_u64().unwrap())).cloned().collect();
        let ranges = date_ranges(&distinct);
        let people: BTreeSet<_> = ranges.iter().map(|days| days.employee_id).collect();
        assert_eq!((ranges.len(), people.len(), pages.len()), (607, 607, 2), "{kill}: {ended:?}, {again}");
        let runs: BTreeSet<_> = messages.iter().map(|one| one["run"].to_string()).collect();
        assert_eq!(runs.len(), 1, "{kill}: one run");
        let id: RunId = messages[0]["run"].as_str().unwrap().parse().unwrap();
        let run = fixture.store().find_run(id).await.unwrap().unwrap().value;
        assert_eq!((run.pages, run.open.len(), run.dispatched_at.is_some()), (2, 2, true), "{kill}");
        let watermark = fixture.find_item("DISPATCH".to_owned(), "CLOCK").await.unwrap();
        assert_eq!((watermark["through"].clone(), watermark.get("run")), (json!(at), None), "{kill}");
        // Completes the pages, so that the next night finds no open run.
        let records = fixture.store();
        for page in 1..=2 {
            records
                .complete_page(&origin(), id, page, &::attendance::domain::run_result::RunCounts::default())
                .await
                .unwrap();
        }
        records.close_run_if_complete(&origin(), id).await.unwrap();
    }
}

#[tokio::test]
async fn lost_pages_are_sent_again_until_the_run_closes() {
    let fixture = AttendanceFixture::new().await;
    fixture.add_people(600).await;
    fixture.set_time("2024-06-12T03:00:00Z");
    fixture.dispatch(json!({})).await.unwrap();
    let messages = fixture.take_queued();
    assert_eq!((messages.len(), fixture.settle(&messages[1]).await), (2, NONE), "the first message is lost");
    fixture.set_time("2024-06-12T03:10:00Z");
    assert_eq!(fixture.dispatch(json!({})).await.unwrap()["sent_again"], json!(0), "the message may still arrive");
    fixture.set_time("2024-06-12T04:00:00Z");
    assert_eq!(fixture.dispatch(json!({})).await.unwrap()["sent_again"], json!(1));
    let again = fixture.take_queued();
    assert_eq!(again, [messages[0].clone()], "the page is unchanged");
    assert_eq!(fixture.settle(&again[0]).await, NONE);
    let run = fixture.runs().await.remove(0);
    assert_eq!((run.state(), run.counts.changed), (RunState::Closed, 607));
    fixture.set_time("2024-06-12T05:00:00Z");
    assert_eq!(fixture.dispatch(json!({})).await.unwrap()["sent_again"], json!(0));
    assert!(fixture.take_queued().is_empty());
}

#[tokio::test]
async fn unavailable_queue_fails_the_run_and_the_next_resends() {
    let fixture = AttendanceFixture::new().await;
    fixture.set_time("2024-06-12T03:00:00Z");
    fixture.world.cloud.fail_calls("AmazonSQS");
    assert!(fixture.dispatch(json!({})).await.unwrap_err().is_retryable());
    fixture.world.cloud.recover();
    let refused = json!({"Successful": [], "Failed": [{"Id": "0", "SenderFault": false, "Code": "InternalError"}]});
    fixture.world.cloud.answer_next("AmazonSQS.SendMessageBatch", 200, refused);
    assert!(fixture.dispatch(json!({})).await.unwrap_err().is_retryable());
    assert!(fixture.take_queued().is_empty());
    fixture.dispatch(json!({})).await.unwrap();
    let messages = fixture.take_queued();
    assert_eq!((messages.len(), date_ranges(&messages).len()), (1, 7));
    assert_eq!((fixture.settle(&messages[0]).await, fixture.runs().await.len()), (NONE, 1));
}

#[tokio::test]
async fn concurrent_dispatchers_create_one_run() {
    let fixture = AttendanceFixture::new().await;
    fixture.add_people(1_100).await;
    fixture.set_time("2024-06-12T03:00:00Z");
    let both = futures::future::join_all((0..4).map(|_| fixture.dispatch(json!({})))).await;
    assert!(both.iter().all(Result::is_ok), "{both:?}");
    let messages = fixture.take_queued();
    let mut pages = BTreeSet::new();
    let distinct: Vec<_> = messages.iter().filter(|one| pages.insert(one["page"].as_u64().unwrap())).cloned().collect();
    assert_eq!((fixture.runs().await.len(), pages.len(), date_ranges(&distinct).len()), (1, 3, 1_107));
    // Pages sent twice are identical.
    for message in &messages {
        assert!(distinct.contains(message));
        assert_eq!(fixture.settle(message).await, NONE);
    }
    let run = fixture.runs().await.remove(0);
    assert_eq!((run.state(), run.counts.changed), (RunState::Closed, 1_107));
    let published = fixture.published().await;
    assert_eq!(published.iter().filter(|(event, _)| event == "attendance.absent").count(), 1_107);
}

#[tokio::test]
async fn suspended_employees_are_skipped_and_former_ones_delisted_later() {
    let fixture = AttendanceFixture::new().await;
    let suspended =
        fixture.update_person(Person { status: EmploymentStatus::Suspended, ..fixture.employee().clone() }).await;
    let gone = Person {
        status: EmploymentStatus::Terminated,
        termination_date: Some(date(TUESDAY)),
        ..fixture.manager().clone()
    };
    let gone = fixture.update_person(gone).await;
    fixture.run_overnight("2024-06-12T03:00:00Z").await;
    assert_eq!(fixture.outcome(&suspended, TUESDAY).await, None);
    assert_eq!(fixture.outcome(&gone, TUESDAY).await.unwrap().status, DayStatus::Absent);
    fixture.run_overnight("2024-06-13T03:00:00Z").await;
    assert_eq!(fixture.outcome(&gone, "2024-06-12").await, None, "the day is after the employment");
    let shard = async || {
        let mut known: Vec<Member> = Vec::new();
        for shard in 0..directory::shards::SHARDS {
            known.extend(fixture.store().members.list_shard(shard, None, 100).await.unwrap());
        }
        known.iter().any(|member| member.person.id == gone.id)
    };
    assert!(shard().await);
    fixture.run_overnight("2024-06-25T03:00:00Z").await;
    assert!(!shard().await, "the former employee is delisted");
    assert!(fixture.store().members.get(gone.id).await.unwrap().is_some(), "the copy stays");
}

#[tokio::test]
async fn unrepairable_run_does_not_block_new_runs() {
    let fixture = AttendanceFixture::new().await;
    let takes = ::attendance::domain::run::RunScope::Replay {
        from: date("2024-06-03"),
        to: date("2024-06-04"),
        employee_id: None,
        department_id: None,
        dry_run: false,
    };
    // The page of the run does not exist.
    let broken = Run { pages: 1, ..Run::new(RunId::new(uuid(0xbad)), takes, &origin()) };
    fixture.store().create_nightly_run_if_missing(&origin(), &broken).await.unwrap();
    fixture.set_time("2024-06-12T03:00:00Z");
    assert!(fixture.dispatch(json!({})).await.is_err(), "the error is returned");
    fixture.settle_all().await;
    assert_eq!(fixture.outcome(fixture.employee(), TUESDAY).await.unwrap().status, DayStatus::Absent);
}
