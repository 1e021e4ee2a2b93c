//! Pages of lists and their size.

use serde::{Deserialize, Serialize, de};
use utoipa::ToSchema;

use crate::messages;

/// One page of a list, with the cursor of the next one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// Items of this page, at most `limit`. A page before the last one may have fewer items, or none.
    pub items: Vec<T>,
    /// Opaque cursor of the next page; absent on the last page. Send it as `cursor`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Page with each item converted by `view`, and the same cursor.
    pub fn map<U>(self, view: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(view).collect(), next_cursor: self.next_cursor }
    }
}

/// Maximum number of items on a page: 1 to 100, default 25.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PageLimit(u16);

impl PageLimit {
    /// Largest page size that a caller may ask for.
    pub const MAX: u16 = 100;

    /// Limit of this many items; `None` outside 1 to [`Self::MAX`].
    pub const fn new(items: u16) -> Option<Self> {
        if items >= 1 && items <= Self::MAX { Some(Self(items)) } else { None }
    }

    /// Maximum number of items.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl Default for PageLimit {
    fn default() -> Self {
        Self(25)
    }
}

impl<'de> Deserialize<'de> for PageLimit {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A query string gives text, JSON a number.
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
        number.and_then(Self::new).ok_or_else(|| de::Error::custom(messages::page_limit().localized()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_limit_accepts_1_to_100_only() {
        assert_eq!(PageLimit::new(0), None);
        assert_eq!(PageLimit::new(1).map(PageLimit::get), Some(1));
        assert_eq!(PageLimit::new(100).map(PageLimit::get), Some(100));
        assert_eq!(PageLimit::new(101), None);
        assert_eq!(serde_json::from_str::<PageLimit>("\"25\"").unwrap().get(), 25);
        for bad in ["0", "101", "\"x\"", "-1", "99999999", "null", "{}"] {
            assert!(serde_json::from_str::<PageLimit>(bad).is_err(), "{bad}");
        }
    }
}
