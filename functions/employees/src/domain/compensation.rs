//! Compensation: an effective-dated history of salaries.

use jiff::{Timestamp, civil::Date};
use kernel::{Actor, Code, Error, Money, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::messages;

/// Most entries in the history of one employee.
pub const ENTRIES_MAX: usize = 200;
/// Furthest effective date ahead of today or a later hire date, in days: ten years.
const DAYS_AHEAD_MAX: i32 = 3660;
/// Largest salary, in minor units: 2^53 - 1, the largest integer that every JSON reader keeps exact.
const AMOUNT_MINOR_MAX: i64 = 9_007_199_254_740_991;

/// Yearly salary from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompensationEntry {
    /// First day on which it applies, in the time zone of the employee.
    pub effective_date: Date,
    pub salary: Money,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    pub set_by: Actor,
    pub set_at: Timestamp,
}

/// Past, current and upcoming compensation of one employee: sorted by day, one entry per day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CompensationHistory(Vec<CompensationEntry>);

/// Result of [`CompensationHistory::with_salary`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompensationChange {
    /// The same salary is recorded from the same day already; a new reason is not stored.
    Unchanged,
    /// The new history, to be stored.
    Changed(CompensationHistory),
}

impl CompensationHistory {
    /// History with one entry, which the caller has checked.
    pub fn starting_with(entry: CompensationEntry) -> Self {
        Self(vec![entry])
    }

    /// Past, current and upcoming entries, earliest first.
    pub fn entries(&self) -> &[CompensationEntry] {
        &self.0
    }

    /// Entry in effect on a day: the one with the latest date up to it; `None` before the first.
    pub fn effective_on(&self, day: Date) -> Option<&CompensationEntry> {
        self.0.iter().rev().find(|entry| entry.effective_date <= day)
    }

    /// Entries that take effect after a day, next first.
    pub fn upcoming_after(&self, day: Date) -> impl Iterator<Item = &CompensationEntry> {
        self.0.iter().filter(move |entry| entry.effective_date > day)
    }

    /// Returns the history with the salary from a day on; an upcoming entry of the same day is replaced. A new entry
    /// may start in the past, such as a raise that was agreed late, but only after the first day of the current entry.
    ///
    /// # Errors
    /// 422 for an amount or a day out of range; 409 `already_effective` with the first day of the current entry; 409
    /// `history_full`.
    pub fn with_salary(&self, entry: CompensationEntry, hire_date: Date, today: Date) -> Result<CompensationChange> {
        check_compensation_entry(&entry, hire_date, today)?;
        let same_day = self.0.iter().find(|known| known.effective_date == entry.effective_date);
        if same_day.is_some_and(|known| known.salary == entry.salary) {
            return Ok(CompensationChange::Unchanged);
        }
        if let Some(current) = self.effective_on(today)
            && entry.effective_date <= current.effective_date
        {
            let since = current.effective_date;
            return Err(Error::new(Code::AlreadyEffective, messages::compensation_applies_since(since))
                .with_current_state(json!({ "effective_date": since })));
        }
        let mut entries: Vec<_> =
            self.0.iter().filter(|known| known.effective_date != entry.effective_date).cloned().collect();
        if entries.len() >= ENTRIES_MAX {
            return Err(Error::new(Code::HistoryFull, messages::compensation_history_full(ENTRIES_MAX)));
        }
        let index = entries.partition_point(|known| known.effective_date < entry.effective_date);
        entries.insert(index, entry);
        Ok(CompensationChange::Changed(Self(entries)))
    }
}

/// Checks that the salary is in range, and that the effective date is between the hire date and ten years after today,
/// or after the hire date if later.
///
/// # Errors
/// 422 with a pointer to the value that is out of range.
pub fn check_compensation_entry(entry: &CompensationEntry, hire_date: Date, today: Date) -> Result<()> {
    check_salary_amount(&entry.salary)?;
    if entry.effective_date < hire_date {
        return Err(Error::invalid("/effective_date", "before_hire", messages::effective_before_hire()));
    }
    let ahead = today.max(hire_date).until(entry.effective_date).map(|span| span.get_days()).unwrap_or(i32::MAX);
    if ahead > DAYS_AHEAD_MAX {
        return Err(Error::invalid("/effective_date", "too_far", messages::effective_too_far()));
    }
    Ok(())
}

/// Checks that a salary is at least 1 minor unit and at most 2^53 - 1.
///
/// # Errors
/// 422 `out_of_range` at `/salary/amount_minor`.
pub fn check_salary_amount(salary: &Money) -> Result<()> {
    if (1..=AMOUNT_MINOR_MAX).contains(&salary.amount_minor) {
        Ok(())
    } else {
        Err(Error::invalid("/salary/amount_minor", "out_of_range", messages::salary_amount()))
    }
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan, civil::date};
    use kernel::ErrorKind;
    use proptest::prelude::*;

    use super::*;

    const HIRED: Date = date(2020, 1, 15);
    const TODAY: Date = date(2024, 5, 10);

    fn entry(day: Date, amount_minor: i64) -> CompensationEntry {
        CompensationEntry {
            effective_date: day,
            salary: Money { amount_minor, currency: "EUR".parse().unwrap() },
            reason: None,
            set_by: Actor::Unknown,
            set_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn changed(change: CompensationChange) -> CompensationHistory {
        match change {
            CompensationChange::Changed(history) => history,
            CompensationChange::Unchanged => panic!("expected a change"),
        }
    }

    fn amounts(history: &CompensationHistory) -> Vec<i64> {
        history.entries().iter().map(|entry| entry.salary.amount_minor).collect()
    }

    #[test]
    fn no_compensation_applies_before_the_first_entry() {
        let history = CompensationHistory::starting_with(entry(HIRED, 10));
        assert_eq!(history.effective_on(date(2020, 1, 14)), None);
        assert_eq!(history.effective_on(HIRED).unwrap().salary.amount_minor, 10);
    }

    #[test]
    fn upcoming_raise_applies_from_its_day() {
        let history = CompensationHistory::starting_with(entry(HIRED, 10));
        let raised = changed(history.with_salary(entry(date(2024, 6, 1), 12), HIRED, TODAY).unwrap());
        assert_eq!(raised.effective_on(TODAY).unwrap().salary.amount_minor, 10);
        assert_eq!(raised.effective_on(date(2024, 6, 1)).unwrap().salary.amount_minor, 12);
        assert_eq!(raised.upcoming_after(TODAY).count(), 1);
    }

    #[test]
    fn upcoming_entry_of_the_same_day_is_replaced() {
        let history = CompensationHistory::starting_with(entry(HIRED, 10));
        let first = changed(history.with_salary(entry(date(2024, 6, 1), 12), HIRED, TODAY).unwrap());
        let second = changed(first.with_salary(entry(date(2024, 6, 1), 13), HIRED, TODAY).unwrap());
        assert_eq!(amounts(&second), [10, 13]);
    }

    #[test]
    fn current_and_past_entries_cannot_be_changed() {
        let history = changed(
            CompensationHistory::starting_with(entry(HIRED, 10))
                .with_salary(entry(date(2024, 1, 1), 11), HIRED, TODAY)
                .unwrap(),
        );
        for day in [HIRED, date(2023, 12, 31), date(2024, 1, 1)] {
            let refusal = history.with_salary(entry(day, 99), HIRED, TODAY).unwrap_err();
            assert_eq!((refusal.kind(), refusal.code()), (ErrorKind::Conflict, "already_effective"), "{day}");
        }
        let late = changed(history.with_salary(entry(date(2024, 5, 1), 12), HIRED, TODAY).unwrap());
        assert_eq!(amounts(&late), [10, 11, 12], "a raise agreed late starts in the past, after the current entry");
    }

    #[test]
    fn setting_the_same_compensation_changes_nothing() {
        let history = CompensationHistory::starting_with(entry(HIRED, 10));
        assert_eq!(history.with_salary(entry(HIRED, 10), HIRED, TODAY).unwrap(), CompensationChange::Unchanged);
    }

    #[test]
    fn values_out_of_range_are_rejected_with_their_pointer() {
        let history = CompensationHistory::default();
        for (bad, pointer) in [
            (entry(TODAY, 0), "/salary/amount_minor"),
            (entry(TODAY, -1), "/salary/amount_minor"),
            (entry(TODAY, i64::MAX), "/salary/amount_minor"),
            (entry(date(2020, 1, 14), 1), "/effective_date"),
            (entry(date(2050, 1, 1), 1), "/effective_date"),
        ] {
            let refusal = history.with_salary(bad, HIRED, TODAY).unwrap_err();
            assert_eq!(refusal.fields()[0].pointer, pointer);
        }
    }

    #[test]
    fn full_history_rejects_new_entries() {
        let mut history = CompensationHistory::starting_with(entry(HIRED, 1));
        let mut day = TODAY;
        for n in 2..=200 {
            day = day.checked_add(1.day()).unwrap();
            history = changed(history.with_salary(entry(day, n), HIRED, TODAY).unwrap());
        }
        assert_eq!(history.with_salary(entry(date(2030, 1, 1), 9), HIRED, TODAY).unwrap_err().code(), "history_full");
        assert!(history.with_salary(entry(day, 9), HIRED, TODAY).is_ok(), "replacing an entry adds none");
    }

    proptest! {
        #[test]
        fn compensation_of_a_day_is_the_latest_entry_up_to_it(
            steps in proptest::collection::vec((0i32..2000, 1i64..1000), 1..40),
            queried in 0i32..2500,
        ) {
            let mut history = CompensationHistory::default();
            let mut known = std::collections::BTreeMap::new();
            for (offset, amount) in steps {
                let day = HIRED.checked_add(offset.days()).unwrap();
                if let Ok(CompensationChange::Changed(next)) = history.with_salary(entry(day, amount), HIRED, TODAY) {
                    history = next;
                    known.insert(day, amount);
                }
            }
            let queried = HIRED.checked_add(queried.days()).unwrap();
            let expected = known.range(..=queried).next_back().map(|(_, amount)| *amount);
            prop_assert_eq!(history.effective_on(queried).map(|entry| entry.salary.amount_minor), expected);
            prop_assert!(history.entries().windows(2).all(|pair| pair[0].effective_date < pair[1].effective_date));
        }
    }
}
