//! Requested parts of the days of a leave. Rule 1 (docs/rules.md).

use jiff::{
    ToSpan,
    civil::{Date, Time},
};
use kernel::{Error, Result};

use crate::{Half, Portion, messages};

/// Longest request in days.
pub const REQUEST_DAYS_MAX: i64 = 366;

/// Requested days, and the requested parts of the first and the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestedDates {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
    /// Requested parts of the first and the last day.
    pub portions: Portions,
}

impl RequestedDates {
    /// Days of a request from its fields.
    ///
    /// # Errors
    /// 422 at `last_pointer`: `ends_before_it_begins`, or `too_long` above [`REQUEST_DAYS_MAX`]; and those of
    /// [`Portions::from_request`].
    pub fn from_request(
        (first, last): (Date, Date),
        fields: PortionFields,
        last_pointer: &'static str,
    ) -> Result<Self> {
        if last < first {
            return Err(Error::invalid(last_pointer, "ends_before_it_begins", messages::days_out_of_order()));
        }
        if last > first.saturating_add((REQUEST_DAYS_MAX - 1).days()) {
            return Err(Error::invalid(last_pointer, "too_long", messages::leave_too_long(REQUEST_DAYS_MAX)));
        }
        Ok(Self { first, last, portions: Portions::from_request(fields, (first, last))? })
    }
}

/// Requested parts of the first and the last day; days between them are requested in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Portions {
    /// Part of the first day, which is that of a single day.
    pub first: Portion,
    /// Part of the last day, if it is another day.
    pub last: Portion,
}

/// Fields of a request that say which parts of its days are requested.
#[derive(Debug, Clone, Copy, Default)]
pub struct PortionFields {
    /// Half of a single day.
    pub half: Option<Half>,
    /// Start time on a single day.
    pub from: Option<Time>,
    /// End time on a single day.
    pub to: Option<Time>,
    /// Whether a leave of several days starts in the middle of its first day.
    pub starts_at_midday: bool,
    /// Whether a leave of several days ends in the middle of its last day.
    pub ends_at_midday: bool,
}

impl From<Portion> for Portions {
    fn from(portion: Portion) -> Self {
        Self { first: portion, last: portion }
    }
}

impl Portions {
    /// Portions of a request from `first` to `last`, from its fields; whole days without any of them.
    ///
    /// # Errors
    /// 422 at `/half`, `/from`, `/to`, `/starts_at_midday` or `/ends_at_midday`: `several_days`, `one_day`,
    /// `half_and_hours`, `ends_before_it_begins` or `required`.
    pub fn from_request(fields: PortionFields, (first, last): (Date, Date)) -> Result<Self> {
        let portion = Portion::from_request(fields.half, fields.from, fields.to, (first, last))?;
        if first != last {
            let half_if = |cut, half| if cut { Portion::Half(half) } else { Portion::Full };
            return Ok(Self {
                first: half_if(fields.starts_at_midday, Half::Pm),
                last: half_if(fields.ends_at_midday, Half::Am),
            });
        }
        let cut = [("/starts_at_midday", fields.starts_at_midday), ("/ends_at_midday", fields.ends_at_midday)];
        match cut.into_iter().find(|(_, set)| *set) {
            Some((pointer, _)) => Err(Error::invalid(pointer, "one_day", messages::midday_of_one_day())),
            None => Ok(portion.into()),
        }
    }

    /// Requested part of a date of the leave from `first` to `last`.
    pub fn on(self, date: Date, (first, last): (Date, Date)) -> Portion {
        if date == first {
            self.first
        } else if date == last {
            self.last
        } else {
            Portion::Full
        }
    }
}
