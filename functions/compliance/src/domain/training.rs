//! Training assignments: due date, reminder, completion and repetition.

use jiff::{Timestamp, ToSpan, civil::Date};
use kernel::{Actor, Code, EmployeeId, Error, PolicyId, Result, TrainingId};
use policy::{Policy, PolicyRules, TrainingRules};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::messages;

/// Days from the reminder to the due date of a training without a policy.
const REMIND_DAYS_BEFORE: i64 = 7;
/// Latest due date that can be requested, in days after today.
const DUE_DATE_DAYS_AHEAD_MAX: i64 = 3_660;

/// Status of a training on a day.
///
/// - `open`: not done, and the due date has not passed
/// - `overdue`: not done, and the due date has passed
/// - `done`: done
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrainingStatus {
    /// The training is not done, and its due date has not passed.
    Open,
    /// The training is not done, and its due date has passed.
    Overdue,
    /// The training is done.
    Done,
}

/// Training that one employee must do or has done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainingAssignment {
    pub id: TrainingId,
    pub employee_id: EmployeeId,
    /// Manager of the employee at the time of the assignment.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub manager_id: Option<EmployeeId>,
    pub course: String,
    /// Training policy that covers the course, if any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub policy_id: Option<PolicyId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub policy_version: Option<u32>,
    /// Last day on which the training is in time.
    pub due_date: Date,
    /// Date from which the reminder is sent, once.
    pub remind_on: Date,
    /// Due date for which the reminder was sent; `None` before it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[serde(rename = "announced_for")]
    pub reminded_for: Option<Date>,
    pub assigned_at: Timestamp,
    pub assigned_by: Actor,
    /// Completed training that this one repeats.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub repeats: Option<TrainingId>,
    /// Completion date.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub completed_on: Option<Date>,
    /// Time at which the completion was recorded.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub completed_at: Option<Timestamp>,
    /// Employee who recorded the completion.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub completed_by: Option<EmployeeId>,
    /// Reference to the certificate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub certificate: Option<String>,
}

/// Inputs of a training assignment: employee, course, policy and requested due date.
#[derive(Debug, Clone)]
pub struct NewAssignment<'a> {
    pub employee_id: EmployeeId,
    pub manager_id: Option<EmployeeId>,
    /// Current date at the employee's site.
    pub today: Date,
    pub course: &'a str,
    /// Training policy that covers the course; `None` if none does.
    pub policy: Option<&'a Policy>,
    /// Requested due date; `None` for the due date of the policy.
    pub due_date: Option<Date>,
    pub at: Timestamp,
    pub by: Actor,
}

/// Training rules of a policy; `None` for a policy of another kind.
fn training_rules(policy: &Policy) -> Option<&TrainingRules> {
    match &policy.rules {
        PolicyRules::Training(rules) => Some(rules),
        PolicyRules::Leave(_)
        | PolicyRules::Attendance(_)
        | PolicyRules::WorkingTime(_)
        | PolicyRules::CarryOver(_)
        | PolicyRules::Overtime(_)
        | PolicyRules::DataRetention(_) => None,
    }
}

/// Whether two names are the same course; case and white space do not matter.
pub fn is_same_course(one: &str, other: &str) -> bool {
    course_key(one) == course_key(other)
}

/// Comparable form of a course name: lower case, with single spaces.
pub fn course_key(course: &str) -> String {
    course.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// First training policy among these that covers a course; `None` if none does. The policies are those of the employee
/// and day.
pub fn find_policy_for_course<'a>(policies: &[&'a Policy], course: &str) -> Option<&'a Policy> {
    policies
        .iter()
        .copied()
        .find(|policy| training_rules(policy).is_some_and(|rules| is_same_course(&rules.course, course)))
}

/// The date some days later, or the same date if that is out of range.
fn days_after(from: Date, days: i64) -> Date {
    from.checked_add(days.days()).unwrap_or(from)
}

impl TrainingAssignment {
    /// Open assignment that is due on the requested date or, without one, by the policy. A policy also gives the
    /// spelling of the course.
    ///
    /// # Errors
    /// 422 for a requested due date that is in the past or more than ten years ahead, and if there is neither a due
    /// date nor a policy.
    pub fn new(id: TrainingId, new: &NewAssignment<'_>) -> Result<Self> {
        let today = new.today;
        let policy_rules = new.policy.and_then(training_rules);
        let due_date = match (new.due_date, policy_rules) {
            (Some(due), _) if due < today => {
                return Err(Error::invalid("/due_date", "in_the_past", messages::due_date_in_the_past()));
            }
            (Some(due), _) if due > days_after(today, DUE_DATE_DAYS_AHEAD_MAX) => {
                return Err(Error::invalid("/due_date", "too_far_ahead", messages::due_date_too_far_ahead()));
            }
            (Some(due), _) => due,
            (None, Some(rules)) => days_after(today, i64::from(rules.due_after_days)),
            (None, None) => {
                return Err(Error::invalid("/due_date", "due_date_needed", messages::due_date_needed()));
            }
        };
        let remind_days = policy_rules.map_or(REMIND_DAYS_BEFORE, |rules| i64::from(rules.remind_days_before));
        Ok(Self {
            id,
            employee_id: new.employee_id,
            manager_id: new.manager_id,
            course: policy_rules.map_or_else(|| new.course.trim().to_owned(), |rules| rules.course.clone()),
            policy_id: new.policy.map(|policy| policy.reference.policy_id),
            policy_version: new.policy.map(|policy| policy.reference.policy_version),
            due_date,
            remind_on: due_date.checked_sub(remind_days.days()).unwrap_or(due_date),
            reminded_for: None,
            assigned_at: new.at,
            assigned_by: new.by.clone(),
            repeats: None,
            completed_on: None,
            completed_at: None,
            completed_by: None,
            certificate: None,
        })
    }

    /// Open, overdue or done on a day. A training is overdue from the day after its due date.
    pub fn status_on(&self, today: Date) -> TrainingStatus {
        if self.completed_on.is_some() {
            TrainingStatus::Done
        } else if self.due_date < today {
            TrainingStatus::Overdue
        } else {
            TrainingStatus::Open
        }
    }

    /// Whether the training is open, its day of reminder has come and no reminder was sent for its due date.
    pub fn is_reminder_due(&self, today: Date) -> bool {
        self.completed_on.is_none() && self.remind_on <= today && self.reminded_for != Some(self.due_date)
    }

    /// The assignment as completed on the day `on`, by default `today`; not yet stored.
    ///
    /// # Errors
    /// 409 `already_done` if it was completed before; 422 for a date in the future.
    pub fn with_completion(
        &self,
        on: Option<Date>,
        today: Date,
        certificate: Option<String>,
        at: Timestamp,
        by: EmployeeId,
    ) -> Result<Self> {
        if self.completed_on.is_some() {
            return Err(already_done_error(self));
        }
        let on = on.unwrap_or(today);
        if on > today {
            return Err(Error::invalid("/completed_on", "in_the_future", messages::completed_in_the_future()));
        }
        let done = Self {
            completed_on: Some(on),
            completed_at: Some(at),
            completed_by: Some(by),
            certificate,
            ..self.clone()
        };
        Ok(done)
    }

    /// Next assignment of the course after its completion on `done_on`, due after the months of the policy but not
    /// before today. `None` without a policy, if it does not repeat the course, or only after more than ten years.
    pub fn next_assignment(&self, id: TrainingId, done_on: Date, new: &NewAssignment<'_>) -> Option<Self> {
        let policy = new.policy?;
        let months = training_rules(policy)?.repeat_months?;
        let due = done_on.checked_add(i64::from(months).months()).ok()?;
        let repeated = NewAssignment { due_date: Some(due.max(new.today)), ..new.clone() };
        let next = Self::new(id, &repeated).ok()?;
        Some(Self { repeats: Some(self.id), ..next })
    }
}

/// 409 `already_done` with the completion of the training.
pub fn already_done_error(existing: &TrainingAssignment) -> Error {
    Error::new(Code::AlreadyDone, messages::training_completed()).with_current_state(serde_json::json!({
        "completed_on": existing.completed_on, "completed_at": existing.completed_at, "completed_by": existing.completed_by,
    }))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use policy::{EffectivePeriod, PolicyRef, PolicyScope};
    use uuid::Uuid;

    use super::*;

    fn at() -> Timestamp {
        "2026-11-22T23:30:00Z".parse().unwrap()
    }

    fn policy(repeat_months: Option<u8>) -> Policy {
        Policy {
            reference: PolicyRef { policy_id: PolicyId::new(Uuid::from_u128(1)), policy_version: 3 },
            name: "Fire".to_owned(),
            effective: EffectivePeriod { from: date(2026, 1, 1), to: None },
            scope: PolicyScope::default(),
            rules: PolicyRules::Training(TrainingRules {
                course: "Fire safety".to_owned(),
                due_after_days: 30,
                repeat_months,
                remind_days_before: 14,
            }),
            warn_only: Vec::new(),
            created_at: Timestamp::UNIX_EPOCH,
            created_by: Actor::Unknown,
        }
    }

    fn new<'a>(policy: Option<&'a Policy>, due_date: Option<Date>) -> NewAssignment<'a> {
        NewAssignment {
            employee_id: EmployeeId::new(Uuid::from_u128(7)),
            manager_id: None,
            today: date(2026, 11, 23),
            course: " fire  SAFETY ",
            policy,
            due_date,
            at: at(),
            by: Actor::Unknown,
        }
    }

    fn id(number: u128) -> TrainingId {
        TrainingId::new(Uuid::from_u128(number))
    }

    #[test]
    fn policy_sets_due_date_and_reminder() {
        let policy = policy(None);
        let given = TrainingAssignment::new(id(1), &new(Some(&policy), None)).unwrap();
        assert_eq!((given.due_date, given.remind_on), (date(2026, 12, 23), date(2026, 12, 9)));
        assert_eq!((given.course.as_str(), given.policy_version), ("Fire safety", Some(3)));
        for (day, is_due) in [(date(2026, 12, 8), false), (date(2026, 12, 9), true), (date(2027, 3, 1), true)] {
            assert_eq!(given.is_reminder_due(day), is_due, "{day}");
        }
        let reminded = TrainingAssignment { reminded_for: Some(given.due_date), ..given.clone() };
        assert!(!reminded.is_reminder_due(date(2027, 3, 1)), "one reminder per due date");
        assert_eq!(given.status_on(date(2026, 12, 23)), TrainingStatus::Open);
        assert_eq!(given.status_on(date(2026, 12, 24)), TrainingStatus::Overdue);
    }

    #[test]
    fn due_date_is_required_without_a_policy() {
        for (due, code) in [
            (None, "due_date_needed"),
            (Some(date(2026, 11, 22)), "in_the_past"),
            (Some(date(2046, 1, 1)), "too_far_ahead"),
        ] {
            let error = TrainingAssignment::new(id(1), &new(None, due)).unwrap_err();
            assert_eq!(error.fields().first().unwrap().code, code);
        }
        let given = TrainingAssignment::new(id(1), &new(None, Some(date(2026, 11, 23)))).unwrap();
        assert_eq!((given.course.as_str(), given.remind_on), ("fire  SAFETY", date(2026, 11, 16)));
    }

    #[test]
    fn training_completes_once_and_not_early() {
        let given = TrainingAssignment::new(id(1), &new(None, Some(date(2026, 11, 30)))).unwrap();
        let today = date(2026, 11, 23);
        let by = EmployeeId::new(Uuid::from_u128(7));
        let ahead = given.with_completion(Some(date(2026, 11, 24)), today, None, at(), by).unwrap_err();
        assert_eq!(ahead.fields().first().unwrap().pointer, "/completed_on");
        let done = given.with_completion(None, today, Some("C-1".to_owned()), at(), by).unwrap();
        assert_eq!((done.completed_on, done.status_on(today)), (Some(today), TrainingStatus::Done));
        assert!(!done.is_reminder_due(date(2027, 1, 1)));
        assert_eq!(done.with_completion(None, today, None, at(), by).unwrap_err().code(), "already_done");
    }

    #[test]
    fn repeated_training_is_due_from_its_completion() {
        let (once, yearly) = (policy(None), policy(Some(12)));
        let given = TrainingAssignment::new(id(1), &new(Some(&yearly), None)).unwrap();
        let next = given.next_assignment(id(2), date(2026, 11, 20), &new(Some(&yearly), None)).unwrap();
        assert_eq!((next.due_date, next.remind_on, next.repeats), (date(2027, 11, 20), date(2027, 11, 6), Some(id(1))));
        let late = given.next_assignment(id(2), date(2020, 1, 1), &new(Some(&yearly), None)).unwrap();
        assert_eq!(late.due_date, date(2026, 11, 23), "the due date is never in the past");
        assert_eq!(given.next_assignment(id(2), date(2026, 11, 20), &new(Some(&once), None)), None);
        assert_eq!(given.next_assignment(id(2), date(2026, 11, 20), &new(None, None)), None);
    }

    #[test]
    fn course_names_ignore_case_and_white_space() {
        let fire = policy(None);
        assert!(find_policy_for_course(&[&fire], "FIRE  safety").is_some());
        assert!(find_policy_for_course(&[&fire], "first aid").is_none());
    }
}
