//! Work sites and their fences.

use jiff::Timestamp;
use policy::attendance::{Fence, FenceMode};
use serde::{Deserialize, Serialize};

/// The item `SITES`, `<site>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Code of the site, as in employee records.
    pub site: String,
    pub name: String,
    #[serde(default)]
    pub fencing: FenceMode,
    #[serde(default)]
    pub fences: Vec<Fence>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub deleted_at: Option<Timestamp>,
}

impl Site {
    /// The site, marked as deleted and without fences. Positions are no longer checked.
    #[must_use]
    pub fn tombstone(&self, at: Timestamp) -> Self {
        Self { fencing: FenceMode::Off, fences: Vec::new(), updated_at: at, deleted_at: Some(at), ..self.clone() }
    }
}

/// Degrees as millionths of a degree, rounded to the nearest. `None` beyond 360 degrees.
pub fn to_millionths(degrees: f64) -> Option<i32> {
    if !(-360.0..=360.0).contains(&degrees) {
        return None;
    }
    format!("{degrees:.6}").replace('.', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::attendance::view::to_degrees;

    #[test]
    fn degrees_convert_to_millionths_and_back() {
        let table = [
            (52.520_008, 52_520_008),
            (-0.000_001, -1),
            (-0.000_000_4, 0),
            (0.0, 0),
            (13.0, 13_000_000),
            (-180.0, -180_000_000),
            (179.999_999_9, 180_000_000),
        ];
        for (given, stored) in table {
            assert_eq!(to_millionths(given), Some(stored), "{given}");
        }
        assert_eq!((to_millionths(f64::NAN), to_millionths(1e300)), (None, None));
        for stored in [52_520_008, -1, 0, -180_000_000, 33_868_820, 7] {
            assert_eq!(to_millionths(to_degrees(stored)), Some(stored));
        }
    }
}
