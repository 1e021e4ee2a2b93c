//! Account of one leave type: a compact form of the ledger, in one item that every request reads and writes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use kernel::{EmployeeId, LeaveId, Minutes};
use serde::{Deserialize, Serialize};
use store::Key;

use super::{DayRange, EntryKind, LedgerEntry, day_ranges};

/// Ledger entry of an account that does not belong to a leave request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountEntry {
    /// Id of the ledger entry: [`LedgerEntry::id`].
    pub id: String,
    /// Kind of the entry.
    pub kind: EntryKind,
    /// Date from which the entry counts.
    pub on: Date,
    /// Signed minutes of the entry.
    pub minutes: Minutes,
    /// Last day on which a credit can be taken.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_on: Option<Date>,
}

/// Leave that one request, pending or approved, takes from the account: the sum of its hold, release, consume and
/// adjust entries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestUsage {
    /// Days held or taken, with positive minutes. Empty after everything was returned; then only the ids of the entries
    /// are kept.
    pub days: Vec<DayRange>,
    /// Whether the request is pending.
    #[serde(default)]
    pub held: bool,
    /// Whether the request was approved, even if its days were returned since.
    #[serde(default)]
    pub approved: bool,
    /// Ids of the posted entries, with `*` for the request id. They make a second posting of an entry a no-op.
    #[serde(default)]
    pub entries: BTreeSet<String>,
}

impl RequestUsage {
    /// Adds the days of an entry. Taken minutes are negative in the entry and positive here.
    fn add_entry_days(&mut self, days: &[DayRange]) {
        let mut by_day: BTreeMap<Date, Minutes> = BTreeMap::new();
        for range in &self.days {
            range.dates().for_each(|day| add_minutes(&mut by_day, day, range.minutes));
        }
        for range in days {
            range.dates().for_each(|day| add_minutes(&mut by_day, day, -range.minutes));
        }
        self.days = day_ranges(by_day.into_iter());
    }

    /// Minutes held or taken before a day.
    fn minutes_before(&self, before: Date) -> Minutes {
        let yesterday = before.yesterday().unwrap_or(Date::MIN);
        self.days.iter().map(|range| range.minutes_until(yesterday)).sum()
    }

    /// Days held or taken from a day on.
    pub(super) fn days_since(&self, from: Date) -> Vec<DayRange> {
        self.days.iter().filter_map(|range| range.since(from)).collect()
    }
}

fn add_minutes(by_day: &mut BTreeMap<Date, Minutes>, day: Date, minutes: Minutes) {
    let sum = by_day.entry(day).or_default();
    *sum = *sum + minutes;
}

/// Account of one person and one leave type: its ledger, summed up. Only ledger entries change it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Code of the leave type.
    pub leave_type: String,
    /// Day before which all entries are folded into `opening`; absent if none are.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub closed_before: Option<Date>,
    /// Remaining credits and debt at `closed_before`, and entries of earlier days that were posted later.
    #[serde(default)]
    pub opening: Vec<AccountEntry>,
    /// Minutes worked by day, of days that are not folded and on which hours of work earn leave of this type.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub worked: BTreeMap<Date, Minutes>,
    /// Entries that do not belong to a leave request.
    #[serde(default)]
    pub postings: Vec<AccountEntry>,
    /// Leave held or taken, by request.
    #[serde(default)]
    #[serde(rename = "uses")]
    pub usage: BTreeMap<LeaveId, RequestUsage>,
}

/// Key of an account: `EMP#<id>`, `ACCOUNT#<type>`.
pub fn account_key(employee: EmployeeId, leave_type: &str) -> Key {
    Key::new(format!("EMP#{employee}"), format!("ACCOUNT#{leave_type}"))
}

impl Account {
    /// Account without entries.
    pub fn new(leave_type: &str) -> Self {
        Self { leave_type: leave_type.to_owned(), ..Self::default() }
    }

    /// Account that sums up a complete ledger of one leave type.
    pub fn from_ledger<'a>(leave_type: &str, ledger: impl IntoIterator<Item = &'a LedgerEntry>) -> Self {
        ledger.into_iter().fold(Self::new(leave_type), |mut account, entry| {
            account.post_if_missing(entry);
            account
        })
    }

    /// The account with these worked minutes by day instead of its own.
    #[must_use]
    pub fn with_worked(self, worked: BTreeMap<Date, Minutes>) -> Self {
        Self { worked, ..self }
    }

    /// Adds a ledger entry. An entry with a known id is ignored. Entries that were folded into the opening must not be added
    /// again; the ledger refuses their ids.
    pub fn post_if_missing(&mut self, entry: &LedgerEntry) {
        match entry.leave_id.filter(|_| entry.is_per_day()) {
            Some(leave) => self.post_leave(leave, entry),
            None if self.has_posting(&entry.id) => {}
            None => {
                let (id, kind, on) = (entry.id.clone(), entry.kind, entry.on);
                let posting = AccountEntry { id, kind, on, minutes: entry.minutes, expires_on: entry.expires_on };
                let late = self.closed_before.is_some_and(|before| on < before);
                if late { self.opening.push(posting) } else { self.postings.push(posting) }
            }
        }
    }

    /// Adds an entry of a leave request. An entry with a known id is ignored.
    fn post_leave(&mut self, leave: LeaveId, entry: &LedgerEntry) {
        let usage = self.usage.entry(leave).or_default();
        if !usage.entries.insert(entry.id.replace(&leave.to_string(), "*")) {
            return;
        }
        match entry.kind {
            EntryKind::Hold => usage.held = !usage.approved,
            EntryKind::Consume => (usage.held, usage.approved) = (false, true),
            _ => {}
        }
        usage.add_entry_days(&entry.days);
        self.fold_closed_usage();
    }

    /// Moves leave before `closed_before`, which only a late entry adds, into the opening.
    fn fold_closed_usage(&mut self) {
        let Some(before) = self.closed_before else { return };
        let late: Minutes = self.usage.values().map(|usage| usage.minutes_before(before)).sum();
        self.usage.values_mut().for_each(|usage| usage.days = usage.days_since(before));
        let (Some(on), true) = (before.yesterday().ok(), late != Minutes::ZERO) else { return };
        let kind = EntryKind::Adjust;
        let id = format!("late#{}", self.opening.len());
        self.opening.push(AccountEntry { id, kind, on, minutes: -late, expires_on: None });
    }

    /// Whether an entry with this id is in the opening or the postings; entries of requests are in neither.
    pub fn has_posting(&self, id: &str) -> bool {
        self.opening.iter().chain(&self.postings).any(|posting| posting.id == id)
    }

    /// Sum of all posted minutes, of leave too, up to and including a day. From `closed_before` on, it equals the sum of
    /// [`LedgerEntry::minutes_until`].
    pub fn posted_minutes_until(&self, on: Date) -> Minutes {
        let postings = self.opening.iter().chain(&self.postings).filter(|posting| posting.on <= on);
        let posted: Minutes = postings.map(|posting| posting.minutes).sum();
        posted - self.usage.values().flat_map(|usage| &usage.days).map(|range| range.minutes_until(on)).sum()
    }

    /// Last day with an entry or with leave, without the opening; none if there is neither.
    pub fn last_day(&self) -> Option<Date> {
        let usage = self.usage.values().flat_map(|usage| &usage.days).map(|range| range.to);
        usage.chain(self.postings.iter().map(|posting| posting.on)).max()
    }
}
