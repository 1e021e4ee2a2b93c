//! Request body for the first or next version of a policy.

use std::borrow::Cow;

use garde::Validate;
use jiff::{Timestamp, civil::Date};
use kernel::{Actor, Error};
use lambda::http::read_nested;
use policy::{
    DataRetentionRules, EffectivePeriod, OvertimeRules, Policy, PolicyKind, PolicyRef, PolicyRules, PolicyScope,
    TrainingRules,
    leave::{CarryOver, DowngradableCode, LeaveRules},
    working_time::{AttendanceRules, WorkingTimeRules},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, OneOfBuilder, Ref, RefOr, Schema, schema::Type},
};

use crate::api::fields;

/// First or next version of a policy.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct PolicyDraft {
    /// Name of the policy: one line of 1 to 100 characters.
    #[garde(custom(fields::check_policy_or_course_name))]
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub name: String,
    /// First day on which the version applies, in the years 1900 to 2200. It must be after the first day of the previous
    /// version, which it ends.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub effective_from: Date,
    /// Last day on which the version applies, not before `effective_from`, in the years 1900 to 2200. A later version
    /// ends it earlier. Default: no last day.
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub effective_to: Option<Date>,
    /// Employees to whom the policy applies. Default: all employees.
    #[serde(default)]
    pub scope: PolicyScope,
    /// Kind of the policy, which decides the type of `rules`.
    pub kind: PolicyKind,
    /// Rules of the policy. Their type depends on `kind`.
    #[schema(value_type = Object)]
    pub rules: Map<String, Value>,
    /// Codes of violations that only warn: the request is accepted, and the violation is recorded. Default: none.
    #[serde(default)]
    #[garde(custom(fields::check_violation_codes))]
    #[schema(value_type = Vec<DowngradableCode>, max_items = 50)]
    pub warn_only: Vec<String>,
}

impl PolicyDraft {
    /// Policy version with the contents of the draft, whose values are not checked yet.
    ///
    /// # Errors
    /// 400 with a pointer into the rules if they do not have the type of the kind.
    pub fn into_version(self, reference: PolicyRef, created_at: Timestamp, created_by: Actor) -> Result<Policy, Error> {
        let Self { name, effective_from, effective_to, scope, kind, rules, warn_only } = self;
        Ok(Policy {
            reference,
            name: name.trim().to_owned(),
            effective: EffectivePeriod { from: effective_from, to: effective_to },
            scope,
            rules: parse_rules(kind, Value::Object(rules))?,
            warn_only,
            created_at,
            created_by,
        })
    }
}

/// Rules in the type of their kind.
fn parse_rules(kind: PolicyKind, rules: Value) -> Result<PolicyRules, Error> {
    const RULES_POINTER: &str = "/rules";
    Ok(match kind {
        PolicyKind::Leave => PolicyRules::Leave(read_nested(RULES_POINTER, rules)?),
        PolicyKind::Attendance => PolicyRules::Attendance(read_nested(RULES_POINTER, rules)?),
        PolicyKind::WorkingTime => PolicyRules::WorkingTime(read_nested(RULES_POINTER, rules)?),
        PolicyKind::CarryOver => PolicyRules::CarryOver(read_nested(RULES_POINTER, rules)?),
        PolicyKind::Overtime => PolicyRules::Overtime(read_nested(RULES_POINTER, rules)?),
        PolicyKind::DataRetention => PolicyRules::DataRetention(read_nested(RULES_POINTER, rules)?),
        PolicyKind::Training => PolicyRules::Training(read_nested(RULES_POINTER, rules)?),
    })
}

/// Schema of [`PolicyDraft`] in the API document: one object per kind, with the rules of that kind.
#[derive(Debug)]
pub enum PolicyDraftSchema {}

impl PartialSchema for PolicyDraftSchema {
    fn schema() -> RefOr<Schema> {
        [
            draft_schema_of_kind("leave", LeaveRules::name()),
            draft_schema_of_kind("attendance", AttendanceRules::name()),
            draft_schema_of_kind("working_time", WorkingTimeRules::name()),
            draft_schema_of_kind("carry_over", CarryOver::name()),
            draft_schema_of_kind("overtime", OvertimeRules::name()),
            draft_schema_of_kind("data_retention", DataRetentionRules::name()),
            draft_schema_of_kind("training", TrainingRules::name()),
        ]
        .into_iter()
        .fold(OneOfBuilder::new(), OneOfBuilder::item)
        .description(Some("First or next version of a policy. `kind` decides the type of `rules`."))
        .into()
    }
}

impl ToSchema for PolicyDraftSchema {
    fn name() -> Cow<'static, str> {
        PolicyDraft::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        PolicyDraft::schemas(schemas);
        PolicyRules::schemas(schemas);
    }
}

/// Schema of a draft of one kind; `rules` is the name of the schema of its rules.
fn draft_schema_of_kind(kind: &str, rules: Cow<'_, str>) -> RefOr<Schema> {
    let draft = PolicyDraft::schema();
    let RefOr::T(Schema::Object(mut draft)) = draft else { return draft };
    let tag = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some([kind]))
        .description(Some(format!("Kind of the policy: `{kind}`.")));
    draft.properties.insert("kind".to_owned(), tag.into());
    draft.properties.insert("rules".to_owned(), Ref::from_schema_name(rules).into());
    draft.description = Some(format!("Policy of kind `{kind}`."));
    draft.into()
}

#[cfg(test)]
mod tests {
    use kernel::ErrorKind;
    use serde::de::DeserializeOwned;
    use serde_json::{json, to_value};

    use super::*;

    fn first_fault<T: DeserializeOwned + std::fmt::Debug>(rules: Value) -> String {
        let error = read_nested::<T>("/rules", rules).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed);
        let field = error.fields().first().unwrap();
        format!("{} {}", field.pointer, field.code)
    }

    #[test]
    fn malformed_rules_are_reported_with_their_pointer() {
        assert_eq!(first_fault::<LeaveRules>(json!({"leave_type": 1})), "/rules/leave_type malformed");
        assert_eq!(first_fault::<LeaveRules>(json!({"days": 1})), "/rules/days unknown_field");
        assert_eq!(first_fault::<LeaveRules>(json!({})), "/rules/leave_type missing_field");
        let tiers = json!({"tiers": [{"from_minutes": 0, "rate_bp": -1}]});
        assert_eq!(first_fault::<OvertimeRules>(tiers), "/rules/tiers/0/rate_bp malformed");
        let tiers = json!({"tiers": [{"from_minutes": 0, "rate": 1}]});
        assert_eq!(first_fault::<OvertimeRules>(tiers), "/rules/tiers/0/rate unknown_field");
    }

    #[test]
    fn schema_has_one_closed_object_per_kind() {
        let schema = to_value(PolicyDraftSchema::schema()).unwrap();
        let variants = schema["oneOf"].as_array().unwrap();
        let kinds: Vec<PolicyKind> = variants
            .iter()
            .map(|variant| serde_json::from_value(variant["properties"]["kind"]["enum"][0].clone()).unwrap())
            .collect();
        assert_eq!(kinds.len(), 7);
        for variant in variants {
            assert_eq!(variant["additionalProperties"], json!(false));
            assert!(variant["properties"]["rules"]["$ref"].is_string(), "{variant}");
        }
        let mut schemas = Vec::new();
        PolicyDraftSchema::schemas(&mut schemas);
        for variant in variants {
            let name = variant["properties"]["rules"]["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
            assert!(schemas.iter().any(|(known, _)| known == name), "{name}");
        }
    }
}
