//! Delegations of approvals, from the events of `leave` in any order.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use kernel::{EmployeeId, Origin, Result};
use store::{Key, Query, Write, from_item};

use super::{NotificationStore, none_if_condition_failed};
use crate::domain::delegation::Delegation;

/// Lifetime of an ended delegation: longer than an older event of it may be delayed.
const DELEGATION_RETENTION: SignedDuration = SignedDuration::from_hours(24 * 30);

fn delegator_partition(delegator: EmployeeId) -> String {
    format!("DELEGATOR#{delegator}")
}

/// Expiry of a delegation, never before its last day has ended in every time zone.
fn delegation_expiry(delegation: &Delegation, now: Timestamp) -> Timestamp {
    let last = delegation.to.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |day| day.timestamp());
    last.max(now).saturating_add(DELEGATION_RETENTION).unwrap_or(Timestamp::MAX)
}

impl NotificationStore {
    /// Stores a delegation, unless the same or a newer version is stored.
    pub async fn put_delegation_if_newer(&self, origin: &Origin, delegation: &Delegation) -> Result<()> {
        let key = Key::new(delegator_partition(delegation.delegator_id), delegation.id.to_string());
        let write = Write::put(key, delegation)
            .condition("attribute_not_exists(pk) OR #as_of < :as_of")
            .value(":as_of", &delegation.as_of)
            .expires_at(delegation_expiry(delegation, origin.at));
        none_if_condition_failed(self.table.commit(origin, write).await).map(drop)
    }

    /// Delegates of a person on a day in the time zone of the person's site, from the newest delegations.
    pub async fn list_delegates(&self, delegator: EmployeeId, day: Date) -> Result<Vec<EmployeeId>> {
        let query = Query::partition(delegator_partition(delegator)).descending().consistent();
        let query =
            query.filter("#ended = :no AND #from <= :day AND #to >= :day").value(":no", &false).value(":day", &day);
        let (items, _) = self.table.query(&query).await?;
        let delegate = |item| from_item::<Delegation>(item).map(|delegation| delegation.delegate_id);
        items.into_iter().map(delegate).collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use kernel::DelegationId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn delegation_expires_thirty_days_after_its_end() {
        let id = |number| EmployeeId::new(Uuid::from_u128(number));
        let until = |to| Delegation {
            id: DelegationId::new(Uuid::from_u128(1)),
            delegator_id: id(2),
            delegate_id: id(3),
            from: date(2024, 6, 10),
            to,
            ended: false,
            as_of: 1,
        };
        let now: Timestamp = "2024-06-20T10:00:00Z".parse().unwrap();
        for (to, expected) in [
            (date(2024, 7, 1), "2024-07-31T00:00:00Z"),
            (date(2024, 6, 12), "2024-07-20T10:00:00Z"),
            (date(9999, 12, 31), &Timestamp::MAX.to_string()),
        ] {
            assert_eq!(delegation_expiry(&until(to), now).to_string(), expected);
        }
    }
}
