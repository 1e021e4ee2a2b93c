//! What is sent to make a version of a policy.

use garde::Validate;
use jiff::{Timestamp, civil::Date};
use kernel::{Actor, Error};
use lambda::http::read_part;
use policy::{Effective, Kind, Policy, PolicyRef, Rules, Scope};
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
    #[serde(default, deserialize_with = "nested_json::object")]
    #[schema(value_type = Scope)]
    pub scope: Scope,
    /// The kind; tells what `rules` are.
    pub kind: Kind,
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
    pub fn version(self, reference: PolicyRef, created_at: Timestamp, created_by: Actor) -> Result<Policy, Error> {
        let Self { name, effective_from, effective_to, scope, kind, rules, warn_only } = self;
        Ok(Policy {
            reference,
            name: name.trim().to_owned(),
            effective: Effective { from: effective_from, to: effective_to },
            scope,
            rules: typed_rules(kind, Value::Object(rules))?,
            warn_only,
            created_at,
            created_by,
        })
    }
}

fn typed_rules(kind: Kind, rules: Value) -> Result<Rules, Error> {
    const AT: &str = "/rules";
    Ok(match kind {
        Kind::Leave => Rules::Leave(read_part(AT, rules)?),
        Kind::Attendance => Rules::Attendance(read_part(AT, rules)?),
        Kind::WorkingTime => Rules::WorkingTime(read_part(AT, rules)?),
        Kind::CarryOver => Rules::CarryOver(read_part(AT, rules)?),
        Kind::Overtime => Rules::Overtime(read_part(AT, rules)?),
        Kind::DataRetention => Rules::DataRetention(read_part(AT, rules)?),
        Kind::Training => Rules::Training(read_part(AT, rules)?),
    })
}
