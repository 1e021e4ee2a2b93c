//! `leave-on-attendance`: credits or proposes compensatory leave for settled work on rest days and holidays, and records the
//! hours from which leave accrues per hour worked. Publishes `leave.balance_changed`, `leave.credit_proposed` and
//! `leave.credit_changed`.
//!
//! The rule of its queue selects the days that count for leave. Events may arrive in any order and repeatedly: credits and
//! recorded hours store the version of their day, and older versions change nothing.

use events::Event;
use kernel::{Origin, Result};

use crate::{
    app::{post_credit::post_or_propose_credit, post_due_entries::Api, record_hours::record_hours},
    domain::settled_day::SettledDay,
};

lambda::consumer!("leave-on-attendance", events(handle), Api);

async fn handle(api: Api, origin: Origin, event: Event) -> Result<()> {
    let Some(day) = SettledDay::of_event(&event)? else { return Ok(()) };
    if day.counts.counts_for_credit {
        post_or_propose_credit(&api, &origin, &day).await?;
    }
    record_hours(&api, &origin, &day).await
}
