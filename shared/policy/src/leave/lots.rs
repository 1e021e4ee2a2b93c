//! Lots of credit and what is taken of them: those that end first are spent first; what no lot covers is a debt, which the next credit pays.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::Minutes;

use super::{Account, AccountEntry, DayRange, EntryKind};

/// What the id of an entry that ends a lot begins with; the lot's id follows.
pub(super) const LOT_EXPIRY_PREFIX: &str = "expire#lot#";

/// A credit, and what is left of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CreditLot {
    pub(super) id: String,
    pub(super) kind: EntryKind,
    pub(super) on: Date,
    /// The last day on which it may be taken.
    pub(super) expires_on: Option<Date>,
    pub(super) left: Minutes,
}

impl CreditLot {
    /// Those with an end come first, then the older ones.
    fn order(&self) -> (bool, Option<Date>, Date, &str) {
        (self.expires_on.is_none(), self.expires_on, self.on, &self.id)
    }
}

impl From<&AccountEntry> for CreditLot {
    fn from(posting: &AccountEntry) -> Self {
        let AccountEntry { id, kind, on, minutes, expires_on } = posting.clone();
        Self { id, kind, on, expires_on, left: minutes }
    }
}

/// What happens on one day, in this order: lots end, the leave year ends, credits come, leave and other debits take.
#[derive(Debug, Clone, Default)]
pub(super) struct LotDay {
    pub(super) credits: Vec<CreditLot>,
    pub(super) debits: Minutes,
}

impl LotDay {
    /// Adds a posting to what comes or to what is taken.
    pub(super) fn add(&mut self, posting: &AccountEntry) {
        if posting.minutes > Minutes::ZERO {
            self.credits.push(posting.into());
        } else {
            self.debits = self.debits - posting.minutes;
        }
    }
}

/// Days by date.
pub(super) type LotDays = BTreeMap<Date, LotDay>;

/// Adds the days of leave.
pub(super) fn add_leave<'a>(days: &mut LotDays, runs: impl IntoIterator<Item = &'a DayRange>) {
    for run in runs {
        for date in run.dates() {
            let day = days.entry(date).or_default();
            day.debits = day.debits + run.minutes;
        }
    }
}

/// Whether an entry follows from the others: the end of a lot, the end of a leave year.
pub(super) const fn is_derived(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::Expire | EntryKind::CarryOver)
}

/// What an id says without its generation: `expire#lot#x#2` is about `expire#lot#x`.
pub(super) fn without_generation(id: &str) -> &str {
    id.rsplit_once('#').map_or(id, |(key, _)| key)
}

/// All lots of an account, and its debt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Lots {
    lots: Vec<CreditLot>,
    debt: Minutes,
}

impl Lots {
    /// What is left, less the debt.
    pub(super) fn balance(&self) -> Minutes {
        self.lots.iter().map(|lot| lot.left).sum::<Minutes>() - self.debt
    }

    /// The lots that an account began with.
    pub(super) fn opening(account: &Account) -> Self {
        let mut day = LotDay::default();
        account.opening.iter().for_each(|posting| day.add(posting));
        let mut lots = Self::default();
        lots.apply(account.closed_before.unwrap_or(Date::MIN), day);
        lots
    }

    /// Credits, then debits of one day.
    pub(super) fn apply(&mut self, on: Date, day: LotDay) {
        let mut credits = day.credits;
        credits.sort_by(|a, b| a.order().cmp(&b.order()));
        credits.into_iter().for_each(|lot| self.credit(lot));
        self.take(day.debits, |lot| lot.expires_on.is_none_or(|last| on <= last));
    }

    /// A credit pays the debt first.
    pub(super) fn credit(&mut self, lot: CreditLot) {
        let paid = lot.left.min(self.debt);
        self.debt = self.debt - paid;
        let left = lot.left - paid;
        if left > Minutes::ZERO {
            let at = self.lots.partition_point(|other| other.order() < lot.order());
            self.lots.insert(at, CreditLot { left, ..lot });
        }
    }

    /// Takes of the lots that may be used, in order; the shortage is debt.
    fn take(&mut self, minutes: Minutes, usable: impl Fn(&CreditLot) -> bool) {
        let mut wanted = minutes;
        for lot in self.lots.iter_mut().filter(|lot| usable(lot)) {
            let taken = lot.left.min(wanted.max(Minutes::ZERO));
            lot.left = lot.left - taken;
            wanted = wanted - taken;
        }
        self.debt = self.debt + wanted;
        self.lots.retain(|lot| lot.left > Minutes::ZERO);
    }

    /// Takes out the lots that ended before a day.
    pub(super) fn ended(&mut self, before: Date) -> Vec<CreditLot> {
        let (ended, left) = std::mem::take(&mut self.lots)
            .into_iter()
            .partition(|lot| lot.expires_on.is_some_and(|last| last < before));
        self.lots = left;
        ended
    }

    /// Takes out everything.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Lots with an end.
    pub(super) fn ending(&self) -> Vec<(Date, Minutes)> {
        self.lots.iter().filter_map(|lot| Some((lot.expires_on?, lot.left))).collect()
    }

    /// What is left just before a day, by what was posted until then and nothing else.
    pub(super) fn posted(account: &Account, before: Date) -> Self {
        let mut days = LotDays::new();
        let mut derived: BTreeMap<Date, BTreeMap<&str, AccountEntry>> = BTreeMap::new();
        for posting in account.postings.iter().filter(|posting| posting.on < before) {
            let day = days.entry(posting.on).or_default();
            if !is_derived(posting.kind) {
                day.add(posting);
                continue;
            }
            let keys = derived.entry(posting.on).or_default();
            let none = AccountEntry {
                id: without_generation(&posting.id).to_owned(),
                minutes: Minutes::ZERO,
                ..posting.clone()
            };
            let sum = keys.entry(without_generation(&posting.id)).or_insert(none);
            sum.minutes = sum.minutes + posting.minutes;
        }
        for taken in account.usage.values() {
            add_leave(&mut days, &taken.days);
        }
        let mut lots = Self::opening(account);
        for (on, day) in days.into_iter().filter(|(on, _)| *on < before) {
            lots.derived(derived.remove(&on).into_iter().flatten().map(|(_, posting)| posting));
            lots.apply(on, day);
        }
        lots
    }

    /// Ends of lots and of a leave year, as they were posted.
    fn derived(&mut self, postings: impl Iterator<Item = AccountEntry>) {
        let (ends, others): (Vec<_>, Vec<_>) = postings.partition(|posting| posting.id.starts_with(LOT_EXPIRY_PREFIX));
        let (ins, outs): (Vec<_>, Vec<_>) = others.into_iter().partition(|posting| posting.minutes > Minutes::ZERO);
        for end in ends {
            let id = end.id.strip_prefix(LOT_EXPIRY_PREFIX).unwrap_or_default();
            let of_lot = self.lots.iter_mut().find(|lot| lot.id == id);
            let rest = of_lot.map_or(-end.minutes, |lot| {
                let taken = lot.left.min(-end.minutes);
                lot.left = lot.left - taken;
                -end.minutes - taken
            });
            self.take(rest, |_| true);
        }
        self.take(outs.iter().map(|posting| -posting.minutes).sum(), |_| true);
        ins.iter().for_each(|posting| self.credit(posting.into()));
    }

    /// The lots and the debt as the opening of an account that is closed before a day.
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
    /// The same account with everything before a day folded into its opening. Every balance from then on stays what it was, and so does
    /// everything that is due from then on, where all that was due before it is posted.
    #[must_use]
    pub fn fold_before(&self, before: Date) -> Self {
        if self.closed_before.is_some_and(|closed| before <= closed) {
            return self.clone();
        }
        let mut closed = Self { closed_before: Some(before), ..self.clone() };
        closed.opening = Lots::posted(self, before).into_opening(before);
        closed.postings.retain(|posting| posting.on >= before);
        closed.usage.values_mut().for_each(|taken| taken.days = taken.since(before));
        closed.usage.retain(|_, taken| !taken.days.is_empty());
        closed
    }
}
