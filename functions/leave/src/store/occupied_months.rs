//! Months of an employee with their occupied slots. A month is written under its version, which prevents overlaps.

use std::collections::BTreeSet;

use jiff::civil::Date;
use kernel::{EmployeeId, LeaveId, Result};
use policy::ExpectedWork;
use policy::leave::{OccupiedMonth, Overlap, Portions, Slot, months_between, occupied_month_key};
use store::{Item, Key, Write, string_attribute};

use super::{Stored, put_if_unchanged, read_stored};
use crate::domain::request::Request;

/// Months of one employee by their first day, with the versions that were read.
#[derive(Debug, Clone, Default)]
pub struct OccupiedMonths(Vec<(Date, Stored<OccupiedMonth>)>);

/// First days and keys of the months that a request touches, and of one month before and after, in which leave may adjoin it.
pub(super) fn month_keys_around(employee: EmployeeId, first: Date, last: Date) -> Vec<(Date, Key)> {
    let before = first.first_of_month().yesterday().unwrap_or(first);
    let after = last.last_of_month().tomorrow().unwrap_or(last);
    month_keys(employee, before, after)
}

/// First days and keys of the months from `first` to `last`, both included.
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

    /// Requests that count days off of these months between them and adjoining leave.
    pub fn holders_of_days_between(&self) -> BTreeSet<LeaveId> {
        self.0.iter().flat_map(|(_, month)| month.value.between.values().copied()).collect()
    }

    /// The months with the days of a request occupied, or the first overlap with another request. The days in `returned`
    /// stay free, and days of months that were not read are ignored.
    pub fn with_request(
        &self,
        work: &ExpectedWork<'_>,
        (leave_id, leave_type): (LeaveId, &str),
        portions: Portions,
        ((first, last), returned): ((Date, Date), &[Date]),
    ) -> std::result::Result<Self, Overlap> {
        let mut months = self.clone();
        let days = first.series(jiff::Span::new().days(1)).take_while(|day| *day <= last);
        for day in days.filter(|day| !returned.contains(day)) {
            let month_of_day = months.0.iter_mut().find(|(month, _)| *month == day.first_of_month());
            if let Some((_, month)) = month_of_day {
                let portion = portions.on(day, (first, last));
                let slot = Slot { leave_id, leave_type: leave_type.to_owned(), portion };
                month.value.occupy(&work.day(day), slot)?;
            }
        }
        Ok(months)
    }

    /// The months after a change of a request that adds no requested day: it occupies the slots of its remaining days
    /// only, and holds the days off that it counts between it and adjoining leave.
    #[must_use]
    pub fn after_change(&self, before: &Request, after: &Request) -> Self {
        let mut months = self.clone();
        for date in before.count.days.iter().map(|day| day.date) {
            let Some(month) = months.month_of(date) else { continue };
            if after.remaining_days().all(|day| day.date != date) {
                month.release_between(before.id, date, date);
            }
            if after.dates_between().all(|between| between != date) {
                month.release_day_between(before.id, date);
            }
        }
        months.with_days_between(after)
    }

    /// The months in which a request holds the days off that it counts between it and adjoining leave.
    #[must_use]
    pub fn with_days_between(mut self, request: &Request) -> Self {
        for date in request.dates_between() {
            if let Some(month) = self.month_of(date) {
                month.hold_day_between(request.id, date);
            }
        }
        self
    }

    fn month_of(&mut self, date: Date) -> Option<&mut OccupiedMonth> {
        let month = self.0.iter_mut().find(|(first, _)| *first == date.first_of_month());
        month.map(|(_, month)| &mut month.value)
    }

    /// Writes of the months that differ from `before`, and of those that the days `relied_on` touch even if they do not
    /// differ: a change that relies on their leave then loses the race against a change of it.
    pub(super) fn writes_of_changes_since(
        &self,
        before: &Self,
        employee: EmployeeId,
        relied_on: Option<(Date, Date)>,
    ) -> Vec<Write> {
        let is_relied_on =
            |first: Date| relied_on.is_some_and(|(from, to)| first <= to && from <= first.last_of_month());
        let changed = self
            .0
            .iter()
            .zip(&before.0)
            .filter(|((first, after), (_, before))| after.value != before.value || is_relied_on(*first));
        changed
            .map(|((first, after), _)| {
                put_if_unchanged(occupied_month_key(employee, *first), &after.value, after.version).joins_lead_event()
            })
            .collect()
    }
}
