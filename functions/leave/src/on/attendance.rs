//! `leave-on-attendance`: credits or proposes compensatory leave for settled work on rest days and holidays. Publishes
//! `leave.balance_changed`, `leave.credit_proposed` and `leave.credit_changed`.
//!
//! The rule of its queue selects the days that count for leave. Events may arrive in any order and repeatedly: a credit
//! stores the version of its day, and older versions change nothing.

use events::Event;
use kernel::{Origin, Result};

use crate::{
    app::{post_credit::post_or_propose_credit, post_due_entries::Api},
    domain::settled_day::SettledDay,
};

lambda::consumer!("leave-on-attendance", events(handle), Api);

async fn handle(api: Api, origin: Origin, event: Event) -> Result<()> {
    match SettledDay::of_event(&event)? {
        Some(day) => post_or_propose_credit(&api, &origin, &day).await,
        None => Ok(()),
    }
}
