//! The months of a person: which slots are taken. Each is written under its version, which is what refuses an overlap.

use jiff::civil::Date;
use kernel::{EmployeeId, LeaveId, Result};
use policy::leave::{OccupiedMonth, Overlap, Slot, month_key, months};
use store::{Item, Key, Write, string_attribute};

use super::{Stored, create_or_replace, read_stored};

/// Some months of one person, by their first days, with the versions they were read at.
#[derive(Debug, Clone, Default)]
pub struct OccupiedMonths(Vec<(Date, Stored<OccupiedMonth>)>);

/// The keys of the months that a request touches, with those before and after it where its run may go on.
pub(super) fn keys_around(employee: EmployeeId, first: Date, last: Date) -> Vec<(Date, Key)> {
    let before = first.first_of_month().yesterday().unwrap_or(first);
    let after = last.last_of_month().tomorrow().unwrap_or(last);
    keys_of(employee, before, after)
}

/// The keys of the months that a request touches.
pub(super) fn keys_of(employee: EmployeeId, first: Date, last: Date) -> Vec<(Date, Key)> {
    months(first, last).into_iter().map(|month| (month, month_key(employee, month))).collect()
}

impl OccupiedMonths {
    /// The months of these keys, empty where nothing was taken yet.
    pub(super) fn of(keys: &[(Date, Key)], items: &mut Vec<Item>) -> Result<Self> {
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

    /// The months without their versions, as the engine reads them.
    pub fn slots_by_month(&self) -> Vec<(Date, OccupiedMonth)> {
        self.0.iter().map(|(first, month)| (*first, month.value.clone())).collect()
    }

    /// The same months with a request in them; what is in its way otherwise.
    pub fn occupying(&self, slot: &Slot, first: Date, last: Date) -> std::result::Result<Self, Overlap> {
        let mut months = self.clone();
        for day in first.series(jiff::Span::new().days(1)).take_while(|day| *day <= last) {
            let of_day = months.0.iter_mut().find(|(month, _)| *month == day.first_of_month());
            if let Some((_, month)) = of_day {
                month.value.occupy(day, slot.clone())?;
            }
        }
        Ok(months)
    }

    /// The same months without what a request holds from a day on.
    #[must_use]
    pub fn releasing(&self, leave: LeaveId, from: Date) -> Self {
        let mut months = self.clone();
        for (first, month) in &mut months.0 {
            month.value.release(leave, from.max(*first));
        }
        months
    }

    /// The writes of those months that are not what they were.
    pub(super) fn changed_from(&self, before: &Self, employee: EmployeeId) -> Vec<Write> {
        let changed = self.0.iter().zip(&before.0).filter(|((_, after), (_, before))| after.value != before.value);
        changed
            .map(|((first, after), _)| {
                create_or_replace(month_key(employee, *first), &after.value, after.version).joins_lead_event()
            })
            .collect()
    }
}
