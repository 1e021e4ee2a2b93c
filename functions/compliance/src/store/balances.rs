//! What `leave` has stored about one person: read only, with the keys that its read view names.

use jiff::civil::Date;
use kernel::{EmployeeId, Result};
use policy::leave::{Account, OccupiedMonth, account_key, month_key};
use store::{Table, from_item, string_attribute};

/// An account and the months around a request.
#[derive(Debug, Clone, Default)]
pub struct AccountSnapshot {
    /// The account; an empty one where nothing was ever posted.
    pub account: Account,
    /// The first days of the months that have something in them, with what is taken.
    pub months: Vec<(Date, OccupiedMonth)>,
}

/// The table of `leave`, for reading.
#[derive(Debug, Clone)]
pub struct LeaveAccounts {
    table: Table,
}

impl LeaveAccounts {
    pub const fn new(table: Table) -> Self {
        Self { table }
    }

    /// One person's account of a type, and what is taken in these months, in one round trip for up to eight years.
    pub async fn get(&self, employee: EmployeeId, leave_type: &str, months: &[Date]) -> Result<AccountSnapshot> {
        let account = account_key(employee, leave_type);
        let months: Vec<_> = months.iter().map(|first| (*first, month_key(employee, *first))).collect();
        let keys: Vec<_> = std::iter::once(account.clone()).chain(months.iter().map(|(_, key)| key.clone())).collect();
        let mut balance = AccountSnapshot { account: Account::new(leave_type), months: Vec::new() };
        for item in self.table.get_many_consistent(&keys).await? {
            let sk = string_attribute(&item, "sk").unwrap_or_default();
            if sk == account.sk {
                balance.account = from_item(item)?;
            } else if let Some((first, _)) = months.iter().find(|(_, key)| key.sk == sk) {
                balance.months.push((*first, from_item(item)?));
            }
        }
        balance.months.sort_by_key(|(first, _)| *first);
        Ok(balance)
    }
}
