//! Tests of `attendance-job-settle`.

use std::collections::BTreeMap;

use directory::{DatedTerms, Person};
use events::EventType;
use kernel::{Minutes, RosterId};
use policy::{
    Half, Portion,
    attendance::{AssignedWork, DayStatus, Exception, PunchKind},
};
use serde_json::{Value, json};
use store::Item;

use crate::attendance::{
    fixture::{AttendanceFixture, date},
    nightly_run_fixture::{NONE, days, leave, punch},
};

pub(crate) const TUESDAY: &str = "2024-06-11";

/// Sixty employees with ten kinds of Tuesday, six of each.
async fn sixty_employees() -> (AttendanceFixture, Vec<Person>) {
    employees_of_ten_kinds(60).await
}

async fn employees_of_ten_kinds(count: u128) -> (AttendanceFixture, Vec<Person>) {
    let fixture = AttendanceFixture::new().await;
    fixture.put_calendar("pune", &[TUESDAY]).await;
    let nights = fixture.put_roster(0x77, "2024-06-10", &["night", "night", "night", "", ""]).await;
    let mut people = Vec::new();
    for number in 0..count {
        let person = fixture.add_employee(0x100 + number, &format!("P{number}")).await;
        let at =
            |site: &str, zone: &str| Person { site: site.to_owned(), time_zone: zone.to_owned(), ..person.clone() };
        let person = match number % 10 {
            7 => fixture.update_person(at("boston", "America/New_York")).await,
            9 => fixture.update_person(at("pune", "Asia/Kolkata")).await,
            _ => person,
        };
        simulate_day(&fixture, &person, number % 10, nights).await;
        people.push(person);
    }
    (fixture, people)
}

/// Stores the punches, leave and schedule of one kind of Tuesday.
async fn simulate_day(fixture: &AttendanceFixture, person: &Person, kind: u128, nights: RosterId) {
    let punches: &[&str] = match kind {
        0 => &["2024-06-11T06:58:00Z", "2024-06-11T15:31:00Z"],
        1 => &["2024-06-11T07:20:00Z", "2024-06-11T15:30:00Z"],
        3 => &["2024-06-11T07:00:00Z"],
        5 => &["2024-06-11T11:15:00Z", "2024-06-11T15:30:00Z"],
        6 => &["2024-06-11T19:55:00Z", "2024-06-12T04:05:00Z"],
        7 => &["2024-06-11T12:55:00Z", "2024-06-11T21:35:00Z"],
        8 => &["2024-06-11T07:00:00Z", "2024-06-11T16:29:00Z"],
        _ => &[],
    };
    match kind {
        4 => fixture.add_leave(person, TUESDAY, leave(Portion::Full, 480)).await,
        5 => fixture.add_leave(person, TUESDAY, leave(Portion::Half(Half::Am), 240)).await,
        6 => fixture.assign(person, 0x500, "2024-06-10", None, AssignedWork::RosterId(nights)).await,
        _ => {}
    }
    if !punches.is_empty() {
        fixture.check_in_and_out(person, TUESDAY, punches).await;
    }
}

/// All items of the service as text, without the ids that differ in every run.
async fn stored(fixture: &AttendanceFixture) -> Vec<String> {
    let items = fixture.world.list_items("ATTENDANCE_TABLE").await;
    let mut items: Vec<Value> = items.into_iter().map(|item| store::from_item(item).unwrap()).collect();
    let run = items.iter().find(|item| item["pk"] == json!("RUNS")).map(|item| item["sk"].as_str().unwrap().to_owned());
    for item in &mut items {
        let item = item.as_object_mut().unwrap();
        item.remove("_quiet");
        item.remove("_event_ref");
        if let Some(stamp) = item.get_mut("_event") {
            stamp.as_object_mut().unwrap().remove("id");
        }
    }
    let run = run.unwrap_or_else(|| "no run".to_owned());
    items.into_iter().map(|item| item.to_string().replace(&run, "the run")).collect()
}

/// All stored days.
async fn stored_days(fixture: &AttendanceFixture) -> Vec<Item> {
    let is_day = |item: &Item| store::string_attribute(item, "sk").is_some_and(|sk| sk.starts_with("DAY#"));
    fixture.world.list_items("ATTENDANCE_TABLE").await.into_iter().filter(is_day).collect()
}

#[tokio::test]
async fn run_settles_days_whose_window_closed_in_their_zone() {
    let (fixture, people) = sixty_employees().await;
    fixture.set_time("2024-06-11T03:00:00Z");
    fixture.dispatch(json!({})).await.unwrap();
    fixture.settle_all().await;
    let summary = fixture.run_overnight("2024-06-12T03:00:00Z").await;
    assert_eq!(summary["runs"][0]["pages"], json!(1), "{summary}");
    let expected = [
        (0, DayStatus::Present, 0),
        (1, DayStatus::Present, 20),
        (2, DayStatus::Absent, 0),
        (3, DayStatus::Incomplete, 0),
        (4, DayStatus::Leave, 0),
        (5, DayStatus::HalfLeave, 0),
        (7, DayStatus::Present, 0),
        (8, DayStatus::Present, 0),
        (9, DayStatus::Holiday, 0),
    ];
    for (kind, status, late) in expected {
        for person in people.iter().skip(kind).step_by(10) {
            let outcome = fixture.outcome(person, TUESDAY).await.unwrap();
            assert_eq!((outcome.status, outcome.late_minutes), (status, Minutes(late)), "{kind}: {outcome:?}");
        }
    }
    assert_eq!(fixture.outcome(&people[8], TUESDAY).await.unwrap().overtime.minutes, Minutes(59));
    assert_eq!(fixture.outcome(&people[6], TUESDAY).await, None, "the night shift is not over");
    fixture.run_overnight("2024-06-12T06:00:00Z").await;
    let night = fixture.outcome(&people[6], TUESDAY).await.unwrap();
    assert_eq!((night.status, night.spans[0].code.as_str()), (DayStatus::Present, "night"));
    let day = fixture.find_day(&people[1], TUESDAY).await.unwrap();
    assert_eq!((day.announced, day.late_minutes), (vec![Exception::Late], Some(Minutes(20))));
    assert_eq!(day.inputs_digest.unwrap().len(), 64);
}

#[tokio::test]
async fn exceptions_are_announced_once_by_the_worker() {
    let (fixture, people) = sixty_employees().await;
    fixture.run_overnight("2024-06-12T03:00:00Z").await;
    let events = fixture.published().await;
    let of = |person: &Person| {
        let id = ::attendance::domain::day::day_id(person.id, TUESDAY.parse().unwrap()).to_string();
        events.iter().filter(|(_, entity)| *entity == id).map(|(event, _)| event.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(of(&people[0]), ["attendance.processed"]);
    assert_eq!(of(&people[1]), ["attendance.processed", "attendance.late"]);
    assert_eq!(of(&people[2]), ["attendance.processed", "attendance.absent"]);
    assert_eq!(of(&people[3]), ["attendance.processed", "attendance.incomplete"]);
    assert_eq!(of(&people[4]), ["attendance.processed"]);
    let stamps = fixture.stamps("ATTENDANCE_TABLE").await;
    let one = stamps.iter().find(|stamp| stamp.event == EventType::AttendanceProcessed.as_str()).unwrap();
    assert_eq!(
        (one.actor.to_string().as_str(), one.entity_type.as_str()),
        ("system:attendance-job-settle", "Attendance")
    );
    assert!(one.data.as_ref().unwrap()["run"].as_str().unwrap().starts_with("run_"));
    assert_eq!(one.data.as_ref().unwrap()["causes"], json!(["new"]));
}

#[tokio::test]
async fn repeated_settlement_writes_and_publishes_nothing() {
    let (fixture, people) = sixty_employees().await;
    fixture.set_time("2024-06-12T03:00:00Z");
    fixture.dispatch(json!({})).await.unwrap();
    let messages = fixture.take_queued();
    assert_eq!(fixture.settle(&messages[0]).await, NONE);
    let (before, events) = (fixture.snapshot().await, fixture.published().await.len());
    fixture.world.calls.clear();
    for _ in 0..2 {
        assert_eq!(fixture.settle(&messages[0]).await, NONE, "a repeated message succeeds");
    }
    let everybody = people.iter().map(|person| days(person, TUESDAY, TUESDAY)).collect();
    fixture.settle_days(everybody, "2024-06-12T03:00:00Z").await;
    let writes: Vec<_> = fixture.world.calls.recorded().into_iter().filter(|call| !call.is_read()).collect();
    assert!(writes.is_empty(), "{writes:?}");
    assert!(before == fixture.snapshot().await);
    let days = stored_days(&fixture).await;
    let again = fixture.dispatch(json!({"at": "2024-06-12T03:00:00Z"})).await.unwrap();
    fixture.settle_all().await;
    assert!(days == stored_days(&fixture).await, "a manual run changes no day: {again}");
    assert_eq!(fixture.published().await.len(), events);
    let run: kernel::RunId = again["runs"][0]["run"].as_str().unwrap().parse().unwrap();
    let run = fixture.store().find_run(run).await.unwrap().unwrap().value;
    assert_eq!((run.counts.changed, run.counts.examined > 60, run.closed_at.is_some()), (0, true, true));
}

/// Reproducible random numbers.
struct TestRandom(u64);

impl TestRandom {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

#[tokio::test]
async fn settling_is_idempotent_when_killed_anywhere() {
    let (clean, _) = employees_of_ten_kinds(30).await;
    clean.world.calls.clear();
    clean.run_overnight("2024-06-12T06:00:00Z").await;
    let calls = clean.world.calls.recorded().len();
    let (records, mut events) = (stored(&clean).await, clean.published().await);
    events.sort();
    let (mut random, mut kills) = (TestRandom(0x5eed), 0);
    while kills < 100 {
        let (fixture, _) = employees_of_ten_kinds(30).await;
        fixture.set_time("2024-06-12T06:00:00Z");
        let mut pending = Vec::new();
        loop {
            fixture.world.calls.crash_after(random.below(calls / 2), random.below(2) == 0);
            let dispatched = fixture.dispatch(json!({})).await.is_ok();
            pending.extend(fixture.take_queued());
            // Failed messages stay on the queue.
            let mut left = Vec::new();
            for message in pending {
                if fixture.settle(&message).await != NONE {
                    left.push(message);
                }
            }
            pending = left;
            fixture.world.calls.end_crash();
            if dispatched && pending.is_empty() {
                break;
            }
            kills += 1;
        }
        let mut again = fixture.published().await;
        again.sort();
        assert!(events == again, "after {kills} kills: events differ");
        for (clean, killed) in records.iter().zip(stored(&fixture).await) {
            assert_eq!(*clean, killed, "after {kills} kills: items differ");
        }
        assert_eq!(records.len(), fixture.world.list_items("ATTENDANCE_TABLE").await.len());
    }
}

#[tokio::test]
async fn days_outside_employment_or_while_suspended_are_not_settled() {
    let fixture = AttendanceFixture::new().await;
    let hired = fixture.add_employee(0x61, "Nora").await;
    let hired = fixture.update_person(Person { hire_date: "2024-06-11".parse().unwrap(), ..hired }).await;
    let suspended = fixture.add_employee(0x62, "Sam").await;
    let suspended = fixture.update_person(Person { status: directory::EmploymentStatus::Suspended, ..suspended }).await;
    let left = fixture.add_employee(0x63, "Lea").await;
    let status = directory::EmploymentStatus::Terminated;
    let left =
        fixture.update_person(Person { status, termination_date: Some("2024-06-11".parse().unwrap()), ..left }).await;
    let away = fixture.add_employee(0x64, "Ada").await;
    let away = fixture.update_person(Person { status: directory::EmploymentStatus::OnLeave, ..away }).await;
    let all = [&hired, &suspended, &left, &away].map(|person| days(person, "2024-06-10", "2024-06-12")).to_vec();
    fixture.settle_days(all, "2024-06-13T03:00:00Z").await;
    let settled = |person: &Person| {
        let (fixture, person) = (&fixture, person.clone());
        async move {
            let mut dates = BTreeMap::new();
            for date in ["2024-06-10", TUESDAY, "2024-06-12"] {
                dates.insert(date, fixture.outcome(&person, date).await.map(|outcome| outcome.status));
            }
            dates.into_values().collect::<Vec<_>>()
        }
    };
    let absent = Some(DayStatus::Absent);
    assert_eq!(settled(&hired).await, [None, absent, absent]);
    assert_eq!(settled(&suspended).await, [None, None, None]);
    assert_eq!(settled(&left).await, [absent, absent, None]);
    assert_eq!(settled(&away).await, [Some(DayStatus::Leave); 3], "long-term leave is never absence");
}

#[tokio::test]
async fn settled_day_keeps_its_employment_snapshot() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    fixture.check_in_and_out(&person, TUESDAY, &["2024-06-11T07:00:00Z", "2024-06-11T15:30:00Z"]).await;
    fixture.run_overnight("2024-06-12T03:00:00Z").await;
    let before = fixture.find_day(&person, TUESDAY).await.unwrap();
    let boston = ("boston".to_owned(), "America/New_York".to_owned());
    let department_id = testkit::other_department();
    fixture.update_person(Person { site: boston.0, time_zone: boston.1, department_id, ..person.clone() }).await;
    let again = serde_json::to_value(fixture.rederive_page(vec![days(&person, TUESDAY, TUESDAY)])).unwrap();
    assert_eq!(fixture.settle(&again).await, NONE);
    assert_eq!(fixture.find_day(&person, TUESDAY).await.unwrap(), before);
}

#[tokio::test]
async fn night_is_settled_by_the_site_of_its_start_after_a_move() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    fixture.assign_shifts(&person, 9, TUESDAY, &["night"]).await;
    fixture.check_in_and_out(&person, TUESDAY, &["2024-06-11T20:20:00Z", "2024-06-12T04:00:00Z"]).await;
    let before = DatedTerms::current(&person, person.hire_date);
    let moved = Person { site: "boston".to_owned(), time_zone: "America/New_York".to_owned(), ..person.clone() };
    let after = DatedTerms::current(&moved, date("2024-06-12"));
    fixture.update_person(Person { terms: vec![before, after], ..moved }).await;
    fixture.run_overnight("2024-06-12T06:00:00Z").await;
    let day = fixture.find_day(&person, TUESDAY).await.unwrap();
    let outcome = day.outcome.unwrap();
    assert_eq!((outcome.status, outcome.late_minutes), (DayStatus::Present, Minutes(20)), "22:20 in Berlin");
    assert_eq!(day.home.unwrap().site, person.site);
}

#[tokio::test]
async fn punches_during_settlement_are_included() {
    let (fixture, people) = sixty_employees().await;
    fixture.set_time("2024-06-12T03:00:00Z");
    fixture.dispatch(json!({})).await.unwrap();
    let message = fixture.take_queued().remove(0);
    let late = async {
        for person in people.iter().skip(3).step_by(10) {
            for _ in 0..6 {
                let stored = fixture.store().find_day(person.id, TUESDAY.parse().unwrap()).await.unwrap().unwrap();
                let mut punches = stored.value.punches.clone();
                punches.push(punch(person, PunchKind::CheckOut, "2024-06-11T15:30:00Z"));
                let day = stored.value.with_punches(punches, fixture.now());
                let kept = fixture.store().write_day(&testkit::origin(), &day, stored.version, None).await.unwrap();
                if let ::attendance::store::Race::Won(_) = kept {
                    break;
                }
            }
        }
    };
    let (failed, ()) = tokio::join!(fixture.settle(&message), late);
    assert_eq!(failed, NONE);
    let late: Vec<_> = people.iter().skip(3).step_by(10).map(|person| days(person, TUESDAY, TUESDAY)).collect();
    assert_eq!(fixture.settle(&serde_json::to_value(fixture.rederive_page(late)).unwrap()).await, NONE);
    for person in people.iter().skip(3).step_by(10) {
        let day = fixture.find_day(person, TUESDAY).await.unwrap();
        assert_eq!((day.punches.len(), day.outcome.unwrap().status), (2, DayStatus::Present));
    }
}

#[tokio::test]
async fn invalid_message_fails_alone() {
    let fixture = AttendanceFixture::new().await;
    for invalid in [json!({}), json!("text"), json!({"days": [{"employee_id": "x"}], "request_id": "r"}), Value::Null] {
        assert_eq!(fixture.settle(&invalid).await, ["m1"]);
    }
    let unknown = json!({"days": [{"employee_id": "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8", "from": TUESDAY, "to": TUESDAY}],
        "request_id": "r"});
    let before = fixture.snapshot().await;
    assert_eq!(fixture.settle(&unknown).await, NONE, "days of an unknown employee are skipped");
    assert!(before == fixture.snapshot().await);
}
