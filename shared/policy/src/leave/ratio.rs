//! Exact fractions, for parts of an entitlement. Never negative.

/// A fraction, in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ratio {
    over: i128,
    under: i128,
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

impl Ratio {
    /// Nothing.
    pub(super) const ZERO: Self = Self { over: 0, under: 1 };

    /// `over / under`; nothing of nothing is 0.
    pub(super) fn new(over: i128, under: i128) -> Self {
        match gcd(over, under) {
            0 => Self::ZERO,
            divisor if under == 0 => Self { over: over / divisor, under: 1 },
            divisor => Self { over: over / divisor, under: under / divisor },
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self::new(self.over * other.under + other.over * self.under, self.under * other.under)
    }

    pub(super) fn times(self, other: Self) -> Self {
        Self::new(self.over * other.over, self.under * other.under)
    }

    pub(super) fn over(self, divisor: i128) -> Self {
        Self::new(self.over, self.under * divisor)
    }

    /// Down to a whole number.
    pub(super) const fn floor(self) -> i128 {
        self.over.div_euclid(self.under)
    }

    /// To the nearest whole number, a half up.
    pub(super) const fn nearest(self) -> i128 {
        (self.over * 2 + self.under).div_euclid(self.under * 2)
    }
}
