//! Reads the shift plans of people from the table of the attendance service. Rosters are cached for a minute.

use std::sync::Arc;

use directory::{Person, members::member_key};
use jiff::Timestamp;
use kernel::{EmployeeId, Result};
use serde::Deserialize;
use store::{CachedValue, Query, Table, from_item};

use crate::{
    ExpectedWork, PolicySet,
    attendance::{Roster, Rosters, Schedule},
};

/// Most rosters that are read, deleted ones included.
const ROSTERS_MAX: usize = 2_000;
/// Partition of all rosters.
const ROSTERS: &str = "ROSTERS";

/// Shift plans of one person.
#[derive(Debug, Clone, Default)]
pub struct ShiftPlans {
    /// Shift assignments of the person.
    pub schedule: Schedule,
    /// All rosters.
    pub rosters: Arc<Rosters>,
}

impl ShiftPlans {
    /// Expected work of the person that these plans belong to.
    pub fn expected_work<'a>(&'a self, policies: &'a PolicySet, person: &'a Person) -> ExpectedWork<'a> {
        ExpectedWork { policies, rosters: &self.rosters, schedule: &self.schedule, person }
    }
}

/// Part of the attendance service's copy of a person that plans need.
#[derive(Debug, Deserialize)]
struct PlannedMember {
    #[serde(default)]
    schedule: Schedule,
}

/// Reader of assignments and rosters.
#[derive(Debug, Clone)]
pub struct PlanReader {
    table: Table,
    rosters: CachedValue<Rosters>,
}

impl PlanReader {
    /// Reader of the table of the attendance service.
    pub fn new(table: Table) -> Self {
        Self { table, rosters: CachedValue::default() }
    }

    /// Plans of a person; without shift assignments if the attendance service does not know the person. A roster that was
    /// created after the rosters were cached is read at once.
    pub async fn load(&self, id: EmployeeId, now: Timestamp) -> Result<ShiftPlans> {
        let (schedule, rosters) =
            futures::future::try_join(self.load_schedule(id), self.all_rosters_cached(now)).await?;
        let rosters =
            if schedule.names_unknown_roster(&rosters) { self.all_rosters_consistent(now).await? } else { rosters };
        Ok(ShiftPlans { schedule, rosters })
    }

    async fn load_schedule(&self, id: EmployeeId) -> Result<Schedule> {
        let item = self.table.get_consistent(&member_key(id)).await?;
        let member: Option<PlannedMember> = item.map(from_item).transpose()?;
        Ok(member.map(|member| member.schedule).unwrap_or_default())
    }

    /// All rosters, deleted ones included, at most a minute old.
    pub async fn all_rosters_cached(&self, now: Timestamp) -> Result<Arc<Rosters>> {
        self.rosters.get_or_read(now, self.read_rosters()).await
    }

    /// Consistent read of all rosters, deleted ones included.
    pub async fn all_rosters_consistent(&self, now: Timestamp) -> Result<Arc<Rosters>> {
        Ok(self.rosters.put(now, self.read_rosters().await?))
    }

    async fn read_rosters(&self) -> Result<Rosters> {
        let items = self.table.query_all(Query::partition(ROSTERS).consistent(), ROSTERS_MAX).await?;
        let rosters = items.into_iter().map(from_item).collect::<Result<Vec<Roster>>>()?;
        Ok(Rosters(rosters.into_iter().map(|roster| (roster.id, roster)).collect()))
    }
}
