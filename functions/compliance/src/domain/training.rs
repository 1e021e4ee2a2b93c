//! Trainings: assigned, due, announced once, done, and assigned again.

use jiff::{Timestamp, ToSpan, civil::Date};
use kernel::{Actor, Code, EmployeeId, Error, PolicyId, Result, TrainingId};
use policy::{Policy, PolicyRules, TrainingRules};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// So many days before a training without a policy is due, it is announced.
const REMIND_DAYS_BEFORE: i64 = 7;
/// No due date lies further ahead.
const DUE_DATE_DAYS_AHEAD_MAX: i64 = 3_660;

/// Where a training stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrainingStatus {
    /// To be done.
    Open,
    /// To be done, and late.
    Overdue,
    /// Done.
    Done,
}

/// A training that one person has to do, or has done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainingAssignment {
    pub id: TrainingId,
    /// Who has to do it.
    pub employee_id: EmployeeId,
    /// Their manager when it was assigned.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub manager_id: Option<EmployeeId>,
    pub course: String,
    /// The policy that asks for it; none where somebody assigned it by hand.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub policy_id: Option<PolicyId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub policy_version: Option<u32>,
    /// Last day on which it is in time.
    pub due_date: Date,
    /// From this day on it is announced.
    pub remind_on: Date,
    /// The due date that was announced.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[serde(rename = "announced_for")]
    pub reminded_for: Option<Date>,
    pub assigned_at: Timestamp,
    pub assigned_by: Actor,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub repeats: Option<TrainingId>,
    /// The day on which it was done.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub completed_on: Option<Date>,
    /// When that was said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub completed_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub completed_by: Option<EmployeeId>,
    /// Where the certificate is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub certificate: Option<String>,
}

/// What makes an assignment: who, what, and by which policy.
#[derive(Debug, Clone)]
pub struct NewAssignment<'a> {
    /// Who has to do it.
    pub employee_id: EmployeeId,
    pub manager_id: Option<EmployeeId>,
    /// The day it is where they work.
    pub today: Date,
    pub course: &'a str,
    pub policy: Option<&'a Policy>,
    /// When it is due, where that is said.
    pub due_date: Option<Date>,
    pub at: Timestamp,
    pub by: Actor,
}

/// What a policy says of training.
fn rules(policy: &Policy) -> Option<&TrainingRules> {
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

/// Whether two texts name the same course.
pub fn same_course(one: &str, other: &str) -> bool {
    course_key(one) == course_key(other)
}

/// A course as it is compared: case and blanks do not matter.
pub fn course_key(course: &str) -> String {
    course.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The policy among those of a person that asks for a course.
pub fn policy_for_course<'a>(policies: &[&'a Policy], course: &str) -> Option<&'a Policy> {
    policies.iter().copied().find(|policy| rules(policy).is_some_and(|rules| same_course(&rules.course, course)))
}

fn due_in(from: Date, days: i64) -> Date {
    from.checked_add(days.days()).unwrap_or(from)
}

impl TrainingAssignment {
    /// Assigns a training.
    ///
    /// # Errors
    /// 422 when it is not said when it is due, or that is in the past or too far ahead.
    pub fn of(id: TrainingId, order: &NewAssignment<'_>) -> Result<Self> {
        let today = order.today;
        let asked = order.policy.and_then(rules);
        let due_date = match (order.due_date, asked) {
            (Some(due), _) if due < today => {
                return Err(Error::invalid("/due_date", "in_the_past", "It would be due in the past."));
            }
            (Some(due), _) if due > due_in(today, DUE_DATE_DAYS_AHEAD_MAX) => {
                return Err(Error::invalid("/due_date", "too_far_ahead", "At most ten years ahead."));
            }
            (Some(due), _) => due,
            (None, Some(rules)) => due_in(today, i64::from(rules.due_after_days)),
            (None, None) => {
                let detail = "No policy asks this person for this course; say when it is due.";
                return Err(Error::invalid("/due_date", "due_date_needed", detail));
            }
        };
        let before = asked.map_or(REMIND_DAYS_BEFORE, |rules| i64::from(rules.remind_days_before));
        Ok(Self {
            id,
            employee_id: order.employee_id,
            manager_id: order.manager_id,
            course: asked.map_or_else(|| order.course.trim().to_owned(), |rules| rules.course.clone()),
            policy_id: order.policy.map(|policy| policy.reference.policy_id),
            policy_version: order.policy.map(|policy| policy.reference.policy_version),
            due_date,
            remind_on: due_date.checked_sub(before.days()).unwrap_or(due_date),
            reminded_for: None,
            assigned_at: order.at,
            assigned_by: order.by.clone(),
            repeats: None,
            completed_on: None,
            completed_at: None,
            completed_by: None,
            certificate: None,
        })
    }

    /// Where it stands on a day.
    pub fn status(&self, today: Date) -> TrainingStatus {
        if self.completed_on.is_some() {
            TrainingStatus::Done
        } else if self.due_date < today {
            TrainingStatus::Overdue
        } else {
            TrainingStatus::Open
        }
    }

    /// Whether it is to be announced on a day: not done, the day has come, and this due date was not announced before.
    pub fn is_reminder_due(&self, today: Date) -> bool {
        self.completed_on.is_none() && self.remind_on <= today && self.reminded_for != Some(self.due_date)
    }

    /// The same, done.
    ///
    /// # Errors
    /// 409 `already_done`; 422 for a day that has not come.
    pub fn complete(
        &self,
        on: Option<Date>,
        today: Date,
        certificate: Option<String>,
        at: Timestamp,
        by: EmployeeId,
    ) -> Result<Self> {
        if self.completed_on.is_some() {
            return Err(already_done(self));
        }
        let on = on.unwrap_or(today);
        if on > today {
            return Err(Error::invalid("/completed_on", "in_the_future", "That day has not come yet."));
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

    /// The assignment that follows a training that was done, where the policy wants it again.
    pub fn next_assignment(&self, id: TrainingId, done_on: Date, order: &NewAssignment<'_>) -> Option<Self> {
        let policy = order.policy?;
        let months = rules(policy)?.repeat_months?;
        let due = done_on.checked_add(i64::from(months).months()).ok()?;
        let order = NewAssignment { due_date: Some(due.max(order.today)), ..order.clone() };
        let next = Self::of(id, &order).ok()?;
        Some(Self { repeats: Some(self.id), ..next })
    }
}

/// The refusal to do a training twice.
pub fn already_done(standing: &TrainingAssignment) -> Error {
    Error::new(Code::AlreadyDone, "It was done before.").with_current_state(serde_json::json!({
        "completed_on": standing.completed_on, "completed_at": standing.completed_at, "completed_by": standing.completed_by,
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

    fn order<'a>(policy: Option<&'a Policy>, due_date: Option<Date>) -> NewAssignment<'a> {
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
    fn a_policy_says_when_it_is_due_and_when_that_is_announced() {
        let policy = policy(None);
        let given = TrainingAssignment::of(id(1), &order(Some(&policy), None)).unwrap();
        assert_eq!((given.due_date, given.remind_on), (date(2026, 12, 23), date(2026, 12, 9)));
        assert_eq!((given.course.as_str(), given.policy_version), ("Fire safety", Some(3)));
        for (day, announced) in [(date(2026, 12, 8), false), (date(2026, 12, 9), true), (date(2027, 3, 1), true)] {
            assert_eq!(given.is_reminder_due(day), announced, "{day}");
        }
        let announced = TrainingAssignment { reminded_for: Some(given.due_date), ..given.clone() };
        assert!(!announced.is_reminder_due(date(2027, 3, 1)), "once per due date");
        assert_eq!(given.status(date(2026, 12, 23)), TrainingStatus::Open);
        assert_eq!(given.status(date(2026, 12, 24)), TrainingStatus::Overdue);
    }

    #[test]
    fn without_a_policy_the_due_date_is_said() {
        for (due, code) in [
            (None, "due_date_needed"),
            (Some(date(2026, 11, 22)), "in_the_past"),
            (Some(date(2046, 1, 1)), "too_far_ahead"),
        ] {
            let error = TrainingAssignment::of(id(1), &order(None, due)).unwrap_err();
            assert_eq!(error.fields().first().unwrap().code, code);
        }
        let given = TrainingAssignment::of(id(1), &order(None, Some(date(2026, 11, 23)))).unwrap();
        assert_eq!((given.course.as_str(), given.remind_on), ("fire  SAFETY", date(2026, 11, 16)));
    }

    #[test]
    fn it_is_done_once_and_not_ahead_of_time() {
        let given = TrainingAssignment::of(id(1), &order(None, Some(date(2026, 11, 30)))).unwrap();
        let today = date(2026, 11, 23);
        let by = EmployeeId::new(Uuid::from_u128(7));
        let ahead = given.complete(Some(date(2026, 11, 24)), today, None, at(), by).unwrap_err();
        assert_eq!(ahead.fields().first().unwrap().pointer, "/completed_on");
        let done = given.complete(None, today, Some("C-1".to_owned()), at(), by).unwrap();
        assert_eq!((done.completed_on, done.status(today)), (Some(today), TrainingStatus::Done));
        assert!(!done.is_reminder_due(date(2027, 1, 1)));
        assert_eq!(done.complete(None, today, None, at(), by).unwrap_err().code(), "already_done");
    }

    #[test]
    fn what_repeats_is_due_again_counted_from_when_it_was_done() {
        let (once, yearly) = (policy(None), policy(Some(12)));
        let given = TrainingAssignment::of(id(1), &order(Some(&yearly), None)).unwrap();
        let next = given.next_assignment(id(2), date(2026, 11, 20), &order(Some(&yearly), None)).unwrap();
        assert_eq!((next.due_date, next.remind_on, next.repeats), (date(2027, 11, 20), date(2027, 11, 6), Some(id(1))));
        let late = given.next_assignment(id(2), date(2020, 1, 1), &order(Some(&yearly), None)).unwrap();
        assert_eq!(late.due_date, date(2026, 11, 23), "never in the past");
        assert_eq!(given.next_assignment(id(2), date(2026, 11, 20), &order(Some(&once), None)), None);
        assert_eq!(given.next_assignment(id(2), date(2026, 11, 20), &order(None, None)), None);
    }

    #[test]
    fn courses_are_the_same_whatever_their_case() {
        let fire = policy(None);
        assert!(policy_for_course(&[&fire], "FIRE  safety").is_some());
        assert!(policy_for_course(&[&fire], "first aid").is_none());
    }
}
