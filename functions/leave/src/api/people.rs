//! Groups of people, page by page: named ones, a department, or everybody.

use std::sync::Arc;

use directory::Person;
use futures::{StreamExt, TryStreamExt, future::try_join_all, stream};
use kernel::{DepartmentId, EmployeeId, Error, Kind, Limit, Result};
use lambda::http::Caller;

use super::Api;
use crate::store::members::SHARDS;

/// How many people are looked up at a time.
const LOOKUPS_AT_ONCE: usize = 16;

/// So many shards are read at a time when the first does not fill a page: where few work, each has a few of them.
const SHARDS_AT_ONCE: u8 = 5;

/// Some people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Group {
    /// These.
    Named(Vec<EmployeeId>),
    /// Those of a department.
    Department(DepartmentId),
    /// All.
    Everybody,
}

/// Where a page ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Position {
    shard: u8,
    after: Option<EmployeeId>,
}

/// A cursor in a body that does not open.
pub(super) fn broken() -> Error {
    Error::new(Kind::Malformed, "invalid_cursor", "The cursor is broken, too old, or belongs to another question.")
        .field("/cursor", "invalid_cursor", "start again without a cursor")
}

impl Position {
    fn read(text: &str) -> Option<Self> {
        let (shard, after) = text.split_once('#')?;
        let after = if after.is_empty() { None } else { Some(after.parse().ok()?) };
        Some(Self { shard: shard.parse().ok()?, after })
    }

    fn written(self) -> String {
        format!("{}#{}", self.shard, self.after.map(|id| id.to_string()).unwrap_or_default())
    }
}

impl Group {
    /// The group that is asked for.
    ///
    /// # Errors
    /// 422 for two at once.
    pub(super) fn of(named: Option<Vec<EmployeeId>>, department: Option<DepartmentId>) -> Result<Self> {
        match (named, department) {
            (Some(_), Some(_)) => {
                Err(Error::invalid("/department", "one_of", "Name people or a department, not both."))
            }
            (Some(mut named), None) => {
                named.sort_unstable();
                named.dedup();
                Ok(Self::Named(named))
            }
            (None, Some(department)) => Ok(Self::Department(department)),
            (None, None) => Ok(Self::Everybody),
        }
    }

    /// One page of them, and where to go on. Whoever is not there is left out.
    ///
    /// # Errors
    /// 400 for a cursor that does not open; 503.
    pub(super) async fn page(
        &self,
        api: &Api,
        caller: &Caller,
        limit: Limit,
        cursor: Option<&str>,
        question: &str,
    ) -> Result<(Vec<Arc<Person>>, Option<String>)> {
        let at = caller.origin().at;
        let (sealer, view) = (api.sealer(at).await?, caller.view(question));
        let from = match cursor {
            Some(cursor) => {
                let opened = sealer.open(&view, cursor).map_err(|_| broken())?;
                Position::read(&opened).ok_or_else(broken)?
            }
            None => Position::default(),
        };
        let (ids, next) = self.ids(api, from, usize::from(limit.get())).await?;
        let lookups = ids.into_iter().map(|id| api.shell.directory.person(id, at));
        let found: Vec<Option<Arc<Person>>> = stream::iter(lookups).buffered(LOOKUPS_AT_ONCE).try_collect().await?;
        let next = next.map(|position| sealer.seal(&view, &position.written())).transpose()?;
        Ok((found.into_iter().flatten().collect(), next))
    }

    async fn ids(&self, api: &Api, from: Position, people_max: usize) -> Result<(Vec<EmployeeId>, Option<Position>)> {
        let Position { mut shard, mut after } = from;
        let (mut found, mut at_once): (Vec<(u8, EmployeeId)>, u8) = (Vec::new(), 1);
        loop {
            let wanted = people_max - found.len();
            let last = if *self == Self::Everybody { SHARDS } else { shard + 1 };
            let shards = shard..last.min(shard + at_once);
            let some = |at| self.some(api, at, after.filter(|_| at == shard), wanted);
            let ids = try_join_all(shards.clone().map(some)).await?;
            found.extend(shards.clone().zip(ids).flat_map(|(at, ids)| ids.into_iter().map(move |id| (at, id))));
            let whole = found.len() >= people_max;
            found.truncate(people_max);
            if whole || shards.end == last {
                let next =
                    found.last().filter(|_| whole).map(|(shard, id)| Position { shard: *shard, after: Some(*id) });
                return Ok((found.into_iter().map(|(_, id)| id).collect(), next));
            }
            (shard, after, at_once) = (shards.end, None, SHARDS_AT_ONCE);
        }
    }

    async fn some(
        &self,
        api: &Api,
        shard: u8,
        after: Option<EmployeeId>,
        people_max: usize,
    ) -> Result<Vec<EmployeeId>> {
        match self {
            Self::Named(named) => {
                let rest = named.iter().copied().filter(|id| after.is_none_or(|after| *id > after));
                Ok(rest.take(people_max).collect())
            }
            Self::Department(department) => api.records.members_of_department(*department, after, people_max).await,
            Self::Everybody => api.records.members_of_shard(shard, after, people_max).await,
        }
    }
}
