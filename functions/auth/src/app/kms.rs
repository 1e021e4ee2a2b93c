//! Signing keys of access tokens in KMS. The key of refresh and reset tokens is in `lambda::MacKey`.

use access::{Claims, TOKEN_TYPE};
use aws_lc_rs::digest::{SHA256, digest};
use aws_sdk_kms::{
    Client,
    primitives::Blob,
    types::{MessageType, SigningAlgorithmSpec},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Error, Result};
use lambda::{FromShell, InitError, Shell, aws_call_error};
use serde_json::json;

/// Signs access tokens with a key in KMS.
#[derive(Debug, Clone)]
pub struct Signer {
    client: Client,
    key_id: String,
}

impl FromShell for Signer {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { client: Client::new(&shell.aws), key_id: shell.env("SIGNING_KEY")? })
    }
}

impl Signer {
    /// Signed access token (RFC 9068) with these claims. Equal claims give equal tokens: PKCS #1 v1.5 signatures are
    /// deterministic.
    pub async fn sign_access_token(&self, claims: &Claims) -> Result<String> {
        let header = json!({"alg": "RS256", "kid": self.key_id, "typ": TOKEN_TYPE}).to_string();
        let claims = serde_json::to_string(claims).map_err(Error::internal)?;
        let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signed = self
            .client
            .sign()
            .key_id(&self.key_id)
            .message_type(MessageType::Digest)
            .message(Blob::new(digest(&SHA256, text.as_bytes()).as_ref()))
            .signing_algorithm(SigningAlgorithmSpec::RsassaPkcs1V15Sha256)
            .send()
            .await
            .map_err(|error| aws_call_error("Sign", error))?;
        let signature = signed.signature.ok_or_else(|| Error::unavailable("Sign: the answer has no signature"))?;
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// Public part of a signing key in KMS, as a DER `SubjectPublicKeyInfo`.
pub async fn fetch_public_key(client: &Client, key_id: &str) -> Result<Vec<u8>> {
    let answer =
        client.get_public_key().key_id(key_id).send().await.map_err(|error| aws_call_error("GetPublicKey", error))?;
    answer.public_key.map(Blob::into_inner).ok_or_else(|| Error::unavailable("GetPublicKey: the answer has no key"))
}
