//! Entries that follow from others: what they should be, less what was posted of them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use kernel::Minutes;
use serde_json::{Value, json};

use super::{
    Account, AccountEntry, BalanceLine, EntryKind,
    lots::{is_derived, without_generation},
};
use crate::{PolicyRef, days::describe_days};

/// What the leaver's correction is called.
const LEAVER: &str = "leaver#";

/// What should be posted under a key in all.
#[derive(Debug, Clone)]
pub(super) struct ExpectedEntry {
    pub(super) on: Date,
    /// The id of its entries, without the generation.
    pub(super) key: String,
    pub(super) kind: EntryKind,
    pub(super) minutes: Minutes,
    pub(super) expires_on: Option<Date>,
    pub(super) policy: Option<PolicyRef>,
    pub(super) rule: String,
    pub(super) inputs: Value,
    pub(super) why: String,
}

/// Which targets are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryGroup {
    /// The end of lots and of leave years.
    Lots,
    /// What a leaver was given too much.
    Leavers,
}

impl EntryGroup {
    fn holds(self, posting: &AccountEntry) -> bool {
        match self {
            Self::Lots => is_derived(posting.kind),
            Self::Leavers => posting.id.starts_with(LEAVER),
        }
    }
}

/// The entries that make what is posted what it should be. Each has the next generation of its key, so that asking again after they are
/// posted answers none, and a late change is corrected by one more entry.
pub(super) fn correcting_entries(
    targets: Vec<ExpectedEntry>,
    account: &Account,
    of: EntryGroup,
    until: Date,
    day_minutes: Minutes,
) -> Vec<BalanceLine> {
    let mut posted: BTreeMap<(Date, &str), Vec<&AccountEntry>> = BTreeMap::new();
    let mut generations: BTreeMap<String, usize> = BTreeMap::new();
    for posting in account.postings.iter().filter(|posting| of.holds(posting)) {
        *generations.entry(without_generation(&posting.id).to_owned()).or_default() += 1;
        if posting.on <= until {
            posted.entry((posting.on, without_generation(&posting.id))).or_default().push(posting);
        }
    }
    let known: BTreeSet<(Date, String)> = targets.iter().map(|target| (target.on, target.key.clone())).collect();
    let gone = posted.iter().filter(|((on, key), _)| !known.contains(&(*on, (*key).to_owned())));
    let gone = gone.filter_map(|((on, key), postings)| Some(withdrawn(*on, key, postings.first()?)));
    let mut lines = Vec::new();
    for target in gone.collect::<Vec<_>>().into_iter().chain(targets) {
        let postings = posted.get(&(target.on, target.key.as_str()));
        let sum: Minutes = postings.into_iter().flatten().map(|posting| posting.minutes).sum();
        if target.minutes != sum {
            let generation = generations.entry(target.key.clone()).or_default();
            *generation += 1;
            let before = postings.map(|_| sum);
            lines.push(line(target, *generation, before, day_minutes));
        }
    }
    lines
}

/// What was posted and should not be any more.
fn withdrawn(on: Date, key: &str, posting: &AccountEntry) -> ExpectedEntry {
    let rule = key.split('#').take_while(|part| part.parse::<Date>().is_err()).take(2).collect::<Vec<_>>().join(".");
    ExpectedEntry {
        on,
        key: key.to_owned(),
        kind: posting.kind,
        minutes: Minutes::ZERO,
        expires_on: posting.expires_on,
        policy: None,
        rule,
        inputs: json!({}),
        why: "It does not hold any more.".to_owned(),
    }
}

fn line(target: ExpectedEntry, generation: usize, before: Option<Minutes>, day_minutes: Minutes) -> BalanceLine {
    let ExpectedEntry { on, key, kind, minutes, expires_on, policy, rule, mut inputs, mut why } = target;
    let missing = minutes - before.unwrap_or_default();
    if let (Some(before), Some(inputs)) = (before, inputs.as_object_mut()) {
        inputs.insert("posted_before_minutes".to_owned(), json!(before));
        inputs.insert("target_minutes".to_owned(), json!(minutes));
        why = format!(
            "{why} Corrected by {}, because {} were posted before something it follows from changed.",
            describe_days(missing, day_minutes),
            describe_days(before, day_minutes)
        );
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
