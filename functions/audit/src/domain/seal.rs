//! A sealed hour: a signed statement about its records, chained to the one before.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{canonical::canonical, hash::Hash, hour::Hour, merkle, record::SealEntry};

/// How a seal is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum Algorithm {
    /// P-256, DER signature.
    #[serde(rename = "ECDSA_SHA_256")]
    EcdsaSha256,
    /// RSA, PKCS #1 v1.5.
    #[serde(rename = "RSASSA_PKCS1_V1_5_SHA_256")]
    RsaPkcs1Sha256,
}

/// The statement that is signed, in its canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SealStatement {
    /// The hour in which the records were written.
    pub hour: Hour,
    /// How many records.
    pub tree_size: u64,
    /// The root of the Merkle tree over their leaf hashes, in the order of time and id.
    pub root: Hash,
    /// SHA-256 of the canonical JSON of the list of entries: fixes ids and times as well as leaves.
    #[serde(rename = "list")]
    pub entries_hash: Hash,
    /// SHA-256 of the canonical JSON of the seal of the hour before; null for the first.
    pub previous: Option<Hash>,
    /// The key that signs.
    pub key_id: String,
    /// How it signs.
    pub algorithm: Algorithm,
    /// When it was sealed.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// A seal with its signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignedSeal {
    /// What is signed.
    pub seal: SealStatement,
    /// The signature over the canonical JSON of `seal`, base64.
    pub signature: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealDocument {
    #[serde(flatten)]
    pub signed: SignedSeal,
    pub entries: Vec<SealEntry>,
}

#[derive(Debug, Clone)]
pub struct SealInputs {
    pub key_id: String,
    pub algorithm: Algorithm,
    pub previous: Option<Hash>,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealFault {
    Signature,
    /// The list of entries is not the one that was sealed.
    List,
    /// The tree over the entries has another root or size.
    Root,
}

fn text_of(value: &impl Serialize) -> Vec<u8> {
    // Seals and entries have a JSON form with integers only; the empty text has no valid signature.
    serde_json::to_value(value).ok().and_then(|value| canonical(&value).ok()).unwrap_or_default().into_bytes()
}

fn leaves(entries: &[SealEntry]) -> Vec<Hash> {
    entries.iter().map(|entry| entry.leaf).collect()
}

impl SealStatement {
    /// The statement over an hour's entries, which are in order.
    pub fn over(hour: Hour, entries: &[SealEntry], signing: SealInputs) -> Self {
        Self {
            hour,
            tree_size: entries.len() as u64,
            root: merkle::root(&leaves(entries)),
            entries_hash: Hash::of(&[&text_of(&entries)]),
            previous: signing.previous,
            key_id: signing.key_id,
            algorithm: signing.algorithm,
            created_at: signing.at,
        }
    }

    /// The bytes that are signed.
    pub fn bytes(&self) -> Vec<u8> {
        text_of(self)
    }

    /// What the next seal names as `previous`.
    pub fn hash(&self) -> Hash {
        Hash::of(&[&self.bytes()])
    }
}

impl SealDocument {
    /// Checks the document by itself: signature, list, root.
    ///
    /// # Errors
    /// The first thing that is broken.
    pub fn check(&self, keys: &[PublicKey]) -> Result<(), SealFault> {
        let seal = &self.signed.seal;
        let signature = STANDARD.decode(&self.signed.signature).map_err(|_| SealFault::Signature)?;
        if !keys.iter().any(|key| key.verifies(seal.algorithm, &seal.bytes(), &signature)) {
            return Err(SealFault::Signature);
        }
        if Hash::of(&[&text_of(&self.entries)]) != seal.entries_hash {
            return Err(SealFault::List);
        }
        if seal.tree_size != self.entries.len() as u64 || merkle::root(&leaves(&self.entries)) != seal.root {
            return Err(SealFault::Root);
        }
        Ok(())
    }

    /// Where a record stands in the tree, with its inclusion path.
    pub fn inclusion_proof(&self, id: kernel::AuditId) -> Option<(usize, SealEntry, Vec<Hash>)> {
        let (index, entry) = self.entries.iter().enumerate().find(|(_, entry)| entry.id == id)?;
        Some((index, *entry, merkle::inclusion_path(&leaves(&self.entries), index)?))
    }
}

#[derive(Clone)]
pub struct PublicKey(Vec<u8>);

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PublicKey({} bytes)", self.0.len())
    }
}

impl PublicKey {
    pub const fn of_der(der: Vec<u8>) -> Self {
        Self(der)
    }

    /// A key out of a PEM file (`BEGIN PUBLIC KEY`).
    pub fn of_pem(pem: &str) -> Option<Self> {
        let (_, rest) = pem.split_once("-----BEGIN PUBLIC KEY-----")?;
        let (body, _) = rest.split_once("-----END PUBLIC KEY-----")?;
        let body: String = body.split_whitespace().collect();
        STANDARD.decode(body).ok().filter(|der| !der.is_empty()).map(Self)
    }

    fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        match algorithm {
            Algorithm::EcdsaSha256 => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &self.0).verify(message, signature).is_ok()
            }
            Algorithm::RsaPkcs1Sha256 => {
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
            PublicKey::of_der(self.0.public_key().as_der().unwrap().as_ref().to_vec())
        }

        pub(crate) fn seal(&self, hour: Hour, mut entries: Vec<SealEntry>, previous: Option<Hash>) -> SealDocument {
            entries.sort();
            let key_id = "key".to_owned();
            let signing = SealInputs { key_id, algorithm: Algorithm::EcdsaSha256, previous, at: hour.next().start() };
            self.sign(SealStatement::over(hour, &entries, signing), entries)
        }

        pub(crate) fn sign(&self, seal: SealStatement, entries: Vec<SealEntry>) -> SealDocument {
            let signature = STANDARD.encode(self.0.sign(&SystemRandom::new(), &seal.bytes()).unwrap());
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
    fn a_seal_holds_and_each_change_breaks_it() {
        let signer = Signer::new();
        let keys = [signer.public()];
        let sealed = sealed(&signer);
        assert_eq!(sealed.check(&keys), Ok(()));

        let mut forged = sealed.clone();
        forged.signed.seal.created_at = forged.signed.seal.hour.start();
        assert_eq!(forged.check(&keys), Err(SealFault::Signature));
        assert_eq!(sealed.check(&[Signer::new().public()]), Err(SealFault::Signature), "another key");

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
    fn every_entry_is_proved_by_its_path() {
        let sealed = sealed(&Signer::new());
        let seal = &sealed.signed.seal;
        for entry in &sealed.entries {
            let (index, found, path) = sealed.inclusion_proof(entry.id).unwrap();
            assert_eq!(merkle::root_of_path(found.leaf, index as u64, seal.tree_size, &path), Some(seal.root));
        }
        assert_eq!(sealed.inclusion_proof(AuditId::new(uuid::Uuid::nil())), None);
    }

    #[test]
    fn a_seal_reads_back_from_its_document() {
        let sealed = sealed(&Signer::new());
        let text = serde_json::to_string(&sealed).unwrap();
        assert_eq!(serde_json::from_str::<SealDocument>(&text).unwrap(), sealed);
        assert!(text.contains(r#""hour":"2026-11-22T10""#), "{text}");
    }

    #[test]
    fn a_key_is_read_from_pem() {
        let signer = Signer::new();
        let der = signer.public().0;
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(&der));
        assert_eq!(PublicKey::of_pem(&pem).unwrap().0, der);
        assert!(PublicKey::of_pem("nothing").is_none());
    }
}
