//! Punches: immutable facts. What is wrong is voided and stays.

use jiff::{Timestamp, civil::DateTime};
use kernel::{Actor, CorrectionId, Minutes, PunchId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::GeoPosition;

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named by the field")]
pub enum PunchKind {
    CheckIn,
    CheckOut,
    BreakStart,
    BreakEnd,
}

/// How a punch came to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PunchSource)]
pub enum PunchSource {
    /// At that moment: the server's clock says when.
    Live,
    /// Kept by a device while it was offline: the device's clock says when.
    Offline,
    /// From a device's file.
    Import,
    /// By somebody else, in the person's place.
    Manual,
    /// By an approved correction.
    Correction,
}

/// What is to be known of a punch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PunchFlag {
    /// It came later than it happened.
    Offline,
    /// It lies in no window of a shift: kept, shown, and told.
    OutsideWindow,
    /// It was made outside of every fence of the site, which only flags there.
    OutsideFence,
    /// It was made without saying where, at a site that has fences.
    NoPosition,
}

/// One punch. The four fields of an instant: `at`, `zone`, `local`, `offset`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Punch {
    /// Id.
    pub id: PunchId,
    /// What was done.
    pub kind: PunchKind,
    /// The instant that counts, in whole seconds.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// IANA zone of the work site.
    pub zone: String,
    /// What the clock on the wall said.
    #[schema(value_type = String)]
    pub local: DateTime,
    /// Its distance from UTC: `+01:00`.
    pub offset: String,
    /// Where, in the words of whoever punched: `Office`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub location: Option<String>,
    /// With what: `Mobile`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub device: Option<String>,
    /// Where, by the device.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub position: Option<GeoPosition>,
    /// How it came.
    pub source: PunchSource,
    /// When, by the device's clock, where it said so: evidence, not the truth.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub captured_at: Option<Timestamp>,
    /// When it reached us.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// Who handed it in.
    #[schema(value_type = String)]
    pub by: Actor,
    /// Why, where somebody else did or it puts something right.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// What is to be known of it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub flags: Vec<PunchFlag>,
    /// At a check-in: how late it was when it was made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub late_minutes: Option<Minutes>,
    /// The correction that made it void. It stays, and counts no more.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub voided_by: Option<CorrectionId>,
    /// The correction that brought it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub correction_id: Option<CorrectionId>,
}

impl Punch {
    /// The wall clock and the offset of an instant in a zone, as a punch keeps them.
    pub fn local_time_and_offset(at: Timestamp, zone: &str) -> (DateTime, String) {
        let there = at.to_zoned(directory::zone_or_utc(zone));
        let seconds = there.offset().seconds();
        let sign = if seconds < 0 { '-' } else { '+' };
        let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() % 3600 / 60);
        (there.datetime(), format!("{sign}{hours:02}:{minutes:02}"))
    }

    /// Whether it counts.
    pub const fn is_counted(&self) -> bool {
        self.voided_by.is_none()
    }
}
