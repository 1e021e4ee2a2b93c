//! When somebody was there, by their punches. Rule 13.
//!
//! A check-in and the check-out after it make a session; breaks punched within it are taken out. What finds no partner is odd: it makes the
//! day incomplete, and counts no time. Whether a punch lies in the day's window makes no difference: the day that keeps it counts it.

use super::{
    Punch, PunchKind,
    stretch::{Interval, seconds},
};

/// A punch as far as time goes.
pub(super) type PunchTime = (i64, PunchKind);

/// When somebody was there. All in order, and apart.
#[derive(Debug, Default)]
pub(super) struct Presence {
    /// From check-in to check-out.
    pub(super) sessions: Vec<Interval>,
    /// The same without punched breaks.
    pub(super) worked: Vec<Interval>,
    /// Punched breaks of sessions; one that never ended lasts until the check-out.
    pub(super) breaks: Vec<Interval>,
    /// Check-ins without a check-out.
    pub(super) unpaired_check_ins: Vec<i64>,
    /// Check-outs without a check-in.
    pub(super) unpaired_check_outs: Vec<i64>,
    /// Whether some punch has no partner.
    pub(super) has_unpaired: bool,
    /// The first check-in.
    pub(super) first_in: Option<i64>,
    /// The last check-out.
    pub(super) last_out: Option<i64>,
}

/// Where somebody stands while punches are read.
#[derive(Clone, Copy)]
enum SessionState {
    Out,
    /// Since a check-in; works since.
    In(i64, i64),
    /// Since a check-in; on a break since.
    OnBreak(i64, i64),
}

impl SessionState {
    /// Whether a punch is to be expected here.
    const fn fits(self, kind: PunchKind) -> bool {
        matches!(
            (self, kind),
            (Self::Out, PunchKind::CheckIn)
                | (Self::In(..), PunchKind::CheckOut | PunchKind::BreakStart)
                | (Self::OnBreak(..), PunchKind::BreakEnd)
        )
    }
}

/// The punches that count, in order; the same said twice is said once.
pub(super) fn punch_times(punches: &[Punch]) -> Vec<PunchTime> {
    let counting = punches.iter().filter(|punch| punch.is_counted());
    let mut events: Vec<PunchTime> = counting.map(|punch| (punch.at.as_second(), punch.kind)).collect();
    events.sort_unstable();
    events.dedup();
    events
}

impl Presence {
    /// Reads punches in order. Of those of the same second the one that fits comes first: whoever goes and comes in one second is in.
    pub(super) fn of(mut events: Vec<PunchTime>) -> Self {
        let mut presence = Self::default();
        let (mut state, mut kept) = (SessionState::Out, (0, 0));
        for at in 0..events.len() {
            let rest = events.get(at..).unwrap_or_default();
            let now = rest.first().map(|(now, _)| *now);
            let same = rest.iter().take_while(|(other, _)| Some(*other) == now);
            let next = same.enumerate().find(|(_, (_, kind))| state.fits(*kind)).map_or(0, |(next, _)| next);
            if let Some(same) = events.get_mut(at..=at + next) {
                same.rotate_right(1);
            }
            if let Some(&event) = events.get(at) {
                state = presence.read(state, event, &mut kept);
            }
        }
        if let SessionState::In(since, _) | SessionState::OnBreak(since, _) = state {
            presence.drop_open_session(since, kept);
        }
        presence
    }

    /// One punch; answers where somebody stands after it. `kept` is how much of `worked` and `breaks` belongs to sessions that are closed.
    fn read(&mut self, state: SessionState, (at, kind): PunchTime, kept: &mut (usize, usize)) -> SessionState {
        self.has_unpaired |= !state.fits(kind);
        match (state, kind) {
            (_, PunchKind::CheckIn) => {
                if let SessionState::In(since, _) | SessionState::OnBreak(since, _) = state {
                    self.drop_open_session(since, *kept);
                }
                self.first_in = self.first_in.or(Some(at));
                SessionState::In(at, at)
            }
            (SessionState::Out, PunchKind::CheckOut) => {
                self.unpaired_check_outs.push(at);
                self.last_out = Some(at);
                SessionState::Out
            }
            (SessionState::In(since, from) | SessionState::OnBreak(since, from), PunchKind::CheckOut) => {
                let last = if matches!(state, SessionState::In(..)) { &mut self.worked } else { &mut self.breaks };
                last.push(Interval { from, to: at });
                self.sessions.push(Interval { from: since, to: at });
                *kept = (self.worked.len(), self.breaks.len());
                self.last_out = Some(at);
                SessionState::Out
            }
            (SessionState::In(since, from), PunchKind::BreakStart) => {
                self.worked.push(Interval { from, to: at });
                SessionState::OnBreak(since, at)
            }
            (SessionState::OnBreak(since, from), PunchKind::BreakEnd) => {
                self.breaks.push(Interval { from, to: at });
                SessionState::In(since, at)
            }
            (_, PunchKind::BreakStart | PunchKind::BreakEnd) => state,
        }
    }

    /// A session that nobody closed counts no time.
    fn drop_open_session(&mut self, since: i64, kept: (usize, usize)) {
        self.has_unpaired = true;
        self.unpaired_check_ins.push(since);
        self.worked.truncate(kept.0);
        self.breaks.truncate(kept.1);
    }

    /// Breaks between sessions.
    pub(super) fn gaps(&self) -> i64 {
        let span = self.sessions.first().zip(self.sessions.last()).map_or(0, |(first, last)| last.to - first.from);
        span - seconds(&self.sessions)
    }
}
