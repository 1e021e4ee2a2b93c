//! `attendance-job-settle`

use std::collections::BTreeMap;

use directory::Person;
use events::EventType;
use kernel::{Minutes, RosterId};
use policy::{
    Half, Portion,
    attendance::{AssignedWork as Put, DayStatus, Exception, PunchKind},
};
use serde_json::{Value, json};
use store::Item;

use crate::attendance::{
    fixture::Plant,
    nightly_run_fixture::{NONE, days, leave, punch},
};

pub(crate) const TUESDAY: &str = "2024-06-11";

/// Sixty people who live ten kinds of Tuesday, six times each.
async fn sixty_employees() -> (Plant, Vec<Person>) {
    town_of(60).await
}

async fn town_of(count: u128) -> (Plant, Vec<Person>) {
    let plant = Plant::open().await;
    plant.calendar("pune", &[TUESDAY]).await;
    let nights = plant.roster(0x77, "2024-06-10", &["night", "night", "night", "", ""]).await;
    let mut people = Vec::new();
    for number in 0..count {
        let person = plant.person(0x100 + number, &format!("P{number}")).await;
        let at =
            |site: &str, zone: &str| Person { site: site.to_owned(), time_zone: zone.to_owned(), ..person.clone() };
        let person = match number % 10 {
            7 => plant.moved(at("boston", "America/New_York")).await,
            9 => plant.moved(at("pune", "Asia/Kolkata")).await,
            _ => person,
        };
        simulate_day(&plant, &person, number % 10, nights).await;
        people.push(person);
    }
    (plant, people)
}

/// What somebody does on that day.
async fn simulate_day(plant: &Plant, person: &Person, kind: u128, nights: RosterId) {
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
        4 => plant.has_leave(person, TUESDAY, leave(Portion::Full, 480)).await,
        5 => plant.has_leave(person, TUESDAY, leave(Portion::Half(Half::Am), 240)).await,
        6 => plant.assigned(person, 0x500, "2024-06-10", None, Put::RosterId(nights)).await,
        _ => {}
    }
    if !punches.is_empty() {
        plant.clocks(person, TUESDAY, punches).await;
    }
}

/// Every item of the service as text, but for the ids that are drawn anew with every write and every run.
async fn stored(plant: &Plant) -> Vec<String> {
    let items = plant.world.list_items("ATTENDANCE_TABLE").await;
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

/// The same without what runs keep of themselves.
async fn stored_days(plant: &Plant) -> Vec<Item> {
    let of_a_day = |item: &Item| store::string_attribute(item, "sk").is_some_and(|sk| sk.starts_with("DAY#"));
    plant.world.list_items("ATTENDANCE_TABLE").await.into_iter().filter(of_a_day).collect()
}

#[tokio::test]
async fn a_night_settles_everybody_once_whose_window_has_closed_in_their_own_zone() {
    let (plant, people) = sixty_employees().await;
    plant.at("2024-06-11T03:00:00Z");
    plant.dispatches(json!({})).await.unwrap();
    plant.settles_all().await;
    let summary = plant.night("2024-06-12T03:00:00Z").await;
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
            let outcome = plant.outcome(person, TUESDAY).await.unwrap();
            assert_eq!((outcome.status, outcome.late_minutes), (status, Minutes(late)), "{kind}: {outcome:?}");
        }
    }
    assert_eq!(plant.outcome(&people[8], TUESDAY).await.unwrap().overtime.minutes, Minutes(59));
    assert_eq!(plant.outcome(&people[6], TUESDAY).await, None, "the night shift is still at work");
    plant.night("2024-06-12T06:00:00Z").await;
    let night = plant.outcome(&people[6], TUESDAY).await.unwrap();
    assert_eq!((night.status, night.spans[0].code.as_str()), (DayStatus::Present, "night"));
    let day = plant.day(&people[1], TUESDAY).await.unwrap();
    assert_eq!((day.announced, day.late_minutes), (vec![Exception::Late], Some(Minutes(20))));
    assert_eq!(day.inputs_digest.unwrap().len(), 64);
}

#[tokio::test]
async fn everything_is_told_once_and_by_whom() {
    let (plant, people) = sixty_employees().await;
    plant.night("2024-06-12T03:00:00Z").await;
    let told = plant.published().await;
    let of = |person: &Person| {
        let id = ::attendance::domain::day::id_of(person.id, TUESDAY.parse().unwrap()).to_string();
        told.iter().filter(|(_, entity)| *entity == id).map(|(event, _)| event.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(of(&people[0]), ["attendance.processed"]);
    assert_eq!(of(&people[1]), ["attendance.processed", "attendance.late"]);
    assert_eq!(of(&people[2]), ["attendance.processed", "attendance.absent"]);
    assert_eq!(of(&people[3]), ["attendance.processed", "attendance.incomplete"]);
    assert_eq!(of(&people[4]), ["attendance.processed"]);
    let stamps = plant.stamps("ATTENDANCE_TABLE").await;
    let one = stamps.iter().find(|stamp| stamp.event == EventType::AttendanceProcessed.as_str()).unwrap();
    assert_eq!(
        (one.actor.to_string().as_str(), one.entity_type.as_str()),
        ("system:attendance-job-settle", "Attendance")
    );
    assert!(one.data.as_ref().unwrap()["run"].as_str().unwrap().starts_with("run_"));
    assert_eq!(one.data.as_ref().unwrap()["causes"], json!(["new"]));
}

#[tokio::test]
async fn the_same_again_writes_nothing_and_tells_nothing() {
    let (plant, people) = sixty_employees().await;
    plant.at("2024-06-12T03:00:00Z");
    plant.dispatches(json!({})).await.unwrap();
    let messages = plant.queued();
    assert_eq!(plant.settles(&messages[0]).await, NONE);
    let (before, told) = (plant.snapshot().await, plant.published().await.len());
    plant.world.calls.clear();
    for _ in 0..2 {
        assert_eq!(plant.settles(&messages[0]).await, NONE, "the message again");
    }
    let everybody = people.iter().map(|person| days(person, TUESDAY, TUESDAY)).collect();
    plant.settled(everybody, "2024-06-12T03:00:00Z").await;
    let writes: Vec<_> = plant.world.calls.recorded().into_iter().filter(|call| !call.is_read()).collect();
    assert!(writes.is_empty(), "{writes:?}");
    assert!(before == plant.snapshot().await);
    let days = stored_days(&plant).await;
    let again = plant.dispatches(json!({"at": "2024-06-12T03:00:00Z"})).await.unwrap();
    plant.settles_all().await;
    assert!(days == stored_days(&plant).await, "a run by hand over the same day: {again}");
    assert_eq!(plant.published().await.len(), told);
    let run: kernel::RunId = again["runs"][0]["run"].as_str().unwrap().parse().unwrap();
    let run = plant.records().run(run).await.unwrap().unwrap().value;
    assert_eq!((run.counts.changed, run.counts.looked_at > 60, run.closed_at.is_some()), (0, true, true));
}

/// Numbers that are the same in every run of a test.
struct TestRandom(u64);

impl TestRandom {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

#[tokio::test]
async fn killed_at_a_hundred_points_and_run_again_it_leaves_the_same_records_and_tells_the_same_once() {
    let (clean, _) = town_of(30).await;
    clean.world.calls.clear();
    clean.night("2024-06-12T06:00:00Z").await;
    let calls = clean.world.calls.recorded().len();
    let (records, mut told) = (stored(&clean).await, clean.published().await);
    told.sort();
    let (mut dice, mut kills) = (TestRandom(0x5eed), 0);
    while kills < 100 {
        let (plant, _) = town_of(30).await;
        plant.at("2024-06-12T06:00:00Z");
        let mut waiting = Vec::new();
        loop {
            plant.world.calls.crash_after(dice.below(calls / 2), dice.below(2) == 0);
            let dispatched = plant.dispatches(json!({})).await.is_ok();
            waiting.extend(plant.queued());
            // What the worker has not done stays on the queue.
            let mut left = Vec::new();
            for message in waiting {
                if plant.settles(&message).await != NONE {
                    left.push(message);
                }
            }
            waiting = left;
            plant.world.calls.restart();
            if dispatched && waiting.is_empty() {
                break;
            }
            kills += 1;
        }
        let mut again = plant.published().await;
        again.sort();
        assert!(told == again, "after {kills} kills: told twice or never");
        for (clean, killed) in records.iter().zip(stored(&plant).await) {
            assert_eq!(*clean, killed, "after {kills} kills");
        }
        assert_eq!(records.len(), plant.world.list_items("ATTENDANCE_TABLE").await.len());
    }
}

#[tokio::test]
async fn nobody_is_settled_outside_of_their_employment_or_while_suspended() {
    let plant = Plant::open().await;
    let hired = plant.person(0x61, "Nora").await;
    let hired = plant.moved(Person { hire_date: "2024-06-11".parse().unwrap(), ..hired }).await;
    let barred = plant.person(0x62, "Sam").await;
    let barred = plant.moved(Person { status: directory::EmploymentStatus::Suspended, ..barred }).await;
    let left = plant.person(0x63, "Lea").await;
    let status = directory::EmploymentStatus::Terminated;
    let left = plant.moved(Person { status, termination_date: Some("2024-06-11".parse().unwrap()), ..left }).await;
    let away = plant.person(0x64, "Ada").await;
    let away = plant.moved(Person { status: directory::EmploymentStatus::OnLeave, ..away }).await;
    let all = [&hired, &barred, &left, &away].map(|person| days(person, "2024-06-10", "2024-06-12")).to_vec();
    plant.settled(all, "2024-06-13T03:00:00Z").await;
    let settled = |person: &Person| {
        let (plant, person) = (&plant, person.clone());
        async move {
            let mut dates = BTreeMap::new();
            for date in ["2024-06-10", TUESDAY, "2024-06-12"] {
                dates.insert(date, plant.outcome(&person, date).await.map(|outcome| outcome.status));
            }
            dates.into_values().collect::<Vec<_>>()
        }
    };
    let absent = Some(DayStatus::Absent);
    assert_eq!(settled(&hired).await, [None, absent, absent]);
    assert_eq!(settled(&barred).await, [None, None, None]);
    assert_eq!(settled(&left).await, [absent, absent, None]);
    assert_eq!(settled(&away).await, [Some(DayStatus::Leave); 3], "away for longer is never absent");
}

#[tokio::test]
async fn where_somebody_stood_on_the_day_stays_with_it() {
    let plant = Plant::open().await;
    let person = plant.employee().clone();
    plant.clocks(&person, TUESDAY, &["2024-06-11T07:00:00Z", "2024-06-11T15:30:00Z"]).await;
    plant.night("2024-06-12T03:00:00Z").await;
    let before = plant.day(&person, TUESDAY).await.unwrap();
    let boston = ("boston".to_owned(), "America/New_York".to_owned());
    let department_id = testkit::other_department();
    plant.moved(Person { site: boston.0, time_zone: boston.1, department_id, ..person.clone() }).await;
    let again = serde_json::to_value(plant.again(vec![days(&person, TUESDAY, TUESDAY)])).unwrap();
    assert_eq!(plant.settles(&again).await, NONE);
    assert_eq!(plant.day(&person, TUESDAY).await.unwrap(), before);
}

#[tokio::test]
async fn punches_that_come_while_the_page_is_written_are_in_the_result() {
    let (plant, people) = sixty_employees().await;
    plant.at("2024-06-12T03:00:00Z");
    plant.dispatches(json!({})).await.unwrap();
    let message = plant.queued().remove(0);
    let late = async {
        for person in people.iter().skip(3).step_by(10) {
            for _ in 0..6 {
                let stored = plant.records().day(person.id, TUESDAY.parse().unwrap()).await.unwrap().unwrap();
                let mut punches = stored.value.punches.clone();
                punches.push(punch(person, PunchKind::CheckOut, "2024-06-11T15:30:00Z"));
                let day = stored.value.with_punches(punches, plant.now());
                let kept = plant.records().write_day(&testkit::origin(), &day, stored.version, None).await.unwrap();
                if let ::attendance::store::Race::Won(_) = kept {
                    break;
                }
            }
        }
    };
    let (failed, ()) = tokio::join!(plant.settles(&message), late);
    assert_eq!(failed, NONE);
    let late: Vec<_> = people.iter().skip(3).step_by(10).map(|person| days(person, TUESDAY, TUESDAY)).collect();
    assert_eq!(plant.settles(&serde_json::to_value(plant.again(late)).unwrap()).await, NONE);
    for person in people.iter().skip(3).step_by(10) {
        let day = plant.day(person, TUESDAY).await.unwrap();
        assert_eq!((day.punches.len(), day.outcome.unwrap().status), (2, DayStatus::Present));
    }
}

#[tokio::test]
async fn nonsense_on_the_queue_fails_alone() {
    let plant = Plant::open().await;
    for nonsense in [json!({}), json!("text"), json!({"days": [{"employee_id": "x"}], "request_id": "r"}), Value::Null]
    {
        assert_eq!(plant.settles(&nonsense).await, ["m1"]);
    }
    let nobody = json!({"days": [{"employee_id": "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8", "from": TUESDAY, "to": TUESDAY}],
        "request_id": "r"});
    let before = plant.snapshot().await;
    assert_eq!(plant.settles(&nobody).await, NONE, "nobody knows them: nothing to do");
    assert!(before == plant.snapshot().await);
}
