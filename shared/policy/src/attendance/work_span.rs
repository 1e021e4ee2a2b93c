//! Working times of a date by the wall clock, in minutes after its midnight. Rule 1 (docs/rules.md).
//!
//! The unpaid break of a span is in its middle, so that both halves of a shift have the same working time.

use kernel::Minutes;

use crate::{Half, working_time::Shift};

/// Working time from start to end with its unpaid break. The end of a night shift is above 1440.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WorkSpan {
    pub(crate) from: i64,
    pub(crate) to: i64,
    break_minutes: i64,
}

impl WorkSpan {
    pub(super) fn of(shift: &Shift) -> Self {
        let from = i64::from(shift.from.hour()) * 60 + i64::from(shift.from.minute());
        Self { from, to: from + shift.length().0, break_minutes: shift.break_minutes.0 }
    }

    pub(super) const fn without_break((from, to): (i64, i64)) -> Self {
        Self { from, to, break_minutes: 0 }
    }

    const fn length(self) -> i64 {
        self.to - self.from
    }

    /// Start and end of the unpaid break; an odd minute around it belongs to the time before.
    fn break_range(self) -> (i64, i64) {
        let starts = self.from + (self.length() - self.break_minutes + 1) / 2;
        (starts, starts + self.break_minutes)
    }

    /// Working minutes within a range, without the break.
    fn minutes_within(self, range: (i64, i64)) -> i64 {
        overlap_minutes((self.from, self.to), range) - overlap_minutes(self.break_range(), range)
    }
}

/// Minutes that two ranges have in common.
pub(crate) fn overlap_minutes(a: (i64, i64), b: (i64, i64)) -> i64 {
    (a.1.min(b.1) - a.0.max(b.0)).max(0)
}

/// Working minutes of all spans within a range.
pub(crate) fn working_minutes(spans: &[WorkSpan], range: (i64, i64)) -> Minutes {
    Minutes(spans.iter().map(|span| span.minutes_within(range)).sum())
}

/// Middle of the working times of a date.
pub(crate) fn middle_of_spans(spans: &[WorkSpan]) -> Option<i64> {
    middle(spans.iter().map(|span| (span.from, span.to)))
}

/// Position at which half of the time of all spans has passed; between two spans, the end of the earlier one. None
/// without spans.
pub(super) fn middle(spans: impl Iterator<Item = (i64, i64)> + Clone) -> Option<i64> {
    let mut left = spans.clone().map(|(from, to)| to - from).sum::<i64>() / 2;
    for (from, to) in spans {
        if left <= to - from {
            return Some(from + left);
        }
        left -= to - from;
    }
    None
}

/// First or second half of the spans by elapsed time, with half of the break of a span that is cut.
pub(super) fn half(spans: &[WorkSpan], half: Half) -> Vec<WorkSpan> {
    let Some(middle) = middle_of_spans(spans) else { return Vec::new() };
    let cut = |span: &WorkSpan| {
        let (from, to) = match half {
            Half::Am => (span.from, span.to.min(middle)),
            Half::Pm => (span.from.max(middle), span.to),
        };
        let break_minutes = overlap_minutes(span.break_range(), (from, to));
        (from < to).then_some(WorkSpan { from, to, break_minutes })
    };
    spans.iter().filter_map(cut).collect()
}
