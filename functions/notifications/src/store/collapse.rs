//! How much of one type has come for one person in one window.

use jiff::SignedDuration;
use kernel::{EmployeeId, Error, NotificationId, Origin, Result, to_sortable_text};
use store::{CommitError, Item, Key, Write};

use super::NotificationStore;
use crate::domain::collapse;

/// How long a window is remembered: longer than any event may come late.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 15);

fn place(item: &Item, mark: &str) -> Option<u32> {
    let marks = item.get("marks")?.as_l().ok()?;
    let at = marks.iter().position(|other| other.as_s().is_ok_and(|other| other == mark))?;
    u32::try_from(at).ok()?.checked_add(1)
}

impl NotificationStore {
    /// The place of a notification among those of its type, person and window, from 1. The same one always has the same
    /// place, however often and in whatever order it comes.
    pub async fn reserve_rank(
        &self,
        origin: &Origin,
        id: NotificationId,
        (recipient, topic): (EmployeeId, &str),
        window: jiff::Timestamp,
    ) -> Result<u32> {
        // Half of the digest in an id tells those of one window apart.
        let mark = format!("{:016x}", id.uuid().as_u128() & u128::from(u64::MAX));
        let key = Key::new(format!("STORM#{recipient}#{topic}"), to_sortable_text(window));
        let write = Write::update(key)
            .condition("attribute_not_exists(#marks) OR (NOT contains(#marks, :mark) AND size(#marks) < :most)")
            .value(":mark", &mark)
            .value(":most", &collapse::COUNTED_MAX)
            .value(":first", &Vec::<String>::new())
            .value(":marks", &[&mark])
            .assign("#marks = list_append(if_not_exists(#marks, :first), :marks)")
            .expires_at(origin.at.saturating_add(KEPT).unwrap_or(origin.at));
        let item = match self.table.commit(origin, write).await {
            Ok(committed) => committed.item,
            Err(CommitError::Condition { standing: Some(item), .. }) => item,
            Err(CommitError::Condition { standing: None, .. }) => {
                return Err(Error::unavailable("the standing window was not returned"));
            }
            Err(CommitError::Other(error)) => return Err(error),
        };
        Ok(place(&item, &mark).unwrap_or(collapse::COUNTED_MAX))
    }
}
