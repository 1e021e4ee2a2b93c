//! Daily digest: e-mails of one recipient, combined into as few as possible.

use std::collections::BTreeMap;

use kernel::{EmployeeId, NotificationId};

/// Most notifications in one digest. One transaction writes all of them: 100 items, two of which are the digest's own.
pub const ITEMS_MAX: usize = 90;

/// Delivery that is parked for a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DigestItem {
    pub recipient: EmployeeId,
    pub notification: NotificationId,
}

/// Groups items by recipient, at most [`ITEMS_MAX`] per mail, oldest first and without duplicates.
pub fn group_into_mails(items: impl IntoIterator<Item = DigestItem>) -> Vec<(EmployeeId, Vec<NotificationId>)> {
    let mut by_recipient: BTreeMap<EmployeeId, Vec<NotificationId>> = BTreeMap::new();
    for item in items {
        by_recipient.entry(item.recipient).or_default().push(item.notification);
    }
    let mails = by_recipient.into_iter().flat_map(|(recipient, mut notifications)| {
        notifications.sort_unstable();
        notifications.dedup();
        notifications.chunks(ITEMS_MAX).map(|chunk| (recipient, chunk.to_vec())).collect::<Vec<_>>()
    });
    mails.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn digest_item(recipient: u128, notification: u128) -> DigestItem {
        DigestItem {
            recipient: EmployeeId::new(Uuid::from_u128(recipient)),
            notification: NotificationId::new(Uuid::from_u128(notification)),
        }
    }

    #[test]
    fn mails_have_one_recipient_and_a_maximum_size() {
        let sizes =
            |items: Vec<DigestItem>| group_into_mails(items).iter().map(|(_, mail)| mail.len()).collect::<Vec<_>>();
        assert_eq!(sizes(vec![]), [0; 0]);
        assert_eq!(sizes(vec![digest_item(1, 1)]), [1]);
        assert_eq!(sizes(vec![digest_item(1, 1), digest_item(2, 2), digest_item(1, 3), digest_item(1, 1)]), [2, 1]);
        assert_eq!(sizes((0..91).map(|number| digest_item(1, number)).collect()), [90, 1]);
    }

    proptest! {
        #[test]
        fn every_item_is_in_exactly_one_mail_of_its_recipient(
            pairs in prop::collection::vec((0u128..5, 0u128..400), 0..500)
        ) {
            let all: BTreeSet<_> = pairs.iter().map(|(recipient, number)| digest_item(*recipient, *number)).collect();
            let mails = group_into_mails(pairs.iter().map(|(recipient, number)| digest_item(*recipient, *number)));
            let mut mailed = BTreeSet::new();
            for (recipient, notifications) in mails {
                prop_assert!((1..=ITEMS_MAX).contains(&notifications.len()));
                prop_assert!(notifications.is_sorted());
                for notification in notifications {
                    prop_assert!(mailed.insert(DigestItem { recipient, notification }), "an item in two mails");
                }
            }
            prop_assert_eq!(mailed, all);
        }
    }
}
