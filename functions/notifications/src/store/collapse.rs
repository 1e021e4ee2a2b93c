//! Notifications of one type to one person in one window, for collapsing.

use jiff::SignedDuration;
use kernel::{EmployeeId, Error, NotificationId, Origin, Result, to_sortable_text};
use store::{CommitError, Item, Key, Write};

use super::NotificationStore;
use crate::domain::{collapse, notification_type::NotificationType};

/// Lifetime of a window: longer than any event may be delayed.
const WINDOW_RETENTION: SignedDuration = SignedDuration::from_hours(24 * 15);

/// Position, from 1, of a notification's mark in a stored window.
fn rank_of_mark(item: &Item, mark: &str) -> Option<u32> {
    let marks = item.get("marks")?.as_l().ok()?;
    let at = marks.iter().position(|other| other.as_s().is_ok_and(|other| other == mark))?;
    u32::try_from(at).ok()?.checked_add(1)
}

impl NotificationStore {
    /// Rank of a notification in its window, from 1; [`collapse::COUNTED_MAX`] for all after that. A repeated call returns the
    /// same rank.
    pub async fn reserve_rank(
        &self,
        origin: &Origin,
        id: NotificationId,
        (recipient, notification_type): (EmployeeId, NotificationType),
        window: jiff::Timestamp,
    ) -> Result<u32> {
        // Half of the digest in an id is enough to distinguish notifications of one window.
        let mark = format!("{:016x}", id.uuid().as_u128() & u128::from(u64::MAX));
        let key = Key::new(format!("STORM#{recipient}#{notification_type}"), to_sortable_text(window));
        let write = Write::update(key)
            .condition("attribute_not_exists(#marks) OR (NOT contains(#marks, :mark) AND size(#marks) < :most)")
            .value(":mark", &mark)
            .value(":most", &collapse::COUNTED_MAX)
            .value(":first", &Vec::<String>::new())
            .value(":marks", &[&mark])
            .assign("#marks = list_append(if_not_exists(#marks, :first), :marks)")
            .expires_at(origin.at.saturating_add(WINDOW_RETENTION).unwrap_or(origin.at));
        let item = match self.table.commit(origin, write).await {
            Ok(committed) => committed.item,
            Err(CommitError::ConditionFailed { existing: Some(item), .. }) => item,
            Err(CommitError::ConditionFailed { existing: None, .. }) => {
                return Err(Error::unavailable("the stored window was not returned with the failed condition"));
            }
            Err(CommitError::Other(error)) => return Err(error),
        };
        Ok(rank_of_mark(&item, &mark).unwrap_or(collapse::COUNTED_MAX))
    }
}
