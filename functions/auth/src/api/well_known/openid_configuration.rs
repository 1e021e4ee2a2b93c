//! `GET /.well-known/openid-configuration`: reads the discovery document (OpenID Connect Discovery 1.0, RFC 8414).
//!
//! It gives verifiers the issuer and the keys. There is no authorization endpoint: people sign in at `/api/v1/auth/login`.

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use lambda::{FromShell, InitError, Shell, http::PublicCaller};
use serde::Serialize;
use utoipa::ToSchema;

lambda::endpoint!(WELL_KNOWN_OPENID_CONFIGURATION, get(handle), Issuer);

const CACHE: &str = "public, max-age=300";

/// Discovery document (OpenID Connect Discovery 1.0).
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenIdConfiguration {
    /// Issuer of the access tokens, as in their claim `iss`.
    #[schema(format = "uri")]
    pub issuer: String,
    /// URL of the public keys.
    #[schema(format = "uri")]
    pub jwks_uri: String,
    /// URL of the login with a password.
    #[schema(format = "uri")]
    pub login_endpoint: String,
    /// URL of the exchange of refresh tokens.
    #[schema(format = "uri")]
    pub refresh_endpoint: String,
    /// URL of the current user's profile.
    #[schema(format = "uri")]
    pub userinfo_endpoint: String,
    /// Always empty, because there is no authorization endpoint.
    pub response_types_supported: [&'static str; 0],
    /// Always `public`: the id of a person is the same for all clients.
    pub subject_types_supported: [&'static str; 1],
    /// Signature algorithms of the tokens: `RS256`.
    pub id_token_signing_alg_values_supported: [&'static str; 1],
    /// Names of the claims in the access tokens.
    pub claims_supported: [&'static str; 10],
}

/// Issuer of the access tokens, the claim `iss`.
#[derive(Clone)]
struct Issuer(String);

impl FromShell for Issuer {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self(shell.env("ISSUER")?))
    }
}

/// Returns the OpenID Connect discovery document.
#[utoipa::path(get, path = "/.well-known/openid-configuration", operation_id = "well-known-openid-configuration", tag = "auth",
    responses((status = 200, body = OpenIdConfiguration, description = "Discovery document; it may be cached for five minutes.")))]
async fn handle(State(Issuer(issuer)): State<Issuer>, _: PublicCaller, headers: HeaderMap) -> Response {
    let base = if issuer.starts_with("https://") {
        issuer.trim_end_matches('/').to_owned()
    } else {
        request_base_url(&headers)
    };
    let at = |path: &str| format!("{base}{path}");
    let configuration = OpenIdConfiguration {
        jwks_uri: at(access::WELL_KNOWN_JWKS.path),
        login_endpoint: at(access::AUTH_LOGIN.path),
        refresh_endpoint: at(access::AUTH_REFRESH.path),
        userinfo_endpoint: at(access::AUTH_ME.path),
        response_types_supported: [],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
        claims_supported: ["iss", "aud", "sub", "exp", "nbf", "iat", "jti", "sid", "roles", "rv"],
        issuer,
    };
    ([(header::CACHE_CONTROL, CACHE), (header::VARY, "host")], axum::Json(configuration)).into_response()
}

/// Base URL of the request. The gateway sets `Host`; a missing value, or one with other characters than a host name
/// has, is replaced by `localhost`.
fn request_base_url(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let is_host_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    let host = text("host").filter(|host| host.chars().all(is_host_char)).unwrap_or("localhost");
    let scheme = text("x-forwarded-proto").filter(|scheme| *scheme == "http").unwrap_or("https");
    format!("{scheme}://{host}")
}
