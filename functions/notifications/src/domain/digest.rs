//! The daily digest: what waited, put together into as few mails as can be.

use std::collections::BTreeMap;

use kernel::{EmployeeId, NotificationId};

/// So many notifications go into one mail: one transaction settles them all (100 items, two of which are the digest's own).
pub const MEMBERS_MAX: usize = 90;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PendingApprover {
    pub recipient: EmployeeId,
    /// What waits. Ids sort by the time of what they tell of.
    pub notification: NotificationId,
}

/// The mails that these make: one recipient each, oldest first, nothing left out, nothing twice.
pub fn group_into_mails(waiting: impl IntoIterator<Item = PendingApprover>) -> Vec<(EmployeeId, Vec<NotificationId>)> {
    let mut by_recipient: BTreeMap<EmployeeId, Vec<NotificationId>> = BTreeMap::new();
    for one in waiting {
        by_recipient.entry(one.recipient).or_default().push(one.notification);
    }
    let mails = by_recipient.into_iter().flat_map(|(recipient, mut notifications)| {
        notifications.sort_unstable();
        notifications.dedup();
        notifications.chunks(MEMBERS_MAX).map(|chunk| (recipient, chunk.to_vec())).collect::<Vec<_>>()
    });
    mails.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn pending_approver(recipient: u128, notification: u128) -> PendingApprover {
        PendingApprover {
            recipient: EmployeeId::new(Uuid::from_u128(recipient)),
            notification: NotificationId::new(Uuid::from_u128(notification)),
        }
    }

    #[test]
    fn the_table_of_mails() {
        let sizes = |waiting: Vec<PendingApprover>| {
            group_into_mails(waiting).iter().map(|(_, mail)| mail.len()).collect::<Vec<_>>()
        };
        assert_eq!(sizes(vec![]), [0; 0]);
        assert_eq!(sizes(vec![pending_approver(1, 1)]), [1]);
        assert_eq!(
            sizes(vec![pending_approver(1, 1), pending_approver(2, 2), pending_approver(1, 3), pending_approver(1, 1)]),
            [2, 1]
        );
        assert_eq!(sizes((0..91).map(|number| pending_approver(1, number)).collect()), [90, 1]);
    }

    proptest! {
        #[test]
        fn everything_that_waits_is_in_one_mail_to_its_recipient(
            pairs in prop::collection::vec((0u128..5, 0u128..400), 0..500)
        ) {
            let all: BTreeSet<_> = pairs.iter().map(|(recipient, number)| pending_approver(*recipient, *number)).collect();
            let mails = group_into_mails(pairs.iter().map(|(recipient, number)| pending_approver(*recipient, *number)));
            let mut told = BTreeSet::new();
            for (recipient, notifications) in mails {
                prop_assert!((1..=MEMBERS_MAX).contains(&notifications.len()));
                prop_assert!(notifications.is_sorted());
                for notification in notifications {
                    prop_assert!(told.insert(PendingApprover { recipient, notification }), "twice");
                }
            }
            prop_assert_eq!(told, all);
        }
    }
}
