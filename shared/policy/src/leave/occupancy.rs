//! Occupied parts of days by month. Overlaps of requests are detected here: rule 3 (docs/rules.md).

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};
use kernel::{EmployeeId, LeaveId};
use serde::{Deserialize, Serialize};
use store::Key;

use crate::{ExpectedDay, Portion};

/// Part of a day that a request occupies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Id of the request.
    pub leave_id: LeaveId,
    /// Code of the leave type.
    pub leave_type: String,
    /// Occupied part of the day. `am` and `pm` meet in the middle of the expected work.
    pub portion: Portion,
}

/// Occupied parts of the days of one month of one person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OccupiedMonth {
    /// Slots by day of the month, 1 to 31. A request occupies all of its days, also those that count 0 minutes.
    pub days: BTreeMap<u8, Vec<Slot>>,
    /// Days off that a request counts because they lie between it and adjoining leave, by day of the month. They stay
    /// free for other requests, and no second request counts them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub between: BTreeMap<u8, LeaveId>,
}

/// Conflict with the slot of another request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    /// Date of the conflict.
    pub date: Date,
    /// Existing slot on that date.
    pub slot: Slot,
}

/// Key of the occupied month that contains a day: `EMP#<id>`, `CAL#2026-11`.
pub fn occupied_month_key(employee: EmployeeId, on: Date) -> Key {
    Key::new(format!("EMP#{employee}"), format!("CAL#{}", on.strftime("%Y-%m")))
}

/// First days of all months that `first` to `last` touch.
pub fn months_between(first: Date, last: Date) -> Vec<Date> {
    first.first_of_month().series(1.month()).take_while(|month| *month <= last).collect()
}

impl OccupiedMonth {
    /// Adds a slot to a day of this month; a known slot changes nothing. `am` and `pm` do not overlap, nor do 10:00 to
    /// 12:00 and 12:00 to 14:00; hours overlap the half in which they lie. The halves meet in the middle of the expected
    /// work of the day.
    ///
    /// # Errors
    /// [`Overlap`] with a slot of another request, of any leave type.
    pub fn occupy(&mut self, day: &ExpectedDay<'_>, slot: Slot) -> Result<(), Overlap> {
        let on = day.date;
        let mut others = self.slots_on(on).iter().filter(|taken| taken.leave_id != slot.leave_id);
        if let Some(taken) = others.find(|taken| day.portions_overlap(taken.portion, slot.portion)) {
            return Err(Overlap { date: on, slot: taken.clone() });
        }
        let slots = self.days.entry(day_of_month(on)).or_default();
        if !slots.contains(&slot) {
            slots.push(slot);
        }
        Ok(())
    }

    /// Removes the slots of a request from a day of this month on.
    pub fn release_from(&mut self, leave: LeaveId, from: Date) {
        self.release_between(leave, from, from.last_of_month());
    }

    /// Removes the slots of a request from the days `from` to `to`, both included. Both must be in this month, and `to` not
    /// before `from`; otherwise it panics or removes the slots of other days.
    pub fn release_between(&mut self, leave: LeaveId, from: Date, to: Date) {
        for (_, slots) in self.days.range_mut(day_of_month(from)..=day_of_month(to)) {
            slots.retain(|slot| slot.leave_id != leave);
        }
        self.days.retain(|_, slots| !slots.is_empty());
    }

    /// Notes that a request counts a day off of this month between it and adjoining leave, unless another one does.
    pub fn hold_day_between(&mut self, leave: LeaveId, date: Date) {
        self.between.entry(day_of_month(date)).or_insert(leave);
    }

    /// Removes the note of [`Self::hold_day_between`], if it is that of this request.
    pub fn release_day_between(&mut self, leave: LeaveId, date: Date) {
        if self.holder_of_day_between(date) == Some(leave) {
            self.between.remove(&day_of_month(date));
        }
    }

    /// Request that counts a day off of this month between it and adjoining leave.
    pub fn holder_of_day_between(&self, date: Date) -> Option<LeaveId> {
        self.between.get(&day_of_month(date)).copied()
    }

    /// Slots of a day of this month; empty if the day is free.
    pub fn slots_on(&self, date: Date) -> &[Slot] {
        self.days.get(&day_of_month(date)).map_or(&[], Vec::as_slice)
    }
}

fn day_of_month(date: Date) -> u8 {
    date.day().unsigned_abs()
}
