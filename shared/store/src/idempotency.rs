//! Idempotency keys: the answer is stored in the same transaction as the change, so a retry changes nothing.

use jiff::{SignedDuration, Timestamp};
use kernel::{Code, Error, Origin};
use serde::{Deserialize, Serialize};

use crate::{
    commit::{CommitError, Committed},
    item::{Key, from_item},
    table::Table,
    write::Write,
};

/// How long an answer is kept.
const ANSWER_RETENTION: SignedDuration = SignedDuration::from_hours(24);

/// What the caller said about doing this only once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Who asked what under which key; unique per caller and operation.
    pub scope: String,
    /// A digest of the request; the same key with another digest is refused.
    pub fingerprint: String,
}

impl IdempotencyKey {
    /// 422: the key stands for another request.
    pub fn reused_key_error() -> Error {
        let detail = "This Idempotency-Key was used for another request.";
        Error::new(Code::IdempotencyKeyReused, detail).with_field(
            "header:Idempotency-Key",
            "reused",
            "use a new key for a new request",
        )
    }
}

/// What came of a commit that is done only once.
#[derive(Debug)]
pub enum CommitOutcome {
    /// Done now.
    Committed(Committed),
    /// Done before: the answer that was given then.
    Replayed(serde_json::Value),
}

#[derive(Serialize, Deserialize)]
struct StoredAnswer {
    fingerprint: String,
    answer: String,
    expires_at: i64,
}

fn key(once: &IdempotencyKey) -> Key {
    Key::new(format!("IDEM#{}", once.scope), "IDEM")
}

impl Table {
    /// Commits, and with an idempotency key also stores the answer, in one transaction. Without a key a single write
    /// stays a single write.
    ///
    /// # Errors
    /// [`Refusal`]; the same key for another request is an [`Kind::Invalid`] error with the code `idempotency_key_reused`.
    pub async fn commit_idempotent(
        &self,
        origin: &Origin,
        mut writes: Vec<Write>,
        once: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome, CommitError> {
        let Some(once) = once else {
            let committed = match (writes.pop(), writes.is_empty()) {
                (Some(only), true) => self.commit(origin, only).await?,
                (Some(last), false) => {
                    writes.push(last);
                    self.transact(origin, writes).await?
                }
                (None, _) => return Err(Error::internal("nothing to commit").into()),
            };
            return Ok(CommitOutcome::Committed(committed));
        };
        let record = StoredAnswer {
            fingerprint: once.fingerprint.clone(),
            answer: serde_json::to_string(answer).map_err(Error::internal)?,
            expires_at: expiry(origin.at),
        };
        // First in the order, so that a replay is told before any other failed condition.
        let memory = Write::put(key(once), &record)
            .condition("attribute_not_exists(pk) OR #expires_at < :now")
            .value(":now", &origin.at.as_second());
        writes.insert(0, memory);
        match self.transact(origin, writes).await {
            Ok(mut committed) => {
                committed.item.clear();
                committed.version = 0;
                Ok(CommitOutcome::Committed(committed))
            }
            Err(CommitError::ConditionFailed { index: 0, existing: standing }) => {
                replay(once, standing).map_err(CommitError::Other)
            }
            Err(CommitError::ConditionFailed { index: at, existing: standing }) => {
                Err(CommitError::ConditionFailed { index: at - 1, existing: standing })
            }
            Err(failed) => Err(failed),
        }
    }

    /// The answer that was given under this key, if one was: for operations that must look before they refuse.
    pub async fn stored_answer(
        &self,
        once: Option<&IdempotencyKey>,
        now: Timestamp,
    ) -> kernel::Result<Option<serde_json::Value>> {
        let Some(once) = once else { return Ok(None) };
        let Some(item) = self.get_consistent(&key(once)).await? else { return Ok(None) };
        let alive = item.get("expires_at").and_then(|at| at.as_n().ok()).and_then(|at| at.parse::<i64>().ok());
        if alive.is_none_or(|at| at < now.as_second()) {
            return Ok(None);
        }
        match replay(once, Some(item))? {
            CommitOutcome::Replayed(answer) => Ok(Some(answer)),
            CommitOutcome::Committed(_) => Ok(None),
        }
    }
}

fn expiry(now: Timestamp) -> i64 {
    now.as_second().saturating_add(ANSWER_RETENTION.as_secs())
}

fn replay(once: &IdempotencyKey, standing: Option<crate::Item>) -> kernel::Result<CommitOutcome> {
    let standing = standing.ok_or_else(|| Error::unavailable("the standing idempotency record was not returned"))?;
    let record: StoredAnswer = from_item(standing)?;
    if record.fingerprint != once.fingerprint {
        return Err(IdempotencyKey::reused_key_error());
    }
    serde_json::from_str(&record.answer).map(CommitOutcome::Replayed).map_err(Error::internal)
}
