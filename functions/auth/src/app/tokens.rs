//! The pair of tokens that a session is answered with. Everything in it is derived from the session and the keys in KMS,
//! so the same session at the same generation always gives the same pair, and neither token is ever stored.

use access::{Claims, mac::Mac};
use directory::Person;
use jiff::Timestamp;
use kernel::{EmployeeId, Result, SessionId};
use lambda::{FromShell, InitError, Shell, mac::MacKey};
use serde::Serialize;
use utoipa::ToSchema;

use super::kms::Signer;
use crate::domain::session::{ACCESS_LIFETIME_S, RefreshToken, Session};

/// A pair of tokens and whom they stand for.
#[derive(Clone, Serialize, ToSchema)]
pub struct TokenPair {
    /// For `Authorization: Bearer`; good for `expires_in` seconds from its issue.
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Life of the access token in seconds.
    #[schema(example = 900)]
    pub expires_in: i64,
    /// For one exchange at `POST /api/v1/auth/refresh`.
    pub refresh_token: String,
    /// When the session ends at the latest, however often it is refreshed.
    #[schema(value_type = String, format = DateTime)]
    pub refresh_expires_at: Timestamp,
    /// The session.
    pub session_id: SessionId,
    /// Who has signed in.
    pub user: User,
}

/// Who has signed in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct User {
    /// Id.
    pub id: EmployeeId,
    /// The organisation's own number.
    pub employee_code: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Work e-mail.
    pub email: String,
    /// Access roles.
    #[schema(value_type = Vec<String>, example = json!(["employee"]))]
    pub roles: access::Roles,
}

impl From<&Person> for User {
    fn from(person: &Person) -> Self {
        Self {
            id: person.id,
            employee_code: person.employee_code.clone(),
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            email: person.email.clone(),
            roles: person.roles,
        }
    }
}

/// Issues pairs of tokens.
#[derive(Debug, Clone)]
pub struct TokenIssuer {
    signer: Signer,
    macs: MacKey,
    issuer: String,
    audience: String,
}

impl FromShell for TokenIssuer {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self {
            signer: Signer::from_shell(shell)?,
            macs: MacKey::from_shell(shell)?,
            issuer: shell.env("ISSUER")?,
            audience: shell.env("AUDIENCE")?,
        })
    }
}

impl TokenIssuer {
    /// Whether we made this refresh token.
    pub async fn is_genuine(&self, link: &RefreshToken, mac: &Mac) -> Result<bool> {
        self.macs.verify(&link.signed_text(), mac).await
    }

    /// The pair of one link of a session. Both keys are asked at once.
    pub async fn issue_pair(
        &self,
        session: &Session,
        link: RefreshToken,
        issued_at: Timestamp,
        person: &Person,
    ) -> Result<TokenPair> {
        let claims = self.claims(session, link, issued_at, person);
        let text = link.signed_text();
        let (access_token, mac) = tokio::try_join!(self.signer.sign(&claims), self.macs.derive(&text))?;
        Ok(TokenPair {
            access_token,
            token_type: "Bearer",
            expires_in: claims.exp.saturating_sub(claims.iat),
            refresh_token: link.token(&mac),
            refresh_expires_at: session.ends_at,
            session_id: session.id,
            user: User::from(person),
        })
    }

    fn claims(&self, session: &Session, link: RefreshToken, issued_at: Timestamp, person: &Person) -> Claims {
        let iat = issued_at.as_second();
        Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: person.id,
            exp: iat.saturating_add(ACCESS_LIFETIME_S).min(session.ends_at.as_second()),
            nbf: iat,
            iat,
            jti: format!("{}.{}", session.id.uuid().simple(), link.generation),
            sid: session.id,
            roles: person.roles,
            rv: person.role_version,
        }
    }
}
