//! Departments: a tree without loops, names used once, and no removal while anybody or anything belongs to one.

use std::collections::{BTreeSet, HashMap};

use events::{EventType, Fact};
use jiff::{SignedDuration, Timestamp};
use kernel::{DepartmentId, Error, Origin, Page, Result};
use serde::Serialize;
use store::{CommitOutcome, IdempotencyKey, Pagination, Query, Write, from_item};

use super::{
    EmployeeStore, Stored,
    change::{Guard, GuardedTransaction, MemberCount},
    department_key, members_key, name_claim_key, read_stored,
};
use crate::domain::{
    chain::{ChainLink, DEPARTMENTS_MAX},
    department::Department,
    name::search_key,
};

const ENTITY: &str = "Department";
const CLAIM: &str = "DEPARTMENT";
const ALL: &str = "DEPARTMENTS";
/// Age at which a remembered name is read again.
pub(super) const NAME_AGE_MAX: SignedDuration = SignedDuration::from_secs(60);
/// Names that one function remembers.
pub(super) const NAMES_MAX: usize = 1024;

impl EmployeeStore {
    /// A department that stands.
    ///
    /// # Errors
    /// 404, also for one that was removed.
    pub async fn get_department(&self, id: DepartmentId) -> Result<Stored<Department>> {
        let item = self.table.get_consistent(&department_key(id)).await?;
        let found: Option<Stored<Department>> = item.map(read_stored).transpose()?;
        found.filter(|known| known.value.deleted_at.is_none()).ok_or_else(|| Error::not_found("department"))
    }

    /// One page of departments by name: all, or those directly within `parent`.
    pub async fn list_departments(
        &self,
        parent: Option<DepartmentId>,
        name: Option<&str>,
        page: &Pagination,
    ) -> Result<Page<Department>> {
        let mut query = match parent {
            Some(parent) => Query::index("by_department", children_partition(Some(parent))),
            None => Query::index("by_name", ALL),
        };
        if let Some(prefix) = name.map(search_key).filter(|prefix| !prefix.is_empty()) {
            query = query.begins_with(&prefix);
        }
        self.table.paged_of(query, page).await
    }

    /// The name of a department, remembered for a minute; none for one that never was.
    pub async fn department_name(&self, id: DepartmentId, at: Timestamp) -> Result<Option<String>> {
        Ok(self.department_names(std::iter::once(id), at).await?.remove(&id))
    }

    /// The names of departments, remembered for a minute, the others read in one batch. Those that never were are left out.
    pub async fn department_names(
        &self,
        ids: impl Iterator<Item = DepartmentId>,
        at: Timestamp,
    ) -> Result<HashMap<DepartmentId, String>> {
        let (mut names, mut missing) = (HashMap::new(), Vec::new());
        for id in ids.collect::<BTreeSet<_>>() {
            match self.department_names.get(&id, at) {
                Some(name) => drop(names.insert(id, name.to_string())),
                None => missing.push(department_key(id)),
            }
        }
        let items = match missing.as_slice() {
            [] => Vec::new(),
            [only] => self.table.get(only).await?.into_iter().collect(),
            several => self.table.get_many(several).await?,
        };
        for item in items {
            let Department { id, name, .. } = from_item(item)?;
            self.department_names.put(id, at, name.clone());
            names.insert(id, name);
        }
        Ok(names)
    }

    /// The chain that begins with a parent, up to the top or to its greatest length.
    ///
    /// # Errors
    /// 422 when there is no such parent.
    pub async fn get_parent_chain(&self, parent: Option<DepartmentId>) -> Result<Vec<ChainLink<DepartmentId>>> {
        let mut chain = Vec::new();
        let mut next = parent;
        while let Some(id) = next
            && chain.len() <= DEPARTMENTS_MAX
        {
            let item = self.table.get_consistent(&department_key(id)).await?;
            let known: Option<Department> = item.map(from_item).transpose()?;
            let above = known
                .filter(|known| known.deleted_at.is_none())
                .ok_or_else(|| Error::invalid("/parent_id", "unknown_department", "There is no such department."))?;
            chain.push(ChainLink { id, parent: above.parent_id });
            next = above.parent_id;
        }
        Ok(chain)
    }

    /// Stores a new department, its name and its place in its parent's count.
    ///
    /// # Errors
    /// 409 for a name that is taken; 422 for a parent that does not stand.
    pub async fn create_department(
        &self,
        origin: &Origin,
        new: &Department,
        once: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let key = department_key(new.id);
        let fact = Fact::new(EventType::DepartmentCreated, ENTITY, new.id);
        let mut change = GuardedTransaction::default()
            .with(placed(Write::create(key.clone(), new), new).publishes(fact), Guard::VersionMatches)
            .with(Write::create(members_key(&key), &MemberCount::default()).joins_lead_event(), Guard::Bookkeeping)
            .claim(name_claim_key(CLAIM, &new.name), &new.id, Guard::NameFree("/name"));
        if let Some(parent) = new.parent_id {
            change = change.increment_count(
                members_key(&department_key(parent)),
                "children",
                Guard::DepartmentExists("/parent_id"),
            );
        }
        change.commit_once(&self.table, origin, once, answer).await
    }

    /// Stores a changed department. As for managers, the chain above must stand as it was walked.
    pub async fn update_department(
        &self,
        origin: &Origin,
        before: &Stored<Department>,
        after: &Department,
        parents: &[ChainLink<DepartmentId>],
    ) -> Result<u64> {
        let old = &before.value;
        let fact = Fact::new(EventType::DepartmentUpdated, ENTITY, after.id);
        let write = placed(Write::replace(department_key(after.id), after, before.version), after).publishes(fact);
        let mut change = GuardedTransaction::default().with(write, Guard::VersionMatches);
        let (old_claim, new_claim) = (name_claim_key(CLAIM, &old.name), name_claim_key(CLAIM, &after.name));
        if old_claim != new_claim {
            change = change.claim(new_claim, &after.id, Guard::NameFree("/name")).release(old_claim, &after.id);
        }
        if old.parent_id != after.parent_id {
            if let Some(parent) = after.parent_id {
                let stands = Guard::DepartmentExists("/parent_id");
                change = change.increment_count(members_key(&department_key(parent)), "children", stands);
            }
            if let Some(parent) = old.parent_id {
                change = change.decrement_count(members_key(&department_key(parent)), "children");
            }
            change =
                parents.iter().fold(change, |change, link| change.with(chain_link_check(link), Guard::ChainUnchanged));
        }
        change.commit(&self.table, origin).await?;
        Ok(before.version + 1)
    }

    /// Removes a department that nobody and nothing belongs to. Its item stays as a tombstone.
    ///
    /// # Errors
    /// 409 `in_use` with the counts; 409 when it was changed meanwhile.
    pub async fn delete_department(
        &self,
        origin: &Origin,
        before: &Stored<Department>,
        after: &Department,
    ) -> Result<()> {
        let key = department_key(after.id);
        let fact = Fact::new(EventType::DepartmentDeleted, ENTITY, after.id);
        let mut change = GuardedTransaction::default()
            .close_when_empty(members_key(&key))
            .with(Write::replace(key, after, before.version).publishes(fact), Guard::VersionMatches)
            .release(name_claim_key(CLAIM, &after.name), &after.id);
        if let Some(parent) = after.parent_id {
            change = change.decrement_count(members_key(&department_key(parent)), "children");
        }
        change.commit(&self.table, origin).await
    }
}

fn placed(write: Write, department: &Department) -> Write {
    let place = format!("{}#{}", search_key(&department.name), department.id);
    write.index("by_name", ALL, &place).index("by_department", children_partition(department.parent_id), &place)
}

fn children_partition(parent: Option<DepartmentId>) -> String {
    parent.map_or_else(|| "DEPARTMENTS#TOP".to_owned(), |parent| format!("DEP#{parent}#CHILDREN"))
}

fn chain_link_check(link: &ChainLink<DepartmentId>) -> Write {
    let check = Write::check(department_key(link.id));
    match link.parent {
        Some(above) => check.condition("#parent_id = :above").value(":above", &above),
        None => check.condition("attribute_exists(pk) AND attribute_not_exists(#parent_id)"),
    }
}
