//! Entries that follow from other entries: the expected sums, less the sums that were posted.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use kernel::{Message, Minutes};
use serde_json::{Value, json};

use super::{
    Account, AccountEntry, BalanceLine, EntryKind,
    credit_lots::{is_derived, without_generation},
    entry_explanation::explain_correction,
};
use crate::{PolicyRef, messages};

/// Prefix of the ids of leaver corrections.
const LEAVER: &str = "leaver#";

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
    pub(super) inputs: Value,
    pub(super) why: Message,
}

/// Group of derived entries that is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryGroup {
    /// Ends of credits and of leave years.
    Lots,
    /// Corrections of the instalments of leavers.
    Leavers,
}

impl EntryGroup {
    fn contains(self, posting: &AccountEntry) -> bool {
        match self {
            Self::Lots => is_derived(posting.kind),
            Self::Leavers => posting.id.starts_with(LEAVER),
        }
    }
}

/// Entries that complete the posted sums to the expected ones. Each has the next generation of its key: after they are
/// posted, the same comparison returns none, and a later change adds one more entry.
pub(super) fn correcting_entries(
    targets: Vec<ExpectedEntry>,
    account: &Account,
    group: EntryGroup,
    until: Date,
    day_minutes: Minutes,
) -> Vec<BalanceLine> {
    let mut posted: BTreeMap<(Date, &str), Vec<&AccountEntry>> = BTreeMap::new();
    let mut generations: BTreeMap<String, usize> = BTreeMap::new();
    for posting in account.postings.iter().filter(|posting| group.contains(posting)) {
        *generations.entry(without_generation(&posting.id).to_owned()).or_default() += 1;
        if posting.on <= until {
            posted.entry((posting.on, without_generation(&posting.id))).or_default().push(posting);
        }
    }
    let known: BTreeSet<(Date, String)> = targets.iter().map(|target| (target.on, target.key.clone())).collect();
    let gone = posted.iter().filter(|((on, key), _)| !known.contains(&(*on, (*key).to_owned())));
    let gone =
        gone.filter_map(|((on, key), postings)| Some(expected_withdrawal(*on, key, postings.first()?, day_minutes)));
    let mut lines = Vec::new();
    for target in gone.collect::<Vec<_>>().into_iter().chain(targets) {
        let postings = posted.get(&(target.on, target.key.as_str()));
        let sum: Minutes = postings.into_iter().flatten().map(|posting| posting.minutes).sum();
        if target.minutes != sum {
            let generation = generations.entry(target.key.clone()).or_default();
            *generation += 1;
            let before = postings.map(|_| sum);
            lines.push(correcting_line(target, *generation, before, day_minutes));
        }
    }
    lines
}

/// Expected sum of 0 for a key that is posted and no longer expected.
fn expected_withdrawal(on: Date, key: &str, posting: &AccountEntry, day_minutes: Minutes) -> ExpectedEntry {
    let rule = key.split('#').take_while(|part| part.parse::<Date>().is_err()).take(2).collect::<Vec<_>>().join(".");
    ExpectedEntry {
        on,
        key: key.to_owned(),
        kind: posting.kind,
        minutes: Minutes::ZERO,
        expires_on: posting.expires_on,
        policy: None,
        rule,
        inputs: json!({ "day_minutes": day_minutes }),
        why: messages::entry_withdrawn(),
    }
}

fn correcting_line(
    target: ExpectedEntry,
    generation: usize,
    before: Option<Minutes>,
    day_minutes: Minutes,
) -> BalanceLine {
    let ExpectedEntry { on, key, kind, minutes, expires_on, policy, rule, mut inputs, mut why } = target;
    let missing = minutes - before.unwrap_or_default();
    if let (Some(before), Some(inputs)) = (before, inputs.as_object_mut()) {
        inputs.insert("posted_before_minutes".to_owned(), json!(before));
        inputs.insert("target_minutes".to_owned(), json!(minutes));
        why = explain_correction(why, before, minutes, day_minutes);
    }
    let entry_id = format!("{key}#{generation}");
    BalanceLine {
        on,
        kind,
        minutes: missing,
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
