//! The register of violations.

use events::{EventType, Fact};
use jiff::civil::Date;
use kernel::{EmployeeId, Error, Origin, Page, PolicyId, Result, ViolationId, sortable};
use serde::Serialize;
use serde_json::json;
use store::{Key, Once, Outcome, Pagination, Query, Refusal, Write, from_item};

use super::{Records, Stored, stored};
use crate::domain::violation::Breach;

const ENTITY: &str = "Violation";
const ALL: &str = "VIOLATIONS";
/// Before every instant and after every instant, as texts.
const ENDS: (&str, &str) = ("0", "~");

fn violation_key(id: ViolationId) -> Key {
    Key::new(format!("VIOL#{id}"), "VIOLATION")
}

fn of_employee(id: EmployeeId) -> String {
    format!("EMP#{id}#VIOLATIONS")
}

fn of_policy(id: PolicyId) -> String {
    format!("POL#{id}#VIOLATIONS")
}

fn place(breach: &Breach) -> String {
    format!("{}#{}", sortable(breach.detected_at), breach.id)
}

/// Which violations are wanted; everything that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct WantedViolations {
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

impl WantedViolations {
    /// The most selective index takes the question; the rest filters what it finds.
    fn query(&self) -> Query {
        let mut query = match (self.employee, self.manager, self.policy) {
            (Some(employee), ..) => Query::index("by_employee", of_employee(employee)),
            (None, Some(manager), _) => Query::index("by_manager", of_employee(manager)),
            (None, None, Some(policy)) => Query::index("by_policy", of_policy(policy)),
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

impl Records {
    /// Registers a violation. One that is registered already stays as it is.
    pub async fn register(&self, origin: &Origin, breach: &Breach) -> Result<()> {
        let mut write = Write::create(violation_key(breach.id), breach)
            .index("by_employee", of_employee(breach.employee_id), place(breach))
            .index("by_policy", of_policy(breach.policy_id), place(breach))
            .index("by_time", ALL, place(breach));
        if let Some(manager) = breach.manager_id {
            write = write.index("by_manager", of_employee(manager), place(breach));
        }
        let fact = Fact::new(EventType::ComplianceViolationDetected, ENTITY, breach.id);
        match self.table.commit(origin, write.says(fact)).await {
            Ok(_) | Err(Refusal::Condition { .. }) => Ok(()),
            Err(Refusal::Failed(error)) => Err(error),
        }
    }

    pub async fn violation(&self, id: ViolationId) -> Result<Stored<Breach>> {
        let item = self.table.get_fresh(&violation_key(id)).await?;
        stored(item.ok_or_else(|| Error::not_found("violation"))?)
    }

    /// One page of violations, the newest first.
    pub async fn violations(&self, wanted: &WantedViolations, page: &Pagination) -> Result<Page<Breach>> {
        self.table.paged_of(wanted.query(), page).await
    }

    /// Notes that somebody has seen a violation, once.
    ///
    /// # Errors
    /// 409 `already_acknowledged` with who did.
    pub async fn acknowledge(
        &self,
        origin: &Origin,
        seen: &Breach,
        once: Option<&Once>,
        answer: &impl Serialize,
    ) -> Result<Outcome> {
        let fact = Fact::new(EventType::ComplianceViolationAcknowledged, ENTITY, seen.id);
        let write = Write::update(violation_key(seen.id))
            .set("acknowledged_at", &seen.acknowledged_at)
            .set("acknowledged_by", &seen.acknowledged_by)
            .set("comment", &seen.comment)
            .when("attribute_exists(pk) AND attribute_not_exists(#acknowledged_at)")
            .says(fact);
        let committed = self.table.commit_once(origin, vec![write], once, answer).await;
        committed.map_err(|refusal| {
            refusal.or(|_, standing| match standing.map(from_item::<Breach>) {
                Some(Ok(standing)) => already_acknowledged(&standing),
                Some(Err(error)) => error,
                None => Error::not_found("violation"),
            })
        })
    }
}

fn already_acknowledged(standing: &Breach) -> Error {
    Error::conflict("already_acknowledged", "Somebody has acknowledged it before.").current(json!({
        "acknowledged_by": standing.acknowledged_by, "acknowledged_at": standing.acknowledged_at, "comment": standing.comment,
    }))
}
