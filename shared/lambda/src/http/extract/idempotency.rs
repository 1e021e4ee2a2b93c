//! The request header `Idempotency-Key`.

use aws_lc_rs::digest::{SHA256, digest};
use axum::{extract::FromRequestParts, http::request::Parts};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Code, Error};
use serde::Serialize;
use store::IdempotencyKey;
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use super::Problem;
use crate::{http::parameter::header_parameter, messages};

/// Name of the header, as it is documented.
const NAME: &str = "Idempotency-Key";
/// Maximum length of a key, in characters. The pattern of the parameter says the same.
const KEY_CHARS_MAX: usize = 128;
/// Visible ASCII characters; documented as the pattern of the parameter.
const KEY_PATTERN: &str = "^[!-~]{1,128}$";

/// Optional header `Idempotency-Key`: within 24 hours, the operation is done at most once for each key of a caller. Without
/// it, every request is done.
///
/// Handlers pass [`IdempotencyHeader::for_request`] to the store, which keeps the answer and replays it.
/// `params(IdempotencyHeader)` documents the header, with its bounds.
///
/// # Errors
/// 400 `malformed` for an empty key, one of more than 128 characters, or with characters other than visible ASCII.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyHeader(Option<String>);

impl IdempotencyHeader {
    /// Key for the store, scoped to the operation and the caller; `None` if the header was not sent.
    ///
    /// The digest of `body` tells a retry from a different request. Pass everything that makes the request the same one,
    /// but no secrets.
    pub fn for_request(&self, operation: &str, caller: impl ToString, body: &impl Serialize) -> Option<IdempotencyKey> {
        let key = self.0.as_ref()?;
        let scope = format!("{operation}#{}#{key}", caller.to_string());
        // A body without a JSON form cannot have arrived as JSON.
        let text = serde_json::to_vec(body).unwrap_or_default();
        Some(IdempotencyKey { scope, fingerprint: URL_SAFE_NO_PAD.encode(digest(&SHA256, &text)) })
    }

    /// Key as the caller sent it; `None` if the header was not sent.
    pub fn key(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl<S: Sync> FromRequestParts<S> for IdempotencyHeader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(NAME) else { return Ok(Self(None)) };
        let text = value.to_str().unwrap_or_default();
        let is_valid = (1..=KEY_CHARS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_valid {
            return Err(Error::new(Code::Malformed, messages::header_unreadable(NAME))
                .with_field(format!("header:{NAME}"), "malformed", messages::idempotency_key())
                .into());
        }
        Ok(Self(Some(text.to_owned())))
    }
}

impl IntoParams for IdempotencyHeader {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let description = "Key that makes a retry safe, such as a UUID: 1 to 128 visible ASCII characters. For 24 hours, \
            the same key with the same request gets the first response again and changes nothing. \
            The same key with a different request is refused with `idempotency_key_reused`.";
        vec![header_parameter(NAME, KEY_PATTERN, description)]
    }
}

/// Documents `Idempotency-Key` for an operation that writes nothing: the header is accepted and has no effect.
#[derive(Debug, Clone, Copy)]
pub struct UnusedIdempotencyHeader;

impl IntoParams for UnusedIdempotencyHeader {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let description = "Accepted without effect: the operation writes nothing, so each response is computed anew.";
        vec![header_parameter(NAME, KEY_PATTERN, description)]
    }
}
