//! Half and hundredth days as people write them, and minutes shown in days.

use std::{fmt, marker::PhantomData};

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

/// Hundredths of a day: 2083 is 20.83 days. JSON has days, `20.83`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HundredthDays(pub u16);

impl From<HalfDays> for HundredthDays {
    fn from(HalfDays(half_days): HalfDays) -> Self {
        Self(half_days.saturating_mul(50))
    }
}

/// Number of days with at most two decimals, as people write it.
trait WrittenDays: Sized {
    /// From hundredths of a day, at most 366 days; none between the steps of the type.
    fn from_hundredths(hundredths: u16) -> Option<Self>;
    /// Refusal of a number between the steps of the type.
    fn steps_expected() -> Message;
}

impl WrittenDays for HalfDays {
    fn from_hundredths(hundredths: u16) -> Option<Self> {
        hundredths.is_multiple_of(50).then_some(Self(hundredths / 50))
    }
    fn steps_expected() -> Message {
        messages::half_days_expected()
    }
}

impl WrittenDays for HundredthDays {
    fn from_hundredths(hundredths: u16) -> Option<Self> {
        Some(Self(hundredths))
    }
    fn steps_expected() -> Message {
        messages::hundredth_days_expected()
    }
}

/// Digits of hundredths of a day without trailing zeros: `20.83`.
fn hundredths_text(hundredths: u16) -> String {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn serialize_hundredths<S: Serializer>(hundredths: u16, serializer: S) -> Result<S::Ok, S::Error> {
    if hundredths.is_multiple_of(100) {
        serializer.serialize_u16(hundredths / 100)
    } else {
        serializer.serialize_f64(hundredths_text(hundredths).parse().map_err(serde::ser::Error::custom)?)
    }
}

impl Serialize for HalfDays {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_hundredths(HundredthDays::from(*self).0, serializer)
    }
}

impl Serialize for HundredthDays {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_hundredths(self.0, serializer)
    }
}

/// Reads days from a number, or from a fraction as a string, as events write it.
struct DaysVisitor<T>(PhantomData<T>);

impl<T: WrittenDays> DaysVisitor<T> {
    fn read<E: de::Error>(text: &str) -> Result<T, E> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let hundredths = match fraction.len() {
            1 => fraction.parse::<u16>().ok().map(|tenths| tenths * 10),
            2 => fraction.parse::<u16>().ok(),
            _ => None,
        };
        let hundredths = hundredths.ok_or_else(|| E::custom(T::steps_expected().localized()))?;
        let days: u16 = whole.parse().map_err(|_| E::custom(messages::days_expected().localized()))?;
        let sum = days.saturating_mul(100).saturating_add(hundredths);
        if days > HalfDays::DAYS_MAX || sum > HalfDays::DAYS_MAX * 100 {
            return Err(E::custom(messages::days_expected().localized()));
        }
        T::from_hundredths(sum).ok_or_else(|| E::custom(T::steps_expected().localized()))
    }
}

impl<T: WrittenDays> de::Visitor<'_> for DaysVisitor<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&messages::number_of_days().localized())
    }
    fn visit_u64<E: de::Error>(self, days: u64) -> Result<T, E> {
        Self::read(&days.to_string())
    }
    fn visit_i64<E: de::Error>(self, days: i64) -> Result<T, E> {
        Self::read(&days.to_string())
    }
    fn visit_f64<E: de::Error>(self, days: f64) -> Result<T, E> {
        Self::read(&days.to_string())
    }
    fn visit_str<E: de::Error>(self, digits: &str) -> Result<T, E> {
        if is_fraction(digits) { Self::read(digits) } else { Err(E::invalid_type(Unexpected::Str(digits), &self)) }
    }
}

impl<'de> Deserialize<'de> for HalfDays {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DaysVisitor(PhantomData))
    }
}

impl<'de> Deserialize<'de> for HundredthDays {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DaysVisitor(PhantomData))
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

impl PartialSchema for HundredthDays {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .minimum(Some(0))
            .maximum(Some(366))
            .multiple_of(Some(0.01))
            .description(Some("Days with at most two decimals, 0 to 366."))
            .examples([20.83])
            .into()
    }
}

impl ToSchema for HundredthDays {}

/// Amount of leave: exact minutes, and the same in days of the employee's standard day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LeaveAmount {
    /// Exact minutes of the amount.
    pub minutes: Minutes,
    /// Days of the employee's standard day, rounded to three decimals, for display. The lines of an explanation are rounded
    /// so that they add up to the balance.
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
        Self::shown(minutes, thousandths_of_days(minutes, day_minutes))
    }

    /// Amounts of the lines of an account and the balance after each. A line has its minutes and the standard day of its
    /// date. The shown days of the lines add up to the shown days of each balance.
    pub fn running(lines: impl IntoIterator<Item = (Minutes, Minutes)>) -> Vec<(Self, Self)> {
        let (mut balance, mut shown) = (Minutes::ZERO, 0);
        let amounts = lines.into_iter().map(|(minutes, day_minutes)| {
            balance = balance + minutes;
            let days = thousandths_of_days(balance, day_minutes);
            let difference = days - std::mem::replace(&mut shown, days);
            (Self::shown(minutes, difference), Self::shown(balance, days))
        });
        amounts.collect()
    }

    fn shown(minutes: Minutes, thousandths: i128) -> Self {
        Self { minutes, days: thousandths_text(thousandths).parse().unwrap_or_default() }
    }
}

/// Minutes as thousandths of a day. Half a thousandth is rounded away from zero, in integers.
fn thousandths_of_days(minutes: Minutes, day_minutes: Minutes) -> i128 {
    let day = i128::from(day_minutes.0.max(1));
    let scaled = i128::from(minutes.0) * 1000;
    let size = (scaled.abs() * 2 + day) / (day * 2);
    if scaled < 0 { -size } else { size }
}

/// Thousandths with a decimal point and without trailing zeros: `-2.5`.
fn thousandths_text(thousandths: i128) -> String {
    let (sign, size) = (if thousandths < 0 { "-" } else { "" }, thousandths.unsigned_abs());
    let text = format!("{sign}{}.{:03}", size / 1000, size % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Minutes as days with up to three decimals: `-2.5`.
fn days_text(minutes: Minutes, day_minutes: Minutes) -> String {
    thousandths_text(thousandths_of_days(minutes, day_minutes))
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
    fn from(days: HalfDays) -> Self {
        HundredthDays::from(days).into()
    }
}

/// Hundredths for a sentence: 3333 is `33.33`.
pub(crate) fn hundredths_argument(hundredths: u16) -> Argument {
    Argument::decimal(hundredths_text(hundredths))
}

/// Hours of a sentence with at most two decimals: 9750 minutes are `162.5`.
pub(crate) fn hours_argument(minutes: Minutes) -> Argument {
    let hundredths = minutes.0.max(0).saturating_mul(100).saturating_add(30) / 60;
    Argument::decimal(thousandths_text(i128::from(hundredths) * 10))
}

impl From<HundredthDays> for Argument {
    /// Days for a sentence: `20.83 days`.
    fn from(HundredthDays(hundredths): HundredthDays) -> Self {
        match hundredths {
            100 => messages::one_day().into(),
            _ if hundredths.is_multiple_of(100) => messages::days(hundredths / 100).into(),
            _ => messages::days(hundredths_argument(hundredths)).into(),
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
