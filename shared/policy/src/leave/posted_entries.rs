//! Posted entries by the keys under which they are compared with the expected ones.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::Minutes;

use super::{
    Account, AccountEntry, EntryKind,
    accrual::{instalment_key, leaver_correction_year},
    day_length::DAY_LENGTH,
};

/// [`super::LedgerRule`] of a credit for work on a rest day or holiday, and the start of the ids of its entries.
pub const REST_DAY_CREDIT_RULE: &str = "rest_day_credit";

/// Id of an entry that credits the work of a day; `number` is 1 for the first entry, and 2 and so on for its corrections.
pub fn rest_day_credit_id(worked_on: Date, number: u32) -> String {
    format!("{REST_DAY_CREDIT_RULE}#{worked_on}#{number}")
}

/// Postings with the entries of each rest-day credit summed up, so that a corrected credit is spent and expires like one
/// that was right from the start.
pub(super) fn with_credits_summed<'a>(postings: impl Iterator<Item = &'a AccountEntry>) -> Vec<AccountEntry> {
    let (corrected, mut summed): (Vec<_>, Vec<_>) =
        postings.cloned().partition(|posting| posting.id.starts_with(REST_DAY_CREDIT_RULE));
    let mut sums: BTreeMap<(Date, String), PostedSum> = BTreeMap::new();
    for posting in &corrected {
        let (key, generation) = key_and_generation(&posting.id);
        sums.entry((posting.on, key)).or_insert(PostedSum::new(posting.kind)).add(posting, generation);
    }
    let sums = sums.into_iter().filter(|(_, sum)| sum.minutes != Minutes::ZERO);
    summed.extend(sums.map(|((on, key), PostedSum { kind, minutes, expires_on, .. })| AccountEntry {
        id: format!("{key}#1"),
        kind,
        on,
        minutes,
        expires_on,
    }));
    summed
}

/// Whether an entry follows from other entries: the expiry of a credit, the end of a leave year, or the conversion to
/// another standard day.
pub(super) fn is_derived(posting: &AccountEntry) -> bool {
    matches!(posting.kind, EntryKind::Expire | EntryKind::CarryOver) || posting.id.starts_with(DAY_LENGTH)
}

/// Id without its generation: `expire#lot#x#2` belongs to `expire#lot#x`.
fn without_generation(id: &str) -> &str {
    id.rsplit_once('#').map_or(id, |(key, _)| key)
}

/// Key of an entry that follows from the instalments, and its generation; none for other entries. Corrections of a
/// leave year over which the account is closed stay, because they may correct closed instalments.
pub(super) fn scheduled_key(account: &Account, posting: &AccountEntry) -> Option<(String, usize)> {
    if let Some(year) = leaver_correction_year(&posting.id) {
        let open = account.closed_before.is_none_or(|closed| closed <= year);
        return open.then(|| key_and_generation(&posting.id));
    }
    instalment_key(&posting.id)
}

/// Key and generation of an entry in the form `<key>#<generation>`.
pub(super) fn key_and_generation(id: &str) -> (String, usize) {
    let generation = id.rsplit_once('#').and_then(|(_, generation)| generation.parse().ok());
    (without_generation(id).to_owned(), generation.unwrap_or(1))
}

/// Sum of the posted entries of one key and day.
#[derive(Debug, Clone, Copy)]
pub(super) struct PostedSum {
    pub(super) kind: EntryKind,
    pub(super) minutes: Minutes,
    pub(super) generation: usize,
    /// Last day of the credit, by the last entry.
    pub(super) expires_on: Option<Date>,
}

impl PostedSum {
    /// Sum without entries.
    pub(super) const fn new(kind: EntryKind) -> Self {
        Self { kind, minutes: Minutes::ZERO, generation: 0, expires_on: None }
    }

    /// Adds an entry, in any order.
    pub(super) fn add(&mut self, posting: &AccountEntry, generation: usize) {
        self.minutes = self.minutes + posting.minutes;
        if generation >= self.generation {
            (self.generation, self.expires_on) = (generation, posting.expires_on);
        }
    }
}
