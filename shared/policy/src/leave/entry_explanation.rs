//! Sentences of ledger entries, from their inputs.

use kernel::{Message, Minutes};
use serde::Deserialize;

use super::{AccrualInputs, EntryInputs, LeaveYearEndInputs, LeaverInputs, LedgerEntry, LotExpiryInputs};
use crate::{leave_amount::describe_days_and_minutes, messages};

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
            EntryInputs::Accrual(inputs) => return Some(inputs.explanation(self.minutes)),
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
            EntryInputs::Withdrawal(inputs) => {
                (messages::entry_withdrawn(), Some(inputs.posted_before_minutes), Some(inputs.target_minutes))
            }
            EntryInputs::Request(_)
            | EntryInputs::Recount(_)
            | EntryInputs::Manual(_)
            | EntryInputs::Credit(_)
            | EntryInputs::Encashment(_) => return None,
        };
        Some(match before.zip(target) {
            Some((before, target)) => explain_correction(why, before, target, day_minutes),
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
            Self::Leaver(inputs) => (inputs.day_minutes, &inputs.why),
            Self::Withdrawal(inputs) => (inputs.day_minutes, &inputs.why),
            Self::Request(_) | Self::Recount(_) | Self::Manual(_) | Self::Credit(_) | Self::Encashment(_) => {
                return (None, None);
            }
        };
        (day_minutes, why.as_deref())
    }
}

/// Sentence of an entry that corrects earlier entries.
pub(super) fn explain_correction(why: Message, before: Minutes, target: Minutes, day_minutes: Minutes) -> Message {
    let missing = describe_days_and_minutes(target - before, day_minutes);
    messages::entry_corrected(why, missing, describe_days_and_minutes(before, day_minutes))
}

impl AccrualInputs {
    /// Sentence of an instalment of `minutes`.
    pub(super) fn explanation(&self, minutes: Minutes) -> Message {
        let (entitlement, amount) =
            (self.entitlement_days.unwrap_or_default(), describe_days_and_minutes(minutes, self.day_minutes));
        messages::instalment(self.number, self.of, entitlement, self.period_from, self.period_to, amount)
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
