//! Register of violations.

use events::{EventType, Fact};
use jiff::civil::Date;
use kernel::{Code, EmployeeId, Error, Origin, Page, PolicyId, Result, ViolationId, to_sortable_text};
use serde::Serialize;
use serde_json::json;
use store::{CommitError, CommitOutcome, IdempotencyKey, Key, Pagination, Query, Write, from_item};

use super::ComplianceStore;
use crate::{domain::violation::ViolationRecord, messages};

const ENTITY: &str = "Violation";
const ALL: &str = "VIOLATIONS";
/// Texts before and after every sort key.
const SORT_KEY_BOUNDS: (&str, &str) = ("0", "~");

fn violation_key(id: ViolationId) -> Key {
    Key::new(format!("VIOL#{id}"), "VIOLATION")
}

/// Partition of the violations of an employee (in `by_employee`), or of a manager's reports (in `by_manager`).
fn person_violations_partition(id: EmployeeId) -> String {
    format!("EMP#{id}#VIOLATIONS")
}

fn policy_violations_partition(id: PolicyId) -> String {
    format!("POL#{id}#VIOLATIONS")
}

fn detection_sort_key(violation: &ViolationRecord) -> String {
    format!("{}#{}", to_sortable_text(violation.detected_at), violation.id)
}

/// Filter of the violation list; all given values must match.
#[derive(Debug, Clone, Default)]
pub struct ViolationFilter {
    pub employee: Option<EmployeeId>,
    /// Manager of the employees at the time of detection.
    pub manager: Option<EmployeeId>,
    /// Policy of the violation, in any version.
    pub policy: Option<PolicyId>,
    /// First day of detection (UTC).
    pub from: Option<Date>,
    /// Last day of detection (UTC).
    pub to: Option<Date>,
    /// Whether acknowledged violations or the others are listed; `None` for both.
    pub acknowledged: Option<bool>,
}

impl ViolationFilter {
    /// Query of the most selective index, with the other values as filters.
    fn query(&self) -> Query {
        let mut query = match (self.employee, self.manager, self.policy) {
            (Some(employee), ..) => Query::index("by_employee", person_violations_partition(employee)),
            (None, Some(manager), _) => Query::index("by_manager", person_violations_partition(manager)),
            (None, None, Some(policy)) => Query::index("by_policy", policy_violations_partition(policy)),
            (None, None, None) => Query::index("by_time", ALL),
        };
        let low = self.from.map_or_else(|| SORT_KEY_BOUNDS.0.to_owned(), |from| from.to_string());
        let high = self.to.map_or_else(|| SORT_KEY_BOUNDS.1.to_owned(), |to| format!("{to}{}", SORT_KEY_BOUNDS.1));
        query = query.between(&low, &high).descending();
        if let (true, Some(policy)) = (self.employee.is_some() || self.manager.is_some(), self.policy) {
            query = query.filter("#policy_id = :policy").value(":policy", &policy);
        }
        match self.acknowledged {
            Some(true) => query.filter("attribute_exists(#acknowledged_at)"),
            Some(false) => query.filter("attribute_not_exists(#acknowledged_at)"),
            None => query,
        }
    }
}

impl ComplianceStore {
    /// Stores a violation and publishes `compliance.violation_detected`. If it exists, it stays unchanged and the call succeeds.
    pub async fn create_violation_if_missing(&self, origin: &Origin, violation: &ViolationRecord) -> Result<()> {
        let mut write = Write::create(violation_key(violation.id), violation)
            .index("by_employee", person_violations_partition(violation.employee_id), detection_sort_key(violation))
            .index("by_policy", policy_violations_partition(violation.policy_id), detection_sort_key(violation))
            .index("by_time", ALL, detection_sort_key(violation));
        if let Some(manager) = violation.manager_id {
            write = write.index("by_manager", person_violations_partition(manager), detection_sort_key(violation));
        }
        let fact = Fact::new(EventType::ComplianceViolationDetected, ENTITY, violation.id);
        match self.table.commit(origin, write.publishes(fact)).await {
            Ok(_) | Err(CommitError::ConditionFailed { .. }) => Ok(()),
            Err(CommitError::Other(error)) => Err(error),
        }
    }

    /// Violation with this id.
    ///
    /// # Errors
    /// 404 if it does not exist.
    pub async fn get_violation(&self, id: ViolationId) -> Result<ViolationRecord> {
        let item = self.table.get_consistent(&violation_key(id)).await?;
        from_item(item.ok_or_else(|| Error::not_found(messages::violation()))?)
    }

    /// Page of violations, newest first.
    pub async fn list_violations(&self, filter: &ViolationFilter, page: &Pagination) -> Result<Page<ViolationRecord>> {
        self.table.typed_page(filter.query(), page).await
    }

    /// Adds the acknowledgement to a stored violation, once.
    ///
    /// # Errors
    /// 409 `already_acknowledged` with the existing acknowledgement; 404 if the violation does not exist.
    pub async fn acknowledge_violation(
        &self,
        origin: &Origin,
        acknowledged: &ViolationRecord,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let fact = Fact::new(EventType::ComplianceViolationAcknowledged, ENTITY, acknowledged.id);
        let write = Write::update(violation_key(acknowledged.id))
            .set("acknowledged_at", &acknowledged.acknowledged_at)
            .set("acknowledged_by", &acknowledged.acknowledged_by)
            .set("comment", &acknowledged.comment)
            .condition("attribute_exists(pk) AND attribute_not_exists(#acknowledged_at)")
            .publishes(fact);
        let committed = self.table.commit_idempotent(origin, vec![write], idempotency_key, answer).await;
        committed.map_err(|refusal| {
            refusal.map_condition(|_, existing| match existing.map(from_item::<ViolationRecord>) {
                Some(Ok(existing)) => already_acknowledged_error(&existing),
                Some(Err(error)) => error,
                None => Error::not_found(messages::violation()),
            })
        })
    }
}

fn already_acknowledged_error(existing: &ViolationRecord) -> Error {
    Error::new(Code::AlreadyAcknowledged, messages::violation_acknowledged()).with_current_state(json!({
        "acknowledged_by": existing.acknowledged_by, "acknowledged_at": existing.acknowledged_at, "comment": existing.comment,
    }))
}
