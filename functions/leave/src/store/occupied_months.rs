//! Months of an employee with their occupied slots. A month is written under its version, which prevents overlaps.

use jiff::civil::Date;
use kernel::{EmployeeId, LeaveId, Result};
use policy::ExpectedWork;
use policy::leave::{OccupiedMonth, Overlap, Portions, Slot, months_between, occupied_month_key};
use store::{Item, Key, Write, string_attribute};

use super::{Stored, put_if_unchanged, read_stored};

/// Months of one employee by their first day, with the versions that were read.
#[derive(Debug, Clone, Default)]
pub struct OccupiedMonths(Vec<(Date, Stored<OccupiedMonth>)>);

/// Keys of the months that a request touches, and of one month before and after, for the longest absence in a row.
pub(super) fn month_keys_around(employee: EmployeeId, first: Date, last: Date) -> Vec<(Date, Key)> {
    let before = first.first_of_month().yesterday().unwrap_or(first);
    let after = last.last_of_month().tomorrow().unwrap_or(last);
    month_keys(employee, before, after)
}

pub(super) fn month_keys(employee: EmployeeId, first: Date, last: Date) -> Vec<(Date, Key)> {
    months_between(first, last).into_iter().map(|month| (month, occupied_month_key(employee, month))).collect()
}

impl OccupiedMonths {
    /// Months of these keys, taken out of `items`; a month without an item is empty.
    pub(super) fn from_items(keys: &[(Date, Key)], items: &mut Vec<Item>) -> Result<Self> {
        let mut months = Vec::with_capacity(keys.len());
        for (first, key) in keys {
            let at = items.iter().position(|item| string_attribute(item, "sk") == Some(key.sk.as_str()));
            let month = match at {
                Some(at) => read_stored(items.swap_remove(at))?,
                None => Stored { value: OccupiedMonth::default(), version: 0 },
            };
            months.push((*first, month));
        }
        Ok(Self(months))
    }

    /// The months without their versions.
    pub fn slots_by_month(&self) -> Vec<(Date, OccupiedMonth)> {
        self.0.iter().map(|(first, month)| (*first, month.value.clone())).collect()
    }

    /// The months with the days of a request occupied, or the first overlap with another request.
    pub fn with_request(
        &self,
        work: &ExpectedWork<'_>,
        (leave_id, leave_type): (LeaveId, &str),
        portions: Portions,
        (first, last): (Date, Date),
    ) -> std::result::Result<Self, Overlap> {
        let mut months = self.clone();
        for day in first.series(jiff::Span::new().days(1)).take_while(|day| *day <= last) {
            let month_of_day = months.0.iter_mut().find(|(month, _)| *month == day.first_of_month());
            if let Some((_, month)) = month_of_day {
                let portion = portions.on(day, (first, last));
                let slot = Slot { leave_id, leave_type: leave_type.to_owned(), portion };
                month.value.occupy(&work.day(day), slot)?;
            }
        }
        Ok(months)
    }

    /// The months in which a request occupies no slot between two days.
    #[must_use]
    pub fn without_slots_of(&self, leave: LeaveId, (from, to): (Date, Date)) -> Self {
        let mut months = self.clone();
        for (first, month) in &mut months.0 {
            let (from, to) = (from.max(*first), to.min(first.last_of_month()));
            if from <= to {
                month.value.release_between(leave, from, to);
            }
        }
        months
    }

    /// Writes of the months that differ from `before`.
    pub(super) fn writes_of_changes_since(&self, before: &Self, employee: EmployeeId) -> Vec<Write> {
        let changed = self.0.iter().zip(&before.0).filter(|((_, after), (_, before))| after.value != before.value);
        changed
            .map(|((first, after), _)| {
                put_if_unchanged(occupied_month_key(employee, *first), &after.value, after.version).joins_lead_event()
            })
            .collect()
    }
}
