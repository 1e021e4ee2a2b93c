//! Worked minutes by month, from which leave accrues per hour worked. The months have those of all days, with the versions of
//! the attendance days; the account has only those of the days over which it is not closed.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{EmployeeId, Minutes, Origin, Result};
use policy::leave::Account;
use store::{Key, Query, from_item};

use super::{LeaveStore, Race, Stored, accounts::account_write, as_race, put_if_unchanged, read_stored};
use crate::domain::worked_month::WorkedMonth;

/// Most months of one employee and leave type: a working life.
const MONTHS_MAX: usize = 1_000;

/// Start of the sort keys of the months of a leave type.
fn month_prefix(leave_type: &str) -> String {
    format!("WORKED#{leave_type}#")
}

fn month_key(employee: EmployeeId, leave_type: &str, date: Date) -> Key {
    let month = format!("{}{:04}-{:02}", month_prefix(leave_type), date.year(), date.month());
    Key::new(format!("EMP#{employee}"), month)
}

impl LeaveStore {
    /// Month of a day, read consistently; an empty one before its first day.
    pub async fn get_worked_month_or_empty(
        &self,
        employee: EmployeeId,
        leave_type: &str,
        date: Date,
    ) -> Result<Stored<WorkedMonth>> {
        match self.table.get_consistent(&month_key(employee, leave_type, date)).await? {
            Some(item) => read_stored(item),
            None => Ok(Stored { value: WorkedMonth::default(), version: 0 }),
        }
    }

    /// Worked minutes of all days of one employee and leave type, read consistently.
    pub async fn list_worked_minutes(&self, employee: EmployeeId, leave_type: &str) -> Result<BTreeMap<Date, Minutes>> {
        let query = Query::partition(format!("EMP#{employee}")).begins_with(&month_prefix(leave_type)).consistent();
        let mut worked = BTreeMap::new();
        for month in self.table.query_all(query, MONTHS_MAX).await? {
            let month: WorkedMonth = from_item(month)?;
            worked.extend(month.days.into_iter().map(|(date, day)| (date, day.minutes)));
        }
        Ok(worked)
    }

    /// Stores the month of a day and the account with the same minutes, each under the version that was read. Publishes
    /// nothing: the entries that follow are posted and published by the daily job.
    pub async fn save_worked_day(
        &self,
        origin: &Origin,
        employee: EmployeeId,
        date: Date,
        (month, month_after): (&Stored<WorkedMonth>, &WorkedMonth),
        (account, account_after): (&Stored<Account>, &Account),
    ) -> Result<Race<()>> {
        let key = month_key(employee, &account_after.leave_type, date);
        let writes =
            vec![account_write(employee, account, account_after), put_if_unchanged(key, month_after, month.version)];
        as_race(self.table.transact(origin, writes).await.map(drop))
    }
}
