//! Pairs of access and refresh token. They are derived from the session and the keys in KMS: the same generation of a session
//! always gives the same pair, and no token is stored.

use access::{Claims, mac::Mac};
use directory::Person;
use jiff::Timestamp;
use kernel::{EmployeeId, Result, SessionId};
use lambda::{FromShell, InitError, MacKey, Shell};
use serde::Serialize;
use utoipa::ToSchema;

use super::kms::Signer;
use crate::domain::session::{ACCESS_TOKEN_LIFETIME_S, RefreshToken, Session};

/// Access token and refresh token of a session, with the person who signed in.
#[derive(Clone, Serialize, ToSchema)]
pub struct TokenPair {
    /// Access token for the header `Authorization: Bearer`, valid for `expires_in` seconds from its issue.
    pub access_token: String,
    /// Type of the access token, always `Bearer`.
    pub token_type: TokenType,
    /// Lifetime of the access token in seconds from its issue, at most 900. A repeated response has the same value, although
    /// less time is left.
    #[schema(minimum = 0, maximum = 900, example = 900)]
    pub expires_in: i64,
    /// Refresh token for one exchange at `POST /api/v1/auth/refresh`.
    pub refresh_token: String,
    /// Time at which the session ends, 30 days after the login. Refreshes do not extend it.
    #[schema(value_type = String, format = DateTime)]
    pub refresh_expires_at: Timestamp,
    /// Id of the session.
    pub session_id: SessionId,
    /// Person who signed in.
    pub user: SignedInUser,
}

/// Type of an access token (RFC 6750).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub enum TokenType {
    Bearer,
}

/// Person who signed in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SignedInUser {
    /// Id of the employee.
    pub id: EmployeeId,
    /// Employee code of the organisation, in upper case.
    pub employee_code: String,
    /// Given name of the employee.
    pub first_name: String,
    /// Family name of the employee.
    pub last_name: String,
    /// Work e-mail address, in lower case.
    #[schema(format = Email)]
    pub email: String,
    /// Access roles; `employee` is always among them.
    #[schema(value_type = Vec<access::Role>, example = json!(["employee"]))]
    pub roles: access::Roles,
}

impl From<&Person> for SignedInUser {
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

/// Issues pairs of tokens, and verifies the MACs of refresh tokens.
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
    /// Whether the MAC of a refresh token is genuine. Its session and generation are not checked.
    pub async fn is_genuine(&self, token: &RefreshToken, mac: &Mac) -> Result<bool> {
        self.macs.verify(&token.mac_input(), mac).await
    }

    /// Access token of the session and text of `token`, a refresh token of the same session. The access token expires 15
    /// minutes after `issued_at`, or with the session. Nothing is checked or stored.
    pub async fn issue_pair(
        &self,
        session: &Session,
        token: RefreshToken,
        issued_at: Timestamp,
        person: &Person,
    ) -> Result<TokenPair> {
        let claims = self.access_claims(session, token, issued_at, person);
        let mac_input = token.mac_input();
        let (access_token, mac) =
            tokio::try_join!(self.signer.sign_access_token(&claims), self.macs.derive(&mac_input))?;
        Ok(TokenPair {
            access_token,
            token_type: TokenType::Bearer,
            expires_in: claims.exp.saturating_sub(claims.iat),
            refresh_token: token.encode(&mac),
            refresh_expires_at: session.ends_at,
            session_id: session.id,
            user: SignedInUser::from(person),
        })
    }

    /// Claims of an access token that expires 15 minutes after `issued_at`, or with the session if that is earlier.
    fn access_claims(&self, session: &Session, token: RefreshToken, issued_at: Timestamp, person: &Person) -> Claims {
        let iat = issued_at.as_second();
        Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: person.id,
            exp: iat.saturating_add(ACCESS_TOKEN_LIFETIME_S).min(session.ends_at.as_second()),
            nbf: iat,
            iat,
            jti: format!("{}.{}", session.id.uuid().simple(), token.generation),
            sid: session.id,
            roles: person.roles,
            rv: person.role_version,
        }
    }
}
