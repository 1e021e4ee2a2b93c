//! Groups of people and their telephone numbers, from the events of `employees` in any order.

use jiff::SignedDuration;
use kernel::{EmployeeId, Error, Origin, Result};
use serde_json::json;
use store::{Key, Query, Race, Write, put_if_unchanged, read_stored, string_attribute};

use super::{NotificationStore, none_if_condition_failed, person_key};
use crate::domain::audience::Member;

const SK: &str = "MEMBER";
/// Maximum number of people with one access role.
const ROLE_MEMBERS_MAX: usize = 1000;
/// Lifetime of a removed membership.
const TOMBSTONE_RETENTION: SignedDuration = SignedDuration::from_hours(24);
/// Sort key after every employee id.
const SORT_KEY_END: &str = "emp_~";

/// Key of the membership of a person in a group.
fn membership_key(group: &str, person: EmployeeId) -> Key {
    Key::new(format!("GROUP#{group}"), person.to_string())
}

/// Query of the members of a group, without removed memberships.
fn members_query(group: &str) -> Query {
    Query::partition(format!("GROUP#{group}")).filter("#member = :yes").value(":yes", &true)
}

fn member_ids(items: &[store::Item]) -> Result<Vec<EmployeeId>> {
    items.iter().filter_map(|item| string_attribute(item, "sk")).map(|id| id.parse().map_err(Error::internal)).collect()
}

impl NotificationStore {
    /// Stores groups and telephone number of a person. If the same or a newer version is stored, the race is won without a write.
    pub async fn put_member_if_newer(&self, origin: &Origin, member: &Member) -> Result<Race<()>> {
        let key = person_key(member.employee_id, SK);
        let before = self.table.get_consistent(&key).await?.map(read_stored::<Member>).transpose()?;
        if before.as_ref().is_some_and(|before| before.value.as_of >= member.as_of) {
            return Ok(Race::Won(()));
        }
        let mut writes = vec![put_if_unchanged(key, member, before.as_ref().map_or(0, |before| before.version))];
        let old: &[String] = before.as_ref().map_or(&[], |before| &before.value.groups);
        for group in member.groups.iter().filter(|group| !old.contains(group)) {
            writes.push(Write::put(membership_key(group, member.employee_id), &json!({"member": true})));
        }
        for group in old.iter().filter(|group| !member.groups.contains(group)) {
            let tombstone = Write::put(membership_key(group, member.employee_id), &json!({"member": false}));
            writes.push(tombstone.expires_at(origin.at.saturating_add(TOMBSTONE_RETENTION).unwrap_or(origin.at)));
        }
        let written = none_if_condition_failed(self.table.transact(origin, writes).await)?;
        Ok(written.map_or(Race::Lost, |_| Race::Won(())))
    }

    /// All members of the group of an access role, by the name of the group.
    ///
    /// # Errors
    /// Internal error if the group has more than 1,000 members.
    pub async fn list_role_members(&self, group: &str) -> Result<Vec<EmployeeId>> {
        member_ids(&self.table.query_all(members_query(group), ROLE_MEMBERS_MAX).await?)
    }

    /// Members of a group with ids after `after`, and whether more follow. A page has 1 to `page_size` members, and none only if
    /// no more follow.
    pub async fn list_members_after(
        &self,
        group: &str,
        after: Option<EmployeeId>,
        page_size: usize,
    ) -> Result<(Vec<EmployeeId>, bool)> {
        let mut query = members_query(group).limit(page_size);
        if let Some(after) = after {
            query = query.between(&format!("{after}+"), SORT_KEY_END);
        }
        loop {
            let (items, next) = self.table.query(&query).await?;
            let members = member_ids(&items)?;
            match next {
                // All items read are removed memberships.
                Some(position) if members.is_empty() => query = query.after(position),
                next => return Ok((members, next.is_some())),
            }
        }
    }

    /// Number of members of a group.
    pub async fn count_members(&self, group: &str) -> Result<u32> {
        let (mut query, mut count) = (members_query(group), 0_usize);
        loop {
            let (items, next) = self.table.query(&query).await?;
            count += items.len();
            match next {
                Some(position) => query = query.after(position),
                None => return Ok(u32::try_from(count).unwrap_or(u32::MAX)),
            }
        }
    }

    /// Telephone number of a person; `None` without one, and for people who may not sign in.
    pub async fn find_phone(&self, person: EmployeeId) -> Result<Option<String>> {
        let item = self.table.get_attributes(&person_key(person, SK), &["phone"]).await?;
        Ok(item.as_ref().and_then(|item| string_attribute(item, "phone")).map(str::to_owned))
    }
}
