//! Credits of an account and their use. The credit that expires first is spent first. Leave without a credit is a debt,
//! which the next credit pays.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::Minutes;

use super::{
    Account, AccountEntry, DayRange, EntryKind,
    day_length::{DAY_LENGTH, DayLengthChange, convert_day_length},
    posted_entries::{PostedSum, is_derived, key_and_generation, scheduled_key, with_credits_summed},
};

/// Prefix of the id of an entry that expires a credit; the credit's id follows.
pub(super) const LOT_EXPIRY_PREFIX: &str = "expire#lot#";

/// Credit with its remaining minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CreditLot {
    pub(super) id: String,
    pub(super) kind: EntryKind,
    pub(super) on: Date,
    /// Last day on which the credit can be taken.
    pub(super) expires_on: Option<Date>,
    pub(super) left: Minutes,
}

impl CreditLot {
    /// Sort key in which credits are spent: the one that expires first, then the oldest.
    fn spending_order(&self) -> (bool, Option<Date>, Date, &str) {
        (self.expires_on.is_none(), self.expires_on, self.on, &self.id)
    }
}

impl From<&AccountEntry> for CreditLot {
    fn from(posting: &AccountEntry) -> Self {
        let AccountEntry { id, kind, on, minutes, expires_on } = posting.clone();
        Self { id, kind, on, expires_on, left: minutes }
    }
}

/// Changes of one day. Their order is: the standard day changes, credits expire, the leave year ends, credits are added,
/// leave and other debits are taken.
#[derive(Debug, Clone, Default)]
pub(super) struct LotDay {
    pub(super) credits: Vec<CreditLot>,
    pub(super) debits: Minutes,
}

impl LotDay {
    /// Adds an entry to the credits or the debits of the day, by its sign.
    pub(super) fn add_posting(&mut self, posting: &AccountEntry) {
        if posting.minutes > Minutes::ZERO {
            self.credits.push(posting.into());
        } else {
            self.debits = self.debits - posting.minutes;
        }
    }
}

/// Credits and debits of an account by date.
pub(super) type LotDays = BTreeMap<Date, LotDay>;

/// Adds the days of leave to the debits of their dates.
pub(super) fn add_leave<'a>(days: &mut LotDays, ranges: impl IntoIterator<Item = &'a DayRange>) {
    for range in ranges {
        for date in range.dates() {
            let day = days.entry(date).or_default();
            day.debits = day.debits + range.minutes;
        }
    }
}

/// All credits of an account, and its debt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Lots {
    lots: Vec<CreditLot>,
    debt: Minutes,
}

impl Lots {
    /// Remaining credits, less the debt.
    pub(super) fn balance(&self) -> Minutes {
        self.lots.iter().map(|lot| lot.left).sum::<Minutes>() - self.debt
    }

    /// Credits and debt with which an account begins.
    pub(super) fn opening(account: &Account) -> Self {
        let mut day = LotDay::default();
        account.opening.iter().for_each(|posting| day.add_posting(posting));
        let mut lots = Self::default();
        lots.apply_day(account.closed_before.unwrap_or(Date::MIN), day);
        lots
    }

    /// Applies the credits and then the debits of one day.
    pub(super) fn apply_day(&mut self, on: Date, day: LotDay) {
        let mut credits = day.credits;
        credits.sort_by(|a, b| a.spending_order().cmp(&b.spending_order()));
        credits.into_iter().for_each(|lot| self.credit(lot));
        self.debit(day.debits, |lot| lot.expires_on.is_none_or(|last| on <= last));
    }

    /// Adds a credit; it pays the debt first.
    pub(super) fn credit(&mut self, lot: CreditLot) {
        let paid = lot.left.min(self.debt);
        self.debt = self.debt - paid;
        let left = lot.left - paid;
        if left > Minutes::ZERO {
            let at = self.lots.partition_point(|other| other.spending_order() < lot.spending_order());
            self.lots.insert(at, CreditLot { left, ..lot });
        }
    }

    /// Takes minutes from the usable credits, in order; the shortage becomes debt.
    fn debit(&mut self, minutes: Minutes, usable: impl Fn(&CreditLot) -> bool) {
        let mut wanted = minutes;
        for lot in self.lots.iter_mut().filter(|lot| usable(lot)) {
            let taken = lot.left.min(wanted.max(Minutes::ZERO));
            lot.left = lot.left - taken;
            wanted = wanted - taken;
        }
        self.debt = self.debt + wanted;
        self.lots.retain(|lot| lot.left > Minutes::ZERO);
    }

    /// Converts the credits and the debt to another standard day. The credits are rounded so that their sum is right.
    pub(super) fn convert(&mut self, change: DayLengthChange) {
        let convert = |minutes| convert_day_length(minutes, change.old, change.new);
        let (mut old, mut new) = (Minutes::ZERO, Minutes::ZERO);
        for lot in &mut self.lots {
            old = old + lot.left;
            let sum = convert(old);
            lot.left = sum - new;
            new = sum;
        }
        self.lots.retain(|lot| lot.left > Minutes::ZERO);
        self.debt = convert(self.debt);
    }

    /// Removes and returns the credits that expired before a day.
    pub(super) fn remove_expired(&mut self, before: Date) -> Vec<CreditLot> {
        let (ended, left) = std::mem::take(&mut self.lots)
            .into_iter()
            .partition(|lot| lot.expires_on.is_some_and(|last| last < before));
        self.lots = left;
        ended
    }

    /// Removes all credits and the debt.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Last day and remaining minutes of the credits that have a last day.
    pub(super) fn expiring_credits(&self) -> Vec<(Date, Minutes)> {
        self.lots.iter().filter_map(|lot| Some((lot.expires_on?, lot.left))).collect()
    }

    /// Credits just before a day, from posted entries only. All entries of one key and day are one sum.
    pub(super) fn from_postings(account: &Account, before: Date) -> Self {
        let mut days = LotDays::new();
        let mut derived: BTreeMap<Date, BTreeMap<String, PostedSum>> = BTreeMap::new();
        let mut scheduled: BTreeMap<(Date, String), PostedSum> = BTreeMap::new();
        let postings = with_credits_summed(account.postings.iter().filter(|posting| posting.on < before));
        for posting in &postings {
            let day = days.entry(posting.on).or_default();
            let none = PostedSum::new(posting.kind);
            if is_derived(posting) {
                let (key, generation) = key_and_generation(&posting.id);
                derived.entry(posting.on).or_default().entry(key).or_insert(none).add(posting, generation);
            } else if let Some((key, generation)) = scheduled_key(account, posting) {
                scheduled.entry((posting.on, key)).or_insert(none).add(posting, generation);
            } else {
                day.add_posting(posting);
            }
        }
        let entry = |on: Date, id: String, PostedSum { kind, minutes, expires_on, .. }: PostedSum| AccountEntry {
            id,
            kind,
            on,
            minutes,
            expires_on,
        };
        for ((on, key), sum) in scheduled.into_iter().filter(|(_, sum)| sum.minutes != Minutes::ZERO) {
            days.entry(on).or_default().add_posting(&entry(on, key, sum));
        }
        for taken in account.usage.values() {
            add_leave(&mut days, &taken.days);
        }
        let mut lots = Self::opening(account);
        for (on, day) in days.into_iter().filter(|(on, _)| *on < before) {
            let sums = derived.remove(&on).into_iter().flatten();
            lots.apply_derived(sums.map(|(key, sum)| entry(on, key, sum)));
            lots.apply_day(on, day);
        }
        lots
    }

    /// Applies posted conversions to another standard day, then expiries, then leave-year ends.
    fn apply_derived(&mut self, postings: impl Iterator<Item = AccountEntry>) {
        let (conversions, others): (Vec<_>, Vec<_>) = postings.partition(|posting| posting.id.starts_with(DAY_LENGTH));
        conversions.into_iter().for_each(|posting| self.apply_conversion(posting));
        let (ends, others): (Vec<_>, Vec<_>) =
            others.into_iter().partition(|posting| posting.id.starts_with(LOT_EXPIRY_PREFIX));
        let (ins, outs): (Vec<_>, Vec<_>) = others.into_iter().partition(|posting| posting.minutes > Minutes::ZERO);
        for end in ends {
            let id = end.id.strip_prefix(LOT_EXPIRY_PREFIX).unwrap_or_default();
            let of_lot = self.lots.iter_mut().find(|lot| lot.id == id);
            let rest = of_lot.map_or(-end.minutes, |lot| {
                let taken = lot.left.min(-end.minutes);
                lot.left = lot.left - taken;
                -end.minutes - taken
            });
            self.debit(rest, |_| true);
        }
        self.debit(outs.iter().map(|posting| -posting.minutes).sum(), |_| true);
        ins.iter().for_each(|posting| self.credit(posting.into()));
    }

    /// Converts credits and debt as a posted entry says. What the entry adds beyond that is a credit or a debit.
    fn apply_conversion(&mut self, posting: AccountEntry) {
        let before = self.balance();
        if let Some(change) = DayLengthChange::of_entry(&posting.id).filter(|_| posting.minutes != Minutes::ZERO) {
            self.convert(change);
        }
        let rest = before + posting.minutes - self.balance();
        if rest > Minutes::ZERO {
            self.credit(CreditLot { left: rest, ..CreditLot::from(&posting) });
        } else {
            self.debit(-rest, |_| true);
        }
    }

    /// Credits and debt as the opening of an account that is closed before a day.
    pub(super) fn into_opening(self, before: Date) -> Vec<AccountEntry> {
        let debt = (self.debt != Minutes::ZERO).then(|| AccountEntry {
            id: format!("debt#{before}"),
            kind: EntryKind::Adjust,
            on: before.yesterday().unwrap_or(Date::MIN),
            minutes: -self.debt,
            expires_on: None,
        });
        let lots = self.lots.into_iter().map(|CreditLot { id, kind, on, expires_on, left }| AccountEntry {
            id,
            kind,
            on,
            minutes: left,
            expires_on,
        });
        lots.chain(debt).collect()
    }
}

impl Account {
    /// The account with all entries before a day folded into its opening. Later balances stay the same, and so do later
    /// due entries, provided that everything due before the day is posted. Unchanged if it is closed up to this day or a later
    /// one already.
    #[must_use]
    pub fn fold_before(&self, before: Date) -> Self {
        if self.closed_before.is_some_and(|closed| before <= closed) {
            return self.clone();
        }
        let mut closed = Self { closed_before: Some(before), ..self.clone() };
        closed.opening = Lots::from_postings(self, before).into_opening(before);
        closed.postings.retain(|posting| posting.on >= before);
        closed.worked.retain(|on, _| *on >= before);
        closed.usage.values_mut().for_each(|taken| taken.days = taken.days_since(before));
        closed.usage.retain(|_, taken| !taken.days.is_empty());
        closed
    }
}
