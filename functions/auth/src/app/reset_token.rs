//! Reset tokens: `rst_<reset id>.<mac>`. Only the e-mail contains one; it is neither stored nor published.

use access::mac::{self, Mac};
use kernel::ResetId;

/// Prefix of every reset token.
const PREFIX: &str = "rst_";
/// Lifetime of a reset token in minutes: long enough for a slow mail server, short enough for a lost phone.
pub const LIFETIME_MINUTES: i64 = 30;

/// Input of the MAC of a reset token.
pub fn mac_input(id: ResetId) -> String {
    format!("reset|{id}")
}

/// Text of the reset token for the e-mail.
pub fn encode(id: ResetId, mac: &Mac) -> String {
    format!("{PREFIX}{}.{}", id.uuid().simple(), mac::encode(mac))
}

/// Parses a reset token; `None` if it is malformed. The MAC is returned unchecked.
pub fn parse(token: &str) -> Option<(ResetId, Mac)> {
    let (id, mac) = token.strip_prefix(PREFIX)?.split_once('.')?;
    Some((format!("{}{id}", ResetId::PREFIX).parse().ok()?, mac::decode(mac)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    proptest! {
        #[test]
        fn token_reads_back_as_written(bits: u128, mac: Mac) {
            let id = ResetId::new(Uuid::from_u128(bits));
            prop_assert_eq!(parse(&encode(id, &mac)), Some((id, mac)));
        }

        #[test]
        fn parser_accepts_one_spelling_per_token_and_never_panics(text in "(rst_)?[0-9a-f.]{0,90}") {
            if let Some((id, mac)) = parse(&text) {
                prop_assert_eq!(encode(id, &mac), text);
            }
        }
    }
}
