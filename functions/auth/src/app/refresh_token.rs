//! Refresh tokens: `rt_<person>.<session>.<generation>.<mac>`. Never stored: the MAC is derived again to check one.

use access::mac::{self, Mac};
use kernel::{EmployeeId, SessionId};

use crate::domain::session::RefreshToken;

/// What every refresh token begins with.
const PREFIX: &str = "rt_";
/// Longest refresh token: prefix, two ids of 32, a generation of 10, a MAC of 43, three dots.
pub const LENGTH_MAX: usize = 3 + 32 + 32 + 10 + 43 + 3;

impl RefreshToken {
    pub fn token(&self, mac: &Mac) -> String {
        let (employee, session) = (self.employee.uuid().simple(), self.session.uuid().simple());
        format!("{PREFIX}{employee}.{session}.{}.{}", self.generation, mac::encode(mac))
    }

    /// Reads a token. The MAC is not checked yet.
    pub fn parse(token: &str) -> Option<(Self, Mac)> {
        if token.len() > LENGTH_MAX {
            return None;
        }
        let mut parts = token.strip_prefix(PREFIX)?.split('.');
        let employee = format!("{}{}", EmployeeId::PREFIX, parts.next()?).parse().ok()?;
        let session = format!("{}{}", SessionId::PREFIX, parts.next()?).parse().ok()?;
        let generation = decimal(parts.next()?)?;
        let mac = mac::decode(parts.next()?)?;
        parts.next().is_none().then_some((Self { employee, session, generation }, mac))
    }
}

/// A number in its one spelling: no sign, no leading zero.
fn decimal(text: &str) -> Option<u32> {
    let number: u32 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn link(employee: u128, session: u128, generation: u32) -> RefreshToken {
        RefreshToken {
            employee: EmployeeId::new(Uuid::from_u128(employee)),
            session: SessionId::new(Uuid::from_u128(session)),
            generation,
        }
    }

    proptest! {
        #[test]
        fn a_token_reads_back_as_it_was_written(employee: u128, session: u128, generation: u32, mac: Mac) {
            let link = link(employee, session, generation);
            prop_assert_eq!(RefreshToken::parse(&link.token(&mac)), Some((link, mac)));
            prop_assert!(link.token(&mac).len() <= LENGTH_MAX);
        }

        #[test]
        fn no_text_makes_the_parser_panic_and_each_token_has_one_spelling(text in "(rt_)?[0-9a-f.+-]{0,130}") {
            if let Some((link, mac)) = RefreshToken::parse(&text) {
                prop_assert_eq!(link.token(&mac), text);
            }
        }

        #[test]
        fn different_links_are_signed_differently(a: (u128, u128, u32), b: (u128, u128, u32)) {
            let same = link(a.0, a.1, a.2).signed_text() == link(b.0, b.1, b.2).signed_text();
            prop_assert_eq!(same, a == b);
        }
    }

    #[test]
    fn what_is_not_quite_a_token_is_refused() {
        let good = link(1, 2, 3).token(&[7; 32]);
        assert!(RefreshToken::parse(&good).is_some());
        for bad in [
            String::new(),
            "rt_".to_owned(),
            good.replacen("rt_", "at_", 1),
            good.replacen(".3.", ".03.", 1),
            good.replacen(".3.", ".+3.", 1),
            good.replacen(".3.", ".-1.", 1),
            good.replacen(".3.", ".4294967296.", 1),
            format!("{good}."),
            format!("{good}.x"),
            good.to_uppercase(),
            good.get(..good.len() - 1).unwrap_or_default().to_owned(),
        ] {
            assert_eq!(RefreshToken::parse(&bad), None, "{bad}");
        }
    }
}
