//! `GET /api/v1/audit-logs/{audit_id}/proof`: that a record is part of a sealed hour, checkable by anybody with the
//! public key: hash the record's canonical JSON (RFC 9162 leaf), follow the path to the root, check the signature.

use axum::{Json, extract::State};
use kernel::{AuditId, Code, Error};
use lambda::{
    FromShell, InitError, Shell,
    http::{Caller, Path, Problem},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::seals::SealBucket,
    domain::{hash::Hash, hour::Hour, seal::SignedSeal},
    store::AuditStore,
};

lambda::endpoint!(AUDIT_LOGS_PROOF, get(handle), ProofApi);

#[derive(Clone)]
struct ProofApi {
    trail: AuditStore,
    seals: SealBucket,
}

/// An inclusion proof (RFC 9162, 2.1.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Proof {
    /// The record.
    pub id: AuditId,
    /// Its leaf hash: SHA-256 over 0x00 and its canonical JSON.
    pub leaf_hash: Hash,
    /// The hour that it is sealed in.
    pub hour: Hour,
    /// Its place among the hour's records.
    pub index: u64,
    /// How many records the hour has.
    pub tree_size: u64,
    /// The sibling hashes from the leaf to the root.
    pub inclusion_path: Vec<Hash>,
    /// The signed statement about the hour.
    pub seal: SignedSeal,
}

/// Proves a record.
#[utoipa::path(get, path = "/api/v1/audit-logs/{audit_id}/proof", operation_id = "audit-logs-proof", tag = "audit",
    params(("audit_id" = AuditId, Path, description = "The record")),
    responses(
        (status = 200, description = "The proof", body = Proof),
        (status = 404, description = "There is no such record"),
        (status = 409, description = "`not_sealed_yet`, or `tampered` when the record is not the one that was sealed")))]
async fn handle(State(api): State<ProofApi>, _: Caller, Path(id): Path<AuditId>) -> Result<Json<Proof>, Problem> {
    let (found, hours) = api.trail.get_with_hours(id).await?;
    let mut waits_for = None;
    for hour in hours {
        if api.trail.get_seal(hour).await?.is_none() {
            waits_for = Some(hour);
            continue;
        }
        let sealed = api.seals.get(hour).await?.ok_or_else(|| Error::unavailable(format!("no seal of {hour}")))?;
        let Some((index, entry, path)) = sealed.inclusion_proof(id) else { continue };
        if entry != found.written.entry {
            let detail = format!("The record is no longer the one that was sealed in hour {hour}.");
            return Err(Error::new(Code::Tampered, detail).into());
        }
        return Ok(Json(Proof {
            id,
            leaf_hash: entry.leaf,
            hour,
            index: index as u64,
            tree_size: sealed.signed.seal.tree_size,
            inclusion_path: path,
            seal: sealed.signed,
        }));
    }
    Err(match waits_for {
        Some(hour) => {
            let detail = format!("Hour {hour} is not sealed yet; it is, a quarter of an hour after its end.");
            Error::new(Code::NotSealedYet, detail)
        }
        None => Error::new(Code::Tampered, "The record is in no seal of the hours in which it was written."),
    }
    .into())
}

impl FromShell for ProofApi {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self { trail: AuditStore::from_shell(shell)?, seals: SealBucket::from_shell(shell)? })
    }
}
