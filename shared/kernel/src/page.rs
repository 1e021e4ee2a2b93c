//! Pages of lists.

use serde::{Deserialize, Serialize, de};
use utoipa::ToSchema;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// At most `limit` items.
    pub items: Vec<T>,
    /// Opaque; absent on the last page. Send it back as `cursor` for the next page.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// The same page with each item seen differently.
    pub fn map<U>(self, view: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(view).collect(), next_cursor: self.next_cursor }
    }
}

/// How many items a page may have: 1 to 100, 25 unless told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limit(u16);

impl Limit {
    /// The largest page.
    pub const MAX: u16 = 100;

    /// `None` outside 1 to [`Self::MAX`].
    pub const fn new(items: u16) -> Option<Self> {
        if items >= 1 && items <= Self::MAX { Some(Self(items)) } else { None }
    }

    /// The number of items.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(25)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// A query string gives text, JSON a number.
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Given {
            Number(u16),
            Text(String),
        }
        let number = match Given::deserialize(deserializer) {
            Ok(Given::Number(number)) => Some(number),
            Ok(Given::Text(text)) => text.parse().ok(),
            Err(_) => None,
        };
        number.and_then(Self::new).ok_or_else(|| de::Error::custom("limit must be a whole number from 1 to 100"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_stays_within_its_bounds() {
        assert_eq!(Limit::new(0), None);
        assert_eq!(Limit::new(1).map(Limit::get), Some(1));
        assert_eq!(Limit::new(100).map(Limit::get), Some(100));
        assert_eq!(Limit::new(101), None);
        assert_eq!(serde_json::from_str::<Limit>("\"25\"").unwrap().get(), 25);
        for bad in ["0", "101", "\"x\"", "-1", "99999999", "null", "{}"] {
            assert!(serde_json::from_str::<Limit>(bad).is_err(), "{bad}");
        }
    }
}
