//! Stretches of time in whole seconds: what days are computed in.

use jiff::Timestamp;

/// From one second of the epoch to another, `[from, to)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) from: i64,
    pub(super) to: i64,
}

impl Interval {
    pub(super) fn between(from: Timestamp, to: Timestamp) -> Self {
        Self { from: from.as_second(), to: to.as_second() }
    }

    /// How long it is.
    pub(super) const fn seconds(self) -> i64 {
        self.to.saturating_sub(self.from)
    }

    /// What lies in both, where something does.
    pub(super) fn intersection(self, other: Self) -> Option<Self> {
        let shared = Self { from: self.from.max(other.from), to: self.to.min(other.to) };
        (shared.from < shared.to).then_some(shared)
    }
}

/// How long these are together.
pub(super) fn seconds(stretches: &[Interval]) -> i64 {
    stretches.iter().map(|stretch| stretch.seconds()).sum()
}

/// How much of these lies in those. Neither overlap among themselves.
pub(super) fn overlap_seconds(these: &[Interval], those: &[Interval]) -> i64 {
    let of =
        |one: &Interval| those.iter().filter_map(|other| one.intersection(*other)).map(Interval::seconds).sum::<i64>();
    these.iter().map(of).sum()
}

/// These without what lies in one stretch.
pub(super) fn subtract(these: &[Interval], taken: Interval) -> Vec<Interval> {
    let left = these.iter().flat_map(|one| {
        let before = Interval { from: one.from, to: one.to.min(taken.from) };
        let after = Interval { from: one.from.max(taken.to), to: one.to };
        if taken.seconds() <= 0 { [*one, Interval { from: one.to, to: one.to }] } else { [before, after] }
    });
    left.filter(|stretch| stretch.seconds() > 0).collect()
}
