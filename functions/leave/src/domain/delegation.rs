//! Delegations: who decides in whose place, and when.

use jiff::{Timestamp, civil::Date};
use kernel::{DelegationId, EmployeeId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A delegation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Delegation {
    /// Id.
    pub id: DelegationId,
    /// In whose place.
    pub delegator_id: EmployeeId,
    /// Who decides.
    pub delegate_id: EmployeeId,
    /// First day, at the delegator's site.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day, at the delegator's site.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// Who said so.
    pub created_by: EmployeeId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// When it was ended before its last day.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub deleted_at: Option<Timestamp>,
}

impl Delegation {
    /// Whether it holds on a day.
    pub fn is_active_on(&self, day: Date) -> bool {
        self.deleted_at.is_none() && self.from <= day && day <= self.to
    }

    /// The delegation as it is remembered once ended.
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
    fn a_delegation_holds_from_its_first_day_to_its_last_unless_it_was_ended() {
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
        for (day, holds) in days {
            assert_eq!(delegation.is_active_on(date(2024, 6, day)), holds, "{day} June");
        }
        assert!(!delegation.tombstone(Timestamp::UNIX_EPOCH).is_active_on(date(2024, 6, 11)));
    }
}
