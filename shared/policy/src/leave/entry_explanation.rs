//! Sentences of ledger entries, from their inputs.

use kernel::{Argument, Message, Minutes};
use serde::Deserialize;

use super::{
    AccrualInputs, AccrualPart, BetweenInputs, DayLengthInputs, EntryInputs, EntryKind, LeaveYearEndInputs,
    LeaverInputs, LedgerEntry, LotExpiryInputs, MoveInputs, RestDayCreditInputs, hours_worked::HOURS_WORKED_RULE,
    posted_entries::REST_DAY_CREDIT_RULE,
};
use crate::{
    attendance::DayKind,
    leave_amount::{describe_days_and_minutes, hours_argument, hundredths_argument},
    messages,
};

impl LedgerEntry {
    /// Sentence that explains the entry by its rule; none for entries that a request or a person posted.
    ///
    /// Days are those of the standard day at the posting. An entry without it has its stored sentence, or else days of
    /// `current_day_minutes`.
    pub fn explanation(&self, current_day_minutes: Minutes) -> Option<Message> {
        let inputs = EntryInputs::deserialize(&self.inputs).ok()?;
        let day_minutes = match inputs.posted_day_minutes_and_sentence() {
            (Some(posted), _) => posted,
            (None, Some(stored)) => return Some(Message::verbatim(stored)),
            (None, None) => current_day_minutes,
        };
        let (why, before, target) = match inputs {
            EntryInputs::Accrual(inputs) => {
                let target = inputs.target_minutes;
                (inputs.explanation(target.unwrap_or(self.minutes)), inputs.posted_before_minutes, target)
            }
            EntryInputs::DayLength(inputs) => {
                (inputs.explanation(), inputs.posted_before_minutes, inputs.target_minutes)
            }
            EntryInputs::LotExpiry(inputs) => {
                (inputs.explanation(day_minutes), inputs.posted_before_minutes, inputs.target_minutes)
            }
            EntryInputs::LeaveYearEnd(inputs) => {
                let why = match self.rule.as_str() {
                    "carry_over.cap" => inputs.explanation_of_cap(day_minutes),
                    "carry_over.out" => inputs.explanation_of_carry_over_out(day_minutes),
                    _ => inputs.explanation_of_carry_over_in(day_minutes),
                };
                (why, inputs.posted_before_minutes, inputs.target_minutes)
            }
            EntryInputs::Leaver(inputs) => {
                (inputs.explanation(day_minutes), inputs.posted_before_minutes, inputs.target_minutes)
            }
            EntryInputs::RestDayCredit(inputs) => {
                let amount = inputs.target_minutes.unwrap_or(self.minutes);
                (inputs.explanation(amount), inputs.posted_before_minutes, inputs.target_minutes)
            }
            EntryInputs::Withdrawal(inputs) => {
                (explain_withdrawal(&self.rule), Some(inputs.posted_before_minutes), Some(inputs.target_minutes))
            }
            EntryInputs::Between(inputs) => return Some(inputs.explanation()),
            EntryInputs::Move(inputs) => return Some(inputs.explanation(self.kind)),
            EntryInputs::Request(_)
            | EntryInputs::Recount(_)
            | EntryInputs::Manual(_)
            | EntryInputs::Credit(_)
            | EntryInputs::Encashment(_) => return None,
        };
        Some(match before.zip(target) {
            Some(sums) => explain_correction(&self.rule, why, sums, day_minutes),
            None => why,
        })
    }
}

impl EntryInputs {
    /// Minutes of the standard day when the entry was posted, and the sentence that was stored with it; both none for
    /// entries that a request or a person posted.
    fn posted_day_minutes_and_sentence(&self) -> (Option<Minutes>, Option<&str>) {
        let (day_minutes, why) = match self {
            Self::Accrual(inputs) => (Some(inputs.day_minutes), &inputs.why),
            Self::LotExpiry(inputs) => (inputs.day_minutes, &inputs.why),
            Self::LeaveYearEnd(inputs) => (inputs.day_minutes, &inputs.why),
            Self::DayLength(inputs) => (Some(inputs.new_day_minutes), &inputs.why),
            Self::Leaver(inputs) => (inputs.day_minutes, &inputs.why),
            Self::RestDayCredit(inputs) => return (Some(inputs.day_minutes), None),
            Self::Withdrawal(inputs) => (inputs.day_minutes, &inputs.why),
            Self::Between(BetweenInputs { day_minutes, .. }) | Self::Move(MoveInputs { day_minutes, .. }) => {
                return (Some(*day_minutes), None);
            }
            Self::Request(_) | Self::Recount(_) | Self::Manual(_) | Self::Credit(_) | Self::Encashment(_) => {
                return (None, None);
            }
        };
        (day_minutes, why.as_deref())
    }
}

/// Whether an entry follows from the employment and the policy, and not from other entries.
fn is_instalment_rule(rule: &str) -> bool {
    rule.starts_with("accrual") || rule == "leaver"
}

/// Sentence of an entry of a rule that corrects earlier entries; `before` and `target` are their sums.
pub(super) fn explain_correction(
    rule: &str,
    why: Message,
    (before, target): (Minutes, Minutes),
    day_minutes: Minutes,
) -> Message {
    let missing = describe_days_and_minutes(target - before, day_minutes);
    let before = describe_days_and_minutes(before, day_minutes);
    match is_instalment_rule(rule) {
        true if rule == HOURS_WORKED_RULE => messages::hours_corrected(why, missing, before),
        true => messages::instalment_corrected(why, missing, before),
        false if rule == REST_DAY_CREDIT_RULE => messages::credit_corrected(why, missing, before),
        false => messages::entry_corrected(why, missing, before),
    }
}

/// Sentence of an entry of a rule that withdraws earlier entries.
pub(super) fn explain_withdrawal(rule: &str) -> Message {
    if is_instalment_rule(rule) { messages::instalment_withdrawn() } else { messages::entry_withdrawn() }
}

impl RestDayCreditInputs {
    /// Sentence of a credit of `minutes`.
    fn explanation(&self, minutes: Minutes) -> Message {
        let (worked, amount) = (self.worked_minutes.0, describe_days_and_minutes(minutes, self.day_minutes));
        match self.day_kind {
            DayKind::Rest => messages::rest_day_credit(worked, self.worked_on, amount),
            DayKind::Holiday => messages::holiday_credit(worked, self.worked_on, amount),
            DayKind::Work => messages::day_after_credit(worked, self.worked_on, amount),
        }
    }
}

impl AccrualInputs {
    /// Sentence of an instalment of `minutes`.
    pub(super) fn explanation(&self, minutes: Minutes) -> Message {
        let amount = describe_days_and_minutes(minutes, self.day_minutes);
        let (number, of, from, to) = (self.number, self.of, self.period_from, self.period_to);
        if let Some(worked) = self.worked_minutes {
            let (hours, most) = (hours_argument(worked), self.entitlement_days.unwrap_or_default());
            return messages::instalment_of_hours(hours, self.interval_from, self.interval_to, most, amount);
        }
        if self.parts.is_empty() {
            return messages::instalment(number, of, self.entitlement_days.unwrap_or_default(), from, to, amount);
        }
        let parts = self.parts.iter().map(AccrualPart::explanation);
        messages::instalment_of_parts(number, of, from, to, Argument::list(parts), amount)
    }
}

impl AccrualPart {
    fn explanation(&self) -> Message {
        let Self { from, to, entitlement_days, fte_bp, .. } = *self;
        if fte_bp == 10_000 {
            return messages::instalment_part(entitlement_days, from, to);
        }
        messages::instalment_part_of_fte(entitlement_days, hundredths_argument(fte_bp), from, to)
    }
}

impl BetweenInputs {
    fn explanation(&self) -> Message {
        messages::no_longer_between(self.start_date, self.end_date, self.ended_leave_id.to_string())
    }
}

impl MoveInputs {
    /// Sentence of the days that come back, and of those that are taken instead.
    fn explanation(&self, kind: EntryKind) -> Message {
        let (from, to) = (self.old_start_date, self.old_end_date);
        let (new_from, new_to) = (self.new_start_date, self.new_end_date);
        match kind {
            EntryKind::Release => messages::moved_away(from, to, new_from, new_to, self.reason.as_str()),
            _ => messages::moved_here(from, to, new_from, new_to, self.reason.as_str()),
        }
    }
}

impl DayLengthInputs {
    /// Sentence of the conversion of a balance.
    pub(super) fn explanation(&self) -> Message {
        let before = describe_days_and_minutes(self.balance_minutes, self.old_day_minutes);
        let after = describe_days_and_minutes(self.converted_minutes, self.new_day_minutes);
        messages::day_length_changed(self.old_day_minutes.0, self.new_day_minutes.0, before, after)
    }
}

impl LotExpiryInputs {
    pub(super) fn explanation(&self, day_minutes: Minutes) -> Message {
        messages::credit_expired(
            describe_days_and_minutes(self.left_minutes, day_minutes),
            self.given_on,
            self.expires_on,
        )
    }
}

impl LeaveYearEndInputs {
    /// Sentence of the leave above the cap.
    pub(super) fn explanation_of_cap(&self, day_minutes: Minutes) -> Message {
        let describe = |minutes: Minutes| describe_days_and_minutes(minutes, day_minutes);
        let lost = describe(self.balance_minutes - self.moved_minutes);
        messages::cap_exceeded(describe(self.balance_minutes), self.period_to, self.cap_days, lost)
    }

    /// Sentence of the leave that the ended leave year hands over.
    pub(super) fn explanation_of_carry_over_out(&self, day_minutes: Minutes) -> Message {
        messages::carried_out(
            describe_days_and_minutes(self.moved_minutes, day_minutes),
            self.period_from,
            self.period_to,
        )
    }

    /// Sentence of the leave that the new leave year receives.
    pub(super) fn explanation_of_carry_over_in(&self, day_minutes: Minutes) -> Message {
        let (moved, from, to) =
            (describe_days_and_minutes(self.moved_minutes, day_minutes), self.period_from, self.period_to);
        match self.expires_on {
            Some(last) => messages::carried_in_until(moved, from, to, last),
            None => messages::carried_in(moved, from, to),
        }
    }
}

impl LeaverInputs {
    pub(super) fn explanation(&self, day_minutes: Minutes) -> Message {
        let granted = describe_days_and_minutes(self.given_minutes, day_minutes);
        let earned = describe_days_and_minutes(self.earned_minutes, day_minutes);
        match self.termination_date {
            Some(last) => messages::leaver_corrected(last, granted, earned),
            None => messages::termination_withdrawn(granted, earned),
        }
    }
}
