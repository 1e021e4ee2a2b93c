//! Tests of corrections.

use jiff::{ToSpan, civil::date};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn at(clock: &str) -> Timestamp {
    format!("2024-06-10T{clock}:00Z").parse().unwrap()
}

fn id(number: usize) -> PunchId {
    PunchId::new(Uuid::from_u128(number as u128 + 1))
}

fn kind(word: &str) -> PunchKind {
    match word {
        "in" => PunchKind::CheckIn,
        "out" => PunchKind::CheckOut,
        "break" => PunchKind::BreakStart,
        "back" => PunchKind::BreakEnd,
        other => panic!("{other}"),
    }
}

fn addition((word, clock): &(&str, &str)) -> Addition {
    Addition { kind: kind(word), at: at(clock), location: None, flags: Vec::new() }
}

fn correction(void: &[usize], add: &[(&str, &str)]) -> Correction {
    Correction {
        id: CorrectionId::new(Uuid::from_u128(0xc)),
        employee_id: EmployeeId::new(Uuid::from_u128(0xe)),
        date: date(2024, 6, 10),
        reason: "The door was open".to_owned(),
        void: void.iter().map(|number| id(*number)).collect(),
        add: add.iter().map(addition).collect(),
        original: Vec::new(),
        status: CorrectionStatus::Pending,
        department_id: DepartmentId::new(Uuid::from_u128(0xd)),
        manager_id: None,
        requested_by: EmployeeId::new(Uuid::from_u128(0xe)),
        created_at: at("12:00"),
        approved_by: None,
        approved_at: None,
        comments: None,
        rejected_by: None,
        rejected_at: None,
        rejected_reason: None,
        updated_at: at("12:00"),
    }
}

/// Punches of a day, numbered from 0.
fn punches(all: &[(&str, &str)]) -> Vec<Punch> {
    let blank = correction(&[], all);
    let given = |(number, addition): (usize, &Addition)| Punch {
        source: PunchSource::Live,
        correction_id: None,
        reason: None,
        ..blank.added_punch(addition, id(number), "Europe/Berlin", addition.at)
    };
    blank.add.iter().enumerate().map(given).collect()
}

#[test]
fn correction_voids_wrong_punches_and_adds_missing_ones() {
    let day = punches(&[("in", "07:00"), ("in", "07:05")]);
    let correction = correction(&[1], &[("out", "15:30")]);
    let after = correction.apply(&day, &[id(9)], "Europe/Berlin", at("18:00")).unwrap();
    assert_eq!((after[0].clone(), after[1].voided_by), (day[0].clone(), Some(correction.id)));
    let expected = Punch {
        id: id(9),
        kind: PunchKind::CheckOut,
        at: at("15:30"),
        zone: "Europe/Berlin".to_owned(),
        local: "2024-06-10T17:30:00".parse().unwrap(),
        offset: "+02:00".to_owned(),
        source: PunchSource::Correction,
        received_at: at("18:00"),
        by: Actor::Person(correction.requested_by),
        reason: Some("The door was open".to_owned()),
        correction_id: Some(correction.id),
        ..day[1].clone()
    };
    assert_eq!(after[2], expected);
    assert_eq!(correction.apply(&after, &[id(10)], "Europe/Berlin", at("18:00")), Err(id(1)), "a punch is voided once");
    assert_eq!(correction.apply(&[], &[], "Europe/Berlin", at("18:00")), Err(id(1)), "the punch is missing");
}

#[test]
fn subject_and_requester_have_a_conflict_of_interest() {
    let [subject, manager, hr] = [0xe, 2, 3].map(|number| EmployeeId::new(Uuid::from_u128(number)));
    let own = correction(&[], &[("out", "15:30")]);
    assert_eq!(
        (own.conflict_of_interest(subject), own.conflict_of_interest(manager)),
        (Some(ConflictOfInterest::Subject), None)
    );
    let by_manager = Correction { requested_by: manager, ..own };
    assert_eq!(by_manager.conflict_of_interest(subject), Some(ConflictOfInterest::Subject));
    assert_eq!(
        (by_manager.conflict_of_interest(manager), by_manager.conflict_of_interest(hr)),
        (Some(ConflictOfInterest::Requester), None)
    );
}

/// Error of a correction: the index of the added or voided punch.
#[derive(Debug, PartialEq, Eq)]
enum Wrong {
    Added(usize),
    Voided(usize),
}

fn sequence_error(day: &[Punch], requested: &Correction, debounce_seconds: u16) -> Option<Wrong> {
    let ids: Vec<PunchId> = (0..requested.add.len()).map(|number| id(100 + number)).collect();
    let after = requested.apply(day, &ids, "Europe/Berlin", at("23:00")).unwrap();
    let index = |ids: &[PunchId], id| ids.iter().position(|known| *known == id).unwrap();
    Some(match find_sequence_error(day, &after, debounce_seconds)? {
        ChangedPunch::Added(id) => Wrong::Added(index(&ids, id)),
        ChangedPunch::Voided(id) => Wrong::Voided(index(&requested.void, id)),
    })
}

type Punches = &'static [(&'static str, &'static str)];

#[test]
fn correction_cannot_disorder_punches() {
    let whole: Punches = &[("in", "07:00"), ("out", "15:30")];
    let table: &[(Punches, &[usize], Punches, Option<Wrong>)] = &[
        (&[], &[], &[("in", "07:00"), ("out", "15:30")], None),
        (&[], &[], &[("in", "15:30"), ("out", "07:00")], Some(Wrong::Added(1))),
        (&[], &[], &[("out", "15:30")], Some(Wrong::Added(0))),
        (&[("in", "07:00")], &[], &[("out", "15:30")], None),
        (&[("in", "07:00")], &[], &[("out", "06:30")], Some(Wrong::Added(0))),
        (&[("in", "07:00")], &[], &[("in", "08:00")], Some(Wrong::Added(0))),
        (whole, &[], &[("out", "12:00"), ("in", "13:00")], None),
        (whole, &[], &[("out", "12:00")], Some(Wrong::Added(0))),
        (whole, &[], &[("break", "12:00"), ("back", "12:30")], None),
        (whole, &[], &[("back", "12:30")], Some(Wrong::Added(0))),
        (whole, &[], &[("break", "16:00")], Some(Wrong::Added(0))),
        (whole, &[], &[("break", "12:00")], None),
        (whole, &[0], &[], Some(Wrong::Voided(0))),
        (whole, &[0], &[("in", "09:00")], None),
        (whole, &[0], &[("in", "16:00")], Some(Wrong::Voided(0))),
        (whole, &[1], &[], None),
        (whole, &[1, 0], &[], None),
        (whole, &[1], &[("out", "18:00")], None),
        // Out of a shift and in to the next within one second.
        (whole, &[], &[("out", "12:00"), ("in", "12:00")], None),
        (whole, &[], &[("in", "12:00"), ("out", "12:00")], None),
        (whole, &[], &[("in", "15:30"), ("out", "22:00")], None),
        // Punches that were out of order may stay so, or be repaired.
        (&[("in", "07:00"), ("in", "07:05")], &[], &[("out", "15:30")], None),
        (&[("in", "07:00"), ("in", "07:05")], &[0], &[], None),
        (&[("out", "15:30")], &[], &[("in", "07:00")], None),
        (&[("out", "15:30")], &[], &[("in", "16:00")], None),
    ];
    for (given, void, add, expected) in table {
        let requested = correction(void, add);
        assert_eq!(sequence_error(&punches(given), &requested, 60), *expected, "{given:?} -{void:?} +{add:?}");
    }
}

#[test]
fn voiding_the_counted_tap_lets_the_repeated_one_count() {
    let taps: Punches = &[("in", "07:00"), ("in", "07:01"), ("out", "15:30")];
    let day = with_read_kinds(punches(taps), 600);
    assert!(day[1].is_repeated());
    assert_eq!(sequence_error(&day, &correction(&[0], &[]), 600), None, "07:01 is the check-in then");
    assert_eq!(sequence_error(&day, &correction(&[0, 1], &[]), 600), Some(Wrong::Voided(1)));
    let mut untold = punches(&[("in", "07:00"), ("out", "15:30"), ("in", "15:31")]);
    untold[2].kind_inferred = true;
    let day = with_read_kinds(untold, 600);
    assert!(day[1].is_repeated() && day[2].kind == PunchKind::CheckOut, "15:31 repeats the check-out");
    assert_eq!(sequence_error(&day, &correction(&[2], &[("in", "16:00")]), 600), None);
    assert_eq!(sequence_error(&day, &correction(&[1], &[("in", "16:00")]), 600), None, "15:31 is a check-out");
}

#[test]
fn corrected_work_is_too_long_after_36_hours() {
    let long = |void: &[usize], add: &[(&str, &str)], hours: i64| {
        let mut day = punches(&[("in", "07:00"), ("out", "15:30")]);
        day[1].at = day[0].at.checked_add(hours.hours()).unwrap();
        let requested = correction(void, add);
        let ids: Vec<PunchId> = (0..add.len()).map(|number| id(100 + number)).collect();
        let after = requested.apply(&day, &ids, "Europe/Berlin", at("23:00")).unwrap();
        find_long_work(&day, &after, 60)
    };
    assert_eq!(long(&[0], &[("in", "06:59")], 36), Some(id(100)), "the check-in is a minute too early");
    assert_eq!(long(&[0], &[("in", "07:00")], 36), None);
    assert_eq!(long(&[], &[("out", "12:00"), ("in", "13:00")], 40), None);
    assert_eq!(long(&[], &[("break", "12:00"), ("back", "12:30")], 40), None, "the day was too long before");
}

proptest! {
    /// An accepted correction leaves no more punches out of order, and keeps all originals.
    #[test]
    fn accepted_correction_keeps_punches_and_their_order(
        given in prop::collection::vec((0_u8..4, 0_i64..40), 0..8),
        added in prop::collection::vec((0_u8..4, 0_i64..40), 0..5),
        void in prop::collection::btree_set(0_usize..8, 0..3),
    ) {
        let words = ["in", "out", "break", "back"];
        let clock = |minutes: i64| at("06:00").checked_add((minutes * 7).minutes()).unwrap();
        let make = |all: &[(u8, i64)]| -> Vec<Addition> {
            let one = |(word, minutes): &(u8, i64)| Addition {
                kind: kind(words[usize::from(*word)]), at: clock(*minutes), location: None, flags: Vec::new(),
            };
            all.iter().map(one).collect()
        };
        let blank = correction(&[], &[]);
        let day: Vec<Punch> = make(&given).iter().enumerate()
            .map(|(number, one)| blank.added_punch(one, id(number), "Europe/Berlin", one.at)).collect();
        let void: Vec<PunchId> = void.into_iter().filter(|number| *number < day.len()).map(id).collect();
        let requested = Correction { void, add: make(&added), ..blank };
        if sequence_error(&day, &requested, 60).is_none() {
            let ids: Vec<PunchId> = (0..requested.add.len()).map(|number| id(100 + number)).collect();
            let after = requested.apply(&day, &ids, "Europe/Berlin", at("23:00")).unwrap();
            prop_assert!(out_of_sequence(&after, 60).len() <= out_of_sequence(&day, 60).len());
            prop_assert_eq!(after.len(), day.len() + requested.add.len());
            for (was, is) in day.iter().zip(&after) {
                prop_assert_eq!(&Punch { voided_by: None, ..is.clone() }, was);
            }
        }
    }
}
