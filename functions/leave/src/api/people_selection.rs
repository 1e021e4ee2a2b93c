//! Groups of people, page by page: named ones, a department, or everybody.

use std::sync::Arc;

use directory::{
    Person,
    shards::{Position, SHARDS},
};
use futures::{StreamExt, TryStreamExt, stream};
use kernel::{DepartmentId, EmployeeId, Error, Kind, Limit, Result};
use lambda::http::Caller;

use super::Api;

/// How many people are looked up at a time.
const LOOKUPS_AT_ONCE: usize = 16;

/// Some people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Group {
    /// These.
    Named(Vec<EmployeeId>),
    /// Those of a department.
    Department(DepartmentId),
    /// All.
    Everybody,
}

/// A cursor in a body that does not open.
pub(crate) fn broken() -> Error {
    Error::new(Kind::Malformed, "invalid_cursor", "The cursor is broken, too old, or belongs to another question.")
        .field("/cursor", "invalid_cursor", "start again without a cursor")
}

impl Group {
    /// The group that is asked for.
    ///
    /// # Errors
    /// 422 for two at once.
    pub(crate) fn of(named: Option<Vec<EmployeeId>>, department: Option<DepartmentId>) -> Result<Self> {
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
    pub(crate) async fn page(
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
        let end = if *self == Self::Everybody { SHARDS } else { from.shard + 1 };
        let found = from.walk(end, people_max, |at, after, wanted| self.some(api, at, after, wanted)).await?;
        let next = found.last().filter(|_| found.len() >= people_max);
        let next = next.map(|(shard, id)| Position { shard: *shard, after: Some(*id) });
        Ok((found.into_iter().map(|(_, id)| id).collect(), next))
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
            Self::Department(department) => api.store.members_of_department(*department, after, people_max).await,
            Self::Everybody => api.store.members_of_shard(shard, after, people_max).await,
        }
    }
}
