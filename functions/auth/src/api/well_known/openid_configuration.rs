//! `GET /.well-known/openid-configuration`: where everything about identity is found (OpenID Connect Discovery 1.0, RFC 8414).
//!
//! It tells verifiers the issuer and the keys. There is no authorization endpoint: people sign in at `/api/v1/auth/login`.

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

/// What a verifier needs to know.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenIdConfiguration {
    /// `iss` of our tokens.
    pub issuer: String,
    /// Where the keys are.
    pub jwks_uri: String,
    /// Where one signs in.
    pub login_endpoint: String,
    /// Where one refreshes.
    pub refresh_endpoint: String,
    /// Where one learns who one is.
    pub userinfo_endpoint: String,
    /// None: there is no authorization endpoint.
    pub response_types_supported: [&'static str; 0],
    /// Ids are the same for everybody.
    pub subject_types_supported: [&'static str; 1],
    /// What tokens are signed with.
    pub id_token_signing_alg_values_supported: [&'static str; 1],
    /// What tokens say.
    pub claims_supported: [&'static str; 10],
}

/// The `iss` of our tokens.
#[derive(Clone)]
struct Issuer(String);

impl FromShell for Issuer {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self(shell.env("ISSUER")?))
    }
}

/// Shows where everything is.
#[utoipa::path(get, path = "/.well-known/openid-configuration", operation_id = "well-known-openid-configuration", tag = "auth",
    responses((status = 200, body = OpenIdConfiguration)))]
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

/// The address under which we were asked. The gateway sets `Host`; what could not stand in a URL is not repeated.
fn request_base_url(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    let host = text("host").filter(|host| host.chars().all(plain)).unwrap_or("localhost");
    let scheme = text("x-forwarded-proto").filter(|scheme| *scheme == "http").unwrap_or("https");
    format!("{scheme}://{host}")
}
