//! Who belongs to which group, and how to reach them: kept by the events of people, in whatever order they come.

use jiff::SignedDuration;
use kernel::{EmployeeId, Error, Origin, Result};
use serde_json::json;
use store::{Key, Query, Race, Write, create_or_replace, read_stored, string_attribute};

use super::{NotificationStore, person_key, won};
use crate::domain::audience::Member;

const SK: &str = "MEMBER";
/// More people than have one role that hears of everything.
const ROLE_MEMBERS_MAX: usize = 1000;
/// How long it is remembered that somebody has left a group.
const TOMBSTONE_RETENTION: SignedDuration = SignedDuration::from_hours(24);
const LAST: &str = "emp_~";

fn group_key(group: &str, person: EmployeeId) -> Key {
    Key::new(format!("GROUP#{group}"), person.to_string())
}

fn members_of(group: &str) -> Query {
    Query::partition(format!("GROUP#{group}")).filter("#member = :yes").value(":yes", &true)
}

fn ids(items: &[store::Item]) -> Result<Vec<EmployeeId>> {
    items.iter().filter_map(|item| string_attribute(item, "sk")).map(|id| id.parse().map_err(Error::internal)).collect()
}

impl NotificationStore {
    /// Keeps what an event says of a person, unless something newer is known.
    pub async fn update_member(&self, origin: &Origin, member: &Member) -> Result<Race<()>> {
        let key = person_key(member.employee_id, SK);
        let before = self.table.get_consistent(&key).await?.map(read_stored::<Member>).transpose()?;
        if before.as_ref().is_some_and(|before| before.value.as_of >= member.as_of) {
            return Ok(Race::Won(()));
        }
        let mut writes = vec![create_or_replace(key, member, before.as_ref().map_or(0, |before| before.version))];
        let old: &[String] = before.as_ref().map_or(&[], |before| &before.value.groups);
        for group in member.groups.iter().filter(|group| !old.contains(group)) {
            writes.push(Write::put(group_key(group, member.employee_id), &json!({"member": true})));
        }
        for group in old.iter().filter(|group| !member.groups.contains(group)) {
            let gone = Write::put(group_key(group, member.employee_id), &json!({"member": false}));
            writes.push(gone.expires_at(origin.at.saturating_add(TOMBSTONE_RETENTION).unwrap_or(origin.at)));
        }
        let written = won(self.table.transact(origin, writes).await)?;
        Ok(written.map_or(Race::Lost, |_| Race::Won(())))
    }

    /// Everybody in a group that is small by nature: those with a role.
    ///
    /// # Errors
    /// 503 when the table is away; internal when the group is not small.
    pub async fn list_members(&self, group: &str) -> Result<Vec<EmployeeId>> {
        ids(&self.table.query_all(members_of(group), ROLE_MEMBERS_MAX).await?)
    }

    /// Those of a group who come after somebody, in the order of their ids, about so many; and whether there are more.
    pub async fn members_after(
        &self,
        group: &str,
        after: Option<EmployeeId>,
        about: usize,
    ) -> Result<(Vec<EmployeeId>, bool)> {
        let mut query = members_of(group).limit(about);
        if let Some(after) = after {
            query = query.between(&format!("{after}+"), LAST);
        }
        loop {
            let (items, next) = self.table.query(&query).await?;
            let found = ids(&items)?;
            match next {
                // All that was read had left the group.
                Some(position) if found.is_empty() => query = query.after(position),
                next => return Ok((found, next.is_some())),
            }
        }
    }

    pub async fn count_members(&self, group: &str) -> Result<u32> {
        let (mut query, mut size) = (members_of(group), 0_usize);
        loop {
            let (items, next) = self.table.query(&query).await?;
            size += items.len();
            match next {
                Some(position) => query = query.after(position),
                None => return Ok(u32::try_from(size).unwrap_or(u32::MAX)),
            }
        }
    }

    pub async fn phone(&self, person: EmployeeId) -> Result<Option<String>> {
        let item = self.table.get_attributes(&person_key(person, SK), &["phone"]).await?;
        Ok(item.as_ref().and_then(|item| string_attribute(item, "phone")).map(str::to_owned))
    }
}
