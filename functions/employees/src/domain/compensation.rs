//! Pay: an effective-dated history, and what it says on a given day.

use jiff::{Timestamp, civil::Date};
use kernel::{Actor, Code, Error, Money, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// One person's history is never longer.
pub const ENTRIES_MAX: usize = 200;
/// Pay is not decided further ahead, in days.
const AHEAD_DAYS_MAX: i32 = 3660;
/// No salary is larger, in minor units: one below the largest integer that every JSON reader keeps exact.
const AMOUNT_MINOR_MAX: i64 = 9_007_199_254_740_991;

/// What somebody earns from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompensationEntry {
    /// First day on which it holds, in the person's own time zone.
    pub effective_date: Date,
    pub salary: Money,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    pub set_by: Actor,
    pub set_at: Timestamp,
}

/// Everything one person was, is and will be paid; sorted by day, one entry a day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CompensationHistory(Vec<CompensationEntry>);

/// What setting pay comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompensationChange {
    /// The same pay from the same day stands already.
    Unchanged,
    /// The history as it shall be.
    Changed(CompensationHistory),
}

impl CompensationHistory {
    /// A history that begins with this entry.
    pub fn starting_with(entry: CompensationEntry) -> Self {
        Self(vec![entry])
    }

    pub fn entries(&self) -> &[CompensationEntry] {
        &self.0
    }

    /// What holds on a day: the entry with the latest date up to it.
    pub fn effective_on(&self, day: Date) -> Option<&CompensationEntry> {
        self.0.iter().rev().find(|entry| entry.effective_date <= day)
    }

    /// What is decided but does not hold yet on a day.
    pub fn upcoming_after(&self, day: Date) -> impl Iterator<Item = &CompensationEntry> {
        self.0.iter().filter(move |entry| entry.effective_date > day)
    }

    /// Sets pay from a day on. A future entry of the same day is replaced. What already holds is history: a new entry
    /// may start in the past (a raise that was agreed late), but only behind the last one that holds.
    ///
    /// # Errors
    /// 422 for an amount or a day out of bounds; 409 `already_effective` with the entry that stands; 409 `history_full`.
    pub fn set(&self, entry: CompensationEntry, hire_date: Date, today: Date) -> Result<CompensationChange> {
        check(&entry, hire_date, today)?;
        let same_day = self.0.iter().position(|known| known.effective_date == entry.effective_date);
        let stands = same_day.and_then(|at| self.0.get(at)).is_some_and(|known| known.salary == entry.salary);
        if stands {
            return Ok(CompensationChange::Unchanged);
        }
        if let Some(holding) = self.effective_on(today)
            && entry.effective_date <= holding.effective_date
        {
            return Err(Error::new(
                Code::AlreadyEffective,
                format!("Pay holds since {}; a change must start later.", holding.effective_date),
            )
            .with_current_state(json!({ "effective_date": holding.effective_date })));
        }
        let mut entries: Vec<_> =
            self.0.iter().filter(|known| known.effective_date != entry.effective_date).cloned().collect();
        if entries.len() >= ENTRIES_MAX {
            return Err(Error::new(Code::HistoryFull, format!("No more than {ENTRIES_MAX} entries are kept.")));
        }
        let place = entries.partition_point(|known| known.effective_date < entry.effective_date);
        entries.insert(place, entry);
        Ok(CompensationChange::Changed(Self(entries)))
    }
}

/// Bounds of a single entry.
///
/// # Errors
/// 422 with the pointer of what is out of bounds.
pub fn check(entry: &CompensationEntry, hire_date: Date, today: Date) -> Result<()> {
    check_amount(&entry.salary)?;
    if entry.effective_date < hire_date {
        return Err(Error::invalid("/effective_date", "before_hire", "Nobody is paid before their first day."));
    }
    let ahead = today.max(hire_date).until(entry.effective_date).map(|span| span.get_days()).unwrap_or(i32::MAX);
    if ahead > AHEAD_DAYS_MAX {
        return Err(Error::invalid("/effective_date", "too_far", "Pay is not decided more than ten years ahead."));
    }
    Ok(())
}

/// An amount that somebody can earn.
///
/// # Errors
/// 422 at `/salary/amount_minor`.
pub fn check_amount(salary: &Money) -> Result<()> {
    if (1..=AMOUNT_MINOR_MAX).contains(&salary.amount_minor) {
        Ok(())
    } else {
        Err(Error::invalid(
            "/salary/amount_minor",
            "out_of_range",
            "A salary is a positive whole number of minor units.",
        ))
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
    fn a_day_before_the_first_entry_has_no_pay() {
        let history = CompensationHistory::starting_with(entry(HIRED, 10));
        assert_eq!(history.effective_on(date(2020, 1, 14)), None);
        assert_eq!(history.effective_on(HIRED).unwrap().salary.amount_minor, 10);
    }

    #[test]
    fn a_future_raise_waits_for_its_day() {
        let history = CompensationHistory::starting_with(entry(HIRED, 10));
        let raised = changed(history.set(entry(date(2024, 6, 1), 12), HIRED, TODAY).unwrap());
        assert_eq!(raised.effective_on(TODAY).unwrap().salary.amount_minor, 10);
        assert_eq!(raised.effective_on(date(2024, 6, 1)).unwrap().salary.amount_minor, 12);
        assert_eq!(raised.upcoming_after(TODAY).count(), 1);
    }

    #[test]
    fn the_same_future_day_is_decided_anew() {
        let history = CompensationHistory::starting_with(entry(HIRED, 10));
        let once = changed(history.set(entry(date(2024, 6, 1), 12), HIRED, TODAY).unwrap());
        let twice = changed(once.set(entry(date(2024, 6, 1), 13), HIRED, TODAY).unwrap());
        assert_eq!(amounts(&twice), [10, 13]);
    }

    #[test]
    fn what_holds_is_history_and_is_not_rewritten() {
        let history = changed(
            CompensationHistory::starting_with(entry(HIRED, 10))
                .set(entry(date(2024, 1, 1), 11), HIRED, TODAY)
                .unwrap(),
        );
        for day in [HIRED, date(2023, 12, 31), date(2024, 1, 1)] {
            let refusal = history.set(entry(day, 99), HIRED, TODAY).unwrap_err();
            assert_eq!((refusal.kind(), refusal.code()), (ErrorKind::Conflict, "already_effective"), "{day}");
        }
        let late = changed(history.set(entry(date(2024, 5, 1), 12), HIRED, TODAY).unwrap());
        assert_eq!(amounts(&late), [10, 11, 12], "a raise agreed late starts in the past, behind what holds");
    }

    #[test]
    fn setting_what_stands_changes_nothing() {
        let history = CompensationHistory::starting_with(entry(HIRED, 10));
        assert_eq!(history.set(entry(HIRED, 10), HIRED, TODAY).unwrap(), CompensationChange::Unchanged);
    }

    #[test]
    fn what_is_out_of_bounds_is_refused_with_its_pointer() {
        let history = CompensationHistory::default();
        for (bad, pointer) in [
            (entry(TODAY, 0), "/salary/amount_minor"),
            (entry(TODAY, -1), "/salary/amount_minor"),
            (entry(TODAY, i64::MAX), "/salary/amount_minor"),
            (entry(date(2020, 1, 14), 1), "/effective_date"),
            (entry(date(2050, 1, 1), 1), "/effective_date"),
        ] {
            let refusal = history.set(bad, HIRED, TODAY).unwrap_err();
            assert_eq!(refusal.fields()[0].pointer, pointer);
        }
    }

    #[test]
    fn a_full_history_takes_no_more() {
        let mut history = CompensationHistory::starting_with(entry(HIRED, 1));
        let mut day = TODAY;
        for n in 2..=200 {
            day = day.checked_add(1.day()).unwrap();
            history = changed(history.set(entry(day, n), HIRED, TODAY).unwrap());
        }
        assert_eq!(history.set(entry(date(2030, 1, 1), 9), HIRED, TODAY).unwrap_err().code(), "history_full");
        assert!(history.set(entry(day, 9), HIRED, TODAY).is_ok(), "replacing does not grow it");
    }

    proptest! {
        #[test]
        fn the_value_of_a_day_is_the_latest_decision_up_to_it(
            steps in proptest::collection::vec((0i32..2000, 1i64..1000), 1..40),
            asked in 0i32..2500,
        ) {
            let mut history = CompensationHistory::default();
            let mut known = std::collections::BTreeMap::new();
            for (offset, amount) in steps {
                let day = HIRED.checked_add(offset.days()).unwrap();
                if let Ok(CompensationChange::Changed(next)) = history.set(entry(day, amount), HIRED, TODAY) {
                    history = next;
                    known.insert(day, amount);
                }
            }
            let asked = HIRED.checked_add(asked.days()).unwrap();
            let expected = known.range(..=asked).next_back().map(|(_, amount)| *amount);
            prop_assert_eq!(history.effective_on(asked).map(|entry| entry.salary.amount_minor), expected);
            prop_assert!(history.entries().windows(2).all(|pair| pair[0].effective_date < pair[1].effective_date));
        }
    }
}
