//! Worked hours with at most two decimals, converted to whole minutes without floating-point arithmetic.

use std::fmt;

use kernel::Minutes;
use serde::{Deserialize, Deserializer, de};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

use crate::messages;

/// Worked hours of a day in hundredths of an hour; in JSON a number of hours such as `8.5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkedHours(u16);

impl WorkedHours {
    /// Most hours of a day: 25 when the clock goes back.
    pub const HOURS_MAX: u16 = 25;

    /// Whole minutes, rounded to the nearest minute.
    pub fn minutes(self) -> Minutes {
        Minutes((i64::from(self.0) * 3 + 2) / 5)
    }

    fn parse(text: &str) -> Option<Self> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if decimals.len() > 2 || !is_digits(whole) || !is_digits(decimals) {
            return None;
        }
        let hours: u16 = whole.parse().ok()?;
        let hundredths: u16 = format!("{decimals:0<2}").parse().ok()?;
        let total = hours.checked_mul(100)?.checked_add(hundredths)?;
        (total <= Self::HOURS_MAX * 100).then_some(Self(total))
    }
}

impl<'de> Deserialize<'de> for WorkedHours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl Visitor {
            fn parse<E: de::Error>(text: &str) -> Result<WorkedHours, E> {
                WorkedHours::parse(text)
                    .ok_or_else(|| E::custom(messages::hours_expected(WorkedHours::HOURS_MAX).localized()))
            }
        }
        impl de::Visitor<'_> for Visitor {
            type Value = WorkedHours;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&messages::number_of_hours().localized())
            }
            fn visit_u64<E: de::Error>(self, hours: u64) -> Result<WorkedHours, E> {
                Self::parse(&hours.to_string())
            }
            fn visit_i64<E: de::Error>(self, hours: i64) -> Result<WorkedHours, E> {
                Self::parse(&hours.to_string())
            }
            fn visit_f64<E: de::Error>(self, hours: f64) -> Result<WorkedHours, E> {
                Self::parse(&hours.to_string())
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
            .description(Some("Worked hours of a day, 0 to 25, with at most two decimals."))
            .into()
    }
}

impl ToSchema for WorkedHours {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hours_convert_to_whole_minutes() {
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
        fn each_minute_has_a_decimal_form(minutes in 0_i64..=1500) {
            let hundredths = (minutes * 100 + 30) / 60;
            let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
            let hours: WorkedHours = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(hours.minutes(), Minutes(minutes));
        }
    }
}
