//! `attendance-job-settle`: derives a page of days, validates them, and writes the changed ones. Publishes
//! `attendance.processed`, and `.late`, `.absent`, `.incomplete` and `.outside_window` once a day each.
//!
//! It is the only writer of outcomes. An interrupted, repeated or late page gives the same days.

use kernel::Result;

use crate::{app::settle_days::DaySettler, domain::settlement_page::SettlementPage};

lambda::consumer!("attendance-job-settle", messages(handle), DaySettler);

async fn handle(settler: DaySettler, work: SettlementPage) -> Result<()> {
    let origin = settler.shell.system_origin(FUNCTION, work.request_id.as_str());
    let counts = settler.settle_page(&origin, &work).await?;
    tracing::info!(status = "success", "{} days examined, {} changed", counts.examined, counts.changed);
    Ok(())
}
