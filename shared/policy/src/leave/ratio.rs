//! Exact non-negative fractions, for shares of an entitlement.

/// Fraction in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ratio {
    numerator: i128,
    denominator: i128,
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

impl Ratio {
    pub(super) const ZERO: Self = Self { numerator: 0, denominator: 1 };

    /// Fraction `numerator / denominator`; a zero denominator counts as 1.
    pub(super) fn new(numerator: i128, denominator: i128) -> Self {
        match gcd(numerator, denominator) {
            0 => Self::ZERO,
            divisor if denominator == 0 => Self { numerator: numerator / divisor, denominator: 1 },
            divisor => Self { numerator: numerator / divisor, denominator: denominator / divisor },
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self::new(
            self.numerator * other.denominator + other.numerator * self.denominator,
            self.denominator * other.denominator,
        )
    }

    pub(super) fn times(self, other: Self) -> Self {
        Self::new(self.numerator * other.numerator, self.denominator * other.denominator)
    }

    pub(super) fn divided_by(self, divisor: i128) -> Self {
        Self::new(self.numerator, self.denominator * divisor)
    }

    /// Rounded down to a whole number.
    pub(super) const fn floor(self) -> i128 {
        self.numerator.div_euclid(self.denominator)
    }

    /// Rounded to the nearest whole number, a half up.
    pub(super) const fn nearest(self) -> i128 {
        (self.numerator * 2 + self.denominator).div_euclid(self.denominator * 2)
    }
}
