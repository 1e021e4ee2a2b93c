//! Non-negative fractions, for shares of an entitlement. They are exact up to denominators of 50 binary digits, which the
//! terms of a year without several changes of the standard day need; beyond, they are rounded down to about that precision.

/// Fraction in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ratio {
    numerator: i128,
    denominator: i128,
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Most binary digits of a denominator, so that no operation on shares of a leave year overflows.
const DENOMINATOR_BITS: u32 = 50;

impl Ratio {
    pub(super) const ZERO: Self = Self { numerator: 0, denominator: 1 };

    /// Fraction `numerator / denominator`; a zero denominator counts as 1.
    pub(super) fn new(numerator: i128, denominator: i128) -> Self {
        match gcd(numerator, denominator) {
            0 => Self::ZERO,
            divisor if denominator == 0 => Self { numerator: numerator / divisor, denominator: 1 },
            divisor => Self { numerator: numerator / divisor, denominator: denominator / divisor }.shortened(),
        }
    }

    /// The fraction with a denominator of at most [`DENOMINATOR_BITS`].
    const fn shortened(self) -> Self {
        let bits = i128::BITS - self.denominator.leading_zeros();
        let excess = bits.saturating_sub(DENOMINATOR_BITS);
        Self { numerator: self.numerator >> excess, denominator: self.denominator >> excess }
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

    /// Quotient of two fractions; a zero divisor counts as 1.
    pub(super) fn over(self, other: Self) -> Self {
        if other.numerator == 0 {
            return self;
        }
        Self::new(self.numerator * other.denominator, self.denominator * other.numerator)
    }

    /// This fraction less a whole number.
    pub(super) fn minus(self, whole: i128) -> Self {
        Self::new(self.numerator - whole * self.denominator, self.denominator)
    }

    /// Whether this fraction is the smaller one.
    const fn is_below(self, other: Self) -> bool {
        self.numerator * other.denominator < other.numerator * self.denominator
    }

    /// The smaller of two fractions.
    pub(super) const fn min(self, other: Self) -> Self {
        if self.is_below(other) { self } else { other }
    }

    /// This fraction less another one, at least 0.
    pub(super) fn less(self, other: Self) -> Self {
        if self.is_below(other) {
            return Self::ZERO;
        }
        Self::new(
            self.numerator * other.denominator - other.numerator * self.denominator,
            self.denominator * other.denominator,
        )
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
