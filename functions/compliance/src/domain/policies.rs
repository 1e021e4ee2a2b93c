//! Checks of a new policy version: against its previous version, and against all other policies.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{Code, Error, PolicyId, Result};
use policy::{EffectivePeriod, Policy, PolicyRules};
use serde_json::json;

use super::invalid_error;
use crate::messages;

/// Versions of each policy, oldest first.
pub type VersionsByPolicy<'a> = BTreeMap<PolicyId, Vec<&'a Policy>>;

/// Groups versions by policy; within a policy, the oldest is first.
pub fn group_by_policy(all: &[Policy]) -> VersionsByPolicy<'_> {
    let mut versions = VersionsByPolicy::new();
    for policy in all {
        versions.entry(policy.reference.policy_id).or_default().push(policy);
    }
    for versions_of_policy in versions.values_mut() {
        versions_of_policy.sort_by_key(|policy| policy.reference.policy_version);
    }
    versions
}

/// Version of one policy that applies on a day: the latest that has started, unless it has ended. `versions` are sorted, the
/// oldest first. A later version ends an earlier one.
pub fn version_in_force<'a>(versions: &[&'a Policy], on: Date) -> Option<&'a Policy> {
    let latest = versions.iter().rev().find(|policy| policy.effective.from <= on)?;
    latest.effective.to.is_none_or(|to| on <= to).then_some(*latest)
}

/// Checks the values of a version, its succession to the previous version, and that no equally specific policy with the same
/// subject applies to the same people on the same days.
///
/// # Errors
/// 422 with pointers; 409 `policy_overlaps` with the other policy; 409 `changed_meanwhile` if it is no longer the next version.
pub fn check_new_version(existing: &[Policy], new: &Policy) -> Result<()> {
    let faults = new.validate();
    if !faults.is_empty() {
        return Err(invalid_error(faults));
    }
    let versions = group_by_policy(existing);
    let before = versions.get(&new.reference.policy_id).and_then(|versions| versions.last());
    check_succession(before.copied(), new)?;
    versions
        .iter()
        .filter(|(id, _)| **id != new.reference.policy_id)
        .try_for_each(|(_, others)| check_no_overlap(others, new))
}

/// Checks the number, kind, subject and first day of a version against the version before it, if any.
fn check_succession(before: Option<&Policy>, new: &Policy) -> Result<()> {
    let expected = before.map_or(1, |before| before.reference.policy_version.saturating_add(1));
    if new.reference.policy_version != expected {
        return Err(Error::changed_concurrently());
    }
    let Some(before) = before else { return Ok(()) };
    if before.kind() != new.kind() {
        return Err(Error::invalid("/kind", "kind_changed", messages::policy_kind_fixed()));
    }
    if before.subject() != new.subject() {
        let detail = messages::policy_subject_fixed(before.subject());
        return Err(Error::invalid(subject_pointer(&new.rules), "subject_changed", detail));
    }
    if new.effective.from <= before.effective.from {
        let detail = messages::version_begins_too_early(before.effective.from);
        return Err(Error::invalid("/effective_from", "not_after_previous", detail));
    }
    Ok(())
}

/// Pointer to the field of a request that decides the subject of a policy.
const fn subject_pointer(rules: &PolicyRules) -> &'static str {
    match rules {
        PolicyRules::Leave(_) => "/rules/leave_type",
        PolicyRules::DataRetention(_) => "/rules/records",
        PolicyRules::Training(_) => "/rules/course",
        PolicyRules::Attendance(_)
        | PolicyRules::WorkingTime(_)
        | PolicyRules::CarryOver(_)
        | PolicyRules::Overtime(_) => "/kind",
    }
}

/// Checks a new version against all versions of one other policy, which are sorted, the oldest first.
fn check_no_overlap(others: &[&Policy], new: &Policy) -> Result<()> {
    let ends = others.iter().skip(1).map(|next| Some(next.effective.from)).chain([None]);
    for (other, next) in others.iter().zip(ends) {
        let Some(cut) = part_before_next_version(other, next) else { continue };
        if cut.conflicts_with(new) {
            return Err(overlap_error(&cut));
        }
    }
    Ok(())
}

/// The version, limited to the days before `next`, the first day of the version after it; `None` if no day remains.
fn part_before_next_version(policy: &Policy, next: Option<Date>) -> Option<Policy> {
    let last = next.map(|next| next.yesterday().unwrap_or(next));
    let to = match (policy.effective.to, last) {
        (Some(to), Some(last)) => Some(to.min(last)),
        (to, last) => to.or(last),
    };
    let effective = EffectivePeriod { from: policy.effective.from, to };
    to.is_none_or(|to| effective.from <= to).then(|| Policy { effective, ..policy.clone() })
}

fn overlap_error(existing: &Policy) -> Error {
    let EffectivePeriod { from, to } = existing.effective;
    let name = existing.name.as_str();
    let detail = match to {
        Some(to) => messages::policy_overlaps_from_to(name, from, to),
        None => messages::policy_overlaps_from(name, from),
    };
    Error::new(Code::PolicyOverlaps, messages::policies_overlap())
        .with_field("/effective_from", "policy_overlaps", detail)
        .with_current_state(json!({
            "policy_id": existing.reference.policy_id, "policy_version": existing.reference.policy_version,
            "name": existing.name, "scope": existing.scope, "effective_from": from, "effective_to": to,
        }))
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};
    use kernel::Actor;
    use policy::{DataRetentionRules, PolicyRef, PolicyScope, TrainingRules};
    use uuid::Uuid;

    use super::*;

    fn training(id: u128, version: u32, from: Date, to: Option<Date>) -> Policy {
        Policy {
            reference: PolicyRef { policy_id: PolicyId::new(Uuid::from_u128(id)), policy_version: version },
            name: format!("Policy {id}"),
            effective: EffectivePeriod { from, to },
            scope: PolicyScope::default(),
            rules: PolicyRules::Training(TrainingRules {
                course: "fire-safety".to_owned(),
                due_after_days: 30,
                repeat_months: None,
                remind_days_before: 7,
            }),
            warn_only: Vec::new(),
            created_at: Timestamp::UNIX_EPOCH,
            created_by: Actor::Unknown,
        }
    }

    fn first(outcome: Result<()>) -> (&'static str, String) {
        let error = outcome.unwrap_err();
        (
            error.code(),
            error.fields().first().map_or_else(String::new, |field| format!("{} {}", field.pointer, field.code)),
        )
    }

    #[test]
    fn new_version_follows_in_number_and_time() {
        let v1 = training(1, 1, date(2026, 1, 1), None);
        let existing = [v1.clone()];
        assert!(check_new_version(&[], &v1).is_ok());
        assert!(check_new_version(&existing, &training(1, 2, date(2026, 1, 2), None)).is_ok());
        assert_eq!(first(check_new_version(&existing, &training(1, 3, date(2026, 1, 2), None))).0, CHANGED);
        assert_eq!(first(check_new_version(&existing, &v1)).0, CHANGED);
        assert_eq!(first(check_new_version(&[], &training(1, 2, date(2026, 1, 2), None))).0, CHANGED);
        let same_day = first(check_new_version(&existing, &training(1, 2, date(2026, 1, 1), None)));
        assert_eq!(same_day.1, "/effective_from not_after_previous");
    }

    const CHANGED: &str = "changed_meanwhile";

    #[test]
    fn new_version_keeps_kind_and_subject() {
        let v1 = training(1, 1, date(2026, 1, 1), None);
        let mut other = training(1, 2, date(2027, 1, 1), None);
        if let PolicyRules::Training(rules) = &mut other.rules {
            rules.course = "first-aid".to_owned();
        }
        assert_eq!(first(check_new_version(std::slice::from_ref(&v1), &other)).1, "/rules/course subject_changed");
        other.rules =
            PolicyRules::DataRetention(DataRetentionRules { records: "attendance".to_owned(), keep_days: 731 });
        assert_eq!(first(check_new_version(&[v1], &other)).1, "/kind kind_changed");
    }

    #[test]
    fn policies_with_one_subject_do_not_overlap() {
        let existing =
            [training(1, 1, date(2026, 1, 1), None), training(1, 2, date(2027, 1, 1), Some(date(2027, 6, 30)))];
        for (from, to, fits) in [
            (date(2025, 1, 1), Some(date(2025, 12, 31)), true),
            (date(2025, 1, 1), Some(date(2026, 1, 1)), false),
            (date(2025, 1, 1), None, false),
            (date(2026, 6, 1), Some(date(2026, 6, 1)), false),
            (date(2027, 6, 30), None, false),
            // The second version has ended the first, so no version applies after it.
            (date(2027, 7, 1), None, true),
        ] {
            let outcome = check_new_version(&existing, &training(2, 1, from, to));
            assert_eq!(outcome.is_ok(), fits, "{from} {to:?}");
            if let Err(error) = outcome {
                assert_eq!(error.fields().first().unwrap().pointer, "/effective_from");
                assert_eq!(error.current_state().unwrap()["policy_id"], json!(PolicyId::new(Uuid::from_u128(1))));
            }
        }
    }

    #[test]
    fn latest_started_version_is_in_force() {
        let v1 = training(1, 1, date(2026, 1, 1), None);
        let v2 = training(1, 2, date(2027, 1, 1), Some(date(2027, 6, 30)));
        let versions = [&v1, &v2];
        let number = |on| version_in_force(&versions, on).map(|policy| policy.reference.policy_version);
        assert_eq!(number(date(2025, 12, 31)), None);
        assert_eq!(number(date(2026, 12, 31)), Some(1));
        assert_eq!(number(date(2027, 1, 1)), Some(2));
        assert_eq!(number(date(2027, 7, 1)), None);
    }
}
