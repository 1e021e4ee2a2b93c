//! Worked time as people write it: hours with at most two decimals, counted in whole minutes.

use std::fmt;

use kernel::Minutes;
use serde::{Deserialize, Deserializer, de};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

/// Hundredths of an hour, up to a day; written in hours: `8.5`. No float is ever computed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkedHours(u16);

impl WorkedHours {
    /// So many hours are the most that a day may have: one whose clock goes back.
    pub const HOURS_MAX: u16 = 25;

    /// In whole minutes; 0.6 of a minute counts as one, 0.4 as none.
    pub fn minutes(self) -> Minutes {
        Minutes((i64::from(self.0) * 3 + 2) / 5)
    }

    fn read(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if part.len() > 2 || !digits(whole) || !digits(part) {
            return None;
        }
        let hours: u16 = whole.parse().ok()?;
        let hundredths: u16 = format!("{part:0<2}").parse().ok()?;
        let total = hours.checked_mul(100)?.checked_add(hundredths)?;
        (total <= Self::HOURS_MAX * 100).then_some(Self(total))
    }
}

impl<'de> Deserialize<'de> for WorkedHours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl Visitor {
            fn read<E: de::Error>(text: &str) -> Result<WorkedHours, E> {
                WorkedHours::read(text)
                    .ok_or_else(|| E::custom("expected hours from 0 to 25 with at most two decimals"))
            }
        }
        impl de::Visitor<'_> for Visitor {
            type Value = WorkedHours;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of hours with at most two decimals")
            }
            fn visit_u64<E: de::Error>(self, hours: u64) -> Result<WorkedHours, E> {
                Self::read(&hours.to_string())
            }
            fn visit_i64<E: de::Error>(self, hours: i64) -> Result<WorkedHours, E> {
                Self::read(&hours.to_string())
            }
            fn visit_f64<E: de::Error>(self, hours: f64) -> Result<WorkedHours, E> {
                Self::read(&hours.to_string())
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl PartialSchema for WorkedHours {
    fn schema() -> RefOr<Schema> {
        let maximum = i64::from(Self::HOURS_MAX);
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .minimum(Some(0))
            .maximum(Some(maximum))
            .multiple_of(Some(0.01))
            .into()
    }
}

impl ToSchema for WorkedHours {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hours_become_whole_minutes_without_a_float() {
        for (text, minutes) in
            [("0", 0), ("8.5", 510), ("8.50", 510), ("8", 480), ("7.33", 440), ("0.01", 1), ("7.25", 435), ("25", 1500)]
        {
            let hours: WorkedHours = serde_json::from_str(text).unwrap();
            assert_eq!(hours.minutes(), Minutes(minutes), "{text}");
        }
        for bad in ["-1", "25.01", "8.123", "1e30", "\"8\"", "null", "true", "[]", "{}", "1e-7"] {
            assert!(serde_json::from_str::<WorkedHours>(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_minute_can_be_named(minutes in 0_i64..=1500) {
            let hundredths = (minutes * 100 + 30) / 60;
            let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
            let hours: WorkedHours = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(hours.minutes(), Minutes(minutes));
        }
    }
}
