//! Storage and signing of seals: the bucket with Object Lock, and the KMS key.

use aws_sdk_kms::{
    Client,
    primitives::Blob,
    types::{MessageType, SigningAlgorithmSpec},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use kernel::{Error, Result};
use lambda::{FromShell, InitError, Shell, aws_call_error};

use super::bucket::Bucket;
use crate::domain::{
    hash::Hash,
    hour::Hour,
    record::{SealEntry, to_millisecond},
    seal::{PublicKey, SealAlgorithm, SealDocument, SealInputs, SealStatement, SignedSeal},
};

/// Key of a seal in the bucket: `seals/2026/11/22/10.json`.
pub fn seal_path(hour: Hour) -> String {
    format!("seals/{}.json", hour.path())
}

#[derive(Clone)]
pub struct SealBucket(Bucket);

impl FromShell for SealBucket {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self(Bucket::new(shell, shell.env("SEALS_BUCKET")?)))
    }
}

impl SealBucket {
    /// Seal of an hour with its entries; `None` if it does not exist.
    ///
    /// # Errors
    /// 500 if the document is invalid.
    pub async fn find_seal(&self, hour: Hour) -> Result<Option<SealDocument>> {
        let Some(bytes) = self.0.find_object(&seal_path(hour)).await? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| Error::internal(format!("seal {hour}: {error}")))
    }

    /// Stores a seal unless its hour has one. Returns the stored seal, which may come from a concurrent run.
    pub async fn create_seal_if_missing(&self, sealed: SealDocument) -> Result<SealDocument> {
        let hour = sealed.signed.seal.hour;
        let document = serde_json::to_vec(&sealed).map_err(Error::internal)?;
        if self.0.create_object_if_missing(&seal_path(hour), "application/json", document).await? {
            return Ok(sealed);
        }
        let existing = self.find_seal(hour).await?;
        existing.ok_or_else(|| Error::unavailable(format!("the seal of {hour} exists but cannot be read")))
    }
}

#[derive(Clone)]
pub struct SealSigner {
    client: Client,
    key: String,
}

pub struct SealKeyInfo {
    key_id: String,
    algorithm: SealAlgorithm,
    public: PublicKey,
}

impl FromShell for SealSigner {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { client: Client::new(&shell.aws), key: shell.env("SEAL_KEY")? })
    }
}

impl SealSigner {
    /// Id, algorithm and public key of the signing key.
    ///
    /// # Errors
    /// 500 if the key cannot sign seals.
    pub async fn key_info(&self) -> Result<SealKeyInfo> {
        let answer = self
            .client
            .get_public_key()
            .key_id(&self.key)
            .send()
            .await
            .map_err(|error| aws_call_error("GetPublicKey", error))?;
        let offered = answer.signing_algorithms.unwrap_or_default();
        let algorithm = if offered.contains(&SigningAlgorithmSpec::EcdsaSha256) {
            SealAlgorithm::EcdsaSha256
        } else if offered.contains(&SigningAlgorithmSpec::RsassaPkcs1V15Sha256) {
            SealAlgorithm::RsaPkcs1Sha256
        } else {
            return Err(Error::internal("the seal key supports neither ECDSA_SHA_256 nor RSASSA_PKCS1_V1_5_SHA_256"));
        };
        let der = answer.public_key.map(Blob::into_inner).unwrap_or_default();
        Ok(SealKeyInfo {
            key_id: answer.key_id.unwrap_or_else(|| self.key.clone()),
            algorithm,
            public: PublicKey::from_der(der),
        })
    }

    /// Signs the seal of an hour over its sorted entries, and verifies it. The seal is not stored.
    ///
    /// # Errors
    /// 500 if the signature is invalid.
    pub async fn sign_seal(
        &self,
        key: &SealKeyInfo,
        hour: Hour,
        entries: Vec<SealEntry>,
        previous: Option<Hash>,
        at: Timestamp,
    ) -> Result<SealDocument> {
        let at = to_millisecond(at);
        let inputs = SealInputs { key_id: key.key_id.clone(), algorithm: key.algorithm, previous, at };
        let seal = SealStatement::new(hour, &entries, inputs);
        let algorithm = match key.algorithm {
            SealAlgorithm::EcdsaSha256 => SigningAlgorithmSpec::EcdsaSha256,
            SealAlgorithm::RsaPkcs1Sha256 => SigningAlgorithmSpec::RsassaPkcs1V15Sha256,
        };
        let answer = self
            .client
            .sign()
            .key_id(&self.key)
            .message_type(MessageType::Digest)
            .message(Blob::new(seal.hash().as_bytes().to_vec()))
            .signing_algorithm(algorithm)
            .send()
            .await
            .map_err(|error| aws_call_error("Sign", error))?;
        let signature = STANDARD.encode(answer.signature.map(Blob::into_inner).unwrap_or_default());
        let sealed = SealDocument { signed: SignedSeal { seal, signature }, entries };
        key.check_seal(&sealed)?;
        Ok(sealed)
    }
}

impl SealKeyInfo {
    /// Checks the signature, entries and root of a seal against this key.
    ///
    /// # Errors
    /// 500 for a seal that is not valid.
    pub fn check_seal(&self, sealed: &SealDocument) -> Result<()> {
        let hour = sealed.signed.seal.hour;
        let invalid = |fault| Error::internal(format!("the seal of {hour} is invalid: {fault:?}"));
        sealed.check(std::slice::from_ref(&self.public)).map_err(invalid)
    }
}
