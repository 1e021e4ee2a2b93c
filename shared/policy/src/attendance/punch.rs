//! Punches. A punch is never changed; a correction voids it.

use jiff::{Timestamp, civil::DateTime};
use kernel::{Actor, CorrectionId, Minutes, PunchId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::GeoPosition;

/// Kind of a punch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PunchKind {
    /// Start of work.
    CheckIn,
    /// End of work.
    CheckOut,
    /// Start of a break.
    BreakStart,
    /// End of a break.
    BreakEnd,
}

/// Origin of a punch.
///
/// - `live`: recorded at that moment with the server's clock
/// - `offline`: recorded by a device while it was offline, with the device's clock
/// - `import`: imported from a file of a time clock
/// - `manual`: entered by a manager or HR for the employee
/// - `correction`: added by an approved correction
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PunchSource {
    /// Recorded at that moment with the server's clock.
    Live,
    /// Recorded by a device while it was offline, with the device's clock.
    Offline,
    /// Imported from a file of a time clock.
    Import,
    /// Entered by a manager or HR for the employee.
    Manual,
    /// Added by an approved correction.
    Correction,
}

/// Remark on a recorded punch.
///
/// - `offline`: the punch arrived later than it was made
/// - `outside_window`: the punch is outside every shift window; the employee and the manager were notified
/// - `outside_fence`: the punch was made outside every fence of a site that only flags such punches, or its position is not
///   accurate enough
/// - `no_position`: the punch has no position, and the site has fences
/// - `repeated`: the punch repeats a tap within a few seconds; another punch of that tap counts
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PunchFlag {
    /// The punch arrived later than it was made.
    Offline,
    /// The punch is outside every shift window. It was recorded, and the employee and the manager were notified.
    OutsideWindow,
    /// The punch was made outside every fence of a site that only flags such punches, or its position is not accurate enough.
    OutsideFence,
    /// The punch has no position, and the site has fences.
    NoPosition,
    /// The punch repeats a tap within the seconds of the attendance policy. Another punch of that tap counts.
    Repeated,
}

/// One punch. `at`, `zone`, `local` and `offset` state the same instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Punch {
    /// Id of the punch.
    pub id: PunchId,
    /// Kind of the punch. If it was not told, it follows from all punches of the day.
    pub kind: PunchKind,
    /// Whether the kind was not told and follows from all punches of the day; absent if it was told.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub kind_inferred: bool,
    /// Instant that counts, in whole seconds.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// IANA time zone of the site on the attendance day.
    pub zone: String,
    /// Local date and time of `at` in that zone.
    #[schema(value_type = String, pattern = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$")]
    pub local: DateTime,
    /// UTC offset of the local time: `+01:00`.
    #[schema(pattern = r"^[+-]\d{2}:\d{2}$")]
    pub offset: String,
    /// Location in the words of the person who punched: `Office`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub location: Option<String>,
    /// Name of the device: `Mobile`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub device: Option<String>,
    /// Position that the device reported.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub position: Option<GeoPosition>,
    /// Origin of the punch.
    pub source: PunchSource,
    /// Time of the device clock, as evidence. The time that counts is `at`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub captured_at: Option<Timestamp>,
    /// Instant at which the server received the punch.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// Employee or job that submitted the punch.
    pub by: Actor,
    /// Reason of a manual entry or a correction.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// Remarks on the punch.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub flags: Vec<PunchFlag>,
    /// Minutes by which this check-in was late, as computed when it was recorded; only on live check-ins, and absent if
    /// it was not late.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub late_minutes: Option<Minutes>,
    /// Correction that voided the punch; a voided punch no longer counts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub voided_by: Option<CorrectionId>,
    /// Correction that added the punch.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub correction_id: Option<CorrectionId>,
}

impl Punch {
    /// Local date and time, and the UTC offset such as `+01:00`, of an instant in an IANA time zone. An unknown zone is
    /// read as UTC.
    pub fn local_time_and_offset(at: Timestamp, zone: &str) -> (DateTime, String) {
        let there = at.to_zoned(directory::zone_or_utc(zone));
        let seconds = there.offset().seconds();
        let sign = if seconds < 0 { '-' } else { '+' };
        let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() % 3600 / 60);
        (there.datetime(), format!("{sign}{hours:02}:{minutes:02}"))
    }

    /// Whether the punch counts, because no correction voided it.
    pub const fn is_counted(&self) -> bool {
        self.voided_by.is_none()
    }

    /// Kind of the punch, if it was told.
    pub fn told_kind(&self) -> Option<PunchKind> {
        (!self.kind_inferred).then_some(self.kind)
    }

    /// Whether another punch of the same tap counts instead, as recorded.
    pub fn is_repeated(&self) -> bool {
        self.flags.contains(&PunchFlag::Repeated)
    }
}
