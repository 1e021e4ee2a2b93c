//! Old ended leave requests, for the job that archives them.

use events::EventType;
use jiff::civil::Date;
use kernel::{EmployeeId, Result};
use lambda::retention::RetentionStore;
use policy::{PolicyReader, RetainedRecords};
use store::{Query, Table};

use super::{LeaveStore, request_lists, requests::ENTITY_TYPE as ENTITY};
use crate::domain::request::RequestStatus;

impl RetentionStore for LeaveStore {
    const RECORDS: RetainedRecords = RetainedRecords::LeaveRequests;
    const ENTITY: &'static str = ENTITY;
    const EVENT: EventType = EventType::LeaveRequestsArchived;
    const DAY: &'static str = "end_date";

    fn table(&self) -> &Table {
        &self.table
    }

    fn rulebook(&self) -> &PolicyReader {
        &self.rulebook
    }

    async fn list_people(&self, shard: u8, after: Option<EmployeeId>, people_max: usize) -> Result<Vec<EmployeeId>> {
        let page = self.members.list_shard(shard, after, people_max).await?;
        Ok(page.into_iter().map(EmployeeId::from).collect())
    }

    fn query_before(&self, employee: EmployeeId, before: Date) -> Query {
        let query = Query::index("by_employee", request_lists::employee_partition(employee));
        let query = query.between("0", &before.to_string()).filter("#end_date < :before AND #status <> :pending");
        query.value(":before", &before).value(":pending", &RequestStatus::Pending)
    }
}
