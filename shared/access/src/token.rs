//! Access tokens (RFC 9068): their claims, and their verification against the published keys.

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use kernel::{EmployeeId, SessionId};
use serde::{Deserialize, Serialize};

use crate::Roles;

/// `typ` header that every access token of Muster must have.
pub const TOKEN_TYPE: &str = "at+jwt";

/// Tolerated difference of clocks, in seconds, for the times in a token.
pub const LEEWAY_S: i64 = 30;

/// Maximum length of a token. Longer ones are rejected unread.
const TOKEN_BYTES_MAX: usize = 4096;

/// Reason why a token is rejected. It is logged only; the caller gets 401 `token_refused`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenError {
    /// The token is not a JWT, or is too long.
    Malformed,
    /// `alg` is not RS256, or `typ` of a token of Muster is not [`TOKEN_TYPE`].
    WrongAlgorithmOrType,
    /// `kid` is missing or not among the published keys.
    UnknownKey,
    /// The signature is wrong.
    BadSignature,
    /// `iss` or `aud` differs from that of the key.
    WrongIssuerOrAudience,
    /// `exp` has passed.
    Expired,
    /// `nbf` or `iat` lies in the future.
    NotYetValid,
    /// A claim is missing or has the wrong type, or the e-mail address in an external token is not verified.
    BadClaims,
}

/// Claims of an access token of Muster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Issuer of the token.
    pub iss: String,
    /// Audience of the token.
    pub aud: String,
    /// Employee that the token identifies.
    pub sub: EmployeeId,
    /// Expiry, in seconds since 1970-01-01T00:00:00Z.
    pub exp: i64,
    /// Start of validity, in seconds since 1970-01-01T00:00:00Z.
    pub nbf: i64,
    /// Time of issue, in seconds since 1970-01-01T00:00:00Z.
    pub iat: i64,
    /// Unique id of the token.
    pub jti: String,
    /// Session of the token.
    pub sid: SessionId,
    /// Access roles at the time of issue. Clients may show them; the API decides by the current roles.
    pub roles: Roles,
    /// Role version of the person at the time of issue. A token with an outdated version is refused.
    pub rv: u64,
}

/// Published RSA key, with the issuer and audience it is valid for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedKey {
    /// Key id (`kid`) in token headers.
    pub kid: String,
    /// RSA modulus, base64url.
    pub n: String,
    /// RSA exponent, base64url.
    pub e: String,
    /// Issuer of the tokens signed with this key.
    pub iss: String,
    /// Audience of the tokens signed with this key.
    pub aud: String,
    /// Whether the key belongs to Muster (in KMS) or to an external identity provider.
    #[serde(rename = "ours")]
    pub internal: bool,
}

/// Published keys of Muster and of the external identity provider.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySet {
    /// All keys that tokens may be signed with.
    pub keys: Vec<PublishedKey>,
}

/// Claims that are checked in every token, also in external ones.
#[derive(Deserialize)]
struct StandardClaims {
    iss: String,
    aud: Audience,
    exp: i64,
    #[serde(default)]
    nbf: Option<i64>,
    #[serde(default)]
    iat: Option<i64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn contains(&self, wanted: &str) -> bool {
        match self {
            Self::One(one) => one == wanted,
            Self::Many(many) => many.iter().any(|one| one == wanted),
        }
    }
}

/// Identity in a verified token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bearer {
    /// Token of Muster.
    Internal(Claims),
    /// Token of the external identity provider.
    External {
        /// Verified e-mail address, in lower case.
        email: String,
    },
}

impl KeySet {
    /// Verifies a token: length, key, algorithm, type, signature, issuer, audience, times and claims, in that order.
    ///
    /// # Errors
    /// [`TokenError`] of the first check that fails.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Bearer, TokenError> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(TokenError::Malformed);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Malformed)?;
        let kid = header.kid.as_deref().ok_or(TokenError::UnknownKey)?;
        let key = self.keys.iter().find(|key| key.kid == kid).ok_or(TokenError::UnknownKey)?;
        if header.alg != Algorithm::RS256 || (key.internal && header.typ.as_deref() != Some(TOKEN_TYPE)) {
            return Err(TokenError::WrongAlgorithmOrType);
        }
        let values: serde_json::Value = self.verify_signature(token, key)?;
        let registered: StandardClaims = serde_json::from_value(values.clone()).map_err(|_| TokenError::BadClaims)?;
        key.check_issuer_audience_and_times(&registered, now.as_second())?;
        if key.internal {
            serde_json::from_value(values).map(Bearer::Internal).map_err(|_| TokenError::BadClaims)
        } else {
            external_bearer(&values)
        }
    }

    fn verify_signature(&self, token: &str, key: &PublishedKey) -> Result<serde_json::Value, TokenError> {
        let mut signature_only = Validation::new(Algorithm::RS256);
        signature_only.required_spec_claims.clear();
        signature_only.validate_exp = false;
        signature_only.validate_nbf = false;
        signature_only.validate_aud = false;
        let decoding = DecodingKey::from_rsa_components(&key.n, &key.e).map_err(|_| TokenError::UnknownKey)?;
        jsonwebtoken::decode::<serde_json::Value>(token, &decoding, &signature_only)
            .map(|data| data.claims)
            .map_err(|_| TokenError::BadSignature)
    }
}

impl PublishedKey {
    fn check_issuer_audience_and_times(&self, claims: &StandardClaims, now_s: i64) -> Result<(), TokenError> {
        if claims.iss != self.iss || !claims.aud.contains(&self.aud) {
            return Err(TokenError::WrongIssuerOrAudience);
        }
        if claims.exp.saturating_add(LEEWAY_S) <= now_s {
            return Err(TokenError::Expired);
        }
        let valid_from = claims.nbf.into_iter().chain(claims.iat).max().unwrap_or(now_s);
        if valid_from.saturating_sub(LEEWAY_S) > now_s { Err(TokenError::NotYetValid) } else { Ok(()) }
    }
}

/// An external token identifies a person by an e-mail address that its issuer has verified.
fn external_bearer(values: &serde_json::Value) -> Result<Bearer, TokenError> {
    let verified = values.get("email_verified").and_then(serde_json::Value::as_bool) == Some(true);
    match values.get("email").and_then(serde_json::Value::as_str) {
        Some(email) if verified => Ok(Bearer::External { email: email.to_lowercase() }),
        _ => Err(TokenError::BadClaims),
    }
}
