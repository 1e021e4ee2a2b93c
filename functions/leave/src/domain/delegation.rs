//! Delegations: an employee decides leave requests in place of another, between two days.

use jiff::{Timestamp, civil::Date};
use kernel::{DelegationId, EmployeeId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Right of a delegate to decide leave requests in place of the delegator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Delegation {
    /// Id of the delegation.
    pub id: DelegationId,
    /// Approver in whose place the delegate decides.
    pub delegator_id: EmployeeId,
    /// Employee who decides in place of the delegator.
    pub delegate_id: EmployeeId,
    /// First day of the delegation, at the delegator's site.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day of the delegation, at the delegator's site.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Reason of the delegation; absent without one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// Employee who created the delegation.
    pub created_by: EmployeeId,
    /// Time at which the delegation was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Time of the last change.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Time of the deletion. The API never returns a deleted object.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(ignore)]
    pub deleted_at: Option<Timestamp>,
}

impl Delegation {
    /// Whether the delegation covers the day and is not deleted.
    pub fn is_active_on(&self, day: Date) -> bool {
        self.deleted_at.is_none() && self.from <= day && day <= self.to
    }

    /// Copy of the delegation that is marked as deleted.
    #[must_use]
    pub fn tombstone(&self, at: Timestamp) -> Self {
        Self { updated_at: at, deleted_at: Some(at), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn delegation_is_active_from_first_to_last_day_unless_deleted() {
        let id = |n| EmployeeId::new(Uuid::from_u128(n));
        let delegation = Delegation {
            id: DelegationId::new(Uuid::from_u128(1)),
            delegator_id: id(2),
            delegate_id: id(3),
            from: date(2024, 6, 10),
            to: date(2024, 6, 12),
            reason: None,
            created_by: id(2),
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
            deleted_at: None,
        };
        let days = [(9, false), (10, true), (12, true), (13, false)];
        for (day, active) in days {
            assert_eq!(delegation.is_active_on(date(2024, 6, day)), active, "{day} June");
        }
        assert!(!delegation.tombstone(Timestamp::UNIX_EPOCH).is_active_on(date(2024, 6, 11)));
    }
}
