//! Presence of a person by the punches of a day. Rule 13 (docs/rules.md).
//!
//! A check-in and the check-out after it form a session. Punched breaks within a session are deducted. A punch without
//! counterpart makes the day incomplete and counts no time. A punch outside the day's window counts like any other
//! punch of the day.

use super::{
    PunchKind,
    interval::{Interval, total_seconds},
    punch_reading::PunchTime,
};

/// Sessions, breaks and unpaired punches of a day. All lists are in order and without overlap.
#[derive(Debug, Default)]
pub(super) struct Presence {
    /// Check-in to check-out.
    pub(super) sessions: Vec<Interval>,
    /// Worked time: the sessions without their punched breaks.
    pub(super) worked: Vec<Interval>,
    /// Punched breaks; a break without an end lasts until the check-out.
    pub(super) breaks: Vec<Interval>,
    /// Check-ins without a check-out.
    pub(super) unpaired_check_ins: Vec<i64>,
    /// Check-outs without a check-in.
    pub(super) unpaired_check_outs: Vec<i64>,
    /// Whether a punch has no counterpart.
    pub(super) has_unpaired: bool,
    pub(super) first_in: Option<i64>,
    pub(super) last_out: Option<i64>,
}

/// State of the person while the punches are read.
#[derive(Clone, Copy)]
enum SessionState {
    Out,
    /// Second of the check-in, and start of the current work.
    In(i64, i64),
    /// Second of the check-in, and start of the break.
    OnBreak(i64, i64),
}

impl SessionState {
    /// Whether a punch of this kind fits the state.
    const fn fits(self, kind: PunchKind) -> bool {
        matches!(
            (self, kind),
            (Self::Out, PunchKind::CheckIn)
                | (Self::In(..), PunchKind::CheckOut | PunchKind::BreakStart)
                | (Self::OnBreak(..), PunchKind::BreakEnd)
        )
    }
}

impl Presence {
    /// Presence by punches in the order of reading.
    pub(super) fn of(punch_times: &[PunchTime]) -> Self {
        let mut presence = Self::default();
        let (mut state, mut closed) = (SessionState::Out, (0, 0));
        for punch in punch_times {
            state = presence.read_punch(state, *punch, &mut closed);
        }
        if let SessionState::In(since, _) | SessionState::OnBreak(since, _) = state {
            presence.drop_open_session(since, closed);
        }
        presence
    }

    /// Reads one punch and returns the new state. `closed` is the part of `worked` and `breaks` that belongs to closed
    /// sessions.
    fn read_punch(&mut self, state: SessionState, (at, kind): PunchTime, closed: &mut (usize, usize)) -> SessionState {
        self.has_unpaired |= !state.fits(kind);
        match (state, kind) {
            (_, PunchKind::CheckIn) => {
                if let SessionState::In(since, _) | SessionState::OnBreak(since, _) = state {
                    self.drop_open_session(since, *closed);
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
                *closed = (self.worked.len(), self.breaks.len());
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

    /// Discards the time of a session that has no check-out, and records its check-in as unpaired.
    fn drop_open_session(&mut self, since: i64, closed: (usize, usize)) {
        self.has_unpaired = true;
        self.unpaired_check_ins.push(since);
        self.worked.truncate(closed.0);
        self.breaks.truncate(closed.1);
    }

    /// Seconds between the sessions of the day.
    pub(super) fn gap_seconds(&self) -> i64 {
        let total = self.sessions.first().zip(self.sessions.last()).map_or(0, |(first, last)| last.to - first.from);
        total - total_seconds(&self.sessions)
    }
}
