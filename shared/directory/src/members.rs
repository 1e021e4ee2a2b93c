//! Members: the copy of people in the table of a service, maintained from events and indexed by shard, department and
//! manager.

use std::{collections::HashMap, marker::PhantomData};

use futures::{StreamExt, TryStreamExt, stream};
use kernel::{DepartmentId, EmployeeId, Origin, Result};
use serde::de::DeserializeOwned;
use store::{CommitError, Key, Query, Stored, Table, Write, from_item, read_stored};

use crate::shards::{MemberPosition, SHARDS, shard_of, shard_partition};

/// Maximum reports of a manager that are read; beyond it the result is partial.
pub const REPORTS_MAX: usize = 1_000;
/// Maximum levels of managers; `employees` refuses a longer chain.
const MANAGER_LEVELS_MAX: usize = 20;
/// Queries that run in parallel.
const QUERY_CONCURRENCY: usize = 16;

/// Value with the id of one person: a member item, or the id alone.
pub trait Identified {
    /// Id of the person.
    fn employee_id(&self) -> EmployeeId;
}

impl Identified for EmployeeId {
    fn employee_id(&self) -> EmployeeId {
        *self
    }
}

/// Selection of the people in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeopleSelection<T> {
    /// The given people. They must be sorted by id.
    Known(Vec<T>),
    /// Members of a department.
    Department(DepartmentId),
    /// Direct reports of a manager.
    DirectReports(EmployeeId),
    /// All members of the service, former employees included as far as it keeps them in its shards.
    Everybody,
}

/// Direct and indirect reports of a manager.
#[derive(Debug)]
pub struct ReportList<M> {
    /// Reports sorted by id, at most [`REPORTS_MAX`].
    pub members: Vec<M>,
    /// Whether there are more. The listed reports are then those nearest to the manager.
    pub partial: bool,
}

/// Member items of a service's table, with the key `EMP#<id>`, `MEMBER` and the type `M`.
#[derive(Debug)]
pub struct Members<M> {
    table: Table,
    item: PhantomData<fn() -> M>,
}

impl<M> Clone for Members<M> {
    fn clone(&self) -> Self {
        Self::new(self.table.clone())
    }
}

/// Primary key of a person's member item.
pub fn member_key(id: EmployeeId) -> Key {
    Key::new(format!("EMP#{id}"), "MEMBER")
}

fn department_partition(department: DepartmentId) -> String {
    format!("DEP#{department}#MEMBERS")
}

fn manager_partition(manager: EmployeeId) -> String {
    format!("EMP#{manager}#MEMBERS")
}

/// Adds to a write that it puts a member into the index of shards, and into those of the department and the manager. Without
/// a department or manager, it removes the member from that index.
pub fn with_member_indexes(
    write: Write,
    id: EmployeeId,
    department: Option<DepartmentId>,
    manager: Option<EmployeeId>,
) -> Write {
    let write = write.index("by_member", shard_partition(shard_of(id)), id);
    let write = match department {
        Some(department) => write.index("by_department", department_partition(department), id),
        None => write.unindex("by_department"),
    };
    match manager {
        Some(manager) => write.index("by_manager", manager_partition(manager), id),
        None => write.unindex("by_manager"),
    }
}

/// Write that moves a former employee from the shards to those of former employees.
pub fn with_former_index(write: Write, id: EmployeeId) -> Write {
    write.index("by_member", shard_partition(SHARDS + shard_of(id)), id)
}

/// Sort-key range of the ids after `after`.
fn sort_key_range_after(after: Option<EmployeeId>) -> (String, String) {
    let low = after.map_or_else(|| EmployeeId::PREFIX.to_owned(), |id| format!("{id}!"));
    (low, format!("{}~", EmployeeId::PREFIX))
}

impl<M> Members<M> {
    /// Members in the table of a service.
    pub const fn new(table: Table) -> Self {
        Self { table, item: PhantomData }
    }

    /// Commits the write of a member. If its condition fails, for example because a newer version is stored, nothing is
    /// written, which is no error.
    pub async fn commit_if_condition_holds(&self, origin: &Origin, write: Write) -> Result<()> {
        match self.table.commit(origin, write).await {
            Ok(_) | Err(CommitError::ConditionFailed { .. }) => Ok(()),
            Err(CommitError::Other(error)) => Err(error),
        }
    }
}

impl<M: DeserializeOwned + Identified> Members<M> {
    /// Member with this id, eventually consistent; `None` if there is none.
    pub async fn get(&self, id: EmployeeId) -> Result<Option<Stored<M>>> {
        self.table.get(&member_key(id)).await?.map(read_stored).transpose()
    }

    /// Member with this id, read consistently before a change; `None` if there is none.
    pub async fn get_consistent(&self, id: EmployeeId) -> Result<Option<Stored<M>>> {
        self.table.get_consistent(&member_key(id)).await?.map(read_stored).transpose()
    }

    /// Members with these ids, read consistently. Unknown ids are left out.
    pub async fn get_many_consistent(&self, ids: &[EmployeeId]) -> Result<HashMap<EmployeeId, M>> {
        let keys: Vec<Key> = ids.iter().copied().map(member_key).collect();
        let members = self.table.get_many_consistent(&keys).await?.into_iter().map(from_item::<M>);
        members.map(|member| member.map(|member| (member.employee_id(), member))).collect()
    }

    /// Members of a shard after `after`, by id; fewer than `people_max` only at the end.
    pub async fn list_shard(&self, shard: u8, after: Option<EmployeeId>, people_max: usize) -> Result<Vec<M>> {
        self.list(Query::index("by_member", shard_partition(shard)), after, people_max).await
    }

    /// Members of a department after `after`, by id; fewer than `people_max` only at the end.
    pub async fn list_department(
        &self,
        department: DepartmentId,
        after: Option<EmployeeId>,
        people_max: usize,
    ) -> Result<Vec<M>> {
        self.list(Query::index("by_department", department_partition(department)), after, people_max).await
    }

    /// Direct reports of a manager after `after`, by id; fewer than `people_max` only at the end.
    pub async fn list_direct_reports(
        &self,
        manager: EmployeeId,
        after: Option<EmployeeId>,
        people_max: usize,
    ) -> Result<Vec<M>> {
        self.list(Query::index("by_manager", manager_partition(manager)), after, people_max).await
    }

    /// Members that a query finds after an id, by id; fewer than `people_max` only at the end.
    async fn list(&self, query: Query, after: Option<EmployeeId>, people_max: usize) -> Result<Vec<M>> {
        let (low, high) = sort_key_range_after(after);
        let mut query = query.between(&low, &high).limit(people_max);
        let mut members = Vec::new();
        loop {
            let (items, next) = self.table.query(&query).await?;
            for item in items {
                members.push(from_item(item)?);
            }
            match next {
                Some(position) if members.len() < people_max => query = query.after(position),
                _ => break,
            }
        }
        members.truncate(people_max);
        Ok(members)
    }

    /// Direct and indirect reports of a manager, at most [`REPORTS_MAX`]. They are read level by level, down to 20 levels, and
    /// then sorted by id.
    pub async fn list_reports(&self, manager: EmployeeId) -> Result<ReportList<M>> {
        let (mut reports, mut level): (Vec<M>, _) = (Vec::new(), vec![manager]);
        for _ in 0..MANAGER_LEVELS_MAX {
            let queries = level.into_iter().map(|id| self.list_direct_reports(id, None, REPORTS_MAX + 1));
            let levels: Vec<Vec<M>> = stream::iter(queries).buffered(QUERY_CONCURRENCY).try_collect().await?;
            level = levels.iter().flatten().map(Identified::employee_id).collect();
            reports.extend(levels.into_iter().flatten());
            if level.is_empty() || reports.len() > REPORTS_MAX {
                break;
            }
        }
        let partial = reports.len() > REPORTS_MAX;
        reports.truncate(REPORTS_MAX);
        reports.sort_unstable_by_key(Identified::employee_id);
        Ok(ReportList { members: reports, partial })
    }

    /// Page of a selection after the position `from`, and the position for the next page, if there are more people.
    /// [`MemberPosition::default`] is the start.
    pub async fn page<T>(
        &self,
        selection: &PeopleSelection<T>,
        from: MemberPosition,
        people_max: usize,
    ) -> Result<(Vec<T>, Option<MemberPosition>)>
    where
        T: Identified + Clone + From<M>,
    {
        let end = if matches!(selection, PeopleSelection::Everybody) { SHARDS } else { from.shard + 1 };
        // One person more than the page has tells whether there is another page.
        let mut people = from
            .collect_next(end, people_max + 1, |at, after, wanted| self.read_selected(selection, at, after, wanted))
            .await?;
        let more = people.len() > people_max;
        people.truncate(people_max);
        let next = people.last().filter(|_| more);
        let next = next.map(|(shard, one)| MemberPosition { shard: *shard, after: Some(one.employee_id()) });
        Ok((people.into_iter().map(|(_, one)| one).collect(), next))
    }

    /// Next people of a selection after an id, at most `wanted`. Only [`PeopleSelection::Everybody`] depends on the shard.
    async fn read_selected<T>(
        &self,
        selection: &PeopleSelection<T>,
        shard: u8,
        after: Option<EmployeeId>,
        wanted: usize,
    ) -> Result<Vec<T>>
    where
        T: Identified + Clone + From<M>,
    {
        let members = match selection {
            PeopleSelection::Known(known) => {
                let rest = known.iter().filter(|one| after.is_none_or(|after| one.employee_id() > after));
                return Ok(rest.take(wanted).cloned().collect());
            }
            PeopleSelection::Department(department) => self.list_department(*department, after, wanted).await?,
            PeopleSelection::DirectReports(manager) => self.list_direct_reports(*manager, after, wanted).await?,
            PeopleSelection::Everybody => self.list_shard(shard, after, wanted).await?,
        };
        Ok(members.into_iter().map(T::from).collect())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn range_starts_right_after_the_last_id() {
        let id = |bits| EmployeeId::new(Uuid::from_u128(bits));
        let (low, high) = sort_key_range_after(Some(id(7)));
        assert!(low > id(7).to_string() && low < id(8).to_string());
        assert!(high > id(u128::MAX).to_string());
        assert!(sort_key_range_after(None).0 < id(0).to_string());
    }
}
