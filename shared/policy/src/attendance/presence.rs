//! When somebody was there, by their punches. Rule 13.
//!
//! A check-in and the check-out after it make a session; breaks punched within it are taken out. What finds no partner is odd: it makes the
//! day incomplete, and counts no time. Whether a punch lies in the day's window makes no difference: the day that keeps it counts it.

use super::{
    Punch, PunchKind,
    stretch::{Stretch, seconds},
};

/// A punch as far as time goes.
pub(super) type Event = (i64, PunchKind);

/// When somebody was there. All in order, and apart.
#[derive(Debug, Default)]
pub(super) struct Presence {
    /// From check-in to check-out.
    pub(super) sessions: Vec<Stretch>,
    /// The same without punched breaks.
    pub(super) worked: Vec<Stretch>,
    /// Punched breaks of sessions; one that never ended lasts until the check-out.
    pub(super) breaks: Vec<Stretch>,
    /// Check-ins without a check-out.
    pub(super) came: Vec<i64>,
    /// Check-outs without a check-in.
    pub(super) went: Vec<i64>,
    /// Whether some punch has no partner.
    pub(super) odd: bool,
    /// The first check-in.
    pub(super) first_in: Option<i64>,
    /// The last check-out.
    pub(super) last_out: Option<i64>,
}

/// Where somebody stands while punches are read.
#[derive(Clone, Copy)]
enum State {
    Out,
    /// Since a check-in; works since.
    In(i64, i64),
    /// Since a check-in; on a break since.
    OnBreak(i64, i64),
}

impl State {
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
pub(super) fn events(punches: &[Punch]) -> Vec<Event> {
    let counting = punches.iter().filter(|punch| punch.counts());
    let mut events: Vec<Event> = counting.map(|punch| (punch.at.as_second(), punch.kind)).collect();
    events.sort_unstable();
    events.dedup();
    events
}

impl Presence {
    /// Reads punches in order. Of those of the same second the one that fits comes first: whoever goes and comes in one second is in.
    pub(super) fn of(mut events: Vec<Event>) -> Self {
        let mut presence = Self::default();
        let (mut state, mut kept) = (State::Out, (0, 0));
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
        if let State::In(since, _) | State::OnBreak(since, _) = state {
            presence.lose(since, kept);
        }
        presence
    }

    /// One punch; answers where somebody stands after it. `kept` is how much of `worked` and `breaks` belongs to sessions that are closed.
    fn read(&mut self, state: State, (at, kind): Event, kept: &mut (usize, usize)) -> State {
        self.odd |= !state.fits(kind);
        match (state, kind) {
            (_, PunchKind::CheckIn) => {
                if let State::In(since, _) | State::OnBreak(since, _) = state {
                    self.lose(since, *kept);
                }
                self.first_in = self.first_in.or(Some(at));
                State::In(at, at)
            }
            (State::Out, PunchKind::CheckOut) => {
                self.went.push(at);
                self.last_out = Some(at);
                State::Out
            }
            (State::In(since, from) | State::OnBreak(since, from), PunchKind::CheckOut) => {
                let last = if matches!(state, State::In(..)) { &mut self.worked } else { &mut self.breaks };
                last.push(Stretch { from, to: at });
                self.sessions.push(Stretch { from: since, to: at });
                *kept = (self.worked.len(), self.breaks.len());
                self.last_out = Some(at);
                State::Out
            }
            (State::In(since, from), PunchKind::BreakStart) => {
                self.worked.push(Stretch { from, to: at });
                State::OnBreak(since, at)
            }
            (State::OnBreak(since, from), PunchKind::BreakEnd) => {
                self.breaks.push(Stretch { from, to: at });
                State::In(since, at)
            }
            (_, PunchKind::BreakStart | PunchKind::BreakEnd) => state,
        }
    }

    /// A session that nobody closed counts no time.
    fn lose(&mut self, since: i64, kept: (usize, usize)) {
        self.odd = true;
        self.came.push(since);
        self.worked.truncate(kept.0);
        self.breaks.truncate(kept.1);
    }

    /// Breaks between sessions.
    pub(super) fn gaps(&self) -> i64 {
        let span = self.sessions.first().zip(self.sessions.last()).map_or(0, |(first, last)| last.to - first.from);
        span - seconds(&self.sessions)
    }
}
