//! Which version of a policy may follow which, and which may stand beside another.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{Error, PolicyId, Result};
use policy::{Effective, Policy, Rules};
use serde_json::json;

use super::broken;

/// What is known of every policy: its versions, oldest first.
pub type Versions<'a> = BTreeMap<PolicyId, Vec<&'a Policy>>;

/// The versions of each policy, oldest first.
pub fn by_policy(all: &[Policy]) -> Versions<'_> {
    let mut versions = Versions::new();
    for policy in all {
        versions.entry(policy.reference.policy_id).or_default().push(policy);
    }
    for of_one in versions.values_mut() {
        of_one.sort_by_key(|policy| policy.reference.policy_version);
    }
    versions
}

/// The version that applies on a day: the latest that has begun, unless it has ended. A later version ends an earlier one.
pub fn in_force<'a>(versions: &[&'a Policy], on: Date) -> Option<&'a Policy> {
    let latest = versions.iter().rev().find(|policy| policy.effective.from <= on)?;
    latest.effective.to.is_none_or(|to| on <= to).then_some(*latest)
}

/// Lets a version pass that breaks no rule of its own, follows the one before it, and would not apply beside another policy of
/// its subject, equally narrowly, to anybody on any day.
///
/// # Errors
/// 422 with pointers; 409 `policy_overlaps` with the policy that stands; 409 when it is not the next version any more.
pub fn admit(standing: &[Policy], new: &Policy) -> Result<()> {
    let faults = new.faults();
    if !faults.is_empty() {
        return Err(broken(faults));
    }
    let versions = by_policy(standing);
    let before = versions.get(&new.reference.policy_id).and_then(|versions| versions.last());
    follows(before.copied(), new)?;
    versions.iter().filter(|(id, _)| **id != new.reference.policy_id).try_for_each(|(_, others)| beside(others, new))
}

fn follows(before: Option<&Policy>, new: &Policy) -> Result<()> {
    let expected = before.map_or(1, |before| before.reference.policy_version.saturating_add(1));
    if new.reference.policy_version != expected {
        return Err(Error::moved());
    }
    let Some(before) = before else { return Ok(()) };
    if before.kind() != new.kind() {
        return Err(Error::invalid("/kind", "kind_changed", "A version is of the same kind as the one before it."));
    }
    if before.subject() != new.subject() {
        let detail = format!("This policy is about `{}`; add another policy for something else.", before.subject());
        return Err(Error::invalid(subject_pointer(&new.rules), "subject_changed", detail));
    }
    if new.effective.from <= before.effective.from {
        let detail = format!("A version begins after the one before it, which begins on {}.", before.effective.from);
        return Err(Error::invalid("/effective_from", "not_after_previous", detail));
    }
    Ok(())
}

/// Where in a request the subject of a policy stands.
const fn subject_pointer(rules: &Rules) -> &'static str {
    match rules {
        Rules::Leave(_) => "/rules/leave_type",
        Rules::DataRetention(_) => "/rules/records",
        Rules::Training(_) => "/rules/course",
        Rules::Attendance(_) | Rules::WorkingTime(_) | Rules::CarryOver(_) | Rules::Overtime(_) => "/kind",
    }
}

fn beside(others: &[&Policy], new: &Policy) -> Result<()> {
    let ends = others.iter().skip(1).map(|next| Some(next.effective.from)).chain([None]);
    for (other, next) in others.iter().zip(ends) {
        let Some(cut) = until(other, next) else { continue };
        if cut.overlaps(new) {
            return Err(overlaps(&cut));
        }
    }
    Ok(())
}

/// A version as far as it applies: it ends on the day before the next one begins.
fn until(policy: &Policy, next: Option<Date>) -> Option<Policy> {
    let last = next.map(|next| next.yesterday().unwrap_or(next));
    let to = match (policy.effective.to, last) {
        (Some(to), Some(last)) => Some(to.min(last)),
        (to, last) => to.or(last),
    };
    let effective = Effective { from: policy.effective.from, to };
    to.is_none_or(|to| effective.from <= to).then(|| Policy { effective, ..policy.clone() })
}

fn overlaps(standing: &Policy) -> Error {
    let Effective { from, to } = standing.effective;
    let until = to.map_or_else(|| "on".to_owned(), |to| format!("to {to}"));
    let detail = format!(
        "`{}` says the same for some of the same people, equally narrowly, from {from} {until}.",
        standing.name
    );
    Error::conflict("policy_overlaps", "Two policies would apply to the same people at the same time.")
        .field("/effective_from", "policy_overlaps", detail)
        .current(json!({
            "policy_id": standing.reference.policy_id, "policy_version": standing.reference.policy_version,
            "name": standing.name, "scope": standing.scope, "effective_from": from, "effective_to": to,
        }))
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};
    use kernel::Actor;
    use policy::{DataRetention, PolicyRef, Scope, Training};
    use uuid::Uuid;

    use super::*;

    fn training(id: u128, version: u32, from: Date, to: Option<Date>) -> Policy {
        Policy {
            reference: PolicyRef { policy_id: PolicyId::new(Uuid::from_u128(id)), policy_version: version },
            name: format!("Policy {id}"),
            effective: Effective { from, to },
            scope: Scope::default(),
            rules: Rules::Training(Training {
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
    fn versions_follow_each_other_in_number_and_in_time() {
        let v1 = training(1, 1, date(2026, 1, 1), None);
        let standing = [v1.clone()];
        assert!(admit(&[], &v1).is_ok());
        assert!(admit(&standing, &training(1, 2, date(2026, 1, 2), None)).is_ok());
        assert_eq!(first(admit(&standing, &training(1, 3, date(2026, 1, 2), None))).0, MOVED);
        assert_eq!(first(admit(&standing, &v1)).0, MOVED);
        assert_eq!(first(admit(&[], &training(1, 2, date(2026, 1, 2), None))).0, MOVED);
        let same_day = first(admit(&standing, &training(1, 2, date(2026, 1, 1), None)));
        assert_eq!(same_day.1, "/effective_from not_after_previous");
    }

    const MOVED: &str = "changed_meanwhile";

    #[test]
    fn a_version_is_about_what_the_one_before_it_was_about() {
        let v1 = training(1, 1, date(2026, 1, 1), None);
        let mut other = training(1, 2, date(2027, 1, 1), None);
        if let Rules::Training(rules) = &mut other.rules {
            rules.course = "first-aid".to_owned();
        }
        assert_eq!(first(admit(std::slice::from_ref(&v1), &other)).1, "/rules/course subject_changed");
        other.rules = Rules::DataRetention(DataRetention { records: "audit_logs".to_owned(), keep_days: 365 });
        assert_eq!(first(admit(&[v1], &other)).1, "/kind kind_changed");
    }

    #[test]
    fn two_policies_of_one_subject_meet_only_at_their_ends() {
        let standing =
            [training(1, 1, date(2026, 1, 1), None), training(1, 2, date(2027, 1, 1), Some(date(2027, 6, 30)))];
        for (from, to, fits) in [
            (date(2025, 1, 1), Some(date(2025, 12, 31)), true),
            (date(2025, 1, 1), Some(date(2026, 1, 1)), false),
            (date(2025, 1, 1), None, false),
            (date(2026, 6, 1), Some(date(2026, 6, 1)), false),
            (date(2027, 6, 30), None, false),
            // The second version has ended the first, so nothing applies after it.
            (date(2027, 7, 1), None, true),
        ] {
            let outcome = admit(&standing, &training(2, 1, from, to));
            assert_eq!(outcome.is_ok(), fits, "{from} {to:?}");
            if let Err(error) = outcome {
                assert_eq!(error.fields().first().unwrap().pointer, "/effective_from");
                assert_eq!(error.standing().unwrap()["policy_id"], json!(PolicyId::new(Uuid::from_u128(1))));
            }
        }
    }

    #[test]
    fn the_version_in_force_is_the_latest_that_has_begun() {
        let v1 = training(1, 1, date(2026, 1, 1), None);
        let v2 = training(1, 2, date(2027, 1, 1), Some(date(2027, 6, 30)));
        let versions = [&v1, &v2];
        let number = |on| in_force(&versions, on).map(|policy| policy.reference.policy_version);
        assert_eq!(number(date(2025, 12, 31)), None);
        assert_eq!(number(date(2026, 12, 31)), Some(1));
        assert_eq!(number(date(2027, 1, 1)), Some(2));
        assert_eq!(number(date(2027, 7, 1)), None);
    }
}
