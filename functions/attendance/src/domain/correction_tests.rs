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

#[test]
fn correction_cannot_disorder_punches() {
    type Punches = &'static [(&'static str, &'static str)];
    let whole: Punches = &[("in", "07:00"), ("out", "15:30")];
    let table: &[(Punches, &[usize], Punches, Option<SequenceError>)] = &[
        (&[], &[], &[("in", "07:00"), ("out", "15:30")], None),
        (&[], &[], &[("in", "15:30"), ("out", "07:00")], Some(SequenceError::Added(1))),
        (&[], &[], &[("out", "15:30")], Some(SequenceError::Added(0))),
        (&[("in", "07:00")], &[], &[("out", "15:30")], None),
        (&[("in", "07:00")], &[], &[("out", "06:30")], Some(SequenceError::Added(0))),
        (&[("in", "07:00")], &[], &[("in", "08:00")], Some(SequenceError::Added(0))),
        (whole, &[], &[("out", "12:00"), ("in", "13:00")], None),
        (whole, &[], &[("out", "12:00")], Some(SequenceError::Added(0))),
        (whole, &[], &[("break", "12:00"), ("back", "12:30")], None),
        (whole, &[], &[("back", "12:30")], Some(SequenceError::Added(0))),
        (whole, &[], &[("break", "16:00")], Some(SequenceError::Added(0))),
        (whole, &[], &[("break", "12:00")], None),
        (whole, &[0], &[], Some(SequenceError::Voided(0))),
        (whole, &[0], &[("in", "09:00")], None),
        (whole, &[0], &[("in", "16:00")], Some(SequenceError::Voided(0))),
        (whole, &[1], &[], None),
        (whole, &[1, 0], &[], None),
        (whole, &[1], &[("out", "18:00")], None),
        // Punches that were out of order may stay so, or be repaired.
        (&[("in", "07:00"), ("in", "07:05")], &[], &[("out", "15:30")], None),
        (&[("in", "07:00"), ("in", "07:05")], &[0], &[], None),
        (&[("out", "15:30")], &[], &[("in", "07:00")], None),
        (&[("out", "15:30")], &[], &[("in", "16:00")], None),
    ];
    for (given, void, add, expected) in table {
        let requested = correction(void, add);
        assert_eq!(
            find_sequence_error(&punches(given), &requested.void, &requested.add),
            *expected,
            "{given:?} -{void:?} +{add:?}"
        );
    }
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
        if find_sequence_error(&day, &requested.void, &requested.add).is_none() {
            let ids: Vec<PunchId> = (0..requested.add.len()).map(|number| id(100 + number)).collect();
            let after = requested.apply(&day, &ids, "Europe/Berlin", at("23:00")).unwrap();
            let steps = |all: &[Punch]| -> Vec<SequencedPunch> {
                let counting = all.iter().filter(|punch| punch.is_counted());
                counting.map(|punch| SequencedPunch { at: punch.at, kind: punch.kind, kind_inferred: false, added: None, id: Some(punch.id) }).collect()
            };
            prop_assert!(out_of_sequence(steps(&after)).len() <= out_of_sequence(steps(&day)).len());
            prop_assert_eq!(after.len(), day.len() + requested.add.len());
            for (was, is) in day.iter().zip(&after) {
                prop_assert_eq!(&Punch { voided_by: None, ..is.clone() }, was);
            }
        }
    }
}
