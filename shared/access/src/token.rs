//! Access tokens (RFC 9068): what they claim and how they are verified against the published keys.

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use kernel::{EmployeeId, SessionId};
use serde::{Deserialize, Serialize};

use crate::Roles;

/// The only `typ` that is taken for an access token of ours.
pub const TOKEN_TYPE: &str = "at+jwt";

/// How far clocks may differ, in seconds.
pub const LEEWAY_S: i64 = 30;

/// No token is longer than this; longer ones are not looked at.
const TOKEN_BYTES_MAX: usize = 4096;

/// Why a token is not believed. For logs; a caller only learns that it was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenError {
    /// Not three parts of base64url JSON, or too long.
    Malformed,
    /// `alg` is not that of the key, or `typ` is not that of an access token.
    WrongAlgorithmOrType,
    /// `kid` is not among the published keys.
    UnknownKey,
    /// The signature does not fit.
    BadSignature,
    /// `iss` or `aud` is somebody else's.
    WrongIssuerOrAudience,
    /// `exp` has passed.
    Expired,
    /// `nbf` or `iat` lies ahead.
    NotYetValid,
    /// A claim is missing or of another type.
    BadClaims,
}

/// What an access token of ours says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Issuer.
    pub iss: String,
    /// Audience.
    pub aud: String,
    /// Whom it stands for.
    pub sub: EmployeeId,
    /// Expiry, in seconds since 1970.
    pub exp: i64,
    /// Not valid before.
    pub nbf: i64,
    /// Issued at.
    pub iat: i64,
    /// Unique id of the token.
    pub jti: String,
    /// The session that it belongs to.
    pub sid: SessionId,
    /// The roles at the time of issue; for clients to show, never for decisions.
    pub roles: Roles,
    /// The role version at the time of issue; a token with an older one is refused.
    pub rv: u64,
}

/// One published key, with what it may be used for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedKey {
    /// Key id.
    pub kid: String,
    /// RSA modulus, base64url.
    pub n: String,
    /// RSA exponent, base64url.
    pub e: String,
    /// Whose tokens it signs.
    pub iss: String,
    /// For whom.
    pub aud: String,
    /// Whether the key is ours (in KMS) or an outside identity provider's.
    #[serde(rename = "ours")]
    pub internal: bool,
}

/// The published keys: ours and those of the outside identity provider.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySet {
    /// Every key that is believed.
    pub keys: Vec<PublishedKey>,
}

/// What an outside identity provider's token must say, beside issuer, audience and times.
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

/// Whom a verified token stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bearer {
    /// One of our own tokens.
    Internal(Claims),
    /// A token of the outside identity provider: the e-mail it vouches for.
    External {
        /// The verified e-mail claim, lower case.
        email: String,
    },
}

impl KeySet {
    /// Verifies a token: algorithm, type, key, signature, issuer, audience, times, claims; in that order.
    ///
    /// # Errors
    /// [`Refused`], with the first thing that is wrong.
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
        let mut only_the_signature = Validation::new(Algorithm::RS256);
        only_the_signature.required_spec_claims.clear();
        only_the_signature.validate_exp = false;
        only_the_signature.validate_nbf = false;
        only_the_signature.validate_aud = false;
        let decoding = DecodingKey::from_rsa_components(&key.n, &key.e).map_err(|_| TokenError::UnknownKey)?;
        jsonwebtoken::decode::<serde_json::Value>(token, &decoding, &only_the_signature)
            .map(|data| data.claims)
            .map_err(|_| TokenError::BadSignature)
    }
}

impl PublishedKey {
    /// Checks issuer, audience and times by the caller's clock.
    fn check_issuer_audience_and_times(&self, claims: &StandardClaims, now_s: i64) -> Result<(), TokenError> {
        if claims.iss != self.iss || !claims.aud.contains(&self.aud) {
            return Err(TokenError::WrongIssuerOrAudience);
        }
        if claims.exp.saturating_add(LEEWAY_S) <= now_s {
            return Err(TokenError::Expired);
        }
        let starts = claims.nbf.into_iter().chain(claims.iat).max().unwrap_or(now_s);
        if starts.saturating_sub(LEEWAY_S) > now_s { Err(TokenError::NotYetValid) } else { Ok(()) }
    }
}

/// An outside token stands for a person by an e-mail that its issuer has verified.
fn external_bearer(values: &serde_json::Value) -> Result<Bearer, TokenError> {
    let verified = values.get("email_verified").and_then(serde_json::Value::as_bool) == Some(true);
    match values.get("email").and_then(serde_json::Value::as_str) {
        Some(email) if verified => Ok(Bearer::External { email: email.to_lowercase() }),
        _ => Err(TokenError::BadClaims),
    }
}
