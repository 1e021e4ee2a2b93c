//! Entries that follow from other facts: the expected sums, less the sums that were posted.

use std::collections::{BTreeMap, BTreeSet};

use directory::Person;
use jiff::civil::Date;
use kernel::{Message, Minutes};
use serde_json::{Value, json};

use super::{
    Account, AccountEntry, AccrualInputs, BalanceLine, EntryKind,
    accrual::LEAVER_CORRECTION,
    day_length::day_minutes_on,
    entry_explanation::{explain_correction, explain_withdrawal},
    posted_entries::{PostedSum, is_derived, key_and_generation, scheduled_key},
};
use crate::PolicyRef;

/// Expected sum of the entries under one key.
#[derive(Debug, Clone)]
pub(super) struct ExpectedEntry {
    pub(super) on: Date,
    /// Id of the entries without the generation.
    pub(super) key: String,
    pub(super) kind: EntryKind,
    pub(super) minutes: Minutes,
    pub(super) expires_on: Option<Date>,
    pub(super) policy: Option<PolicyRef>,
    pub(super) rule: String,
    pub(super) details: EntryDetails,
}

/// Inputs and sentence of an expected entry.
#[derive(Debug, Clone)]
pub(super) enum EntryDetails {
    /// Given inputs and sentence.
    Stated { inputs: Value, why: Message },
    /// Inputs of an instalment, from which the sentence follows.
    Instalment(AccrualInputs),
}

/// Group of derived entries that is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryGroup {
    /// Ends of credits and of leave years, and changes of the standard day.
    Lots,
    /// Instalments, and corrections of leavers' instalments by earlier versions.
    Instalments,
}

impl PostedSum {
    /// Whether the posted entries say what is expected.
    fn matches(&self, target: &ExpectedEntry) -> bool {
        let expires_on = target.expires_on.filter(|_| target.minutes > Minutes::ZERO);
        self.minutes == target.minutes && (target.minutes <= Minutes::ZERO || self.expires_on == expires_on)
    }
}

impl EntryGroup {
    fn key_and_generation(self, account: &Account, posting: &AccountEntry) -> Option<(String, usize)> {
        match self {
            Self::Lots => is_derived(posting).then(|| key_and_generation(&posting.id)),
            Self::Instalments => scheduled_key(account, posting),
        }
    }

    /// Id of an entry. The first instalment of a key has no generation.
    fn entry_id(self, key: String, generation: usize) -> String {
        if self == Self::Instalments && generation == 1 && !key.starts_with(LEAVER_CORRECTION) {
            return key;
        }
        format!("{key}#{generation}")
    }
}

/// Entries that complete the posted sums to the expected ones; those that are no longer expected are completed to 0. If only
/// the last day of a credit changed, the entry has 0 minutes. Each has the next generation of its key: after they are posted,
/// the same comparison returns none, and a later change adds one more entry.
pub(super) fn correcting_entries(
    targets: Vec<ExpectedEntry>,
    account: &Account,
    group: EntryGroup,
    until: Date,
    person: &Person,
) -> Vec<BalanceLine> {
    let mut posted: BTreeMap<(Date, String), PostedSum> = BTreeMap::new();
    let mut generations: BTreeMap<String, usize> = BTreeMap::new();
    for posting in &account.postings {
        let Some((key, generation)) = group.key_and_generation(account, posting) else { continue };
        let last = generations.entry(key.clone()).or_default();
        *last = generation.max(*last);
        if posting.on <= until {
            posted.entry((posting.on, key)).or_insert(PostedSum::new(posting.kind)).add(posting, generation);
        }
    }
    let known: BTreeSet<(Date, &str)> = targets.iter().map(|target| (target.on, target.key.as_str())).collect();
    let gone = posted.iter().filter(|((on, key), _)| !known.contains(&(*on, key.as_str())));
    let gone: Vec<_> = gone.map(|((on, key), sum)| expected_withdrawal(*on, key, sum, person)).collect();
    let mut lines = Vec::new();
    for target in gone.into_iter().chain(targets) {
        let before = posted.get(&(target.on, target.key.clone()));
        if !before.map_or(target.minutes == Minutes::ZERO, |sum| sum.matches(&target)) {
            let before = before.map(|sum| sum.minutes);
            let generation = generations.entry(target.key.clone()).or_default();
            *generation += 1;
            let entry_id = group.entry_id(target.key.clone(), *generation);
            lines.push(correcting_line(target, entry_id, before, person));
        }
    }
    lines
}

/// Expected sum of 0 for a key that is posted and no longer expected.
fn expected_withdrawal(on: Date, key: &str, posted: &PostedSum, person: &Person) -> ExpectedEntry {
    let rule = key.split('#').take_while(|part| part.parse::<Date>().is_err()).take(2).collect::<Vec<_>>().join(".");
    ExpectedEntry {
        on,
        key: key.to_owned(),
        kind: posted.kind,
        minutes: Minutes::ZERO,
        expires_on: posted.expires_on,
        policy: None,
        details: EntryDetails::Stated {
            inputs: json!({ "day_minutes": day_minutes_on(person, on) }),
            why: explain_withdrawal(&rule),
        },
        rule,
    }
}

fn correcting_line(target: ExpectedEntry, entry_id: String, before: Option<Minutes>, person: &Person) -> BalanceLine {
    let ExpectedEntry { on, kind, minutes, expires_on, policy, rule, details, .. } = target;
    let (mut inputs, mut why) = match details {
        EntryDetails::Stated { inputs, why } => (inputs, why),
        EntryDetails::Instalment(inputs) => (json!(inputs), inputs.explanation(minutes)),
    };
    if let (Some(before), Some(inputs)) = (before, inputs.as_object_mut()) {
        inputs.insert("posted_before_minutes".to_owned(), json!(before));
        inputs.insert("target_minutes".to_owned(), json!(minutes));
        why = explain_correction(&rule, why, (before, minutes), day_minutes_on(person, on));
    }
    BalanceLine {
        on,
        kind,
        minutes: minutes - before.unwrap_or_default(),
        entry_id,
        expires_on,
        posted: false,
        leave_id: None,
        policy,
        rule,
        inputs,
        why,
    }
}
