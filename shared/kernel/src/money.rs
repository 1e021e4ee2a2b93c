//! Money as an integer of minor units with an ISO 4217 currency. Floating point is not used.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

/// Amount of money in the minor unit of its currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Amount in minor units of the currency, such as cents for EUR: 1 to 2^53 - 1.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub amount_minor: i64,
    /// Currency of the amount, as an ISO 4217 code.
    pub currency: Currency,
}

/// Hides the amount, so that pay does not leak into debug output.
impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Money(hidden)")
    }
}

/// ISO 4217 currency code: three capital letters, such as `EUR`. Whether the code is assigned is not checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency([u8; 3]);

/// Parse error of a currency code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidCurrency;

impl fmt::Display for InvalidCurrency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected an ISO 4217 currency code of three capital letters, such as `EUR`")
    }
}

impl std::error::Error for InvalidCurrency {}

impl FromStr for Currency {
    type Err = InvalidCurrency;
    fn from_str(text: &str) -> Result<Self, InvalidCurrency> {
        match text.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Self([a, b, c])),
            _ => Err(InvalidCurrency),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|&letter| fmt::Write::write_char(f, char::from(letter)))
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <std::borrow::Cow<'de, str>>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl PartialSchema for Currency {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("ISO 4217 currency code: three capital letters, such as `EUR`."))
            .pattern(Some("^[A-Z]{3}$"))
            .into()
    }
}

impl ToSchema for Currency {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_serialised_as_minor_units_and_code() {
        let money: Money = serde_json::from_str(r#"{"amount_minor":7500000,"currency":"EUR"}"#).unwrap();
        assert_eq!(money.amount_minor, 7_500_000);
        assert_eq!(serde_json::to_string(&money).unwrap(), r#"{"amount_minor":7500000,"currency":"EUR"}"#);
    }

    #[test]
    fn malformed_money_is_rejected() {
        for text in [
            r#"{"amount_minor":75000.5,"currency":"EUR"}"#,
            r#"{"amount_minor":1,"currency":"eur"}"#,
            r#"{"amount_minor":1,"currency":"EURO"}"#,
            r#"{"amount_minor":1,"currency":"EUR","note":""}"#,
            r#"{"amount_minor":1}"#,
            r#"75000"#,
        ] {
            assert!(serde_json::from_str::<Money>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn debug_output_hides_pay() {
        let money = Money { amount_minor: 7_500_000, currency: "EUR".parse().unwrap() };
        assert_eq!(format!("{money:?}"), "Money(hidden)");
    }
}
