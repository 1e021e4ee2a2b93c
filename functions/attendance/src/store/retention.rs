//! Old attendance days with their punches, for the job that archives them.

use directory::members::Identified;
use events::EventType;
use jiff::{ToSpan, civil::Date};
use kernel::{EmployeeId, Result};
use lambda::retention::RetentionStore;
use policy::{PolicyReader, RetainedRecords};
use store::{Query, Table};

use super::AttendanceStore;
use crate::domain::day::ENTITY;

impl RetentionStore for AttendanceStore {
    const RECORDS: RetainedRecords = RetainedRecords::Attendance;
    const ENTITY: &'static str = ENTITY;
    const EVENT: EventType = EventType::AttendanceArchived;
    const DAY: &'static str = "date";

    fn table(&self) -> &Table {
        &self.table
    }

    fn rulebook(&self) -> &PolicyReader {
        &self.rulebook
    }

    async fn list_people(&self, shard: u8, after: Option<EmployeeId>, people_max: usize) -> Result<Vec<EmployeeId>> {
        let page = self.members.list_shard(shard, after, people_max).await?;
        Ok(page.iter().map(Identified::employee_id).collect())
    }

    fn query_before(&self, employee: EmployeeId, before: Date) -> Query {
        let partition = format!("EMP#{employee}");
        // The last day before: ranges include both ends.
        let last = before.saturating_sub(1.day());
        Query::partition(partition).between("DAY#", &format!("DAY#{last}")).consistent()
    }
}
