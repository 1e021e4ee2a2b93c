//! `POST /api/v1/attendance/import`: days of punches that arrive in any order, in files, by live punches, manual entries and corrections.

use std::collections::BTreeMap;

use attendance::domain::{
    day::{ClockState, Day},
    punch_allocator::{DuplicateScope, PunchAllocator, SubmittedPunch},
    punch_rules::{NewPunch, allowed_states, candidate_days},
    timetable::Timetable,
};
use directory::{EmploymentStatus, Person};
use jiff::{SignedDuration, Timestamp, civil::Date};
use kernel::Minutes;
use policy::{
    Policy, PolicySet,
    attendance::{
        AssignedWork, Assignment, DayPlacement, Punch, PunchFlag, PunchKind, PunchSource, Schedule, with_read_kinds,
    },
};
use proptest::prelude::*;
use serde_json::json;

use crate::attendance::fixture::{attendance_rules, date, instant, uuid};

/// First of the days with punches, at its midnight in Berlin.
const FIRST_MIDNIGHT: &str = "2024-06-05T22:00:00Z";
const DATES: [&str; 6] = ["2024-06-06", "2024-06-07", "2024-06-08", "2024-06-09", "2024-06-10", "2024-06-11"];
const SHIFTS: [&str; 7] = ["", "day", "early", "late", "night", "duty", "watch"];

/// Untold or told punch at a second after [`FIRST_MIDNIGHT`].
type RawTap = (i64, Option<PunchKind>);

/// Punches as they arrive.
#[derive(Debug, Clone)]
enum Arrival {
    File(Vec<RawTap>),
    /// Live punch some seconds after all punches so far.
    Live(i64, PunchKind),
    /// Check-in and check-out on the day of the check-in, by hand.
    Manual(i64, i64),
    /// Voids counted punches by their index and adds one on the day of the first of them.
    Correction(usize, RawTap),
}

/// Rules with duties of 24 hours from 08:00 and from 22:00.
fn policies(debounce_seconds: u16, window_after_minutes: i64) -> PolicySet {
    let mut rules = attendance_rules();
    for (code, time) in [("duty", "08:00:00"), ("watch", "22:00:00")] {
        let shift = json!({"code": code, "from": time, "to": time, "break_minutes": 0});
        rules["shifts"].as_array_mut().unwrap().push(shift);
    }
    rules["debounce_seconds"] = json!(debounce_seconds);
    rules["window_after_minutes"] = json!(window_after_minutes);
    let policy: Policy = serde_json::from_value(json!({
        "policy_id": kernel::PolicyId::new(uuid(1)), "policy_version": 1, "name": "A policy",
        "effective_from": "2024-01-01", "kind": "attendance", "rules": rules,
        "created_at": "2020-01-01T00:00:00Z", "created_by": "system:test",
    }))
    .unwrap();
    PolicySet::new(vec![policy], vec![])
}

/// Days of a person with these shifts on [`DATES`].
fn timetable(policies: PolicySet, shifts: &[&str]) -> Timetable {
    let assignments = DATES.into_iter().zip(shifts).zip(1_u128..).map(|((on, codes), number)| Assignment {
        id: kernel::AssignmentId::new(uuid(number)),
        from: date(on),
        to: Some(date(on)),
        work: AssignedWork::Shifts(codes.split_whitespace().map(str::to_owned).collect()),
    });
    let person = Person {
        id: kernel::EmployeeId::new(uuid(1)),
        employee_code: "E0001".to_owned(),
        first_name: "Erin".to_owned(),
        last_name: "Doe".to_owned(),
        email: "erin.doe@example.com".to_owned(),
        status: EmploymentStatus::Active,
        department_id: testkit::department(),
        job_title: "Engineer".to_owned(),
        manager_id: None,
        site: "berlin".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        contract: directory::ContractTerms {
            employment_type: directory::EmploymentType::FullTime,
            fte_bp: 10_000,
            day_minutes: Minutes(480),
        },
        work_pattern: None,
        terms: Vec::new(),
        earlier_service_from: None,
        hire_date: date("2020-01-15"),
        termination_date: None,
        roles: Default::default(),
        role_version: 1,
    };
    Timetable::new(person, Schedule(assignments.collect()), Default::default(), policies.into())
}

fn at(second: i64) -> Timestamp {
    instant(FIRST_MIDNIGHT).checked_add(SignedDuration::from_secs(second)).unwrap()
}

fn new_punch(number: u128, (second, told): RawTap, source: PunchSource) -> NewPunch {
    NewPunch {
        id: kernel::PunchId::new(uuid(number)),
        kind: told.unwrap_or(PunchKind::CheckIn),
        kind_inferred: told.is_none(),
        at: at(second),
        location: None,
        device: Some(format!("gate-{number}")),
        position: None,
        source,
        captured_at: Some(at(second)),
        received_at: at(second),
        by: kernel::Actor::Unknown,
        reason: None,
        flags: Vec::new(),
    }
}

fn submitted(number: u128, tap: RawTap) -> SubmittedPunch {
    let punch = new_punch(number, tap, PunchSource::Import);
    SubmittedPunch { punch, duplicate_scope: DuplicateScope::SameDevice, ordinal: 0 }
}

/// Recorded days of a person, changed as the service changes them.
struct RecordedDays<'a> {
    timetable: &'a Timetable,
    days: BTreeMap<Date, Day>,
    punches: u128,
}

impl<'a> RecordedDays<'a> {
    fn new(timetable: &'a Timetable) -> Self {
        Self { timetable, days: BTreeMap::new(), punches: 0 }
    }

    fn change<T>(&mut self, change: impl FnOnce(&mut PunchAllocator<'_>) -> T) -> T {
        let now = instant("2024-06-20T10:00:00Z");
        let mut allocator = PunchAllocator::new(self.timetable, self.days.values().cloned(), now);
        let result = change(&mut allocator);
        let changed: Vec<Day> = allocator.changed_days().into_iter().flatten().cloned().collect();
        self.days.extend(changed.into_iter().map(|day| (day.date, day)));
        result
    }

    fn next_number(&mut self) -> u128 {
        self.punches += 1;
        self.punches
    }

    fn submit(&mut self, file: Vec<SubmittedPunch>) {
        assert!(self.change(|days| days.assign_to_days(file)).iter().all(Result::is_ok));
    }

    fn add(&mut self, target: DayPlacement, new: Vec<NewPunch>, void: &[kernel::PunchId], from: Timestamp) {
        self.change(|days| {
            let mut punches = days.punches_of(target.date).to_vec();
            for punch in punches.iter_mut().filter(|punch| void.contains(&punch.id)) {
                punch.voided_by = Some(kernel::CorrectionId::new(uuid(9)));
            }
            punches.extend(new.into_iter().map(|punch| days.punch_on(target, punch)));
            days.replace_day(target.date, punches, from)
        });
    }

    fn arrive(&mut self, arrival: &Arrival) {
        match arrival {
            Arrival::File(taps) => {
                let file = taps.iter().map(|tap| submitted(self.next_number(), *tap)).collect();
                self.submit(file);
            }
            Arrival::Live(after, kind) => {
                let last = self.days.values().flat_map(|day| &day.punches).map(|punch| punch.at).max();
                let second = last.map_or(0, |last| last.duration_since(at(0)).as_secs()) + after;
                let new = new_punch(self.next_number(), (second, Some(*kind)), PunchSource::Live);
                let placement = self.timetable.shift_day_of(Some(*kind), at(second));
                let allows = |target: &DayPlacement| {
                    let day = self.days.get(&target.date);
                    let state = day.and_then(|day| day.state).unwrap_or(ClockState::Out);
                    let oldest = self.timetable.oldest_open_check_in(target.date, placement, at(second));
                    let is_recent = oldest.is_none_or(|oldest| day.and_then(|day| day.open_since) > Some(oldest));
                    allowed_states(*kind).contains(&state) && is_recent
                };
                let target = candidate_days(self.timetable, *kind, placement, at(second)).find(allows);
                if let Some(target) = target {
                    let zone = self.timetable.zone_of(target.date);
                    let day = self
                        .days
                        .entry(target.date)
                        .or_insert_with(|| Day::new(self.timetable.person().id, target.date, at(second)));
                    let punches = day.punches.iter().cloned().chain([new.into_punch(&zone, target.in_window)]);
                    *day = day.with_punches(punches.collect(), at(second));
                }
            }
            Arrival::Manual(check_in, length) => {
                let target = self.timetable.shift_day_of(Some(PunchKind::CheckIn), at(*check_in));
                let taps = [(*check_in, PunchKind::CheckIn), (check_in + length, PunchKind::CheckOut)];
                let new =
                    taps.map(|(second, kind)| new_punch(self.next_number(), (second, Some(kind)), PunchSource::Manual));
                self.add(target, new.into(), &[], at(*check_in));
            }
            Arrival::Correction(index, (second, told)) => {
                let counted = |day: &Day| {
                    day.punches
                        .iter()
                        .filter(|punch| punch.is_counted())
                        .cloned()
                        .map(|punch| (day.date, punch))
                        .collect::<Vec<_>>()
                };
                let all: Vec<(Date, Punch)> = self.days.values().flat_map(counted).collect();
                let kind = told.unwrap_or(PunchKind::CheckOut);
                let voided = all.get(index % all.len().max(1));
                let own = self.timetable.shift_day_of(Some(kind), at(*second));
                let target = voided.map_or(own, |(date, _)| DayPlacement { date: *date, in_window: own.date == *date });
                let from = voided.map_or(at(*second), |(_, punch)| punch.at.min(at(*second)));
                let new = new_punch(self.next_number(), (*second, Some(kind)), PunchSource::Correction);
                let void: Vec<_> = voided.map(|(_, punch)| punch.id).into_iter().collect();
                self.add(target, vec![new], &void, from);
            }
        }
    }

    /// Days as if all submitted punches had arrived at once, after all others.
    fn submitted_at_once(&self) -> Self {
        let is_free = |punch: &Punch| punch.source == PunchSource::Import && punch.is_counted();
        let mut at_once = Self::new(self.timetable);
        let mut free = Vec::new();
        for (date, day) in &self.days {
            let (submitted, staying): (Vec<Punch>, Vec<Punch>) = day.punches.iter().cloned().partition(is_free);
            if !staying.is_empty() {
                at_once.days.insert(*date, day.with_punches(staying, day.updated_at));
            }
            free.extend(submitted);
        }
        let file = free.into_iter().map(|punch| SubmittedPunch {
            punch: NewPunch {
                id: punch.id,
                kind: punch.told_kind().unwrap_or(PunchKind::CheckIn),
                kind_inferred: punch.kind_inferred,
                device: Some(punch.id.to_string()),
                ..new_punch(0, (punch.at.duration_since(at(0)).as_secs(), punch.told_kind()), PunchSource::Import)
            },
            duplicate_scope: DuplicateScope::SameDevice,
            ordinal: 0,
        });
        at_once.submit(file.collect());
        at_once
    }

    /// Punches by id, with their date, and their kind and flags as they are read when the day is settled.
    fn punches(&self) -> Vec<(String, Date, PunchKind, Vec<PunchFlag>)> {
        let of_day = |day: &Day| {
            let punch = |punch: &Punch| {
                let mut flags = punch.flags.clone();
                flags.sort();
                (punch.id.to_string(), day.date, punch.kind, flags)
            };
            let read = with_read_kinds(day.punches.clone(), self.timetable.debounce_seconds(day.date, None));
            read.iter().map(punch).collect::<Vec<_>>()
        };
        let mut punches: Vec<_> = self.days.values().flat_map(of_day).collect();
        punches.sort();
        punches
    }
}

/// Second around midnights, ends of shifts or anywhere.
fn raw_second() -> impl Strategy<Value = i64> {
    let handover = (0_i64..6, prop::sample::select(vec![0_i64, 6, 8, 9, 14, 22]), -60_i64..120);
    prop_oneof![3 => 0_i64..518_400, 2 => handover.prop_map(|(day, hour, second)| day * 86_400 + hour * 3_600 + second)]
}

fn raw_tap() -> impl Strategy<Value = RawTap> {
    let told =
        prop::sample::select(vec![PunchKind::CheckIn, PunchKind::CheckOut, PunchKind::BreakStart, PunchKind::BreakEnd]);
    (raw_second(), prop_oneof![3 => Just(None), 2 => told.prop_map(Some)])
}

/// Taps, some of them again a few seconds later.
fn raw_taps(most: usize) -> impl Strategy<Value = Vec<RawTap>> {
    let repeated = (raw_tap(), prop::option::weighted(0.4, (0_i64..90, any::<bool>())));
    prop::collection::vec(repeated, 0..most).prop_map(|taps| {
        let again = |((second, told), repeat): (RawTap, Option<(i64, bool)>)| {
            let repeat = repeat.map(|(later, told_again)| (second + later, told.filter(|_| told_again)));
            std::iter::once((second, told)).chain(repeat)
        };
        taps.into_iter().flat_map(again).collect()
    })
}

fn worked_days() -> impl Strategy<Value = Timetable> {
    let shifts = prop::collection::vec(prop::sample::select(SHIFTS.to_vec()), DATES.len());
    let (debounce, window) =
        (prop::sample::select(vec![0_u16, 60, 600, 3_600]), prop::sample::select(vec![0_i64, 60, 720]));
    (shifts, debounce, window).prop_map(|(shifts, debounce, window)| timetable(policies(debounce, window), &shifts))
}

fn arrivals() -> impl Strategy<Value = Vec<Arrival>> {
    let live = prop::sample::select(vec![PunchKind::CheckIn, PunchKind::CheckOut]);
    let arrival = prop_oneof![
        4 => raw_taps(4).prop_map(Arrival::File),
        1 => (1_i64..50_000, live).prop_map(|(after, kind)| Arrival::Live(after, kind)),
        1 => (raw_second(), 1_i64..129_600).prop_map(|(check_in, length)| Arrival::Manual(check_in, length)),
        1 => (any::<usize>(), raw_tap()).prop_map(|(index, tap)| Arrival::Correction(index, tap)),
    ];
    prop::collection::vec(arrival, 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn days_are_the_same_for_every_order_and_split_of_the_files(
        timetable in worked_days(),
        (raw, order) in raw_taps(10).prop_flat_map(|raw| {
            let order = Just((0..raw.len()).collect::<Vec<_>>()).prop_shuffle();
            (Just(raw), order)
        }),
        size in 1_usize..5,
    ) {
        let all: Vec<SubmittedPunch> = raw.iter().zip(1_u128..).map(|(tap, number)| submitted(number, *tap)).collect();
        let shuffled: Vec<SubmittedPunch> = order.iter().map(|index| all[*index].clone()).collect();
        let mut in_files = RecordedDays::new(&timetable);
        for file in shuffled.chunks(size) {
            in_files.submit(file.to_vec());
        }
        let mut at_once = RecordedDays::new(&timetable);
        at_once.submit(all);
        prop_assert_eq!(in_files.punches(), at_once.punches());
    }

    #[test]
    fn submitted_punches_fit_all_punches_after_any_mix_of_arrivals(
        timetable in worked_days(),
        arrivals in arrivals(),
    ) {
        let mut days = RecordedDays::new(&timetable);
        for arrival in &arrivals {
            days.arrive(arrival);
        }
        prop_assert_eq!(days.punches(), days.submitted_at_once().punches());
    }
}
