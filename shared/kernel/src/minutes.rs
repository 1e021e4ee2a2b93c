//! Whole minutes, the unit of leave and of working time.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, Neg, Sub},
};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Number of whole minutes; may be negative. Sums and differences stop at the limits of 64 bits instead of overflowing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct Minutes(pub i64);

impl Minutes {
    /// Zero minutes.
    pub const ZERO: Self = Self(0);
    /// Length of a civil day of 24 hours.
    pub const CIVIL_DAY: Self = Self(24 * 60);
}

impl Add for Minutes {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Minutes {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Minutes {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Minutes {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} min", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minute_arithmetic_saturates() {
        assert_eq!([Minutes(240), Minutes(240), -Minutes(30)].into_iter().sum::<Minutes>(), Minutes(450));
        assert_eq!(Minutes(i64::MAX) + Minutes(1), Minutes(i64::MAX));
        assert_eq!(Minutes(1) - Minutes(i64::MIN), Minutes(i64::MAX));
    }
}
