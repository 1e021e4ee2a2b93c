//! Retention of old records by policies of the kind `data_retention` ("Retention" in docs/rules.md).

use directory::Person;
use jiff::{ToSpan, civil::Date};

use crate::{DataRetentionRules, Policy, PolicyRules, PolicySet, RetainedRecords};

/// Days for which a policy keeps records, at least [`DataRetentionRules::KEEP_DAYS_MIN`] even if an older version says fewer;
/// none for a policy of another kind.
fn keep_days_of(policy: &Policy) -> Option<u16> {
    match &policy.rules {
        PolicyRules::DataRetention(rules) => Some(rules.keep_days.max(DataRetentionRules::KEEP_DAYS_MIN)),
        _ => None,
    }
}

/// First day from which no record can have expired, by the policy in force today that keeps them for the shortest time; it
/// is the first of a month. Records of earlier days may have expired. None if no policy covers the records.
pub fn first_day_kept(policies: &PolicySet, records: RetainedRecords, today: Date) -> Option<Date> {
    let subject = Policy::retention_subject(records);
    let in_force = policies.versions_of_subject_on(&subject, today);
    let shortest = in_force.filter_map(keep_days_of).min()?;
    Some(today.saturating_sub(i32::from(shortest).days()).first_of_month())
}

/// Whether all records of one month of a person may expire: for each record, even the last day of its month is longer ago
/// than the record is kept. `days` are the days of the records; without days the answer is true.
///
/// The policy in force today applies that is the most specific one for the site and the department of the person on the
/// day of the record. Without such a policy, a record does not expire.
pub fn may_expire(
    policies: &PolicySet,
    records: RetainedRecords,
    person: &Person,
    days: impl IntoIterator<Item = Date>,
    today: Date,
) -> bool {
    let subject = Policy::retention_subject(records);
    days.into_iter().all(|day| {
        let home = person.as_of(day);
        let policy = policies.applicable_at(&subject, &home.site, home.department_id, today);
        let kept = policy.and_then(keep_days_of);
        kept.is_some_and(|kept| day.last_of_month().saturating_add(i32::from(kept).days()) < today)
    })
}
