//! Message authentication codes as they stand in tokens: 32 bytes, base64url, one spelling.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// An HMAC-SHA-256.
pub type Mac = [u8; 32];

/// As it is written: 43 characters.
pub fn encode(mac: &Mac) -> String {
    URL_SAFE_NO_PAD.encode(mac)
}

/// Reads what [`encode`] wrote; nothing else, not even another spelling of the same bytes.
pub fn decode(text: &str) -> Option<Mac> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_mac_reads_back_as_it_was_written(mac: Mac) {
            prop_assert_eq!(decode(&encode(&mac)), Some(mac));
        }

        #[test]
        fn there_is_one_spelling(text in "[A-Za-z0-9_-]{43}") {
            if let Some(mac) = decode(&text) {
                prop_assert_eq!(encode(&mac), text);
            }
        }
    }

    #[test]
    fn another_length_or_alphabet_is_no_mac() {
        for text in ["", "AAAA", &"A".repeat(44), &"+".repeat(43), &format!("{}=", "A".repeat(43))] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
