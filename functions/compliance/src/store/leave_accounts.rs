//! Read access to the leave accounts and months of an employee, with the keys of `shared/policy`.

use jiff::civil::Date;
use kernel::{EmployeeId, Result};
use policy::leave::{Account, OccupiedMonth, account_key, occupied_month_key};
use store::{Table, from_item, string_attribute};

/// Leave account and the occupied months around a request.
#[derive(Debug, Clone, Default)]
pub struct AccountSnapshot {
    /// Leave account; empty if no entry was posted.
    pub account: Account,
    /// Months with occupied days, by their first day.
    pub months: Vec<(Date, OccupiedMonth)>,
}

/// Table of the leave service, for reading.
#[derive(Debug, Clone)]
pub struct LeaveAccounts {
    table: Table,
}

impl LeaveAccounts {
    pub const fn new(table: Table) -> Self {
        Self { table }
    }

    /// Account of a leave type, and those of these months that have occupied days. `months` are given by their first
    /// days. A missing account is empty. One round trip suffices for up to eight years.
    pub async fn load_snapshot(
        &self,
        employee: EmployeeId,
        leave_type: &str,
        months: &[Date],
    ) -> Result<AccountSnapshot> {
        let account = account_key(employee, leave_type);
        let months: Vec<_> = months.iter().map(|first| (*first, occupied_month_key(employee, *first))).collect();
        let keys: Vec<_> = std::iter::once(account.clone()).chain(months.iter().map(|(_, key)| key.clone())).collect();
        let mut snapshot = AccountSnapshot { account: Account::new(leave_type), months: Vec::new() };
        for item in self.table.get_many_consistent(&keys).await? {
            let sk = string_attribute(&item, "sk").unwrap_or_default();
            if sk == account.sk {
                snapshot.account = from_item(item)?;
            } else if let Some((first, _)) = months.iter().find(|(_, key)| key.sk == sk) {
                snapshot.months.push((*first, from_item(item)?));
            }
        }
        snapshot.months.sort_by_key(|(first, _)| *first);
        Ok(snapshot)
    }
}
