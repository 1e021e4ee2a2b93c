//! Token of a password reset, in the format of `auth`: `rst_<reset id>.<mac>`.
//!
//! The token is never stored or published: it is derived when the e-mail is sent, from the id in the event and the key with which
//! `auth` verifies it. Tests of both services check that they agree.

use access::mac::{self, Mac};
use kernel::{Error, ResetId, Result};
use lambda::{FromShell, InitError, MacKey, Shell};
use serde_json::{Value, json};

/// Lifetime of the token in `auth`, in minutes.
pub const TOKEN_LIFETIME_MINUTES: i64 = 30;

/// Text from which the MAC of a token is derived.
pub fn reset_signing_input(id: ResetId) -> String {
    format!("reset|{id}")
}

pub fn reset_token(id: ResetId, mac: &Mac) -> String {
    format!("rst_{}.{}", id.uuid().simple(), mac::encode(mac))
}

/// Builder of the links in reset e-mails.
#[derive(Clone)]
pub struct ResetLinks {
    macs: MacKey,
    web_origin: String,
}

impl FromShell for ResetLinks {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { macs: MacKey::from_shell(shell)?, web_origin: shell.env("WEB_ORIGIN")? })
    }
}

impl ResetLinks {
    /// Adds `link` and `token` to a context with a `reset_id`. The link has the token after `#`, which browsers do not send to
    /// servers.
    pub(crate) async fn add_link_to(&self, mut context: Value) -> Result<Value> {
        let id = context.get("reset_id").and_then(Value::as_str).and_then(|id| id.parse::<ResetId>().ok());
        let id = id.ok_or_else(|| Error::internal("the context of a reset e-mail lacks `reset_id`"))?;
        let token = reset_token(id, &self.macs.derive(&reset_signing_input(id)).await?);
        if let Value::Object(members) = &mut context {
            members.insert("link".to_owned(), json!(format!("{}/reset-password#token={token}", self.web_origin)));
            members.insert("token".to_owned(), json!(token));
        }
        Ok(context)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn token_has_the_format_of_auth() {
        let id = ResetId::new(Uuid::from_u128(0x018f_6b0e_4a3b_7c21_a5d4_c3b2_a1f0_e9d8));
        assert_eq!(reset_signing_input(id), "reset|reset_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8");
        assert_eq!(reset_token(id, &[0; 32]), format!("rst_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8.{}", "A".repeat(43)));
    }
}
