//! Reset tokens: `rst_<reset id>.<mac>`. The mail carries one; neither the table nor any event does.

use access::mac::{self, Mac};
use kernel::ResetId;

/// What every reset token begins with.
const PREFIX: &str = "rst_";
/// For how long a reset may be used: long enough for a slow mail server, short enough for a lost phone.
pub const LIFETIME_MIN: i64 = 30;

/// What the MAC of a reset token covers.
pub fn mac_input(id: ResetId) -> String {
    format!("reset|{id}")
}

/// The token that goes into the mail.
pub fn encode(id: ResetId, mac: &Mac) -> String {
    format!("{PREFIX}{}.{}", id.uuid().simple(), mac::encode(mac))
}

/// Reads a token. The MAC is not checked yet.
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
        fn a_token_reads_back_as_it_was_written(bits: u128, mac: Mac) {
            let id = ResetId::new(Uuid::from_u128(bits));
            prop_assert_eq!(parse(&encode(id, &mac)), Some((id, mac)));
        }

        #[test]
        fn no_text_makes_the_parser_panic_and_each_token_has_one_spelling(text in "(rst_)?[0-9a-f.]{0,90}") {
            if let Some((id, mac)) = parse(&text) {
                prop_assert_eq!(encode(id, &mac), text);
            }
        }
    }
}
