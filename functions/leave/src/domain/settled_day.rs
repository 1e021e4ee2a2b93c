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
    /// Version of the attendance day. A version that is known already, or an older one, changes nothing.
    #[serde(skip)]
    pub version: u64,
    /// Effects of the day on leave.
    #[serde(skip)]
    pub counts: LeaveRelevance,
}

/// Effects of a settled day on leave, by the data of its event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct LeaveRelevance {
    /// Whether its work counts for a compensatory credit, or did before.
    #[serde(default)]
    pub counts_for_credit: bool,
    /// Codes of the leave types that its hours earn.
    #[serde(default)]
    pub hours_leave_types: Vec<String>,
}

impl SettledDay {
    /// Settled day of an `attendance.processed` event; `None` for other events, and for days without an effect on leave.
    ///
    /// # Errors
    /// 500 for values that cannot be read.
    pub fn of_event(event: &Event) -> Result<Option<Self>> {
        let data = event.stamp.data.as_ref().filter(|_| event.event_type() == Some(EventType::AttendanceProcessed));
        let counts = data.map(LeaveRelevance::deserialize).transpose().map_err(Error::internal)?.unwrap_or_default();
        let Some(values) = event.new_values.as_ref().filter(|_| counts != LeaveRelevance::default()) else {
            return Ok(None);
        };
        let day = Self::deserialize(values).map_err(Error::internal)?;
        Ok(Some(Self { version: event.version, counts, ..day }))
    }
}
