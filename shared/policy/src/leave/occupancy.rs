//! Who is away in which slots of a month: overlap is refused here, under the version of the month's item. Rule 3.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};
use kernel::{EmployeeId, LeaveId, Minutes};
use serde::{Deserialize, Serialize};
use store::Key;

use crate::{Half, Portion, calendar::minute_range};

/// A taken part of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// By which request.
    pub leave_id: LeaveId,
    /// Of which type.
    pub leave_type: String,
    /// Which part: `am` and `pm` meet at noon; spans in local time.
    pub portion: Portion,
}

/// The taken slots of one month of one person; by day of the month.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OccupiedMonth {
    /// Slots by day, 1 to 31. Every day of a request, also those that count nothing.
    pub days: BTreeMap<u8, Vec<Slot>>,
}

/// A request that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    /// The day.
    pub date: Date,
    /// What is taken.
    pub slot: Slot,
}

/// Where a month is: `EMP#<id>`, `CAL#2026-11`.
pub fn month_key(employee: EmployeeId, on: Date) -> Key {
    Key::new(format!("EMP#{employee}"), format!("CAL#{}", on.strftime("%Y-%m")))
}

/// The first days of the months from `first` to `last`.
pub fn months(first: Date, last: Date) -> Vec<Date> {
    first.first_of_month().series(1.month()).take_while(|month| *month <= last).collect()
}

impl OccupiedMonth {
    /// Takes a part of a day, unless something is in the way: am and pm do not touch, nor do 10-12 and 12-14; a span touches the half it lies in (noon is 12:00).
    ///
    /// # Errors
    /// What is in the way.
    pub fn occupy(&mut self, on: Date, slot: Slot) -> Result<(), Overlap> {
        let mut others = self.on(on).iter().filter(|taken| taken.leave_id != slot.leave_id);
        if let Some(taken) = others.find(|taken| overlaps(taken.portion, slot.portion)) {
            return Err(Overlap { date: on, slot: taken.clone() });
        }
        let slots = self.days.entry(day_of_month(on)).or_default();
        if !slots.contains(&slot) {
            slots.push(slot);
        }
        Ok(())
    }

    /// Gives back what a request holds from a day of this month on.
    pub fn release(&mut self, leave: LeaveId, from: Date) {
        for (_, slots) in self.days.range_mut(day_of_month(from)..) {
            slots.retain(|slot| slot.leave_id != leave);
        }
        self.days.retain(|_, slots| !slots.is_empty());
    }

    /// What is taken of a day.
    pub fn on(&self, date: Date) -> &[Slot] {
        self.days.get(&day_of_month(date)).map_or(&[], Vec::as_slice)
    }
}

fn day_of_month(date: Date) -> u8 {
    date.day().unsigned_abs()
}

/// Whether two parts of one day touch.
pub fn overlaps(a: Portion, b: Portion) -> bool {
    let ((a_from, a_to), (b_from, b_to)) = (minutes_of(a), minutes_of(b));
    a_from < b_to && b_from < a_to
}

/// The minutes of the day that a portion takes.
fn minutes_of(portion: Portion) -> (i64, i64) {
    const NOON: i64 = 12 * 60;
    match portion {
        Portion::Full => (0, Minutes::CIVIL_DAY.0),
        Portion::Half(Half::Am) => (0, NOON),
        Portion::Half(Half::Pm) => (NOON, Minutes::CIVIL_DAY.0),
        Portion::Hours(from, to) => minute_range((from, to)),
    }
}
