//! Read access to the leave types of the leave service.

use kernel::Result;
use store::{Key, Table};

/// Partition of all leave types in the table of the leave service.
const LEAVE_TYPES: &str = "LEAVE_TYPES";

/// Table of the leave service, for reading leave types.
#[derive(Debug, Clone)]
pub struct LeaveTypeReader {
    table: Table,
}

impl LeaveTypeReader {
    pub const fn new(table: Table) -> Self {
        Self { table }
    }

    /// Whether a leave type with this code exists and is not deleted.
    pub async fn is_active(&self, code: &str) -> Result<bool> {
        let item = self.table.get_consistent(&Key::new(LEAVE_TYPES, code)).await?;
        Ok(item.is_some_and(|item| !item.contains_key("deleted_at")))
    }
}
