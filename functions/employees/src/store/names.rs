//! Names of departments, remembered for a minute: views show them beside the id.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use kernel::{DepartmentId, Result};
use store::{Key, Table, from_item};

use super::department_key;
use crate::domain::department::Department;

/// For how long a name is believed.
const FRESH_FOR: SignedDuration = SignedDuration::from_secs(60);
/// How many names one function remembers.
const REMEMBERED_MAX: usize = 1024;

/// Names by id.
pub type Known = HashMap<DepartmentId, String>;

#[derive(Debug, Clone, Default)]
pub(super) struct Names(Arc<Mutex<HashMap<DepartmentId, (Timestamp, String)>>>);

impl Names {
    /// The names of these departments: from memory, the rest in one batch.
    pub(super) async fn of(
        &self,
        table: &Table,
        ids: impl Iterator<Item = DepartmentId>,
        at: Timestamp,
    ) -> Result<Known> {
        let (mut known, missing) = self.recall(ids, at);
        if let [only] = missing.as_slice() {
            self.remember(&mut known, table.get(only).await?.into_iter(), at)?;
        } else if !missing.is_empty() {
            self.remember(&mut known, table.get_many(&missing).await?.into_iter(), at)?;
        }
        Ok(known)
    }

    fn recall(&self, ids: impl Iterator<Item = DepartmentId>, at: Timestamp) -> (Known, Vec<Key>) {
        let remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut known = Known::new();
        let mut missing = Vec::new();
        for id in ids.collect::<BTreeSet<_>>() {
            match remembered.get(&id).filter(|(read_at, _)| at.duration_since(*read_at) < FRESH_FOR) {
                Some((_, name)) => drop(known.insert(id, name.clone())),
                None => missing.push(department_key(id)),
            }
        }
        (known, missing)
    }

    fn remember(&self, known: &mut Known, items: impl Iterator<Item = store::Item>, at: Timestamp) -> Result<()> {
        let found = items.map(from_item::<Department>).collect::<Result<Vec<_>>>()?;
        let mut remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() + found.len() > REMEMBERED_MAX {
            remembered.clear();
        }
        for department in found {
            remembered.insert(department.id, (at, department.name.clone()));
            known.insert(department.id, department.name);
        }
        Ok(())
    }
}
