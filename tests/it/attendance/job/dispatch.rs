//! `attendance-job-dispatch`

use std::collections::BTreeSet;

use attendance::{
    domain::settlement_work::EmployeeDays,
    domain::{
        member::Member,
        run::{Run, RunState},
    },
};
use directory::{EmploymentStatus as Standing, Person};
use events::EventType;
use futures::{StreamExt, stream};
use kernel::{EmployeeId, RunId};
use policy::attendance::DayStatus;
use serde_json::{Value, json};
use testkit::origin;

use crate::attendance::{
    fixture::{Plant, date, uuid},
    nightly_run_fixture::NONE,
};

const TUESDAY: &str = "2024-06-11";

impl Plant {
    /// So many people more who are known to this service, and nobody else.
    async fn crowd(&self, people: u128) {
        let like = self.employee().clone();
        let person = |number: u128| Person {
            // Ids end in what shards are made of.
            id: EmployeeId::new(uuid(0x10_0000 + number)),
            employee_code: format!("C{number}"),
            ..like.clone()
        };
        let records = self.records();
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

/// Whose days are on these messages, each stretch once.
fn named(messages: &[Value]) -> Vec<EmployeeDays> {
    messages
        .iter()
        .flat_map(|message| serde_json::from_value::<Vec<EmployeeDays>>(message["days"].clone()).unwrap())
        .collect()
}

#[tokio::test]
async fn the_first_run_takes_a_day_and_each_one_after_it_what_has_closed_since() {
    let plant = Plant::open().await;
    plant.at("2024-06-12T03:00:00Z");
    let summary = plant.dispatches(json!({})).await.unwrap();
    let (id, made) = (summary["runs"][0]["run"].clone(), summary["runs"][0].clone());
    assert_eq!((made["pages"].clone(), made["people"].clone()), (json!(1), json!(7)), "{summary}");
    assert_eq!(made["after"], json!("2024-06-11T03:00:00Z"));
    let messages = plant.queued();
    assert_eq!((messages.len(), messages[0]["run"].clone(), messages[0]["page"].clone()), (1, id, json!(1)));
    assert!(named(&messages).iter().all(|days| (days.from, days.to) == (date(TUESDAY), date(TUESDAY))));
    assert_eq!(plant.settles(&messages[0]).await, NONE);
    let run = plant.runs().await.remove(0);
    assert_eq!((run.state(), run.counts.looked_at, run.counts.changed, run.counts.absent), (RunState::Closed, 7, 7, 7));
    for quiet in ["2024-06-12T04:00:00Z", "2024-06-12T04:00:00Z", "2024-06-12T16:00:00Z"] {
        plant.at(quiet);
        let summary = plant.dispatches(json!({})).await.unwrap();
        assert!(plant.queued().is_empty(), "nobody's window has closed: {summary}");
    }
    assert_eq!(plant.runs().await.len(), 1, "no run where nobody is due");
    plant.at("2024-06-12T17:00:00Z");
    plant.dispatches(json!({})).await.unwrap();
    let wednesday = date("2024-06-12");
    assert!(named(&plant.queued()).iter().all(|days| (days.from, days.to) == (wednesday, wednesday)));
    let told = plant.published().await;
    assert!(!told.iter().any(|(event, _)| event == EventType::AttendanceRunRequested.as_str()), "nobody asked for it");
}

#[tokio::test]
async fn a_schedule_that_was_missed_for_three_days_catches_up_once() {
    let plant = Plant::open().await;
    plant.night("2024-06-11T03:00:00Z").await;
    plant.at("2024-06-14T03:00:00Z");
    let summary = plant.dispatches(json!({})).await.unwrap();
    assert_eq!(summary["runs"].as_array().unwrap().len(), 1, "one run for all of it: {summary}");
    let messages = plant.queued();
    let stretches = named(&messages);
    assert_eq!((messages.len(), stretches.len()), (1, 7), "one stretch of days each");
    assert!(stretches.iter().all(|days| (days.from, days.to) == (date(TUESDAY), date("2024-06-13"))), "{stretches:?}");
    assert_eq!(plant.settles(&messages[0]).await, NONE);
    for day in [TUESDAY, "2024-06-12", "2024-06-13"] {
        assert_eq!(plant.outcome(plant.employee(), day).await.unwrap().status, DayStatus::Absent, "{day}");
    }
    let told = plant.published().await;
    let absent = told.iter().filter(|(event, _)| event == "attendance.absent").count();
    assert_eq!(absent, 7 * 4, "four days of seven people, each told once");
}

#[tokio::test]
async fn the_first_run_of_a_day_looks_back_at_days_that_moved_behind_the_clock() {
    let plant = Plant::open().await;
    let person = plant.employee().clone();
    plant.shifts(&person, 0x501, TUESDAY, &["night"]).await;
    plant.night("2024-06-11T20:00:00Z").await;
    assert_eq!(plant.outcome(plant.manager(), TUESDAY).await.unwrap().status, DayStatus::Absent);
    assert_eq!(plant.outcome(&person, TUESDAY).await, None, "the night has just begun");
    // The night is taken back: the day shift's window had closed before the last run.
    let records = plant.records();
    let member = records.members.get_fresh(person.id).await.unwrap().unwrap().value;
    let schedule = member.schedule.without(member.schedule.0[0].id);
    let write =
        store::Write::update(store::Key::new(format!("EMP#{}", person.id), "MEMBER")).set("schedule", &schedule);
    plant.table("ATTENDANCE_TABLE").commit(&origin(), write).await.unwrap();
    let before = plant.published().await.len();
    plant.night("2024-06-11T23:00:00Z").await;
    assert_eq!(plant.outcome(&person, TUESDAY).await, None);
    plant.night("2024-06-12T00:00:00Z").await;
    assert_eq!(plant.outcome(&person, TUESDAY).await.unwrap().status, DayStatus::Absent);
    assert_eq!(plant.published().await.len(), before + 2, "processed and absent, of that one day");
}

#[tokio::test]
async fn a_run_by_hand_takes_its_own_clock_and_moves_no_other() {
    let plant = Plant::open().await;
    plant.night("2024-06-11T03:00:00Z").await;
    let clock = plant.item("DISPATCH".to_owned(), "CLOCK").await.unwrap();
    let at = json!({"at": "2024-06-15T03:00:00Z", "since": "2024-06-13T03:00:00Z", "department": testkit::other_department()});
    let summary = plant.dispatches(at).await.unwrap();
    let stretches = named(&plant.queued());
    assert_eq!(stretches.len(), 2, "the two of that department: {summary}");
    assert!(stretches.iter().all(|days| (days.from, days.to) == (date("2024-06-13"), date("2024-06-14"))));
    assert_eq!(plant.item("DISPATCH".to_owned(), "CLOCK").await.unwrap(), clock);
    let nobody = json!({"at": "2024-06-15T05:00:00Z", "since": "2024-06-15T04:00:00Z"});
    assert_eq!(plant.dispatches(nobody).await.unwrap()["runs"][0]["run"], Value::Null);
    for nonsense in [json!({"at": "yesterday"}), json!({"at": 5}), json!([1])] {
        assert!(plant.dispatches(nonsense).await.is_err());
    }
}

#[tokio::test]
async fn pages_have_five_hundred_people_and_everybody_is_on_one_of_them_once() {
    let plant = Plant::open().await;
    plant.crowd(1_100).await;
    plant.at("2024-06-12T03:00:00Z");
    let summary = plant.dispatches(json!({})).await.unwrap();
    assert_eq!((&summary["runs"][0]["pages"], &summary["runs"][0]["people"]), (&json!(3), &json!(1_107)));
    let messages = plant.queued();
    let sizes: Vec<usize> = messages.iter().map(|message| message["days"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [500, 500, 107]);
    let people: BTreeSet<_> = named(&messages).into_iter().map(|days| days.employee_id).collect();
    assert_eq!(people.len(), 1_107);
    let run = plant.runs().await.remove(0);
    assert_eq!((run.pages, run.open.len(), run.state()), (3, 3, RunState::Running));
    for message in &messages {
        assert_eq!(plant.settles(message).await, NONE);
    }
    let run = plant.runs().await.remove(0);
    assert_eq!((run.open.len(), run.state(), run.counts.changed), (0, RunState::Closed, 1_107));
}

#[tokio::test]
async fn one_that_was_killed_anywhere_is_gone_on_with_and_nobody_is_left_out_or_on_two_pages() {
    let clean = Plant::open().await;
    clean.crowd(600).await;
    clean.at("2024-06-12T03:00:00Z");
    clean.world.calls.clear();
    clean.dispatches(json!({})).await.unwrap();
    let calls = clean.world.calls.recorded().len();
    let plant = Plant::open().await;
    plant.crowd(600).await;
    let mut at = plant.now();
    for kill in (0..calls).step_by(3).chain(calls - 4..calls) {
        // A night of its own for every point at which it is killed.
        at = at.saturating_add(jiff::SignedDuration::from_hours(24)).unwrap();
        plant.world.clock.set(at);
        plant.world.calls.crash_after(kill, kill.is_multiple_of(2));
        let ended = plant.dispatches(json!({})).await;
        plant.world.calls.restart();
        let again = plant.dispatches(json!({})).await.unwrap();
        let messages = plant.queued();
        let mut pages = BTreeSet::new();
        let once: Vec<_> = messages.iter().filter(|one| pages.insert(one["page"].as_u64().unwrap())).cloned().collect();
        let stretches = named(&once);
        let people: BTreeSet<_> = stretches.iter().map(|days| days.employee_id).collect();
        assert_eq!((stretches.len(), people.len(), pages.len()), (607, 607, 2), "{kill}: {ended:?}, {again}");
        let runs: BTreeSet<_> = messages.iter().map(|one| one["run"].to_string()).collect();
        assert_eq!(runs.len(), 1, "{kill}: one run");
        let id: RunId = messages[0]["run"].as_str().unwrap().parse().unwrap();
        let run = plant.records().run(id).await.unwrap().unwrap().value;
        assert_eq!((run.pages, run.open.len(), run.dispatched_at.is_some()), (2, 2, true), "{kill}");
        let clock = plant.item("DISPATCH".to_owned(), "CLOCK").await.unwrap();
        assert_eq!((clock["through"].clone(), clock.get("run")), (json!(at), None), "{kill}");
        // They are done, so that the next night finds nothing open.
        let records = plant.records();
        for page in 1..=2 {
            records
                .complete_page(&origin(), id, page, &::attendance::domain::run_result::Counts::default())
                .await
                .unwrap();
        }
        records.close_run(&origin(), id).await.unwrap();
    }
}

#[tokio::test]
async fn pages_whose_message_was_lost_are_sent_again_after_a_while_until_the_run_is_closed() {
    let plant = Plant::open().await;
    plant.crowd(600).await;
    plant.at("2024-06-12T03:00:00Z");
    plant.dispatches(json!({})).await.unwrap();
    let messages = plant.queued();
    assert_eq!((messages.len(), plant.settles(&messages[1]).await), (2, NONE), "the first is lost");
    plant.at("2024-06-12T03:10:00Z");
    assert_eq!(plant.dispatches(json!({})).await.unwrap()["sent_again"], json!(0), "it may still come");
    plant.at("2024-06-12T04:00:00Z");
    assert_eq!(plant.dispatches(json!({})).await.unwrap()["sent_again"], json!(1));
    let again = plant.queued();
    assert_eq!(again, [messages[0].clone()], "the same page");
    assert_eq!(plant.settles(&again[0]).await, NONE);
    let run = plant.runs().await.remove(0);
    assert_eq!((run.state(), run.counts.changed), (RunState::Closed, 607));
    plant.at("2024-06-12T05:00:00Z");
    assert_eq!(plant.dispatches(json!({})).await.unwrap()["sent_again"], json!(0));
    assert!(plant.queued().is_empty());
}

#[tokio::test]
async fn a_queue_that_is_away_fails_the_run_and_the_next_one_sends_the_page_that_is_stored() {
    let plant = Plant::open().await;
    plant.at("2024-06-12T03:00:00Z");
    plant.world.cloud.fail_calls("AmazonSQS");
    assert!(plant.dispatches(json!({})).await.unwrap_err().retryable());
    plant.world.cloud.recover();
    let refused = json!({"Successful": [], "Failed": [{"Id": "0", "SenderFault": false, "Code": "InternalError"}]});
    plant.world.cloud.answer_next("AmazonSQS.SendMessageBatch", 200, refused);
    assert!(plant.dispatches(json!({})).await.unwrap_err().retryable());
    assert!(plant.queued().is_empty());
    plant.dispatches(json!({})).await.unwrap();
    let messages = plant.queued();
    assert_eq!((messages.len(), named(&messages).len()), (1, 7));
    assert_eq!((plant.settles(&messages[0]).await, plant.runs().await.len()), (NONE, 1));
}

#[tokio::test]
async fn two_dispatchers_at_once_make_one_run() {
    let plant = Plant::open().await;
    plant.crowd(1_100).await;
    plant.at("2024-06-12T03:00:00Z");
    let both = futures::future::join_all((0..4).map(|_| plant.dispatches(json!({})))).await;
    assert!(both.iter().all(Result::is_ok), "{both:?}");
    let messages = plant.queued();
    let mut pages = BTreeSet::new();
    let once: Vec<_> = messages.iter().filter(|one| pages.insert(one["page"].as_u64().unwrap())).cloned().collect();
    assert_eq!((plant.runs().await.len(), pages.len(), named(&once).len()), (1, 3, 1_107));
    // A page that two have sent is the same page.
    for message in &messages {
        assert!(once.contains(message));
        assert_eq!(plant.settles(message).await, NONE);
    }
    let run = plant.runs().await.remove(0);
    assert_eq!((run.state(), run.counts.changed), (RunState::Closed, 1_107));
    let told = plant.published().await;
    assert_eq!(told.iter().filter(|(event, _)| event == "attendance.absent").count(), 1_107);
}

#[tokio::test]
async fn who_is_suspended_is_left_out_and_who_left_comes_until_the_last_day_is_settled() {
    let plant = Plant::open().await;
    let barred = plant.moved(Person { status: Standing::Suspended, ..plant.employee().clone() }).await;
    let gone =
        Person { status: Standing::Terminated, termination_date: Some(date(TUESDAY)), ..plant.manager().clone() };
    let gone = plant.moved(gone).await;
    plant.night("2024-06-12T03:00:00Z").await;
    assert_eq!(plant.outcome(&barred, TUESDAY).await, None);
    assert_eq!(plant.outcome(&gone, TUESDAY).await.unwrap().status, DayStatus::Absent);
    plant.night("2024-06-13T03:00:00Z").await;
    assert_eq!(plant.outcome(&gone, "2024-06-12").await, None, "that is no day of theirs");
    let shard = async || {
        let mut known: Vec<Member> = Vec::new();
        for shard in 0..directory::shards::SHARDS {
            known.extend(plant.records().members.of_shard(shard, None, 100).await.unwrap());
        }
        known.iter().any(|member| member.person.id == gone.id)
    };
    assert!(shard().await);
    plant.night("2024-06-25T03:00:00Z").await;
    assert!(!shard().await, "nobody looks for them any more");
    assert!(plant.records().members.get(gone.id).await.unwrap().is_some(), "and they are known as before");
}

#[tokio::test]
async fn a_run_that_cannot_be_mended_keeps_no_night_from_being_settled() {
    let plant = Plant::open().await;
    let takes = ::attendance::domain::run::RunScope::Replay {
        from: date("2024-06-03"),
        to: date("2024-06-04"),
        employee_id: None,
        department_id: None,
        dry_run: false,
    };
    // Its page is lost.
    let broken = Run { pages: 1, ..Run::new(RunId::new(uuid(0xbad)), takes, &origin()) };
    plant.records().create_nightly_run(&origin(), &broken).await.unwrap();
    plant.at("2024-06-12T03:00:00Z");
    assert!(plant.dispatches(json!({})).await.is_err(), "somebody must look at it");
    plant.settles_all().await;
    assert_eq!(plant.outcome(plant.employee(), TUESDAY).await.unwrap().status, DayStatus::Absent);
}
