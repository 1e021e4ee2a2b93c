//! Tokens of calendar links: `feed_<id>.<mac>`. Neither the table nor any event holds one; a calendar program shows it to derive it again.

use access::mac::{self, Mac};
use kernel::FeedId;

/// What the code of a link covers. The first word keeps it apart from everything else under the same key.
pub fn signed_text(id: FeedId) -> String {
    format!("feed|{id}")
}

/// The secret part of a link.
pub fn token(id: FeedId, mac: &Mac) -> String {
    format!("{id}.{}", mac::encode(mac))
}

/// Reads a token. The code is not checked yet.
pub fn parse(token: &str) -> Option<(FeedId, Mac)> {
    let (id, mac) = token.split_once('.')?;
    Some((id.parse().ok()?, mac::decode(mac)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    proptest! {
        #[test]
        fn a_token_reads_back_as_it_was_written(bits: u128, mac: Mac) {
            let id = FeedId::new(Uuid::from_u128(bits));
            prop_assert_eq!(parse(&token(id, &mac)), Some((id, mac)));
        }

        #[test]
        fn no_text_makes_the_parser_panic_and_each_token_has_one_spelling(text in "(feed_)?[0-9a-zA-Z_.-]{0,90}") {
            if let Some((id, mac)) = parse(&text) {
                prop_assert_eq!(token(id, &mac), text);
            }
        }
    }
}
