//! `GET /.well-known/jwks.json`: the public keys that our tokens are verified with, current and next (RFC 7517).
//!
//! The keys of an outside identity provider are not repeated here: a verifier that trusts this document for our issuer
//! would then believe them in our name. Who wants them asks that provider.

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

/// For how long anybody may keep the answer: shorter than a key is announced before it signs.
const CACHE: &str = "public, max-age=300";

/// A set of public keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct Jwks {
    /// The keys.
    pub keys: Vec<Jwk>,
}

/// A public RSA key.
#[derive(Debug, Serialize, ToSchema)]
pub struct Jwk {
    /// Always `RSA`.
    pub kty: &'static str,
    /// Always `sig`.
    #[serde(rename = "use")]
    pub usage: &'static str,
    /// Always `RS256`.
    pub alg: &'static str,
    /// Key id.
    pub kid: String,
    /// Modulus, base64url.
    pub n: String,
    /// Exponent, base64url.
    pub e: String,
}

/// Shows the public keys.
#[utoipa::path(get, path = "/.well-known/jwks.json", operation_id = "well-known-jwks", tag = "auth",
    responses((status = 200, body = Jwks), (status = 503, description = "No keys have been published yet")))]
async fn handle(State(shell): State<Shell>, public: PublicCaller) -> Result<Response, Problem> {
    let set = shell.keys.key_set(public.origin().at).await?;
    let ours = set.keys.iter().filter(|key| key.internal);
    let keys: Vec<_> = ours
        .map(|key| Jwk {
            kty: "RSA",
            usage: "sig",
            alg: "RS256",
            kid: key.kid.clone(),
            n: key.n.clone(),
            e: key.e.clone(),
        })
        .collect();
    if keys.is_empty() {
        return Err(Error::unavailable("no keys of ours are published").into());
    }
    Ok(([(header::CACHE_CONTROL, CACHE)], axum::Json(Jwks { keys })).into_response())
}
