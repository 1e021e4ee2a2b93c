//! Seals as they are made and kept: the KMS key that signs, the bucket that nobody can change.

use aws_sdk_kms::{
    Client,
    primitives::Blob,
    types::{MessageType, SigningAlgorithmSpec},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use kernel::{Error, Result};
use lambda::{FromShell, InitError, Shell, unavailable};

use super::bucket::Bucket;
use crate::domain::{
    hash::Hash,
    hour::Hour,
    record::{SealEntry, to_millisecond},
    seal::{Algorithm, PublicKey, SealDocument, SealInputs, SealStatement, SignedSeal},
};

/// The key of a seal's document in the bucket: `seals/2026/11/22/10.json`.
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
    /// The seal of an hour with its entries.
    ///
    /// # Errors
    /// 503; internal, when the document does not read.
    pub async fn get(&self, hour: Hour) -> Result<Option<SealDocument>> {
        let Some(bytes) = self.0.get(&seal_path(hour)).await? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| Error::internal(format!("seal {hour}: {error}")))
    }

    /// Stores a seal unless its hour has one, and answers the one that stands: two runs at once agree on it.
    pub async fn create_seal(&self, sealed: SealDocument) -> Result<SealDocument> {
        let hour = sealed.signed.seal.hour;
        let document = serde_json::to_vec(&sealed).map_err(Error::internal)?;
        if self.0.create_object(&seal_path(hour), "application/json", document).await? {
            return Ok(sealed);
        }
        let standing = self.get(hour).await?;
        standing.ok_or_else(|| Error::unavailable(format!("the seal of {hour} stands but cannot be read")))
    }
}

#[derive(Clone)]
pub struct SealSigner {
    client: Client,
    key: String,
}

pub struct SealKeyInfo {
    key_id: String,
    algorithm: Algorithm,
    public: PublicKey,
}

impl FromShell for SealSigner {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { client: Client::new(&shell.aws), key: shell.env("SEAL_KEY")? })
    }
}

impl SealSigner {
    /// Who signs, and how.
    ///
    /// # Errors
    /// 503; internal, for a key that cannot sign seals.
    pub async fn identity(&self) -> Result<SealKeyInfo> {
        let answer = self
            .client
            .get_public_key()
            .key_id(&self.key)
            .send()
            .await
            .map_err(|error| unavailable("GetPublicKey", error))?;
        let offered = answer.signing_algorithms.unwrap_or_default();
        let algorithm = if offered.contains(&SigningAlgorithmSpec::EcdsaSha256) {
            Algorithm::EcdsaSha256
        } else if offered.contains(&SigningAlgorithmSpec::RsassaPkcs1V15Sha256) {
            Algorithm::RsaPkcs1Sha256
        } else {
            return Err(Error::internal(
                "the seal key signs neither by ECDSA_SHA_256 nor by RSASSA_PKCS1_V1_5_SHA_256",
            ));
        };
        let der = answer.public_key.map(Blob::into_inner).unwrap_or_default();
        Ok(SealKeyInfo {
            key_id: answer.key_id.unwrap_or_else(|| self.key.clone()),
            algorithm,
            public: PublicKey::of_der(der),
        })
    }

    /// Seals an hour. What was signed is checked before it is let out.
    ///
    /// # Errors
    /// 503; internal, when the signature does not fit.
    pub async fn seal(
        &self,
        who: &SealKeyInfo,
        hour: Hour,
        entries: Vec<SealEntry>,
        previous: Option<Hash>,
        at: Timestamp,
    ) -> Result<SealDocument> {
        let at = to_millisecond(at);
        let signing = SealInputs { key_id: who.key_id.clone(), algorithm: who.algorithm, previous, at };
        let seal = SealStatement::over(hour, &entries, signing);
        let algorithm = match who.algorithm {
            Algorithm::EcdsaSha256 => SigningAlgorithmSpec::EcdsaSha256,
            Algorithm::RsaPkcs1Sha256 => SigningAlgorithmSpec::RsassaPkcs1V15Sha256,
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
            .map_err(|error| unavailable("Sign", error))?;
        let signature = STANDARD.encode(answer.signature.map(Blob::into_inner).unwrap_or_default());
        let sealed = SealDocument { signed: SignedSeal { seal, signature }, entries };
        who.check(&sealed)?;
        Ok(sealed)
    }
}

impl SealKeyInfo {
    /// Whether a seal was signed by this key and holds.
    ///
    /// # Errors
    /// Internal, naming what is broken.
    pub fn check(&self, sealed: &SealDocument) -> Result<()> {
        let hour = sealed.signed.seal.hour;
        let broken = |broken| Error::internal(format!("the seal of {hour} does not hold: {broken:?}"));
        sealed.check(std::slice::from_ref(&self.public)).map_err(broken)
    }
}
