//! The register of violations.

use events::{EventType, Fact};
use jiff::civil::Date;
use kernel::{Code, EmployeeId, Error, Origin, Page, PolicyId, Result, ViolationId, to_sortable_text};
use serde::Serialize;
use serde_json::json;
use store::{CommitError, CommitOutcome, IdempotencyKey, Key, Pagination, Query, Write, from_item};

use super::{ComplianceStore, Stored, read_stored};
use crate::domain::violation::ViolationRecord;

const ENTITY: &str = "Violation";
const ALL: &str = "VIOLATIONS";
/// Before every instant and after every instant, as texts.
const ENDS: (&str, &str) = ("0", "~");

fn violation_key(id: ViolationId) -> Key {
    Key::new(format!("VIOL#{id}"), "VIOLATION")
}

fn employee_partition(id: EmployeeId) -> String {
    format!("EMP#{id}#VIOLATIONS")
}

fn policy_partition(id: PolicyId) -> String {
    format!("POL#{id}#VIOLATIONS")
}

fn place(breach: &ViolationRecord) -> String {
    format!("{}#{}", to_sortable_text(breach.detected_at), breach.id)
}

/// Which violations are wanted; everything that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct ViolationFilter {
    pub employee: Option<EmployeeId>,
    /// Of those who reported to this person.
    pub manager: Option<EmployeeId>,
    /// Of this policy, whatever its version.
    pub policy: Option<PolicyId>,
    /// Detected on this day (UTC) or later.
    pub from: Option<Date>,
    /// Detected on this day (UTC) or earlier.
    pub to: Option<Date>,
    pub acknowledged: Option<bool>,
}

impl ViolationFilter {
    /// The most selective index takes the question; the rest filters what it finds.
    fn query(&self) -> Query {
        let mut query = match (self.employee, self.manager, self.policy) {
            (Some(employee), ..) => Query::index("by_employee", employee_partition(employee)),
            (None, Some(manager), _) => Query::index("by_manager", employee_partition(manager)),
            (None, None, Some(policy)) => Query::index("by_policy", policy_partition(policy)),
            (None, None, None) => Query::index("by_time", ALL),
        };
        let low = self.from.map_or_else(|| ENDS.0.to_owned(), |from| from.to_string());
        let high = self.to.map_or_else(|| ENDS.1.to_owned(), |to| format!("{to}{}", ENDS.1));
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
    /// Registers a violation. One that is registered already stays as it is.
    pub async fn create_violation(&self, origin: &Origin, breach: &ViolationRecord) -> Result<()> {
        let mut write = Write::create(violation_key(breach.id), breach)
            .index("by_employee", employee_partition(breach.employee_id), place(breach))
            .index("by_policy", policy_partition(breach.policy_id), place(breach))
            .index("by_time", ALL, place(breach));
        if let Some(manager) = breach.manager_id {
            write = write.index("by_manager", employee_partition(manager), place(breach));
        }
        let fact = Fact::new(EventType::ComplianceViolationDetected, ENTITY, breach.id);
        match self.table.commit(origin, write.publishes(fact)).await {
            Ok(_) | Err(CommitError::Condition { .. }) => Ok(()),
            Err(CommitError::Other(error)) => Err(error),
        }
    }

    pub async fn violation(&self, id: ViolationId) -> Result<Stored<ViolationRecord>> {
        let item = self.table.get_consistent(&violation_key(id)).await?;
        read_stored(item.ok_or_else(|| Error::not_found("violation"))?)
    }

    /// One page of violations, the newest first.
    pub async fn violations(&self, wanted: &ViolationFilter, page: &Pagination) -> Result<Page<ViolationRecord>> {
        self.table.paged_of(wanted.query(), page).await
    }

    /// Notes that somebody has seen a violation, once.
    ///
    /// # Errors
    /// 409 `already_acknowledged` with who did.
    pub async fn acknowledge_violation(
        &self,
        origin: &Origin,
        seen: &ViolationRecord,
        once: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let fact = Fact::new(EventType::ComplianceViolationAcknowledged, ENTITY, seen.id);
        let write = Write::update(violation_key(seen.id))
            .set("acknowledged_at", &seen.acknowledged_at)
            .set("acknowledged_by", &seen.acknowledged_by)
            .set("comment", &seen.comment)
            .condition("attribute_exists(pk) AND attribute_not_exists(#acknowledged_at)")
            .publishes(fact);
        let committed = self.table.commit_idempotent(origin, vec![write], once, answer).await;
        committed.map_err(|refusal| {
            refusal.map_condition(|_, standing| match standing.map(from_item::<ViolationRecord>) {
                Some(Ok(standing)) => already_acknowledged(&standing),
                Some(Err(error)) => error,
                None => Error::not_found("violation"),
            })
        })
    }
}

fn already_acknowledged(standing: &ViolationRecord) -> Error {
    Error::new(Code::AlreadyAcknowledged, "Somebody has acknowledged it before.").with_current_state(json!({
        "acknowledged_by": standing.acknowledged_by, "acknowledged_at": standing.acknowledged_at, "comment": standing.comment,
    }))
}
