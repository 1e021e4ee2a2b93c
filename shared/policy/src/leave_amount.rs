//! Half days as people write them, and minutes shown in days.

use std::fmt;

use kernel::{Argument, Message, Minutes};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, Unexpected},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

use crate::messages;

/// Number of half days: 51 is 25.5 days. JSON has days, `25.5`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HalfDays(pub u16);

impl HalfDays {
    /// Most whole days that a rule can name.
    pub const DAYS_MAX: u16 = 366;

    /// Minutes of these days for a standard day of `day_minutes`.
    pub fn minutes(self, day_minutes: Minutes) -> Minutes {
        Minutes(day_minutes.0.saturating_mul(i64::from(self.0)) / 2)
    }
}

impl Serialize for HalfDays {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(2) {
            serializer.serialize_u16(self.0 / 2)
        } else {
            let text = format!("{}.5", self.0 / 2);
            serializer.serialize_f64(text.parse().map_err(serde::ser::Error::custom)?)
        }
    }
}

impl<'de> Deserialize<'de> for HalfDays {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl Visitor {
            fn read<E: de::Error>(text: &str) -> Result<HalfDays, E> {
                let (whole, half) = match text.split_once('.') {
                    None => (text, 0),
                    Some((whole, "0")) => (whole, 0),
                    Some((whole, "5")) => (whole, 1),
                    Some(_) => return Err(E::custom(messages::half_days_expected().localized())),
                };
                let days: u16 = whole.parse().map_err(|_| E::custom(messages::days_expected().localized()))?;
                let half_days = days.saturating_mul(2).saturating_add(half);
                if half_days > HalfDays::DAYS_MAX * 2 {
                    return Err(E::custom(messages::days_expected().localized()));
                }
                Ok(HalfDays(half_days))
            }
        }
        impl de::Visitor<'_> for Visitor {
            type Value = HalfDays;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&messages::number_of_days().localized())
            }
            fn visit_u64<E: de::Error>(self, days: u64) -> Result<HalfDays, E> {
                Self::read(&days.to_string())
            }
            fn visit_i64<E: de::Error>(self, days: i64) -> Result<HalfDays, E> {
                Self::read(&days.to_string())
            }
            fn visit_f64<E: de::Error>(self, days: f64) -> Result<HalfDays, E> {
                Self::read(&days.to_string())
            }
            fn visit_str<E: de::Error>(self, digits: &str) -> Result<HalfDays, E> {
                if is_fraction(digits) {
                    Self::read(digits)
                } else {
                    Err(E::invalid_type(Unexpected::Str(digits), &self))
                }
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl PartialSchema for HalfDays {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .minimum(Some(0))
            .maximum(Some(366))
            .multiple_of(Some(0.5))
            .description(Some("Days in steps of half a day, 0 to 366."))
            .examples([25.5])
            .into()
    }
}

impl ToSchema for HalfDays {}

/// Amount of leave: exact minutes, and the same in days of the employee's standard day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LeaveAmount {
    /// Exact minutes of the amount.
    pub minutes: Minutes,
    /// Days of the employee's standard day, rounded to two decimals, for display.
    #[serde(deserialize_with = "number_or_digits")]
    pub days: f64,
}

/// Reads a number, or its digits as a string: events write fractional numbers as strings to keep them exact.
fn number_or_digits<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(f64),
        Digits(String),
    }
    match Written::deserialize(from)? {
        Written::Number(number) => Ok(number),
        Written::Digits(digits) if is_fraction(&digits) => digits.parse().map_err(de::Error::custom),
        Written::Digits(digits) => Err(de::Error::invalid_type(Unexpected::Str(&digits), &"a number")),
    }
}

/// Whether the text is a number with a decimal point, as events write it: `-0.25`. Whole numbers are not.
fn is_fraction(digits: &str) -> bool {
    let digit = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let size = digits.strip_prefix('-').unwrap_or(digits);
    size.split_once('.').is_some_and(|(whole, part)| digit(whole) && digit(part))
}

impl LeaveAmount {
    /// Amount in minutes and in days of a standard day.
    pub fn from_minutes(minutes: Minutes, day_minutes: Minutes) -> Self {
        Self { minutes, days: days_text(minutes, day_minutes).parse().unwrap_or_default() }
    }
}

/// Minutes as days with up to two decimals: `-2.5`. Half a hundredth is rounded away from zero, in integers.
fn days_text(minutes: Minutes, day_minutes: Minutes) -> String {
    let day = i128::from(day_minutes.0.max(1));
    let scaled = i128::from(minutes.0) * 100;
    let hundredths = (scaled.abs() * 2 + day) / (day * 2);
    let sign = if scaled < 0 && hundredths > 0 { "-" } else { "" };
    let text = format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Leave for a sentence, in days and minutes: `2.5 days (1200 minutes)`.
pub(crate) fn describe_days_and_minutes(minutes: Minutes, day_minutes: Minutes) -> Message {
    let days = days_text(minutes, day_minutes);
    match days.as_str() {
        "1" | "-1" => messages::amount_of_one_day(days, minutes.0),
        _ => messages::amount(Argument::decimal(days), minutes.0),
    }
}

/// Calendar days for a sentence: `3 days`.
pub(crate) fn describe_calendar_days(days: i64) -> Message {
    if days == 1 { messages::one_day() } else { messages::days(days) }
}

impl From<HalfDays> for Argument {
    /// Days for a sentence: `2.5 days`.
    fn from(HalfDays(half_days): HalfDays) -> Self {
        match half_days {
            2 => messages::one_day().into(),
            _ if half_days.is_multiple_of(2) => messages::days(half_days / 2).into(),
            _ => messages::days(Self::decimal(format!("{}.5", half_days / 2))).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn half_days_in_events_are_read_as_numbers() {
        let days = LeaveAmount::from_minutes(Minutes(240), Minutes(480));
        assert_eq!(serde_json::to_value(days).unwrap(), json!({"minutes": 240, "days": 0.5}));
        for written in [json!(0.5), json!("0.5")] {
            let read: LeaveAmount = serde_json::from_value(json!({"minutes": 240, "days": written})).unwrap();
            assert_eq!(read, days);
            assert_eq!(serde_json::from_value::<HalfDays>(written).unwrap(), HalfDays(1));
        }
        for wrong in [json!("1"), json!("half"), json!("0.5x"), json!(".5"), json!(null), json!(true)] {
            assert!(serde_json::from_value::<LeaveAmount>(json!({"minutes": 240, "days": wrong})).is_err(), "{wrong}");
            assert!(serde_json::from_value::<HalfDays>(wrong).is_err());
        }
    }
}
