//! People read a moment ago: whoever punches twice within seconds, such as at a break's both ends, is read once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use kernel::{EmployeeId, Result};

use super::Records;
use crate::domain::member::Member;

/// For how long somebody read before is believed; the directory believes as long.
const FRESH_FOR: SignedDuration = SignedDuration::from_secs(5);
/// How many people one function remembers.
const REMEMBERED_MAX: usize = 512;

type Remembered = HashMap<EmployeeId, (Timestamp, Arc<Member>)>;

#[derive(Debug, Clone, Default)]
pub(super) struct Recent(Arc<Mutex<Remembered>>);

impl Records {
    /// What is known of somebody, as of a few seconds ago at the latest.
    ///
    /// # Errors
    /// 503.
    pub async fn member_recent(&self, id: EmployeeId, now: Timestamp) -> Result<Option<Arc<Member>>> {
        let known = self.recent.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        if let Some((read_at, member)) = known
            && now.duration_since(read_at) < FRESH_FOR
        {
            return Ok(Some(member));
        }
        let Some(stored) = self.member(id).await? else { return Ok(None) };
        let member = Arc::new(stored.value);
        let mut remembered = self.recent.0.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= REMEMBERED_MAX {
            remembered.clear();
        }
        remembered.insert(id, (now, Arc::clone(&member)));
        Ok(Some(member))
    }
}
