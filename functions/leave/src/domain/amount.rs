//! Amounts in a request: signed minutes, or signed whole and half days.

use std::fmt;

use kernel::{Error, Minutes, Result};
use policy::HalfDays;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

use crate::messages;

/// Signed number of half days, written in days: `-1.5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedDays {
    negative: bool,
    size: HalfDays,
}

impl SignedDays {
    fn minutes(self, day_minutes: Minutes) -> Minutes {
        let size = self.size.minutes(day_minutes);
        if self.negative { -size } else { size }
    }

    fn parse<E: de::Error>(text: &str) -> std::result::Result<Self, E> {
        let (negative, size) = match text.strip_prefix('-') {
            Some(size) => (true, size),
            None => (false, text),
        };
        // `HalfDays` reads the size, so that both types refuse the same numbers.
        let number: serde_json::Value = serde_json::from_str(size).map_err(E::custom)?;
        HalfDays::deserialize(number).map(|size| Self { negative, size }).map_err(E::custom)
    }
}

/// Serializes to text such as `-1.5`. Only the fingerprint of an idempotency key uses it.
impl Serialize for SignedDays {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let (whole, half) = (self.size.0 / 2, if self.size.0.is_multiple_of(2) { "" } else { ".5" });
        serializer.collect_str(&format_args!("{}{whole}{half}", if self.negative { "-" } else { "" }))
    }
}

impl<'de> Deserialize<'de> for SignedDays {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = SignedDays;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&messages::number_of_days().localized())
            }
            fn visit_u64<E: de::Error>(self, days: u64) -> std::result::Result<SignedDays, E> {
                SignedDays::parse(&days.to_string())
            }
            fn visit_i64<E: de::Error>(self, days: i64) -> std::result::Result<SignedDays, E> {
                SignedDays::parse(&days.to_string())
            }
            fn visit_f64<E: de::Error>(self, days: f64) -> std::result::Result<SignedDays, E> {
                SignedDays::parse(&days.to_string())
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl PartialSchema for SignedDays {
    fn schema() -> RefOr<Schema> {
        let days = ObjectBuilder::new().schema_type(Type::Number).multiple_of(Some(0.5));
        let days = days.description(Some("Signed amount in whole or half standard days of the employee."));
        days.minimum(Some(-366)).maximum(Some(366)).into()
    }
}

impl ToSchema for SignedDays {}

/// Signed amount in minutes, from either `minutes` or `days` of a request.
///
/// # Errors
/// 422 for both, for neither, for zero, and for more than 366 standard days.
pub fn parse_amount(minutes: Option<Minutes>, days: Option<SignedDays>, day_minutes: Minutes) -> Result<Minutes> {
    let (pointer, amount) = match (minutes, days) {
        (Some(minutes), None) => ("/minutes", minutes),
        (None, Some(days)) => ("/days", days.minutes(day_minutes)),
        (Some(_), Some(_)) => {
            return Err(Error::invalid("/days", "one_of", messages::minutes_or_days()));
        }
        (None, None) => return Err(Error::invalid("/minutes", "missing", messages::amount_missing())),
    };
    let most = HalfDays(HalfDays::DAYS_MAX.saturating_mul(2)).minutes(day_minutes);
    if amount == Minutes::ZERO {
        return Err(Error::invalid(pointer, "nothing", messages::amount_zero()));
    }
    if amount.0.unsigned_abs() > most.0.unsigned_abs() {
        return Err(Error::invalid(pointer, "too_much", messages::amount_out_of_range(HalfDays::DAYS_MAX, most.0)));
    }
    Ok(amount)
}

/// Positive amount in minutes, from either `minutes` or `days` of a request.
///
/// # Errors
/// 422 as [`parse_amount`], and for a negative amount.
pub fn parse_positive_amount(
    minutes: Option<Minutes>,
    days: Option<SignedDays>,
    day_minutes: Minutes,
) -> Result<Minutes> {
    let amount = parse_amount(minutes, days, day_minutes)?;
    if amount < Minutes::ZERO {
        let pointer = if minutes.is_some() { "/minutes" } else { "/days" };
        return Err(Error::invalid(pointer, "negative", messages::amount_negative()));
    }
    Ok(amount)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY: Minutes = Minutes(480);

    fn days(text: &str) -> Option<SignedDays> {
        serde_json::from_str(text).ok()
    }

    #[test]
    fn days_are_whole_or_half_and_signed() {
        for (text, minutes) in [("1", 480), ("-1.5", -720), ("0.5", 240), ("-366", -366 * 480), ("2.0", 960)] {
            assert_eq!(parse_amount(None, days(text), DAY).unwrap(), Minutes(minutes), "{text}");
        }
        for text in ["0.25", "367", "-367", "\"1\"", "1e9", "null", "-"] {
            assert_eq!(days(text), None, "{text}");
        }
    }

    #[test]
    fn amount_needs_exactly_one_unit_and_must_not_be_zero() {
        assert!(parse_amount(None, None, DAY).is_err());
        assert!(parse_amount(Some(Minutes(1)), days("1"), DAY).is_err());
        assert!(parse_amount(Some(Minutes(0)), None, DAY).is_err());
        assert!(parse_amount(Some(Minutes(366 * 480 + 1)), None, DAY).is_err());
        assert!(parse_amount(Some(Minutes(i64::MIN)), None, DAY).is_err());
        assert!(parse_positive_amount(Some(Minutes(-1)), None, DAY).is_err());
        assert_eq!(parse_positive_amount(Some(Minutes(1)), None, DAY).unwrap(), Minutes(1));
    }

    proptest! {
        #[test]
        fn sign_negates_the_minutes(halves in 1_u16..=732, day in 1_i64..=1440) {
            let text = format!("{}{}", halves / 2, if halves % 2 == 0 { "" } else { ".5" });
            let (up, down) = (days(&text), days(&format!("-{text}")));
            prop_assert!(up.is_some());
            let day = Minutes(day);
            prop_assert_eq!(up.unwrap().minutes(day), -down.unwrap().minutes(day));
        }
    }
}
