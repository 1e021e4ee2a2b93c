//! `GET /.well-known/jwks.json`: reads the public keys that verify the access tokens, current and next (RFC 7517).
//!
//! Keys of an external identity provider are left out: a verifier would accept them for the issuer of Muster.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use kernel::Error;
use lambda::{
    Shell,
    http::{Problem, PublicCaller},
};
use serde::Serialize;
use utoipa::ToSchema;

lambda::endpoint!(WELL_KNOWN_JWKS, get(handle), Shell);

/// Cache lifetime of the answer, shorter than the time between the publication and the first use of a key.
const CACHE: &str = "public, max-age=300";

/// JSON Web Key Set (RFC 7517) with the public keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct Jwks {
    /// Public keys: the current one first, then the next one.
    pub keys: Vec<Jwk>,
}

/// Public RSA key (RFC 7517).
#[derive(Debug, Serialize, ToSchema)]
pub struct Jwk {
    /// Key type, always `RSA`.
    pub kty: JwkType,
    /// Use of the key, always `sig`.
    #[serde(rename = "use")]
    pub usage: JwkUse,
    /// Signature algorithm, always `RS256`.
    pub alg: JwkAlgorithm,
    /// Id of the key, as in the header of a token.
    pub kid: String,
    /// Modulus of the RSA key in base64url.
    #[schema(pattern = "^[A-Za-z0-9_-]+$")]
    pub n: String,
    /// Exponent of the RSA key in base64url.
    #[schema(pattern = "^[A-Za-z0-9_-]+$")]
    pub e: String,
}

/// Type of a JSON Web Key.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub enum JwkType {
    #[serde(rename = "RSA")]
    Rsa,
}

/// Use of a JSON Web Key.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum JwkUse {
    Sig,
}

/// Signature algorithm of a JSON Web Key.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub enum JwkAlgorithm {
    #[serde(rename = "RS256")]
    Rs256,
}

/// Returns the public keys that verify access tokens.
#[utoipa::path(get, path = "/.well-known/jwks.json", operation_id = "well-known-jwks", tag = "auth",
    responses(
        (status = 200, body = Jwks, description = "Public keys; they may be cached for five minutes."),
        (status = 503, description = "`unavailable`: no keys are published yet.")))]
async fn handle(State(shell): State<Shell>, public: PublicCaller) -> Result<Response, Problem> {
    let set = shell.keys.key_set(public.origin().at).await?;
    let own_keys = set.keys.iter().filter(|key| key.internal);
    let keys: Vec<_> = own_keys
        .map(|key| Jwk {
            kty: JwkType::Rsa,
            usage: JwkUse::Sig,
            alg: JwkAlgorithm::Rs256,
            kid: key.kid.clone(),
            n: key.n.clone(),
            e: key.e.clone(),
        })
        .collect();
    if keys.is_empty() {
        return Err(Error::unavailable("no own keys are published").into());
    }
    Ok(([(header::CACHE_CONTROL, CACHE)], axum::Json(Jwks { keys })).into_response())
}
