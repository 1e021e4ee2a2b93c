//! Reading of the punches of a day in the order of time: kinds that were not told, and repeated taps. Rules 11 and 17
//! (docs/rules.md).
//!
//! The result depends on the punches alone, not on the order in which they arrived. Of several punches in one second,
//! the one that fits the state of the person comes first, so that a check-out and a check-in in one second leave the
//! person checked in.
//!
//! Taps that are closer than the policy's seconds to the first of them are one tap, if their kind is equal or not told.
//! The first counts where work begins, the last where it ends. Told kinds that alternate are separate punches.

use super::{Punch, PunchFlag, PunchKind};
use crate::working_time::AttendanceRules;

/// Second since the Unix epoch and kind of a punch.
pub(super) type PunchTime = (i64, PunchKind);

/// State of a person by the punches read so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PunchState {
    /// Not checked in.
    Out,
    /// Checked in.
    In,
    /// On a break.
    OnBreak,
}

/// Counted punch before it is read. The order is that of reading: told kinds come first within a second.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tap {
    /// Second since the Unix epoch.
    pub(super) second: i64,
    /// Kind, if it was told.
    pub(super) told: Option<PunchKind>,
    /// Index of the punch.
    index: usize,
}

/// Punch as it was read.
#[derive(Debug, Clone, Copy)]
struct ReadPunch {
    second: i64,
    kind: PunchKind,
    /// Whether another punch of the same tap counts instead.
    repeated: bool,
    index: usize,
}

/// Punches that count as one tap.
#[derive(Clone, Copy)]
struct TapGroup {
    /// Second of its first punch.
    first: i64,
    kind: PunchKind,
    /// Position of the punch that counts among those read.
    counting: usize,
}

impl PunchState {
    /// Whether a punch of this kind fits the state.
    pub(super) const fn fits(self, kind: PunchKind) -> bool {
        matches!(
            (self, kind),
            (Self::Out, PunchKind::CheckIn)
                | (Self::In, PunchKind::CheckOut | PunchKind::BreakStart)
                | (Self::OnBreak, PunchKind::BreakEnd)
        )
    }

    const fn after(self, kind: PunchKind) -> Self {
        match (self, kind) {
            (_, PunchKind::CheckIn) | (Self::OnBreak, PunchKind::BreakEnd) => Self::In,
            (_, PunchKind::CheckOut) => Self::Out,
            (Self::In, PunchKind::BreakStart) => Self::OnBreak,
            (state, PunchKind::BreakStart | PunchKind::BreakEnd) => state,
        }
    }

    /// Kind of a punch that was not told: a check-out if the person is checked in, otherwise a check-in.
    const fn inferred_kind(self) -> PunchKind {
        match self {
            Self::Out => PunchKind::CheckIn,
            Self::In | Self::OnBreak => PunchKind::CheckOut,
        }
    }
}

impl Tap {
    /// Punch of a told kind that is not recorded.
    pub(super) const fn told(second: i64, kind: PunchKind) -> Self {
        Self { second, told: Some(kind), index: usize::MAX }
    }
}

impl TapGroup {
    /// Whether a later punch is a repetition of this tap.
    fn contains(&self, tap: Tap, debounce_seconds: i64) -> bool {
        tap.second - self.first < debounce_seconds && tap.told.is_none_or(|kind| kind == self.kind)
    }
}

/// Counted punches of a day by what was told.
pub(super) fn taps(punches: &[Punch]) -> Vec<Tap> {
    taps_by(punches, |punch| punch.is_counted(), Punch::told_kind)
}

fn taps_by(punches: &[Punch], counts: impl Fn(&Punch) -> bool, told: impl Fn(&Punch) -> Option<PunchKind>) -> Vec<Tap> {
    let counted = punches.iter().enumerate().filter(|(_, punch)| counts(punch));
    let mut taps: Vec<_> = counted
        .map(|(index, punch)| (Tap { second: punch.at.as_second(), told: told(punch), index }, punch.id))
        .collect();
    taps.sort_unstable_by_key(|(tap, id)| (tap.second, tap.told.is_none(), tap.told, *id));
    taps.into_iter().map(|(tap, _)| tap).collect()
}

/// Kinds and repetitions of taps, which need not be in order; the result is in the order of reading.
fn read_taps(mut taps: Vec<Tap>, debounce_seconds: u16) -> Vec<ReadPunch> {
    taps.sort_by_key(|tap| (tap.second, tap.told.is_none(), tap.told));
    // Equal punches of one second are one tap, whatever the policy says.
    let debounce = i64::from(debounce_seconds).max(1);
    let (mut state, mut group): (PunchState, Option<TapGroup>) = (PunchState::Out, None);
    let mut read: Vec<ReadPunch> = Vec::with_capacity(taps.len());
    for at in 0..taps.len() {
        move_fitting_to_front(taps.get_mut(at..).unwrap_or_default(), state);
        let Some((tap, later)) = taps.get(at..).and_then(<[Tap]>::split_first) else { break };
        let Tap { second, index, .. } = *tap;
        match group.as_mut().filter(|group| group.contains(*tap, debounce)) {
            Some(group) => {
                let ends_work = matches!(group.kind, PunchKind::CheckOut | PunchKind::BreakStart);
                if ends_work && let Some(before) = read.get_mut(group.counting) {
                    before.repeated = true;
                    group.counting = read.len();
                }
                read.push(ReadPunch { second, kind: group.kind, repeated: !ends_work, index });
            }
            None => {
                let soon = later.iter().take_while(|later| later.second - second < debounce);
                let kind = tap.told.or_else(|| soon.clone().find_map(|later| later.told));
                let kind = kind.unwrap_or_else(|| state.inferred_kind());
                state = state.after(kind);
                group = Some(TapGroup { first: second, kind, counting: read.len() });
                read.push(ReadPunch { second, kind, repeated: false, index });
            }
        }
    }
    read
}

/// Moves the first told punch that fits the state to the front of the punches of its second.
fn move_fitting_to_front(rest: &mut [Tap], state: PunchState) {
    let Some(second) = rest.first().map(|tap| tap.second) else { return };
    let mut same_second = rest.iter().take_while(|tap| tap.second == second);
    let next = same_second.position(|tap| tap.told.is_some_and(|kind| state.fits(kind))).unwrap_or_default();
    if let Some(same_second) = rest.get_mut(..=next) {
        same_second.rotate_right(1);
    }
}

/// Times and kinds of the punches that count, in the order of reading.
pub(super) fn punch_times(taps: Vec<Tap>, debounce_seconds: u16) -> Vec<PunchTime> {
    let read = read_taps(taps, debounce_seconds).into_iter().filter(|punch| !punch.repeated);
    read.map(|punch| (punch.second, punch.kind)).collect()
}

/// Seconds within which taps are one, by the attendance rules of a day; the default without rules.
pub fn debounce_seconds(rules: Option<&AttendanceRules>) -> u16 {
    rules.map_or(AttendanceRules::DEBOUNCE_SECONDS_DEFAULT, |rules| rules.debounce_seconds)
}

/// The punches of a day in the same order, with the kind of each one whose kind was not told, and with the flag
/// `repeated` on those for which another punch counts. Kinds and flags follow from the counted punches of the day alone.
#[must_use]
pub fn with_read_kinds(mut punches: Vec<Punch>, debounce_seconds: u16) -> Vec<Punch> {
    let read = read_taps(taps(&punches), debounce_seconds);
    for punch in &mut punches {
        punch.flags.retain(|flag| *flag != PunchFlag::Repeated);
    }
    for ReadPunch { kind, repeated, index, .. } in read {
        if let Some(punch) = punches.get_mut(index) {
            punch.kind = if punch.kind_inferred { kind } else { punch.kind };
            punch.flags.extend(repeated.then_some(PunchFlag::Repeated));
        }
    }
    punches
}

/// Punches that count by their recorded kinds and flags, in the order in which they are read: neither voided nor
/// repeated.
pub fn in_reading_order(punches: &[Punch]) -> Vec<&Punch> {
    let taps = taps_by(punches, |punch| punch.is_counted() && !punch.is_repeated(), |punch| Some(punch.kind));
    let read = read_taps(taps, 0).into_iter().filter(|punch| !punch.repeated);
    read.filter_map(|punch| punches.get(punch.index)).collect()
}
