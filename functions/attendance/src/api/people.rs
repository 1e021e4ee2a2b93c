//! Whose days are meant: one person within the caller's reach, or a group, page by page.

use std::sync::Arc;

use access::Fields;
use directory::Person;
use futures::future::try_join_all;
use jiff::civil::Date;
use kernel::{DepartmentId, EmployeeId, Error, Result};
use lambda::http::Caller;

use super::Api;
use crate::{
    domain::member::Member,
    store::{BELOW_MAX, SHARDS},
};

impl Api {
    /// A person within the caller's reach, and which of their fields the caller may read.
    ///
    /// # Errors
    /// 404 for everybody else; 503.
    pub(super) async fn reach(&self, caller: &Caller, id: EmployeeId) -> Result<(Arc<Person>, Fields)> {
        let person = self.shell.directory.person(id, caller.origin().at).await?;
        let person = person.ok_or_else(|| Error::not_found("person"))?;
        let fields = caller.may_reach(&person).await?;
        Ok((person, fields))
    }

    /// Everybody below the caller, by id.
    ///
    /// # Errors
    /// 422 where there are too many to be shown at once; 503.
    pub(super) async fn below(&self, caller: &Caller) -> Result<Vec<Member>> {
        self.records.members_below(caller.id()).await?.ok_or_else(|| {
            let detail =
                format!("More than {BELOW_MAX} people report to you through others; name a manager among them.");
            Error::invalid("query:manager", "too_many", detail)
        })
    }
}

/// Whether somebody is with the organisation on a day.
pub(super) fn employed(person: &Person, date: Date) -> bool {
    person.hire_date <= date && person.termination_date.is_none_or(|last| date <= last)
}

/// So many shards are read at a time when the first does not fill a page: where few work, each has a few of them.
const SHARDS_AT_ONCE: u8 = 5;

/// Some people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Group {
    /// These, sorted by id.
    Known(Vec<Member>),
    /// Those of a department.
    Department(DepartmentId),
    /// Those who report to somebody directly.
    Manager(EmployeeId),
    /// All.
    Everybody,
}

/// Where a page of people ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Position {
    shard: u8,
    after: Option<EmployeeId>,
}

impl Position {
    /// As a cursor holds it.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (shard, after) = text.split_once('#')?;
        let after = if after.is_empty() { None } else { Some(after.parse().ok()?) };
        Some(Self { shard: shard.parse().ok()?, after })
    }

    /// For a cursor.
    pub(super) fn written(self) -> String {
        format!("{}#{}", self.shard, self.after.map(|id| id.to_string()).unwrap_or_default())
    }
}

impl Group {
    /// The next people, and where to go on if there are more.
    ///
    /// # Errors
    /// 503.
    pub(super) async fn members(
        &self,
        api: &Api,
        from: Position,
        people_max: usize,
    ) -> Result<(Vec<Member>, Option<Position>)> {
        let Position { mut shard, mut after } = from;
        let (mut found, mut at_once): (Vec<(u8, Member)>, u8) = (Vec::new(), 1);
        loop {
            // One more than wanted tells whether anybody is left.
            let wanted = people_max + 1 - found.len();
            let last = if *self == Self::Everybody { SHARDS } else { shard + 1 };
            let shards = shard..last.min(shard + at_once);
            let some = |at| self.some(api, at, after.filter(|_| at == shard), wanted);
            let members = try_join_all(shards.clone().map(some)).await?;
            found.extend(shards.clone().zip(members).flat_map(|(at, some)| some.into_iter().map(move |one| (at, one))));
            let more = found.len() > people_max;
            found.truncate(people_max);
            if more || shards.end == last {
                let next = found.last().filter(|_| more);
                let next = next.map(|(shard, member)| Position { shard: *shard, after: Some(member.person.id) });
                return Ok((found.into_iter().map(|(_, member)| member).collect(), next));
            }
            (shard, after, at_once) = (shards.end, None, SHARDS_AT_ONCE);
        }
    }

    async fn some(&self, api: &Api, shard: u8, after: Option<EmployeeId>, wanted: usize) -> Result<Vec<Member>> {
        match self {
            Self::Known(known) => {
                let rest = known.iter().filter(|member| after.is_none_or(|after| member.person.id > after));
                Ok(rest.take(wanted).cloned().collect())
            }
            Self::Department(department) => api.records.members_of_department(*department, after, wanted).await,
            Self::Manager(manager) => api.records.members_of_manager(*manager, after, wanted).await,
            Self::Everybody => api.records.members_of_shard(shard, after, wanted).await,
        }
    }
}
