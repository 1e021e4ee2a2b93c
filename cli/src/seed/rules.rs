//! The demo organisation's rules: business calendars of its sites, leave types and policies, from the files in `rules/`.
//!
//! They are written as HR would send them to the API, so that they can be read, compared and taken over.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel::{Actor, Error, FieldError, PolicyId, Result};
use leave::domain::leave_type::LeaveType;
use policy::{Calendar, Effective, Holiday, Policy, PolicyRef, Rules, Scope, Week};
use serde::{Deserialize, de::DeserializeOwned};

use super::organisation::{ACTOR, department_id, id};

const LEAVE_TYPES: &str = include_str!("rules/leave_types.json");
const CALENDARS: &str = include_str!("rules/calendars.json");
const POLICIES: &str = include_str!("rules/policies.json");

/// A site's calendar as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Site {
    site: String,
    week: Week,
    holidays: Vec<Holiday>,
}

/// A leave type as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    code: String,
    name: String,
    names: BTreeMap<String, String>,
    paid: bool,
    color: String,
}

/// A policy as the file has it.
#[derive(Deserialize)]
struct Draft {
    /// Names the policy through all runs; its id is made of it.
    key: String,
    name: String,
    #[serde(flatten)]
    effective: Effective,
    #[serde(default)]
    scope: For,
    #[serde(flatten)]
    rules: Rules,
    #[serde(default)]
    warn_only: Vec<String>,
}

/// For whom, departments by their keys in the cast.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct For {
    #[serde(default)]
    sites: Vec<String>,
    #[serde(default)]
    departments: Vec<String>,
}

/// The calendars, in their first version.
///
/// # Errors
/// When a file breaks a rule: a mistake in it.
pub(crate) fn calendars(at: Timestamp) -> Result<Vec<Calendar>> {
    let sites: Vec<Site> = read("calendars.json", CALENDARS)?;
    let calendar = |Site { site, week, holidays }| {
        sound(&site, &Calendar::faults(&week, &holidays))?;
        Ok(Calendar { site, version: 1, week, holidays, created_at: at, created_by: seeded() })
    };
    sites.into_iter().map(calendar).collect()
}

/// The policies, in their first version.
///
/// # Errors
/// When a file breaks a rule: a mistake in it.
pub(crate) fn policies(at: Timestamp) -> Result<Vec<Policy>> {
    let drafts: Vec<Draft> = read("policies.json", POLICIES)?;
    let policy = |draft: Draft| {
        let policy = Policy {
            reference: PolicyRef { policy_id: policy_id(&draft.key), policy_version: 1 },
            name: draft.name,
            effective: draft.effective,
            scope: Scope {
                sites: draft.scope.sites,
                departments: draft.scope.departments.iter().map(|key| department_id(key)).collect(),
            },
            rules: draft.rules,
            warn_only: draft.warn_only,
            created_at: at,
            created_by: seeded(),
        };
        sound(&draft.key, &policy.faults())?;
        Ok(policy)
    };
    drafts.into_iter().map(policy).collect()
}

/// The leave types.
///
/// # Errors
/// When a file cannot be read: a mistake in it.
pub(crate) fn leave_types(at: Timestamp) -> Result<Vec<LeaveType>> {
    let types: Vec<Named> = read("leave_types.json", LEAVE_TYPES)?;
    let leave_type = |Named { code, name, names, paid, color }| LeaveType {
        code,
        name,
        names,
        paid,
        color: Some(color),
        created_at: at,
        updated_at: at,
        deleted_at: None,
    };
    Ok(types.into_iter().map(leave_type).collect())
}

/// The id of a policy of the demo by its key.
fn policy_id(key: &str) -> PolicyId {
    PolicyId::new(id("policy", key))
}

fn seeded() -> Actor {
    Actor::System(ACTOR.to_owned())
}

fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::internal(format!("{file}: {error}")))
}

fn sound(what: &str, faults: &[FieldError]) -> Result<()> {
    let told: Vec<_> = faults.iter().map(|fault| format!("{}: {}", fault.pointer, fault.detail)).collect();
    if told.is_empty() { Ok(()) } else { Err(Error::internal(format!("{what}: {}", told.join("; ")))) }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
