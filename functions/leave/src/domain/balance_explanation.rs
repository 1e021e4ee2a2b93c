//! Explanation of a balance: all ledger entries and unposted entries with a running sum, rule 4 (docs/rules.md).

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{Message, Minutes};
use policy::{
    LeaveAmount, Person, PolicySet,
    leave::{Account, BalanceLine, EntryKind, LedgerEntry, day_minutes_on, project_balance},
};
use serde_json::Value;

use crate::messages;

/// [`policy::leave::LedgerRule`] of the conversion to another standard day.
const DAY_LENGTH_RULE: &str = "day_length";

/// Line of an explanation, and the balance after it.
#[derive(Debug, Clone, PartialEq)]
pub struct RunningBalance {
    pub line: BalanceLine,
    /// Amount of the line. The shown days of all lines add up to those of the balance.
    pub amount: LeaveAmount,
    /// Sum of all lines up to this one.
    pub balance: LeaveAmount,
}

/// Lines that add up to the balance of a day: all entries up to that day, posted and due, in order of days; empty without
/// entries. `worked` are the minutes by day from which leave accrues per hour worked.
pub fn explain_balance(
    book: &PolicySet,
    person: &Person,
    (leave_type, ledger, worked): (&str, &[LedgerEntry], BTreeMap<Date, Minutes>),
    as_of: Date,
) -> Vec<RunningBalance> {
    let account = Account::from_ledger(leave_type, ledger).with_worked(worked);
    let unposted = project_balance(book, person, &account, as_of).lines.into_iter().filter(|line| !line.posted);
    // In the order of posting; the release of a decision comes before its consumption.
    let mut entries: Vec<&LedgerEntry> = ledger.iter().collect();
    entries.sort_by_key(|entry| (entry.posted_at, entry.leave_id.map(|_| entry.kind)));
    let posted = entries.into_iter().map(|entry| posted_line(entry, day_minutes_on(person, entry.on), as_of));
    let mut lines: Vec<BalanceLine> = posted.chain(unposted).collect();
    lines.retain(|line| line.on <= as_of);
    // By day; the conversion to another standard day comes first and unposted entries last on their day.
    lines.sort_by_key(|line| (line.on, line.rule != DAY_LENGTH_RULE, !line.posted));
    let amounts = LeaveAmount::running(lines.iter().map(|line| (line.minutes, day_minutes_on(person, line.on))));
    let shown = lines.into_iter().zip(amounts);
    shown.map(|(line, (amount, balance))| RunningBalance { line, amount, balance }).collect()
}

/// Line of a ledger entry; of a request only the minutes of its days up to `as_of`. `day_minutes` is the standard day for its
/// sentence if the entry has none.
pub fn posted_line(entry: &LedgerEntry, day_minutes: Minutes, as_of: Date) -> BalanceLine {
    BalanceLine {
        on: entry.on,
        kind: entry.kind,
        minutes: entry.minutes_until(as_of),
        entry_id: entry.id.clone(),
        expires_on: entry.expires_on,
        posted: true,
        leave_id: entry.leave_id,
        policy: entry.policy,
        rule: entry.rule.clone(),
        inputs: entry.inputs.clone(),
        why: entry.explanation(day_minutes).unwrap_or_else(|| default_sentence(entry)),
    }
}

/// Sentence for an entry whose inputs give no exact one: the stored English sentence, else one by the kind of the
/// entry.
fn default_sentence(entry: &LedgerEntry) -> Message {
    let input = |name: &str| entry.inputs.get(name).and_then(Value::as_str);
    if let Some(own) = input("why") {
        return Message::verbatim(own);
    }
    let with_reason = |sentence: Message| match input("reason") {
        Some(reason) => messages::with_reason(sentence, reason),
        None => sentence,
    };
    let request = || entry.leave_id.map_or_else(messages::a_request, |id| messages::request(id.to_string()));
    match entry.kind {
        EntryKind::Grant => with_reason(messages::credited()),
        EntryKind::Accrual => messages::instalment_posted(),
        EntryKind::CarryOver => messages::carried_over(),
        EntryKind::Hold => messages::days_held(request()),
        EntryKind::Release => messages::days_returned(request()),
        EntryKind::Consume => messages::days_taken(request()),
        EntryKind::Adjust if entry.leave_id.is_some() => messages::recounted(request()),
        EntryKind::Adjust => with_reason(messages::balance_corrected()),
        EntryKind::Expire => messages::leave_expired(),
        EntryKind::Encash => with_reason(messages::paid_out()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, ToSpan, civil::date};
    use kernel::{Actor, LeaveId};
    use policy::{
        Policy,
        leave::{DayRange, due_entries},
    };
    use proptest::prelude::*;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::domain::balance;

    const FIRST: Date = date(2022, 3, 1);

    fn person() -> Person {
        serde_json::from_value(json!({
            "id": "emp_018c0000000070008000000000000001", "employee_code": "E1", "first_name": "Erin", "last_name": "Doe",
            "email": "e@example.com", "status": "active", "department_id": "dep_018c0000000070008000000000000001",
            "job_title": "Engineer", "site": "berlin", "time_zone": "Europe/Berlin", "employment_type": "full_time",
            "fte_bp": 10_000, "day_minutes": 480, "hire_date": "2022-03-17", "roles": ["employee"], "role_version": 1,
        }))
        .unwrap()
    }

    fn book(schedule: &str, halves: u16, carry_over: Option<(u32, u32)>) -> PolicySet {
        let carry_over = carry_over.map(|(cap, months)| json!({"cap_days": cap, "expires_after_months": months}));
        let policy: Policy = serde_json::from_value(json!({
            "policy_id": "pol_018c0000000070008000000000000001", "policy_version": 1, "name": "Annual",
            "effective_from": "2022-01-01", "kind": "leave", "created_at": "2022-01-01T00:00:00Z", "created_by": "unknown",
            "rules": {
                "leave_type": "annual", "entitlement_days": policy::HalfDays(halves), "carry_over": carry_over,
                "accrual": {"schedule": schedule, "posted_at": "start", "round_to": "minute"}, "approval": [],
            },
        }))
        .unwrap();
        PolicySet::new(vec![policy], Vec::new())
    }

    fn entry(kind: EntryKind, id: String, on: Date, minutes: i64) -> LedgerEntry {
        LedgerEntry {
            id,
            kind,
            leave_type: "annual".to_owned(),
            on,
            minutes: Minutes(minutes),
            days: Vec::new(),
            expires_on: None,
            leave_id: None,
            policy: None,
            rule: "manual".to_owned(),
            inputs: json!({"reason": "A test"}),
            posted_at: Timestamp::UNIX_EPOCH,
            posted_by: Actor::Unknown,
        }
    }

    fn of_leave(kind: EntryKind, name: &str, number: usize, (from, days): (Date, i32), minutes: i64) -> LedgerEntry {
        let id = LeaveId::new(Uuid::from_u128(number as u128));
        let run = DayRange { from, to: from + (days - 1).days(), minutes: Minutes(minutes) };
        let sum = minutes * i64::from(days);
        LedgerEntry { days: vec![run], leave_id: Some(id), ..entry(kind, format!("{name}#{id}"), from, sum) }
    }

    /// Entries of a request by its status: pending, rejected, approved, approved and partly cancelled.
    fn request(number: usize, from: Date, days: i32, status: u8) -> Vec<LedgerEntry> {
        let hold = of_leave(EntryKind::Hold, "hold", number, (from, days), -480);
        let release = of_leave(EntryKind::Release, "release", number, (from, days), 480);
        let consume = of_leave(EntryKind::Consume, "consume", number, (from, days), -480);
        let rest = (from + (days / 2).days(), days - days / 2);
        let reversal = of_leave(EntryKind::Release, "reversal", number, rest, 480);
        match status {
            0 => vec![hold],
            1 => vec![hold, release],
            2 => vec![hold, release, consume],
            _ => vec![hold, release, consume, reversal],
        }
    }

    #[test]
    fn entries_of_one_decision_appear_in_order_of_posting() {
        let (book, person) = (book("yearly", 60, None), person());
        let mut ledger = request(1, date(2022, 6, 6), 3, 2);
        for (entry, second) in ledger.iter_mut().zip([1, 2, 2]) {
            entry.posted_at = Timestamp::from_second(second).unwrap();
        }
        ledger.reverse(); // in the order of the keys: consume, release, hold
        let explained = explain_balance(&book, &person, ("annual", &ledger, BTreeMap::new()), date(2022, 6, 30));
        let kinds: Vec<_> =
            explained.iter().filter(|one| one.line.leave_id.is_some()).map(|one| one.line.kind).collect();
        assert_eq!(kinds, [EntryKind::Hold, EntryKind::Release, EntryKind::Consume]);
    }

    #[test]
    fn changed_standard_day_leaves_the_sentence_of_a_posted_expiry_true() {
        let (book, mut person) = (book("yearly", 0, Some((5, 3))), person());
        let mut ledger = vec![entry(EntryKind::Adjust, "adjust#1".to_owned(), date(2022, 6, 1), 4800)];
        let (account, new_year) = (Account::from_ledger("annual", &ledger), date(2023, 1, 1));
        let lines = due_entries(&book, &person, &account, new_year);
        ledger.extend(lines.iter().map(|line| line.to_ledger_entry("annual", Timestamp::UNIX_EPOCH, Actor::Unknown)));
        person.contract.day_minutes = Minutes(240);
        let sentence = |ledger: &[LedgerEntry]| {
            let explained = explain_balance(&book, &person, ("annual", ledger, BTreeMap::new()), new_year);
            let expiry = explained.into_iter().find(|one| one.line.posted && one.line.rule == "carry_over.cap");
            expiry.unwrap().line.why.to_string()
        };
        assert_eq!(
            sentence(&ledger),
            "The balance on 2022-12-31 was 10 days (4800 minutes). At most 5 days can be carried over, so the rest expires: \
             5 days (2400 minutes)."
        );
        // An entry without the standard day has its stored sentence.
        let expiry = ledger.iter_mut().find(|entry| entry.rule == "carry_over.cap").unwrap();
        let inputs = expiry.inputs.as_object_mut().unwrap();
        inputs.remove("day_minutes");
        inputs.insert("why".to_owned(), json!("Ten days, of which five expire."));
        assert_eq!(sentence(&ledger), "Ten days, of which five expire.");
        let expiry = ledger.iter_mut().find(|entry| entry.rule == "carry_over.cap").unwrap();
        expiry.inputs.as_object_mut().unwrap().remove("why");
        assert!(sentence(&ledger).contains("20 days (4800 minutes)"), "without both, days of the current standard day");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(500), ..ProptestConfig::default() })]

        /// For any ledger, posted up to any day, and any day of the question.
        #[test]
        fn explanation_adds_up_to_the_balance(
            schedule in prop::sample::select(vec!["yearly", "half_yearly", "quarterly", "monthly", "semi_monthly", "biweekly", "weekly"]),
            halves in 0_u16..=80,
            carry_over in prop::option::of((0_u32..=12, 1_u32..=6)),
            requests in prop::collection::vec((0_i32..900, 1_i32..15, 0_u8..4), 0..8),
            by_hand in prop::collection::vec((0_i32..900, -4000_i64..4000), 0..4),
            posted_until in 0_i32..1000,
            as_of in -60_i32..1400,
        ) {
            let (book, person, as_of) = (book(schedule, halves, carry_over), person(), FIRST + as_of.days());
            let mut ledger: Vec<LedgerEntry> = Vec::new();
            for (number, (offset, days, status)) in requests.into_iter().enumerate() {
                ledger.extend(request(number, FIRST + offset.days(), days, status));
            }
            for (number, (offset, minutes)) in by_hand.into_iter().enumerate() {
                ledger.push(entry(EntryKind::Adjust, format!("adjust#{number}"), FIRST + offset.days(), minutes));
            }
            let account = Account::from_ledger("annual", &ledger);
            let lines = due_entries(&book, &person, &account, FIRST + posted_until.days());
            ledger.extend(lines.iter().map(|line| line.to_ledger_entry("annual", Timestamp::UNIX_EPOCH, Actor::Unknown)));
            let account = Account::from_ledger("annual", &ledger);

            let explained = explain_balance(&book, &person, ("annual", &ledger, BTreeMap::new()), as_of);
            let (mut sum, mut last) = (Minutes::ZERO, Date::MIN);
            for one in &explained {
                sum = sum + one.line.minutes;
                prop_assert_eq!(one.balance.minutes, sum);
                prop_assert!(last <= one.line.on && one.line.on <= as_of);
                prop_assert!(!one.line.why.to_string().is_empty());
                last = one.line.on;
            }
            prop_assert_eq!(sum, balance::balance_on(&book, &person, &account, as_of).balance);
            let history = balance::previous_leave_year_start(None, &person, FIRST + posted_until.days());
            let compacted = account.fold_before(history);
            if as_of >= history {
                prop_assert_eq!(sum, balance::balance_on(&book, &person, &compacted, as_of).balance, "folded before {}", history);
            }
        }
    }
}
