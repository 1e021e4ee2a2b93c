//! Worked hours of settled days, from which leave accrues per hour worked. Rule 6 (docs/rules.md).

use kernel::{Origin, Result};

use super::post_due_entries::Api;
use crate::{
    domain::{settled_day::SettledDay, worked_month::WorkedDay},
    store::Race,
};

/// Records the worked minutes of a settled day for each leave type that they earn; they replace those of older versions of
/// the day. A known or older version changes nothing, and neither does a day over which the account is closed. The daily job
/// posts what follows.
pub async fn record_hours(api: &Api, origin: &Origin, day: &SettledDay) -> Result<()> {
    let worked = WorkedDay { minutes: day.outcome.worked_minutes, version: day.version };
    for leave_type in &day.counts.hours_leave_types {
        let recorded = api.until_won(origin.at, || async {
            let (month, account) = tokio::try_join!(
                api.store.get_worked_month_or_empty(day.employee_id, leave_type, day.date),
                api.store.get_account_or_empty(day.employee_id, leave_type)
            )?;
            let is_closed = account.value.closed_before.is_some_and(|closed| day.date < closed);
            let Some(month_after) = month.value.after_day(day.date, worked).filter(|_| !is_closed) else {
                return Ok(Race::Won(false));
            };
            let mut account_after = account.value.clone();
            account_after.worked.insert(day.date, worked.minutes);
            let (month, account) = ((&month, &month_after), (&account, &account_after));
            let saved = api.store.save_worked_day(origin, day.employee_id, day.date, month, account).await?;
            Ok(saved.replace_won(true))
        });
        let recorded = recorded.await?;
        tracing::info!(status = "success", "{} {} for {leave_type}, recorded: {recorded}", day.employee_id, day.date);
    }
    Ok(())
}
