//! `leave-job-retain`: archives ended leave requests that a policy keeps no longer, and lets them expire. Publishes
//! `leave.requests_archived`.
//!
//! A daily run continues where the last one stopped. With `{"dry_run": true}` it only counts; see [`lambda::retention`].
//!
//! The ledger, the accounts and the occupied months stay: balances, their explanations and the check of overlaps need them.

use lambda::retention::{RetentionJob, run};

use crate::store::LeaveStore;

lambda::job!("leave-job-retain", run, RetentionJob<LeaveStore>);
