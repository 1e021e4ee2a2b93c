//! Rules of the demo organisation from the files in `rules/`: calendars and fences of the sites, leave types, policies and rosters.
//!
//! The files use the formats of the API, so that they also serve as examples.

use std::collections::BTreeMap;

use attendance::domain::{
    roster::{RosterItem, find_cycle_error, rules_in_force_from},
    site::{Site, to_millionths},
};
use jiff::{Timestamp, civil::Date};
use kernel::{Actor, Error, FieldError, PolicyId, Result, RosterId};
use leave::domain::leave_type::LeaveType;
use policy::{
    Calendar, EffectivePeriod, Holiday, Policy, PolicyRef, PolicyRules, PolicyScope, PolicySet, Week,
    attendance::{Fence, FenceMode, Roster},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::organisation::{ACTOR, department_id, employee_id, stable_id};

const LEAVE_TYPES: &str = include_str!("rules/leave_types.json");
const CALENDARS: &str = include_str!("rules/calendars.json");
const POLICIES: &str = include_str!("rules/policies.json");
const ROSTERS: &str = include_str!("rules/rosters.json");
const SITES: &str = include_str!("rules/sites.json");

/// Entry of `calendars.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarEntry {
    site: String,
    week: Week,
    holidays: Vec<Holiday>,
}

/// Entry of `leave_types.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LeaveTypeEntry {
    code: String,
    name: String,
    names: BTreeMap<String, String>,
    paid: bool,
    color: String,
}

/// Entry of `policies.json`.
#[derive(Deserialize)]
struct PolicyEntry {
    /// Constant key, from which the policy id is derived.
    key: String,
    name: String,
    #[serde(flatten)]
    effective: EffectivePeriod,
    #[serde(default)]
    scope: ScopeEntry,
    #[serde(flatten)]
    rules: PolicyRules,
    #[serde(default)]
    warn_only: Vec<String>,
}

/// Entry of `sites.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteEntry {
    site: String,
    name: String,
    fencing: FenceMode,
    fences: Vec<FenceEntry>,
}

/// Fence of a site, in degrees.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FenceEntry {
    name: String,
    latitude: f64,
    longitude: f64,
    radius_m: u32,
}

/// Entry of `rosters.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RosterEntry {
    /// Constant key, from which the roster id is derived.
    key: String,
    name: String,
    starts_on: Date,
    cycle: Vec<Vec<String>>,
}

/// Scope of a policy, with departments by key.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScopeEntry {
    #[serde(default)]
    sites: Vec<String>,
    #[serde(default)]
    departments: Vec<String>,
}

/// Calendars of the demo sites, each as its first version.
pub(crate) fn demo_calendars(at: Timestamp) -> Result<Vec<Calendar>> {
    let sites: Vec<CalendarEntry> = parse_file("calendars.json", CALENDARS)?;
    let calendar = |CalendarEntry { site, week, holidays }| {
        check_valid(&site, &Calendar::validate(&week, &holidays))?;
        Ok(Calendar { site, version: 1, week, holidays, created_at: at, created_by: seed_actor() })
    };
    sites.into_iter().map(calendar).collect()
}

/// Policies of the demo organisation, each as its first version.
pub(crate) fn demo_policies(at: Timestamp) -> Result<Vec<Policy>> {
    let entries: Vec<PolicyEntry> = parse_file("policies.json", POLICIES)?;
    let policy = |entry: PolicyEntry| {
        let policy = Policy {
            reference: PolicyRef { policy_id: policy_id(&entry.key), policy_version: 1 },
            name: entry.name,
            effective: entry.effective,
            scope: PolicyScope {
                sites: entry.scope.sites,
                departments: entry.scope.departments.iter().map(|key| department_id(key)).collect(),
            },
            rules: entry.rules,
            warn_only: entry.warn_only,
            created_at: at,
            created_by: seed_actor(),
        };
        check_valid(&entry.key, &policy.validate())?;
        Ok(policy)
    };
    entries.into_iter().map(policy).collect()
}

pub(crate) fn demo_leave_types(at: Timestamp) -> Result<Vec<LeaveType>> {
    let types: Vec<LeaveTypeEntry> = parse_file("leave_types.json", LEAVE_TYPES)?;
    let leave_type = |LeaveTypeEntry { code, name, names, paid, color }| LeaveType {
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

pub(crate) fn demo_sites(at: Timestamp) -> Result<Vec<Site>> {
    let sites: Vec<SiteEntry> = parse_file("sites.json", SITES)?;
    let site = |SiteEntry { site, name, fencing, fences }| {
        let fences = fences.into_iter().map(to_fence).collect::<Option<_>>();
        let fences = fences.ok_or_else(|| Error::internal(format!("{site}: a fence has invalid coordinates")))?;
        Ok(Site { site, name, fencing, fences, created_at: at, updated_at: at, deleted_at: None })
    };
    sites.into_iter().map(site).collect()
}

/// Fence with its centre in millionths of a degree; `None` for invalid coordinates.
fn to_fence(FenceEntry { name, latitude, longitude, radius_m }: FenceEntry) -> Option<Fence> {
    Some(Fence { name, latitude_e6: to_millionths(latitude)?, longitude_e6: to_millionths(longitude)?, radius_m })
}

/// Rosters of the demo organisation. Fails if a roster names a shift that the policies lack.
pub(crate) fn demo_rosters(at: Timestamp) -> Result<Vec<RosterItem>> {
    let entries: Vec<RosterEntry> = parse_file("rosters.json", ROSTERS)?;
    let book = PolicySet::new(demo_policies(at)?, Vec::new());
    let roster = |RosterEntry { key, name, starts_on, cycle }| {
        if let Some(fault) = find_cycle_error(&cycle, &rules_in_force_from(&book, starts_on)) {
            return Err(Error::internal(format!("{key}: {}", fault.detail())));
        }
        Ok(RosterItem {
            roster: Roster { id: roster_id(&key), name, starts_on, cycle },
            assigned_at: None,
            created_by: employee_id("chro"),
            created_at: at,
            updated_at: at,
            deleted_at: None,
        })
    };
    entries.into_iter().map(roster).collect()
}

/// Id of the demo roster with this key, equal in every run.
pub(crate) fn roster_id(key: &str) -> RosterId {
    RosterId::new(stable_id("roster", key))
}

fn policy_id(key: &str) -> PolicyId {
    PolicyId::new(stable_id("policy", key))
}

fn seed_actor() -> Actor {
    Actor::System(ACTOR.to_owned())
}

fn parse_file<T: DeserializeOwned>(file: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::internal(format!("{file}: {error}")))
}

fn check_valid(what: &str, faults: &[FieldError]) -> Result<()> {
    let details: Vec<_> = faults.iter().map(|fault| format!("{}: {}", fault.pointer, fault.detail)).collect();
    if details.is_empty() { Ok(()) } else { Err(Error::internal(format!("{what}: {}", details.join("; ")))) }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
