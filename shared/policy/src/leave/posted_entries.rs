//! Posted entries by the keys under which they are compared with the expected ones.

use jiff::civil::Date;
use kernel::Minutes;

use super::{
    Account, AccountEntry, EntryKind,
    accrual::{instalment_key, leaver_correction_year},
    day_length::DAY_LENGTH,
};

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
