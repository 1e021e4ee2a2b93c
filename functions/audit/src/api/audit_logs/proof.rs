//! `GET /api/v1/audit-logs/{audit_id}/proof`: proves that a record is part of a sealed hour.
//!
//! To verify it with the public key, hash the canonical JSON of the record (RFC 9162 leaf), follow the path to the root, and check
//! the signature.

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
    messages,
    store::AuditStore,
};

lambda::endpoint!(AUDIT_LOGS_PROOF, get(handle), ProofApi);

#[derive(Clone)]
struct ProofApi {
    store: AuditStore,
    seals: SealBucket,
}

/// Inclusion proof of an audit record (RFC 9162, 2.1.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InclusionProof {
    /// Id of the audit record.
    pub id: AuditId,
    /// Leaf hash of the record: SHA-256 of the byte 0x00 and the canonical JSON.
    pub leaf_hash: Hash,
    /// Hour whose seal contains the record: the one in which it was written.
    pub hour: Hour,
    /// Index of the record among the records of the hour, from 0.
    pub index: u64,
    /// Number of records in the hour.
    pub tree_size: u64,
    /// Sibling hashes from the leaf to the root, lowest first.
    pub inclusion_path: Vec<Hash>,
    /// Seal of the hour with its signature.
    pub seal: SignedSeal,
}

/// Returns the inclusion proof of an audit record.
///
/// It proves that the record is part of the sealed hour and unchanged. An hour is sealed 15 minutes after its end.
#[utoipa::path(get, path = "/api/v1/audit-logs/{audit_id}/proof", operation_id = "audit-logs-proof", tag = "audit",
    params(("audit_id" = AuditId, Path, description = "Id of the audit record.")),
    responses(
        (status = 200, description = "Inclusion proof with the seal of the hour.", body = InclusionProof),
        (status = 404, description = "`not_found`: no record has this id, or its retention period has ended."),
        (status = 409, description = "`not_sealed_yet`: the hour of the record is not sealed yet. \
            `tampered`: the record differs from the sealed one, or the seals do not contain it.")))]
async fn handle(
    State(api): State<ProofApi>,
    _: Caller,
    Path(id): Path<AuditId>,
) -> Result<Json<InclusionProof>, Problem> {
    let (stored, hours) = api.store.get_record_with_hours(id).await?;
    let mut unsealed = None;
    for hour in hours {
        if api.store.find_seal_copy(hour).await?.is_none() {
            unsealed = Some(hour);
            continue;
        }
        let missing = || Error::unavailable(format!("the seal of {hour} is not in the bucket"));
        let sealed = api.seals.find_seal(hour).await?.ok_or_else(missing)?;
        let Some((index, entry, path)) = sealed.inclusion_proof(id) else { continue };
        if entry != stored.canonical.entry {
            return Err(Error::new(Code::Tampered, messages::differs_from_sealed(hour.to_string())).into());
        }
        return Ok(Json(InclusionProof {
            id,
            leaf_hash: entry.leaf,
            hour,
            index: index as u64,
            tree_size: sealed.signed.seal.tree_size,
            inclusion_path: path,
            seal: sealed.signed,
        }));
    }
    Err(match unsealed {
        Some(hour) => Error::new(Code::NotSealedYet, messages::hour_not_sealed(hour.to_string())),
        None => Error::new(Code::Tampered, messages::not_in_seals()),
    }
    .into())
}

impl FromShell for ProofApi {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self { store: AuditStore::from_shell(shell)?, seals: SealBucket::from_shell(shell)? })
    }
}
