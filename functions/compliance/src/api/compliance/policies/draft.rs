//! What is sent to make a version of a policy.

use garde::Validate;
use jiff::{Timestamp, civil::Date};
use kernel::{Actor, Error};
use lambda::http::read_part;
use policy::{EffectivePeriod, Policy, PolicyKind, PolicyRef, PolicyRules, PolicyScope};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::api::{fields, nested_json};

/// A policy, or the next version of one.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct PolicyDraft {
    /// As it is shown.
    #[garde(custom(fields::name))]
    pub name: String,
    /// First day. Of a later version: after the first day of the one before, which it ends.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub effective_from: Date,
    /// Last day; open when not given.
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub effective_to: Option<Date>,
    /// For whom; everybody when not given.
    #[serde(default, deserialize_with = "nested_json::deserialize_object")]
    #[schema(value_type = PolicyScope)]
    pub scope: PolicyScope,
    /// The kind; tells what `rules` are.
    pub kind: PolicyKind,
    /// What it says: `LeaveRules`, `AttendanceRules`, `WorkingTimeRules`, `CarryOver`, `Overtime`, `DataRetention` or `Training`,
    /// by the kind.
    #[schema(value_type = Object)]
    pub rules: Map<String, Value>,
    /// Codes of violations that only warn.
    #[serde(default)]
    #[garde(custom(fields::codes))]
    pub warn_only: Vec<String>,
}

impl PolicyDraft {
    /// The version that this makes.
    ///
    /// # Errors
    /// 400 with a pointer into the rules.
    pub fn into_version(self, reference: PolicyRef, created_at: Timestamp, created_by: Actor) -> Result<Policy, Error> {
        let Self { name, effective_from, effective_to, scope, kind, rules, warn_only } = self;
        Ok(Policy {
            reference,
            name: name.trim().to_owned(),
            effective: EffectivePeriod { from: effective_from, to: effective_to },
            scope,
            rules: typed_rules(kind, Value::Object(rules))?,
            warn_only,
            created_at,
            created_by,
        })
    }
}

fn typed_rules(kind: PolicyKind, rules: Value) -> Result<PolicyRules, Error> {
    const RULES_POINTER: &str = "/rules";
    Ok(match kind {
        PolicyKind::Leave => PolicyRules::Leave(read_part(RULES_POINTER, rules)?),
        PolicyKind::Attendance => PolicyRules::Attendance(read_part(RULES_POINTER, rules)?),
        PolicyKind::WorkingTime => PolicyRules::WorkingTime(read_part(RULES_POINTER, rules)?),
        PolicyKind::CarryOver => PolicyRules::CarryOver(read_part(RULES_POINTER, rules)?),
        PolicyKind::Overtime => PolicyRules::Overtime(read_part(RULES_POINTER, rules)?),
        PolicyKind::DataRetention => PolicyRules::DataRetention(read_part(RULES_POINTER, rules)?),
        PolicyKind::Training => PolicyRules::Training(read_part(RULES_POINTER, rules)?),
    })
}
