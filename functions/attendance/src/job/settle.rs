//! `attendance-job-settle`: derives a page of days, validates them, and writes those that came out differently. Publishes
//! `attendance.processed`, and `.late`, `.absent`, `.incomplete` and `.outside_window` once a day each.
//!
//! The only one who writes results. A page that was cut off, came twice or comes late leaves the same days.

use kernel::Result;

use crate::{app::settle_days::DaySettler, domain::settlement_work::SettlementPage};

lambda::consumer!("attendance-job-settle", work(handle), DaySettler);

async fn handle(settler: DaySettler, work: SettlementPage) -> Result<()> {
    let origin = settler.shell.system_origin(FUNCTION, work.request_id.as_str());
    let counts = settler.settle(&origin, &work).await?;
    tracing::info!(status = "success", "{} days looked at, {} changed", counts.looked_at, counts.changed);
    Ok(())
}
