//! `attendance-job-retain`: archives attendance days with their punches that a policy keeps no longer, and lets them expire. Publishes
//! `attendance.archived`.
//!
//! A daily run continues where the last one stopped. With `{"dry_run": true}` it only counts; see [`lambda::retention`].

use lambda::retention::{RetentionJob, run};

use crate::store::AttendanceStore;

lambda::job!("attendance-job-retain", run, RetentionJob<AttendanceStore>);
