//! The endpoints, one file each, and what they share.

pub mod departments_create;
pub mod departments_delete;
pub mod departments_get;
pub mod departments_list;
pub mod departments_update;
pub mod employees_compensation_get;
pub mod employees_compensation_update;
pub mod employees_create;
pub mod employees_delete;
pub mod employees_get;
pub mod employees_list;
pub mod employees_org_chart;
pub mod employees_reports;
pub mod employees_roles_update;
pub mod employees_status_update;
pub mod employees_update;
pub mod employees_verify;
pub mod job_roles_create;
pub mod job_roles_delete;
pub mod job_roles_get;
pub mod job_roles_list;
pub mod job_roles_update;
mod rules;
pub mod view;

use std::sync::Arc;

use jiff::Timestamp;
use kernel::Result;
use lambda::{
    InitError, Shell,
    http::{Replayed, created},
};
use store::Sealer;

use crate::store::Records;

/// What the handlers of this service have at hand.
#[derive(Clone)]
pub struct Api {
    records: Records,
    shell: Shell,
}

impl Api {
    fn of(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { records: Records::new(shell.table("EMPLOYEES_TABLE")?), shell: shell.clone() })
    }

    async fn sealer(&self, at: Timestamp) -> Result<Arc<Sealer>> {
        self.shell.keys.sealer(at).await
    }
}
