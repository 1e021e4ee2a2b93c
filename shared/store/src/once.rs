//! Idempotency keys: the answer is stored in the same transaction as the change, so a retry changes nothing.

use jiff::{SignedDuration, Timestamp};
use kernel::{Error, Kind, Origin};
use serde::{Deserialize, Serialize};

use crate::{
    attributes::{Key, from_item},
    commit::{Committed, Refusal},
    table::Table,
    write::Write,
};

/// How long an answer is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// What the caller said about doing this only once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    /// Who asked what under which key; unique per caller and operation.
    pub scope: String,
    /// A digest of the request; the same key with another digest is refused.
    pub fingerprint: String,
}

impl Once {
    /// 422: the key stands for another request.
    pub fn reused() -> Error {
        let detail = "This Idempotency-Key was used for another request.";
        Error::new(Kind::Invalid, "idempotency_key_reused", detail).field(
            "header:Idempotency-Key",
            "reused",
            "use a new key for a new request",
        )
    }
}

/// What came of a commit that is done only once.
#[derive(Debug)]
pub enum Outcome {
    /// Done now.
    Committed(Committed),
    /// Done before: the answer that was given then.
    Replayed(serde_json::Value),
}

#[derive(Serialize, Deserialize)]
struct Record {
    fingerprint: String,
    answer: String,
    expires_at: i64,
}

fn key(once: &Once) -> Key {
    Key::new(format!("IDEM#{}", once.scope), "IDEM")
}

impl Table {
    /// Commits, and with an idempotency key also stores the answer, in one transaction. Without a key a single write
    /// stays a single write.
    ///
    /// # Errors
    /// [`Refusal`]; the same key for another request is an [`Kind::Invalid`] error with the code `idempotency_key_reused`.
    pub async fn commit_once(
        &self,
        origin: &Origin,
        mut writes: Vec<Write>,
        once: Option<&Once>,
        answer: &impl Serialize,
    ) -> Result<Outcome, Refusal> {
        let Some(once) = once else {
            let committed = match (writes.pop(), writes.is_empty()) {
                (Some(only), true) => self.commit(origin, only).await?,
                (Some(last), false) => {
                    writes.push(last);
                    self.transact(origin, writes).await?
                }
                (None, _) => return Err(Error::internal("nothing to commit").into()),
            };
            return Ok(Outcome::Committed(committed));
        };
        let record = Record {
            fingerprint: once.fingerprint.clone(),
            answer: serde_json::to_string(answer).map_err(Error::internal)?,
            expires_at: expiry(origin.at),
        };
        // First in the order, so that a replay is told before any other failed condition.
        let memory = Write::put(key(once), &record)
            .when("attribute_not_exists(pk) OR #expires_at < :now")
            .value(":now", &origin.at.as_second());
        writes.insert(0, memory);
        match self.transact(origin, writes).await {
            Ok(mut committed) => {
                committed.item.clear();
                committed.version = 0;
                Ok(Outcome::Committed(committed))
            }
            Err(Refusal::Condition { at: 0, standing }) => replay(once, standing).map_err(Refusal::Failed),
            Err(Refusal::Condition { at, standing }) => Err(Refusal::Condition { at: at - 1, standing }),
            Err(failed) => Err(failed),
        }
    }

    /// The answer that was given under this key, if one was: for operations that must look before they refuse.
    pub async fn answered(&self, once: Option<&Once>, now: Timestamp) -> kernel::Result<Option<serde_json::Value>> {
        let Some(once) = once else { return Ok(None) };
        let Some(item) = self.get_fresh(&key(once)).await? else { return Ok(None) };
        let alive = item.get("expires_at").and_then(|at| at.as_n().ok()).and_then(|at| at.parse::<i64>().ok());
        if alive.is_none_or(|at| at < now.as_second()) {
            return Ok(None);
        }
        match replay(once, Some(item))? {
            Outcome::Replayed(answer) => Ok(Some(answer)),
            Outcome::Committed(_) => Ok(None),
        }
    }
}

fn expiry(now: Timestamp) -> i64 {
    now.as_second().saturating_add(KEPT.as_secs())
}

fn replay(once: &Once, standing: Option<crate::Item>) -> kernel::Result<Outcome> {
    let standing = standing.ok_or_else(|| Error::unavailable("the standing idempotency record was not returned"))?;
    let record: Record = from_item(standing)?;
    if record.fingerprint != once.fingerprint {
        return Err(Once::reused());
    }
    serde_json::from_str(&record.answer).map(Outcome::Replayed).map_err(Error::internal)
}
