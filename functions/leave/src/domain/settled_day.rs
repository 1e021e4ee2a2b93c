//! Settled attendance days, as the events of the attendance service show them.

use events::{Event, EventType};
use jiff::civil::Date;
use kernel::{AttendanceId, EmployeeId, Error, Result};
use policy::attendance::DayOutcome;
use serde::Deserialize;

/// Settled day of an employee.
#[derive(Debug, Clone, Deserialize)]
pub struct SettledDay {
    /// Id; follows from the employee and the date.
    pub id: AttendanceId,
    pub employee_id: EmployeeId,
    /// Date on which its shifts start.
    pub date: Date,
    pub outcome: DayOutcome,
    /// Version of the day. Older versions change nothing.
    #[serde(skip)]
    pub version: u64,
}

impl SettledDay {
    /// Day of an event; `None` for other events, and for days that do not count for leave.
    ///
    /// # Errors
    /// 500 for values that cannot be read.
    pub fn of_event(event: &Event) -> Result<Option<Self>> {
        let counts = event.stamp.data.as_ref().is_some_and(|data| data.get("counts_for_leave").is_some());
        if event.event_type() != Some(EventType::AttendanceProcessed) || !counts {
            return Ok(None);
        }
        let Some(values) = &event.new_values else { return Ok(None) };
        let day = Self::deserialize(values).map_err(Error::internal)?;
        Ok(Some(Self { version: event.version, ..day }))
    }
}
