//! Intervals of time in whole seconds.

use jiff::Timestamp;

/// Interval `[from, to)` in seconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) from: i64,
    pub(super) to: i64,
}

impl Interval {
    pub(super) fn between(from: Timestamp, to: Timestamp) -> Self {
        Self { from: from.as_second(), to: to.as_second() }
    }

    pub(super) const fn seconds(self) -> i64 {
        self.to.saturating_sub(self.from)
    }

    /// The common part, if it is not empty.
    pub(super) fn intersection(self, other: Self) -> Option<Self> {
        let shared = Self { from: self.from.max(other.from), to: self.to.min(other.to) };
        (shared.from < shared.to).then_some(shared)
    }
}

/// Sum of the lengths in seconds.
pub(super) fn total_seconds(intervals: &[Interval]) -> i64 {
    intervals.iter().map(|interval| interval.seconds()).sum()
}

/// Seconds that two lists of intervals have in common. The intervals of one list must not overlap.
pub(super) fn overlap_seconds(intervals: &[Interval], others: &[Interval]) -> i64 {
    let of =
        |one: &Interval| others.iter().filter_map(|other| one.intersection(*other)).map(Interval::seconds).sum::<i64>();
    intervals.iter().map(of).sum()
}

/// Intervals without the part in `taken`.
pub(super) fn subtract(intervals: &[Interval], taken: Interval) -> Vec<Interval> {
    let left = intervals.iter().flat_map(|one| {
        let before = Interval { from: one.from, to: one.to.min(taken.from) };
        let after = Interval { from: one.from.max(taken.to), to: one.to };
        if taken.seconds() <= 0 { [*one, Interval { from: one.to, to: one.to }] } else { [before, after] }
    });
    left.filter(|interval| interval.seconds() > 0).collect()
}
