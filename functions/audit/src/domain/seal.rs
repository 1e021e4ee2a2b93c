//! Seal of an hour: a signed statement about its records, chained to the previous seal.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{canonical::canonical_text, hash::Hash, hour::Hour, merkle, record::SealEntry};

/// Signature algorithm of a seal.
///
/// - `ECDSA_SHA_256`: ECDSA on P-256 with a DER signature
/// - `RSASSA_PKCS1_V1_5_SHA_256`: RSA with PKCS #1 v1.5
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum SealAlgorithm {
    /// ECDSA on P-256 with a DER signature.
    #[serde(rename = "ECDSA_SHA_256")]
    EcdsaSha256,
    /// RSA with PKCS #1 v1.5.
    #[serde(rename = "RSASSA_PKCS1_V1_5_SHA_256")]
    RsaPkcs1Sha256,
}

/// Statement about the records of an hour, which is signed in its canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SealStatement {
    /// Hour in which the records were written.
    pub hour: Hour,
    /// Number of records in the hour.
    pub tree_size: u64,
    /// Root of the Merkle tree over the leaf hashes, sorted by time and id.
    pub root: Hash,
    /// SHA-256 of the canonical JSON of the list of entries, which covers ids, times and leaf hashes.
    #[serde(rename = "list")]
    pub entries_hash: Hash,
    /// SHA-256 of the canonical JSON of the previous hour's statement; null for the first seal.
    #[schema(required = true)]
    pub previous: Option<Hash>,
    /// Id of the signing key.
    pub key_id: String,
    /// Signature algorithm of the key.
    pub algorithm: SealAlgorithm,
    /// Time at which the hour was sealed.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// Seal of an hour with its signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignedSeal {
    /// Signed statement about the hour.
    pub seal: SealStatement,
    /// Signature of the canonical JSON of `seal`, in base64.
    #[schema(content_encoding = "base64")]
    pub signature: String,
}

/// Seal with its entries, as it is stored in the bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealDocument {
    #[serde(flatten)]
    pub signed: SignedSeal,
    pub entries: Vec<SealEntry>,
}

#[derive(Debug, Clone)]
pub struct SealInputs {
    pub key_id: String,
    pub algorithm: SealAlgorithm,
    /// Hash of the previous seal's statement; `None` for the first seal.
    pub previous: Option<Hash>,
    /// Time of sealing.
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealFault {
    /// None of the keys verifies the signature.
    Signature,
    /// The list of entries differs from the sealed one.
    List,
    /// The tree over the entries has a different root or size.
    Root,
}

/// Canonical JSON of a value; empty if it has none.
fn canonical_bytes(value: &impl Serialize) -> Vec<u8> {
    // Seals and entries contain integers only, so this does not fail. The empty text would have no valid signature.
    serde_json::to_value(value).ok().and_then(|value| canonical_text(&value).ok()).unwrap_or_default().into_bytes()
}

fn leaf_hashes(entries: &[SealEntry]) -> Vec<Hash> {
    entries.iter().map(|entry| entry.leaf).collect()
}

impl SealStatement {
    /// Statement about the sorted entries of an hour.
    pub fn new(hour: Hour, entries: &[SealEntry], inputs: SealInputs) -> Self {
        Self {
            hour,
            tree_size: entries.len() as u64,
            root: merkle::root(&leaf_hashes(entries)),
            entries_hash: Hash::of(&[&canonical_bytes(&entries)]),
            previous: inputs.previous,
            key_id: inputs.key_id,
            algorithm: inputs.algorithm,
            created_at: inputs.at,
        }
    }

    /// Canonical JSON of the statement, over which the signature is made.
    pub fn signed_bytes(&self) -> Vec<u8> {
        canonical_bytes(self)
    }

    /// Hash of the statement, the `previous` of the next seal.
    pub fn hash(&self) -> Hash {
        Hash::of(&[&self.signed_bytes()])
    }
}

impl SealDocument {
    /// Checks that one of the keys verifies the signature, then the list of entries, then the root and size of the tree.
    ///
    /// # Errors
    /// First fault.
    pub fn check(&self, keys: &[PublicKey]) -> Result<(), SealFault> {
        let seal = &self.signed.seal;
        let signature = STANDARD.decode(&self.signed.signature).map_err(|_| SealFault::Signature)?;
        if !keys.iter().any(|key| key.verifies(seal.algorithm, &seal.signed_bytes(), &signature)) {
            return Err(SealFault::Signature);
        }
        if Hash::of(&[&canonical_bytes(&self.entries)]) != seal.entries_hash {
            return Err(SealFault::List);
        }
        if seal.tree_size != self.entries.len() as u64 || merkle::root(&leaf_hashes(&self.entries)) != seal.root {
            return Err(SealFault::Root);
        }
        Ok(())
    }

    /// Index, seal entry and inclusion path of a record; `None` if the seal does not contain it.
    pub fn inclusion_proof(&self, id: kernel::AuditId) -> Option<(usize, SealEntry, Vec<Hash>)> {
        let (index, entry) = self.entries.iter().enumerate().find(|(_, entry)| entry.id == id)?;
        Some((index, *entry, merkle::inclusion_path(&leaf_hashes(&self.entries), index)?))
    }
}

/// Public key as a DER `SubjectPublicKeyInfo`. The bytes are not checked; with invalid ones no signature is valid.
#[derive(Clone)]
pub struct PublicKey(Vec<u8>);

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PublicKey({} bytes)", self.0.len())
    }
}

impl PublicKey {
    pub const fn from_der(der: Vec<u8>) -> Self {
        Self(der)
    }

    /// Key of a PEM text (`BEGIN PUBLIC KEY`), the first one; `None` for any other text.
    pub fn from_pem(pem: &str) -> Option<Self> {
        let (_, rest) = pem.split_once("-----BEGIN PUBLIC KEY-----")?;
        let (body, _) = rest.split_once("-----END PUBLIC KEY-----")?;
        let body: String = body.split_whitespace().collect();
        STANDARD.decode(body).ok().filter(|der| !der.is_empty()).map(Self)
    }

    fn verifies(&self, algorithm: SealAlgorithm, message: &[u8], signature: &[u8]) -> bool {
        match algorithm {
            SealAlgorithm::EcdsaSha256 => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &self.0).verify(message, signature).is_ok()
            }
            SealAlgorithm::RsaPkcs1Sha256 => {
                UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.0).verify(message, signature).is_ok()
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use aws_lc_rs::{
        encoding::AsDer,
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
    };
    use kernel::AuditId;

    use super::*;

    pub(crate) struct Signer(EcdsaKeyPair);

    impl Signer {
        pub(crate) fn new() -> Self {
            Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
        }

        pub(crate) fn public(&self) -> PublicKey {
            PublicKey::from_der(self.0.public_key().as_der().unwrap().as_ref().to_vec())
        }

        pub(crate) fn seal(&self, hour: Hour, mut entries: Vec<SealEntry>, previous: Option<Hash>) -> SealDocument {
            entries.sort();
            let key_id = "key".to_owned();
            let signing =
                SealInputs { key_id, algorithm: SealAlgorithm::EcdsaSha256, previous, at: hour.next().start() };
            self.sign(SealStatement::new(hour, &entries, signing), entries)
        }

        pub(crate) fn sign(&self, seal: SealStatement, entries: Vec<SealEntry>) -> SealDocument {
            let signature = STANDARD.encode(self.0.sign(&SystemRandom::new(), &seal.signed_bytes()).unwrap());
            SealDocument { signed: SignedSeal { seal, signature }, entries }
        }
    }

    fn sealed(signer: &Signer) -> SealDocument {
        let hour: Hour = "2026-11-22T10".parse().unwrap();
        let entry = |n: u128| SealEntry {
            timestamp: hour.start(),
            id: AuditId::new(uuid::Uuid::from_u128(n)),
            leaf: merkle::leaf_hash(&n.to_be_bytes()),
        };
        signer.seal(hour, (1..=5).map(entry).collect(), None)
    }

    #[test]
    fn seal_is_valid_and_each_change_invalidates_it() {
        let signer = Signer::new();
        let keys = [signer.public()];
        let sealed = sealed(&signer);
        assert_eq!(sealed.check(&keys), Ok(()));

        let mut forged = sealed.clone();
        forged.signed.seal.created_at = forged.signed.seal.hour.start();
        assert_eq!(forged.check(&keys), Err(SealFault::Signature));
        assert_eq!(
            sealed.check(&[Signer::new().public()]),
            Err(SealFault::Signature),
            "the signature of a different key"
        );

        let mut moved = sealed.clone();
        moved.entries.swap(0, 1);
        assert_eq!(moved.check(&keys), Err(SealFault::List));

        let mut shorter = sealed.clone();
        shorter.entries.pop();
        assert_eq!(shorter.check(&keys), Err(SealFault::List));

        let mut wrong_root = sealed.signed.seal;
        wrong_root.root = Hash::of(&[b"x"]);
        assert_eq!(signer.sign(wrong_root, sealed.entries).check(&keys), Err(SealFault::Root));
    }

    #[test]
    fn inclusion_proof_leads_to_the_root() {
        let sealed = sealed(&Signer::new());
        let seal = &sealed.signed.seal;
        for entry in &sealed.entries {
            let (index, found, path) = sealed.inclusion_proof(entry.id).unwrap();
            assert_eq!(
                merkle::root_from_inclusion_path(found.leaf, index as u64, seal.tree_size, &path),
                Some(seal.root)
            );
        }
        assert_eq!(sealed.inclusion_proof(AuditId::new(uuid::Uuid::nil())), None);
    }

    #[test]
    fn seal_document_round_trips_through_json() {
        let sealed = sealed(&Signer::new());
        let text = serde_json::to_string(&sealed).unwrap();
        assert_eq!(serde_json::from_str::<SealDocument>(&text).unwrap(), sealed);
        assert!(text.contains(r#""hour":"2026-11-22T10""#), "{text}");
    }

    #[test]
    fn public_key_is_parsed_from_pem() {
        let signer = Signer::new();
        let der = signer.public().0;
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(&der));
        assert_eq!(PublicKey::from_pem(&pem).unwrap().0, der);
        assert!(PublicKey::from_pem("nothing").is_none());
    }
}
