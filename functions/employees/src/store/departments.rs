//! Departments: a tree without loops, with unique names. Only empty departments are deleted.

use std::collections::{BTreeSet, HashMap};

use events::{EventType, Fact};
use jiff::{SignedDuration, Timestamp};
use kernel::{DepartmentId, Error, Origin, Page, Result};
use serde::Serialize;
use store::{CommitOutcome, IdempotencyKey, Pagination, Query, Write, from_item};

use super::{
    EmployeeStore, Stored,
    change::{Guard, GuardedTransaction, MemberCounts},
    department_key, member_counts_key, name_claim_key, read_stored,
};
use crate::{
    domain::{
        chain::{ChainLink, DEPARTMENT_LEVELS_MAX},
        department::Department,
        name::search_key,
    },
    messages,
};

const ENTITY: &str = "Department";
const CLAIM: &str = "DEPARTMENT";
const ALL: &str = "DEPARTMENTS";
/// Lifetime of a cached department name.
pub(super) const NAME_CACHE_TTL: SignedDuration = SignedDuration::from_secs(60);
/// Most department names in the cache of one function.
pub(super) const NAME_CACHE_SIZE_MAX: usize = 1024;

impl EmployeeStore {
    /// Department, read consistently.
    ///
    /// # Errors
    /// 404 `not_found` if it does not exist or was deleted.
    pub async fn get_department(&self, id: DepartmentId) -> Result<Stored<Department>> {
        let item = self.table.get_consistent(&department_key(id)).await?;
        let stored: Option<Stored<Department>> = item.map(read_stored).transpose()?;
        stored
            .filter(|stored| stored.value.deleted_at.is_none())
            .ok_or_else(|| Error::not_found(messages::department()))
    }

    /// One page of departments whose name begins with `name_prefix`, sorted by name: all, or the direct sub-departments
    /// of `parent`. Deleted ones are left out.
    pub async fn list_departments(
        &self,
        parent: Option<DepartmentId>,
        name_prefix: Option<&str>,
        page: &Pagination,
    ) -> Result<Page<Department>> {
        let mut query = match parent {
            Some(parent) => Query::index("by_department", children_partition(Some(parent))),
            None => Query::index("by_name", ALL),
        };
        if let Some(prefix) = name_prefix.map(search_key).filter(|prefix| !prefix.is_empty()) {
            query = query.begins_with(&prefix);
        }
        self.table.typed_page(query, page).await
    }

    /// Name of a department, also of a deleted one, cached for a minute; `None` if it never existed.
    pub async fn find_department_name(&self, id: DepartmentId, at: Timestamp) -> Result<Option<String>> {
        Ok(self.find_department_names(std::iter::once(id), at).await?.remove(&id))
    }

    /// Names of departments, also of deleted ones, cached for a minute; those that are not cached are read in one
    /// batch. Unknown ids are left out.
    pub async fn find_department_names(
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

    /// Chain of departments from `parent` up to the top, or to one level more than the limit; empty for `None`.
    ///
    /// # Errors
    /// 422 `unknown_department` if one does not exist or was deleted.
    pub async fn get_department_chain(&self, parent: Option<DepartmentId>) -> Result<Vec<ChainLink<DepartmentId>>> {
        let mut chain = Vec::new();
        let mut next = parent;
        while let Some(id) = next
            && chain.len() <= DEPARTMENT_LEVELS_MAX
        {
            let item = self.table.get_consistent(&department_key(id)).await?;
            let department: Option<Department> = item.map(from_item).transpose()?;
            let department = department
                .filter(|department| department.deleted_at.is_none())
                .ok_or_else(|| Error::invalid("/parent_id", "unknown_department", messages::unknown_department()))?;
            chain.push(ChainLink { id, parent: department.parent_id });
            next = department.parent_id;
        }
        Ok(chain)
    }

    /// Stores a new department, claims its name and counts it in its parent. The caller has checked its place in the
    /// tree.
    ///
    /// # Errors
    /// 409 `name_taken`; 422 `unknown_department`.
    pub async fn create_department(
        &self,
        origin: &Origin,
        new: &Department,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let key = department_key(new.id);
        let fact = Fact::new(EventType::DepartmentCreated, ENTITY, new.id);
        let mut change = GuardedTransaction::default()
            .with(with_department_indexes(Write::create(key.clone(), new), new).publishes(fact), Guard::VersionMatches)
            .with(
                Write::create(member_counts_key(&key), &MemberCounts::default()).joins_lead_event(),
                Guard::Bookkeeping,
            )
            .claim_unique_key(name_claim_key(CLAIM, &new.name), &new.id, Guard::NameFree("/name"));
        if let Some(parent) = new.parent_id {
            change = change.increment_member_count(
                member_counts_key(&department_key(parent)),
                "children",
                Guard::DepartmentExists("/parent_id"),
            );
        }
        change.commit_idempotent(&self.table, origin, idempotency_key, answer).await
    }

    /// Stores a changed department and returns its new version. The caller has checked a new place in the tree:
    /// `new_parent_chain` is a new parent and every department above it, which must be as they were read; empty if the
    /// parent stays.
    ///
    /// # Errors
    /// 409 `name_taken`, `chain_moved` or `changed_meanwhile`; 422 `unknown_department`.
    pub async fn update_department(
        &self,
        origin: &Origin,
        before: &Stored<Department>,
        after: &Department,
        new_parent_chain: &[ChainLink<DepartmentId>],
    ) -> Result<u64> {
        let old = &before.value;
        let fact = Fact::new(EventType::DepartmentUpdated, ENTITY, after.id);
        let write = with_department_indexes(Write::replace(department_key(after.id), after, before.version), after)
            .publishes(fact);
        let mut change = GuardedTransaction::default().with(write, Guard::VersionMatches);
        let (old_claim, new_claim) = (name_claim_key(CLAIM, &old.name), name_claim_key(CLAIM, &after.name));
        if old_claim != new_claim {
            change = change
                .claim_unique_key(new_claim, &after.id, Guard::NameFree("/name"))
                .release_unique_key(old_claim, &after.id);
        }
        if old.parent_id != after.parent_id {
            if let Some(parent) = after.parent_id {
                let exists = Guard::DepartmentExists("/parent_id");
                change = change.increment_member_count(member_counts_key(&department_key(parent)), "children", exists);
            }
            if let Some(parent) = old.parent_id {
                change = change.decrement_member_count(member_counts_key(&department_key(parent)), "children");
            }
            change = new_parent_chain
                .iter()
                .fold(change, |change, link| change.with(unchanged_parent_check(link), Guard::ChainUnchanged));
        }
        change.commit(&self.table, origin).await?;
        Ok(before.version + 1)
    }

    /// Replaces a department without current employees and sub-departments by its tombstone, closes it to new members
    /// and releases its name.
    ///
    /// # Errors
    /// 409 `in_use` with the numbers of employees and sub-departments, or `changed_meanwhile`.
    pub async fn delete_department(
        &self,
        origin: &Origin,
        before: &Stored<Department>,
        tombstone: &Department,
    ) -> Result<()> {
        let key = department_key(tombstone.id);
        let fact = Fact::new(EventType::DepartmentDeleted, ENTITY, tombstone.id);
        let mut change = GuardedTransaction::default()
            .require_empty_and_close(member_counts_key(&key))
            .with(Write::replace(key, tombstone, before.version).publishes(fact), Guard::VersionMatches)
            .release_unique_key(name_claim_key(CLAIM, &tombstone.name), &tombstone.id);
        if let Some(parent) = tombstone.parent_id {
            change = change.decrement_member_count(member_counts_key(&department_key(parent)), "children");
        }
        change.commit(&self.table, origin).await
    }
}

fn with_department_indexes(write: Write, department: &Department) -> Write {
    let sort_key = format!("{}#{}", search_key(&department.name), department.id);
    write.index("by_name", ALL, &sort_key).index("by_department", children_partition(department.parent_id), &sort_key)
}

/// Index partition of the direct sub-departments; `None` for the departments at the top level.
fn children_partition(parent: Option<DepartmentId>) -> String {
    parent.map_or_else(|| "DEPARTMENTS#TOP".to_owned(), |parent| format!("DEP#{parent}#CHILDREN"))
}

/// Check that a department still has the parent that was read.
fn unchanged_parent_check(link: &ChainLink<DepartmentId>) -> Write {
    let check = Write::check(department_key(link.id));
    match link.parent {
        Some(parent) => check.condition("#parent_id = :parent").value(":parent", &parent),
        None => check.condition("attribute_exists(pk) AND attribute_not_exists(#parent_id)"),
    }
}
