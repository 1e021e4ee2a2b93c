//! The endpoints, one file each, and what they share.

pub mod compliance_calendars_get;
pub mod compliance_calendars_import;
pub mod compliance_calendars_list;
pub mod compliance_calendars_update;
pub mod compliance_policies_create;
pub mod compliance_policies_get;
pub mod compliance_policies_list;
pub mod compliance_policies_update;
pub mod compliance_training_create;
pub mod compliance_training_complete;
pub mod compliance_training_list;
pub mod compliance_validate;
pub mod compliance_violations_acknowledge;
pub mod compliance_violations_list;
pub mod draft;
mod pages;
pub mod question;
mod rules;
mod typed;
pub mod view;

use std::sync::Arc;

use directory::Person;
use jiff::Timestamp;
use kernel::{EmployeeId, Error, Result};
use lambda::{
    InitError, Shell,
    http::{Caller, Replayed, created, done},
};
use store::Sealer;

use crate::store::Records;

/// What the handlers of this service have at hand.
#[derive(Clone)]
pub struct Api {
    records: Records,
    shell: Shell,
}

impl Api {
    fn of(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { records: Records::new(shell.table("COMPLIANCE_TABLE")?), shell: shell.clone() })
    }

    async fn sealer(&self, at: Timestamp) -> Result<Arc<Sealer>> {
        self.shell.keys.sealer(at).await
    }

    /// A person whom the caller reaches with this operation.
    ///
    /// # Errors
    /// 404 in the same words for nobody and for somebody out of reach; 503.
    async fn person(&self, caller: &Caller, id: EmployeeId) -> Result<Arc<Person>> {
        let person = self.shell.directory.person(id, caller.origin().at).await?;
        let person = person.ok_or_else(|| Error::not_found("person"))?;
        caller.may_reach(&person).await?;
        Ok(person)
    }

    /// The people among these whom the caller still reaches; who reported to somebody may have moved on.
    async fn in_reach(&self, caller: &Caller, ids: impl Iterator<Item = EmployeeId>) -> Result<Vec<EmployeeId>> {
        let mut reached: Vec<EmployeeId> = Vec::new();
        let mut unreached: Vec<EmployeeId> = Vec::new();
        for id in ids {
            if reached.contains(&id) || unreached.contains(&id) {
                continue;
            }
            match self.person(caller, id).await {
                Ok(_) => reached.push(id),
                Err(error) if error.kind() == kernel::Kind::NotFound => unreached.push(id),
                Err(error) => return Err(error),
            }
        }
        Ok(reached)
    }
}
