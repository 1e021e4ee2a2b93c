//! Whose days are meant: one person within the caller's reach, or a group, page by page.

use std::sync::Arc;

use access::Fields;
use directory::{
    Person,
    shards::{Position, SHARDS},
};
use jiff::civil::Date;
use kernel::{DepartmentId, EmployeeId, Error, Result};
use lambda::http::Caller;

use super::Api;
use crate::{domain::member::Member, store::BELOW_MAX};

/// Everybody below the caller, by id.
///
/// # Errors
/// 422 where there are too many to be shown at once; 503.
pub(crate) async fn below(api: &Api, caller: &Caller) -> Result<Vec<Member>> {
    api.store.members_below(caller.id()).await?.ok_or_else(|| {
        let detail = format!("More than {BELOW_MAX} people report to you through others; name a manager among them.");
        Error::invalid("query:manager", "too_many", detail)
    })
}

/// Whether somebody is with the organisation on a day.
pub(crate) fn employed(person: &Person, date: Date) -> bool {
    person.hire_date <= date && person.termination_date.is_none_or(|last| date <= last)
}

/// Some people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Group {
    /// These, sorted by id.
    Known(Vec<Member>),
    /// Those of a department.
    Department(DepartmentId),
    /// Those who report to somebody directly.
    Manager(EmployeeId),
    /// All.
    Everybody,
}

impl Group {
    /// The next people, and where to go on if there are more.
    ///
    /// # Errors
    /// 503.
    pub(crate) async fn members(
        &self,
        api: &Api,
        from: Position,
        people_max: usize,
    ) -> Result<(Vec<Member>, Option<Position>)> {
        let end = if *self == Self::Everybody { SHARDS } else { from.shard + 1 };
        // One more than wanted tells whether anybody is left.
        let mut found = from.walk(end, people_max + 1, |at, after, wanted| self.some(api, at, after, wanted)).await?;
        let more = found.len() > people_max;
        found.truncate(people_max);
        let next = found.last().filter(|_| more);
        let next = next.map(|(shard, member)| Position { shard: *shard, after: Some(member.person.id) });
        Ok((found.into_iter().map(|(_, member)| member).collect(), next))
    }

    async fn some(&self, api: &Api, shard: u8, after: Option<EmployeeId>, wanted: usize) -> Result<Vec<Member>> {
        match self {
            Self::Known(known) => {
                let rest = known.iter().filter(|member| after.is_none_or(|after| member.person.id > after));
                Ok(rest.take(wanted).cloned().collect())
            }
            Self::Department(department) => api.store.members_of_department(*department, after, wanted).await,
            Self::Manager(manager) => api.store.members_of_manager(*manager, after, wanted).await,
            Self::Everybody => api.store.members_of_shard(shard, after, wanted).await,
        }
    }
}
