//! Idempotency keys: the answer is stored in the same transaction as the change, so that a retry changes nothing.

use jiff::{SignedDuration, Timestamp};
use kernel::{Code, Error, Origin};
use serde::{Deserialize, Serialize};

use crate::{
    commit::{CommitError, Committed},
    item::{Key, from_item},
    messages,
    table::Table,
    write::Write,
};

/// Time that an answer is kept for retries.
const ANSWER_RETENTION: SignedDuration = SignedDuration::from_hours(24);

/// Idempotency key of a request, with the digest that tells a retry from a different request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Operation, caller and key. Of several requests with the same scope within 24 hours, only the first is done.
    pub scope: String,
    /// Digest of the request. A request with the same scope and another digest is refused.
    pub fingerprint: String,
}

impl IdempotencyKey {
    /// 422 `idempotency_key_reused`: the key belongs to a different request.
    pub fn reused_key_error() -> Error {
        Error::new(Code::IdempotencyKeyReused, messages::key_reused()).with_field(
            "header:Idempotency-Key",
            "reused",
            messages::new_key(),
        )
    }
}

/// Result of [`Table::commit_idempotent`].
#[derive(Debug)]
pub enum CommitOutcome {
    /// The writes were applied now.
    Committed(Committed),
    /// An earlier request with the same key did it. The value is its answer.
    Replayed(serde_json::Value),
}

#[derive(Serialize, Deserialize)]
struct StoredAnswer {
    fingerprint: String,
    answer: String,
    expires_at: i64,
}

fn answer_key(idempotency_key: &IdempotencyKey) -> Key {
    Key::new(format!("IDEM#{}", idempotency_key.scope), "IDEM")
}

impl Table {
    /// Commits writes and, if there is an idempotency key, the answer in the same transaction. Two or more writes without a
    /// key are a transaction as well.
    ///
    /// Within 24 hours, a repeated key replays the first answer and writes nothing.
    ///
    /// # Errors
    /// [`CommitError`], with positions among `writes`; 422 `idempotency_key_reused` for a different request with the same key.
    pub async fn commit_idempotent(
        &self,
        origin: &Origin,
        mut writes: Vec<Write>,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome, CommitError> {
        let Some(idempotency_key) = idempotency_key else {
            let committed = match (writes.pop(), writes.is_empty()) {
                (Some(only), true) => self.commit(origin, only).await?,
                (Some(last), false) => {
                    writes.push(last);
                    self.transact(origin, writes).await?
                }
                (None, _) => return Err(Error::internal("commit without writes").into()),
            };
            return Ok(CommitOutcome::Committed(committed));
        };
        let stored = StoredAnswer {
            fingerprint: idempotency_key.fingerprint.clone(),
            answer: serde_json::to_string(answer).map_err(Error::internal)?,
            expires_at: answer_expiry_s(origin.at),
        };
        // First in the order, so that a replay is reported before any other failed condition.
        let answer_write = Write::put(answer_key(idempotency_key), &stored)
            .condition("attribute_not_exists(pk) OR #expires_at < :now")
            .value(":now", &origin.at.as_second());
        writes.insert(0, answer_write);
        match self.transact(origin, writes).await {
            Ok(mut committed) => {
                committed.item.clear();
                committed.version = 0;
                Ok(CommitOutcome::Committed(committed))
            }
            Err(CommitError::ConditionFailed { index: 0, existing }) => {
                replay(idempotency_key, existing).map_err(CommitError::Other)
            }
            Err(CommitError::ConditionFailed { index, existing }) => {
                // The answer is the first write of the transaction.
                Err(CommitError::ConditionFailed { index: index - 1, existing })
            }
            Err(error) => Err(error),
        }
    }

    /// Answer stored for this key; `None` without a key, without an answer, or after 24 hours.
    ///
    /// Handlers that validate against current data read it first: a retry must get its answer although the data has changed.
    ///
    /// # Errors
    /// 422 `idempotency_key_reused` if the key belongs to a different request.
    pub async fn stored_answer(
        &self,
        idempotency_key: Option<&IdempotencyKey>,
        now: Timestamp,
    ) -> kernel::Result<Option<serde_json::Value>> {
        let Some(idempotency_key) = idempotency_key else { return Ok(None) };
        let Some(item) = self.get_consistent(&answer_key(idempotency_key)).await? else { return Ok(None) };
        let alive = item.get("expires_at").and_then(|at| at.as_n().ok()).and_then(|at| at.parse::<i64>().ok());
        if alive.is_none_or(|at| at < now.as_second()) {
            return Ok(None);
        }
        match replay(idempotency_key, Some(item))? {
            CommitOutcome::Replayed(answer) => Ok(Some(answer)),
            CommitOutcome::Committed(_) => Ok(None),
        }
    }
}

fn answer_expiry_s(now: Timestamp) -> i64 {
    now.as_second().saturating_add(ANSWER_RETENTION.as_secs())
}

/// Replay of the answer in an item, which must belong to the same request.
fn replay(idempotency_key: &IdempotencyKey, existing: Option<crate::Item>) -> kernel::Result<CommitOutcome> {
    let existing = existing.ok_or_else(|| Error::unavailable("the stored answer was not returned"))?;
    let stored: StoredAnswer = from_item(existing)?;
    if stored.fingerprint != idempotency_key.fingerprint {
        return Err(IdempotencyKey::reused_key_error());
    }
    serde_json::from_str(&stored.answer).map(CommitOutcome::Replayed).map_err(Error::internal)
}
