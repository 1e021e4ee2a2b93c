//! An account: what of a ledger is needed to judge the future, in one item that is read and written with every request.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use kernel::{EmployeeId, LeaveId, Minutes};
use serde::{Deserialize, Serialize};
use store::Key;

use super::{DayRange, EntryKind, LedgerEntry, runs};

/// A ledger entry that is no leave, as the account keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountEntry {
    /// [`Entry::id`].
    pub id: String,
    /// Kind.
    pub kind: EntryKind,
    /// Counts from here on.
    pub on: Date,
    /// Signed.
    pub minutes: Minutes,
    /// Last day of a credit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_on: Option<Date>,
}

/// What one request takes of the account: the net of its hold, release, consume and adjust entries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestUsage {
    /// Days and minutes; positive. None when all came back: what is left then only knows which entries were posted.
    pub days: Vec<DayRange>,
    /// Whether it is still pending.
    #[serde(default)]
    pub held: bool,
    /// Whether it was approved, whatever came back since.
    #[serde(default)]
    pub approved: bool,
    /// The entries that were posted, with `*` for the id of the request in theirs: what makes a second post of one a no-op.
    #[serde(default)]
    pub entries: BTreeSet<String>,
}

impl RequestUsage {
    /// Adds an entry's days: what it takes is negative there, and positive here.
    fn add(&mut self, days: &[DayRange]) {
        let mut by_day: BTreeMap<Date, Minutes> = BTreeMap::new();
        for run in &self.days {
            run.dates().for_each(|day| add(&mut by_day, day, run.minutes));
        }
        for run in days {
            run.dates().for_each(|day| add(&mut by_day, day, -run.minutes));
        }
        self.days = runs(by_day.into_iter());
    }

    /// What it takes before a day.
    fn before(&self, before: Date) -> Minutes {
        let yesterday = before.yesterday().unwrap_or(Date::MIN);
        self.days.iter().map(|run| run.until(yesterday)).sum()
    }

    /// What it takes, from a day on.
    pub(super) fn since(&self, from: Date) -> Vec<DayRange> {
        self.days.iter().filter_map(|run| run.since(from)).collect()
    }
}

/// Adds minutes to a day.
fn add(by_day: &mut BTreeMap<Date, Minutes>, day: Date, minutes: Minutes) {
    let sum = by_day.entry(day).or_default();
    *sum = *sum + minutes;
}

/// One person's account of one leave type: the fold of its ledger, and nothing but that.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Leave type.
    pub leave_type: String,
    /// What was before this day is folded into `opening`; nothing before it can change any more.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub closed_before: Option<Date>,
    /// Lots and debt left at `closed_before`.
    #[serde(default)]
    pub opening: Vec<AccountEntry>,
    /// Postings that are no leave.
    #[serde(default)]
    pub postings: Vec<AccountEntry>,
    /// Leave, by request.
    #[serde(default)]
    #[serde(rename = "uses")]
    pub usage: BTreeMap<LeaveId, RequestUsage>,
}

/// Where an account is: `EMP#<id>`, `ACCOUNT#<type>`.
pub fn account_key(employee: EmployeeId, leave_type: &str) -> Key {
    Key::new(format!("EMP#{employee}"), format!("ACCOUNT#{leave_type}"))
}

impl Account {
    /// An account without any entry.
    pub fn new(leave_type: &str) -> Self {
        Self { leave_type: leave_type.to_owned(), ..Self::default() }
    }

    /// The fold of a whole ledger.
    pub fn from_ledger<'a>(leave_type: &str, ledger: impl IntoIterator<Item = &'a LedgerEntry>) -> Self {
        ledger.into_iter().fold(Self::new(leave_type), |mut account, entry| {
            account.post(entry);
            account
        })
    }

    /// Adds one entry. An entry that is there already (same id) changes nothing; those that were folded into the opening are refused
    /// by the ledger, where no id is written twice.
    pub fn post(&mut self, entry: &LedgerEntry) {
        match entry.leave_id.filter(|_| entry.is_per_day()) {
            Some(leave) => self.post_leave(leave, entry),
            None if self.has_entry(&entry.id) => {}
            None => {
                let (id, kind, on) = (entry.id.clone(), entry.kind, entry.on);
                let posting = AccountEntry { id, kind, on, minutes: entry.minutes, expires_on: entry.expires_on };
                let late = self.closed_before.is_some_and(|before| on < before);
                if late { self.opening.push(posting) } else { self.postings.push(posting) }
            }
        }
    }

    fn post_leave(&mut self, leave: LeaveId, entry: &LedgerEntry) {
        let taken = self.usage.entry(leave).or_default();
        if !taken.entries.insert(entry.id.replace(&leave.to_string(), "*")) {
            return;
        }
        match entry.kind {
            EntryKind::Hold => taken.held = !taken.approved,
            EntryKind::Consume => (taken.held, taken.approved) = (false, true),
            _ => {}
        }
        taken.add(&entry.days);
        self.fold_closed_usage();
    }

    /// Days of leave before the close, which only a late entry brings, count as a part of the opening.
    fn fold_closed_usage(&mut self) {
        let Some(before) = self.closed_before else { return };
        let late: Minutes = self.usage.values().map(|taken| taken.before(before)).sum();
        self.usage.values_mut().for_each(|taken| taken.days = taken.since(before));
        let (Some(on), true) = (before.yesterday().ok(), late != Minutes::ZERO) else { return };
        let kind = EntryKind::Adjust;
        let id = format!("late#{}", self.opening.len());
        self.opening.push(AccountEntry { id, kind, on, minutes: -late, expires_on: None });
    }

    /// Whether an entry with this id is posted.
    pub fn has_entry(&self, id: &str) -> bool {
        self.opening.iter().chain(&self.postings).any(|posting| posting.id == id)
    }

    /// The sum of what is posted up to a day: for any day from `closed_before` on, the sum of the ledger's [`Entry::until`].
    pub fn posted_until(&self, on: Date) -> Minutes {
        let postings = self.opening.iter().chain(&self.postings).filter(|posting| posting.on <= on);
        let posted: Minutes = postings.map(|posting| posting.minutes).sum();
        posted - self.usage.values().flat_map(|taken| &taken.days).map(|run| run.until(on)).sum()
    }

    /// The last day on which anything is posted or taken.
    pub fn last_day(&self) -> Option<Date> {
        let taken = self.usage.values().flat_map(|taken| &taken.days).map(|run| run.to);
        taken.chain(self.postings.iter().map(|posting| posting.on)).max()
    }
}
