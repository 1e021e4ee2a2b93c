//! Compensatory leave for work on rest days and holidays: rule 15.

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use kernel::Minutes;
use policy::{
    CreditMode, PolicyRules, RestDayCredit,
    attendance::{DayKind, DayOutcome, WorkPiece},
    leave::{Account, EntryKind, LedgerEntry, project_balance, rest_day_credit_id},
};
use proptest::prelude::*;
use serde_json::json;

use crate::{
    attendance_fixtures::overtime,
    fixtures::{annual, cases, entry, leave, of_leave, person, policy, policy_set},
};

fn rules(share_bp: u32, expires_days: Option<u16>) -> RestDayCredit {
    RestDayCredit { mode: CreditMode::Grant, leave_type: "compensatory".to_owned(), share_bp, expires_days }
}

#[test]
fn credit_is_the_share_of_the_worked_minutes_rounded_down() {
    for (share_bp, worked, credited) in
        [(10_000, 312, 312), (15_000, 61, 91), (5_000, 61, 30), (1, 9_999, 0), (100_000, 1_440, 14_400), (10_000, 0, 0)]
    {
        assert_eq!(rules(share_bp, None).credited_minutes(Minutes(worked)), Minutes(credited), "{share_bp} {worked}");
    }
}

#[test]
fn own_expiry_precedes_that_of_the_leave_policy() {
    let worked_on = date(2024, 2, 28);
    for (own, of_leave, last) in [
        (Some(1), Some(90), Some(date(2024, 2, 29))),
        (None, Some(2), Some(date(2024, 3, 1))),
        (Some(3), None, Some(date(2024, 3, 2))),
        (None, None, None),
    ] {
        assert_eq!(rules(10_000, own).last_day(worked_on, of_leave), last, "{own:?} {of_leave:?}");
    }
}

/// Outcome of a day of a kind with these pieces: kind, whether overtime, minutes.
fn outcome(kind: DayKind, pieces: &[(DayKind, bool, i64)]) -> DayOutcome {
    let pieces: Vec<WorkPiece> = pieces
        .iter()
        .map(|(kind, overtime, minutes)| WorkPiece {
            date: date(2024, 6, 8),
            kind: *kind,
            night: false,
            overtime: *overtime,
            minutes: Minutes(*minutes),
            rate_bp: 10_000,
        })
        .collect();
    serde_json::from_value(json!({
        "status": "present", "kind": kind, "spans": [], "expected_minutes": 0, "worked_seconds": 0, "worked_minutes": 0,
        "break_minutes": 0, "late_minutes": 0, "early_minutes": 0, "missing_minutes": 0, "leave_minutes": 0,
        "overtime": {"minutes": 0, "not_counted_minutes": 0}, "pieces": pieces,
        "totals": {"week_worked_minutes": 0, "week_overtime_minutes": 0}, "policies": [],
    }))
    .unwrap()
}

#[test]
fn work_on_days_off_counts_except_the_normal_time_of_a_working_days_shift() {
    use DayKind::{Holiday, Rest, Work};
    for (kind, pieces, minutes) in [
        (Work, &[(Work, false, 480), (Work, true, 60)][..], 0),
        (Rest, &[(Rest, true, 240)], 240),
        (Rest, &[(Rest, true, 240), (Rest, false, 60)], 300),
        (Rest, &[(Rest, true, 120), (Work, false, 120)], 120),
        (Holiday, &[(Holiday, false, 480)], 480),
        (Work, &[(Work, false, 120), (Rest, false, 360)], 0),
        (Work, &[(Work, false, 120), (Rest, false, 360), (Rest, true, 45)], 45),
        (Work, &[(Work, false, 120), (Holiday, false, 360)], 360),
    ] {
        assert_eq!(outcome(kind, pieces).minutes_on_days_off(), Minutes(minutes), "{kind:?} {pieces:?}");
    }
}

#[test]
fn faults_of_a_rest_day_credit_have_pointers() {
    let with = |credit: RestDayCredit| {
        let rules = policy::OvertimeRules { rest_day_credit: Some(credit), ..overtime() };
        let faults = policy(1, PolicyRules::Overtime(rules)).validate();
        faults.into_iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect::<Vec<_>>()
    };
    assert_eq!(with(rules(10_000, Some(90))), Vec::<String>::new());
    let wrong = RestDayCredit { leave_type: "Time off".to_owned(), ..rules(0, Some(0)) };
    assert_eq!(
        with(wrong),
        [
            "/rules/rest_day_credit/leave_type not_a_slug",
            "/rules/rest_day_credit/share_bp out_of_range",
            "/rules/rest_day_credit/expires_days out_of_range",
        ]
    );
    assert_eq!(
        with(rules(100_001, Some(732))),
        ["/rules/rest_day_credit/share_bp out_of_range", "/rules/rest_day_credit/expires_days out_of_range"]
    );
}

const WORKED_ON: Date = date(2026, 3, 7);

/// Entry of the credit for the work of a day in March 2026.
fn credit(number: u32, minutes: i64, lasts: i32) -> LedgerEntry {
    let id = rest_day_credit_id(WORKED_ON, number);
    let expires_on = Some(WORKED_ON.saturating_add(lasts.days()));
    LedgerEntry { expires_on, ..entry(&id, EntryKind::Grant, WORKED_ON, Minutes(minutes)) }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn corrected_credit_counts_on_each_day_like_one_that_was_right_at_once(
        figures in prop::collection::vec(0_i64..900, 1..5),
        lasts in 1..200,
        other in (0_i64..900, 1_i32..200),
        taken in prop::collection::vec((0_i32..250, 0_i64..480), 0..6),
        closed in prop::option::of(0_i32..250),
    ) {
        let policies = policy_set(annual(0));
        let others = LedgerEntry {
            expires_on: Some(date(2026, 3, 1).saturating_add(other.1.days())),
            ..entry("grant#other", EntryKind::Grant, date(2026, 3, 1), Minutes(other.0))
        };
        let taken = taken.iter().enumerate().map(|(number, (day, minutes))| {
            let on = WORKED_ON.saturating_add(day.days());
            of_leave("consume", EntryKind::Consume, leave(number as u128 + 1), (on, on), -minutes)
        });
        let ledger: Vec<_> = taken.chain([others]).collect();
        let mut before = 0;
        let corrected = (1..).zip(&figures).map(|(number, minutes)| {
            let difference = minutes - before;
            before = *minutes;
            credit(number, difference, lasts)
        });
        let corrected: Vec<_> = ledger.iter().cloned().chain(corrected).collect();
        let at_once: Vec<_> = ledger.into_iter().chain([credit(1, *figures.last().unwrap(), lasts)]).collect();
        let until = date(2026, 12, 31);
        let project = |entries: &[LedgerEntry]| {
            let account = Account::from_ledger("annual", entries);
            let account = closed.map_or(account.clone(), |closed| account.fold_before(WORKED_ON.saturating_add(closed.days())));
            project_balance(&policies, &person(), &account, until)
        };
        let (corrected, at_once) = (project(&corrected), project(&at_once));
        for day in 0_i32..299 {
            let on = WORKED_ON.saturating_add(day.days());
            prop_assert_eq!(corrected.balance_on(on), at_once.balance_on(on), "{}", on);
        }
    }
}
