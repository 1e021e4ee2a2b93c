//! Hour in UTC: the unit of sealing.

use std::{borrow::Cow, fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

const HOUR_S: i64 = 3600;

/// Whole hour in UTC, in JSON as `2026-11-22T10`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hour(i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an hour of UTC, such as `2026-11-22T10`")]
pub struct InvalidHour;

impl Hour {
    pub fn of(at: Timestamp) -> Self {
        Self(at.as_second().div_euclid(HOUR_S))
    }

    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    #[must_use]
    pub const fn minus_hours(self, hours: i64) -> Self {
        Self(self.0.saturating_sub(hours))
    }

    /// First instant of the hour; the epoch for an hour outside the calendar.
    pub fn start(self) -> Timestamp {
        Timestamp::from_second(self.0.saturating_mul(HOUR_S)).unwrap_or_default()
    }

    /// Path in an object store: `2026/11/22/10`.
    pub fn path(self) -> String {
        self.to_string().replace(['-', 'T'], "/")
    }
}

impl fmt::Display for Hour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.start().to_string();
        f.write_str(text.get(..13).unwrap_or(&text))
    }
}

impl FromStr for Hour {
    type Err = InvalidHour;
    fn from_str(text: &str) -> Result<Self, InvalidHour> {
        if text.len() != 13 {
            return Err(InvalidHour);
        }
        format!("{text}:00:00Z").parse().map(Self::of).map_err(|_| InvalidHour)
    }
}

impl Serialize for Hour {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hour {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <Cow<'de, str>>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl PartialSchema for Hour {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3])$"))
            .description(Some("Whole hour in UTC as `YYYY-MM-DDThh`, such as `2026-11-22T10`."))
            .examples(["2026-11-22T10"])
            .into()
    }
}

impl ToSchema for Hour {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("SealHour")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hour_round_trips_and_invalid_text_is_refused() {
        let hour = Hour::of("2026-11-22T23:59:59.999Z".parse().unwrap());
        assert_eq!(hour.to_string(), "2026-11-22T23");
        assert_eq!(hour.path(), "2026/11/22/23");
        assert_eq!("2026-11-22T23".parse(), Ok(hour));
        assert_eq!(hour.next().to_string(), "2026-11-23T00");
        assert_eq!(hour.next().minus_hours(1), hour);
        for text in ["", "2026-11-22", "2026-11-22T24", "2026-11-22T23:00", "2026-11-22 2345"] {
            assert_eq!(text.parse::<Hour>(), Err(InvalidHour), "{text}");
        }
    }
}
