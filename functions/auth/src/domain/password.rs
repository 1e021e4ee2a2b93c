//! What a new password must be (NIST SP 800-63B-4): long, not known, not made of what everybody knows about its owner.
//! No composition rules.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// At least so many characters.
pub const LENGTH_MIN: usize = 15;
/// At least so many where a second factor is on.
pub const LENGTH_MIN_WITH_SECOND_FACTOR: usize = 8;
/// More are not accepted: a limit on everything, and twice what the standard asks for.
pub const LENGTH_MAX: usize = 128;
/// What is left after all known words are taken out must weigh so much: two for a letter, one for anything else.
const REMAINING_WEIGHT_MIN: usize = 12;
/// Phrases of more different words than this are believed even if each word is known.
const KNOWN_WORDS_MAX: usize = 3;
/// A repeated unit must be this long to count as more than the unit.
const UNIT_MIN: usize = 8;
/// So many different characters at least.
const DISTINCT_MIN: usize = 5;
/// Words about the owner shorter than this say nothing.
const OWNER_WORD_LENGTH_MIN: usize = 3;

const PASSWORDS: &str = include_str!("lists/passwords.txt");
const WORDS: &str = include_str!("lists/words.txt");
/// What fingers do on a keyboard and heads do with an alphabet; read round and round, in both directions.
const KEYBOARD_SEQUENCES: &[&str] = &[
    "1234567890",
    "0123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "1q2w3e4r5t6y7u8i9o0p",
];

/// A password as it counts: in Unicode normal form KC. It must not reach a log by way of a debug line.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(hidden)")
    }
}

/// Why a new password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFault {
    /// Fewer characters than this.
    TooShort(usize),
    /// More than [`LENGTH_MAX`].
    TooLong,
    /// Among the first that anybody tries.
    Common,
    /// Repeated, counted, walked on the keyboard or put together of very common words.
    Predictable,
    /// Little more than the owner's name, address or company.
    Personal,
}

impl PasswordFault {
    /// Stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort(_) => "too_short",
            Self::TooLong => "too_long",
            Self::Common => "too_common",
            Self::Predictable => "predictable",
            Self::Personal => "personal",
        }
    }

    /// For people.
    pub fn detail(self) -> String {
        match self {
            Self::TooShort(least) => format!("must have at least {least} characters"),
            Self::TooLong => format!("may have at most {LENGTH_MAX} characters"),
            Self::Common => "is among the passwords that are tried first".to_owned(),
            Self::Predictable => "is a pattern or made of very common words; a phrase of your own is better".to_owned(),
            Self::Personal => "is little more than your name, your address or the company's name".to_owned(),
        }
    }
}

impl Password {
    /// A password as somebody gave it to sign in: no rules, or one could learn them from the answer.
    pub fn for_sign_in(text: &str) -> Self {
        Self(text.nfkc().collect())
    }

    /// A new password, checked. `own` is what is known about its owner: names, address, company.
    ///
    /// # Errors
    /// [`Weak`], with the first reason.
    pub fn for_change(text: &str, own: &[&str], second_factor: bool) -> Result<Self, PasswordFault> {
        let password = Self::for_sign_in(text);
        let length = password.0.chars().count();
        let least = if second_factor { LENGTH_MIN_WITH_SECOND_FACTOR } else { LENGTH_MIN };
        if length < least {
            return Err(PasswordFault::TooShort(least));
        }
        if length > LENGTH_MAX {
            return Err(PasswordFault::TooLong);
        }
        let folded = password.0.to_lowercase();
        let letters: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
        if is_listed(&folded) || is_listed(&letters) {
            return Err(PasswordFault::Common);
        }
        if is_pattern(&folded) || is_pattern(&letters) {
            return Err(PasswordFault::Predictable);
        }
        check_words(&folded, own)?;
        Ok(password)
    }

    /// For hashing.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

fn entries(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().filter(|line| !line.starts_with("# "))
}

fn is_listed(folded: &str) -> bool {
    entries(PASSWORDS).any(|known| known == folded)
}

fn is_pattern(folded: &str) -> bool {
    let characters: Vec<char> = folded.chars().collect();
    let mut distinct = characters.clone();
    distinct.sort_unstable();
    distinct.dedup();
    distinct.len() < DISTINCT_MIN
        || period(&characters) < UNIT_MIN.min(characters.len())
        || is_keyboard_sequence(&characters)
}

/// The length of the shortest unit that, repeated, gives the text (the last repetition may be cut short).
fn period(characters: &[char]) -> usize {
    let repeats = |unit: &usize| characters.iter().skip(*unit).eq(characters.iter().take(characters.len() - unit));
    (1..characters.len()).find(repeats).unwrap_or(characters.len())
}

fn is_keyboard_sequence(characters: &[char]) -> bool {
    let given: String = characters.iter().collect();
    let backwards: String = characters.iter().rev().collect();
    KEYBOARD_SEQUENCES.iter().any(|walk| {
        let rounds = walk.repeat(characters.len() / walk.len() + 2);
        rounds.contains(&given) || rounds.contains(&backwards)
    })
}

/// Takes out what is known and weighs the rest.
fn check_words(folded: &str, own: &[&str]) -> Result<(), PasswordFault> {
    let own: Vec<String> = own
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .map(|word| word.nfkc().collect::<String>().to_lowercase())
        .filter(|word| word.chars().count() >= OWNER_WORD_LENGTH_MIN)
        .collect();
    let mut rest = folded.to_owned();
    let own_found = remove_words(&mut rest, own.iter().map(String::as_str));
    if own_found > 0 && remaining_weight(&rest) < REMAINING_WEIGHT_MIN {
        return Err(PasswordFault::Personal);
    }
    let known_found = remove_words(&mut rest, entries(WORDS));
    let found = own_found.saturating_add(known_found);
    if known_found > 0 && found <= KNOWN_WORDS_MAX && remaining_weight(&rest) < REMAINING_WEIGHT_MIN {
        return Err(PasswordFault::Predictable);
    }
    Ok(())
}

/// Replaces every word by a gap, so that no new word comes about; answers how many different ones there were.
fn remove_words<'a>(text: &mut String, words: impl Iterator<Item = &'a str>) -> usize {
    let mut found = 0;
    for word in words.filter(|word| !word.is_empty()) {
        if text.contains(word) {
            *text = text.replace(word, " ");
            found += 1;
        }
    }
    found
}

fn remaining_weight(rest: &str) -> usize {
    rest.chars()
        .map(|c| match c {
            c if c.is_whitespace() => 0,
            c if c.is_alphabetic() => 2,
            _ => 1,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OWN: &[&str] = &["Ada", "Lovelace", "ada.lovelace@example.com", "E-1001", "Muster GmbH"];

    fn verdict(text: &str) -> Result<(), PasswordFault> {
        Password::for_change(text, OWN, false).map(drop)
    }

    #[test]
    fn the_table_of_passwords() {
        for (text, expected) in [
            ("fourteen chars", Err(PasswordFault::TooShort(15))),
            ("quiet otter, loud violin", Ok(())),
            ("purple monkey dishwasher", Ok(())),
            ("zzyx plonk wimble qu", Ok(())),
            ("пароль длиннее обычного", Ok(())),
            ("密码密码安全吗真的很安全吗朋友们好", Ok(())),
            ("🐢🦊🐢🐙 turtles all the way", Ok(())),
            ("aaaaaaaaaaaaaaaa", Err(PasswordFault::Predictable)),
            ("abcabcabcabcabcabc", Err(PasswordFault::Predictable)),
            ("1234567890123456", Err(PasswordFault::Predictable)),
            ("098765432109876543", Err(PasswordFault::Predictable)),
            ("qwertyuiopasdfghjkl", Err(PasswordFault::Predictable)),
            ("1qaz2wsx3edc4rfv5tgb", Err(PasswordFault::Predictable)),
            ("abcdefghijklmnopqr", Err(PasswordFault::Predictable)),
            ("passwordpassword", Err(PasswordFault::Predictable)),
            ("password20241231", Err(PasswordFault::Predictable)),
            ("Summer-2024-Winter!", Err(PasswordFault::Predictable)),
            ("correct horse battery staple", Err(PasswordFault::Common)),
            ("CorrectHorseBatteryStaple", Err(PasswordFault::Common)),
            ("123456789987654321", Err(PasswordFault::Common)),
            ("ada.lovelace@example.com", Err(PasswordFault::Personal)),
            ("AdaLovelace-1815-12", Err(PasswordFault::Personal)),
            ("muster.muster.muster1", Err(PasswordFault::Personal)),
            ("Lovelace counts the stars", Ok(())),
        ] {
            assert_eq!(verdict(text), expected, "{text}");
        }
    }

    #[test]
    fn eight_characters_are_enough_with_a_second_factor_only() {
        assert!(Password::for_change("plonk7wq", OWN, true).is_ok());
        assert_eq!(Password::for_change("plonk7wq", OWN, false), Err(PasswordFault::TooShort(15)));
        assert_eq!(Password::for_change("plonk7w", OWN, true), Err(PasswordFault::TooShort(8)));
        assert_eq!(Password::for_change("baseball", OWN, true), Err(PasswordFault::Common));
    }

    #[test]
    fn sixty_four_characters_and_more_are_accepted_up_to_the_limit() {
        let long = |length: usize| {
            "the quick onyx goblin jumps over a lazy dwarf while sphinxes judge my vow of black quartz; \
            pack five dozen jugs and more of it all"
                .chars()
                .take(length)
                .collect::<String>()
        };
        for length in [64, 65, 100, LENGTH_MAX] {
            assert_eq!(long(length).chars().count(), length);
            assert!(verdict(&long(length)).is_ok(), "{length}");
        }
        assert_eq!(verdict(&long(LENGTH_MAX + 1)), Err(PasswordFault::TooLong));
    }

    #[test]
    fn length_is_counted_after_normalisation() {
        // A letter and its combining accent are one character once composed.
        let decomposed = "e\u{301}".repeat(14);
        assert_eq!(verdict(&decomposed), Err(PasswordFault::TooShort(15)));
    }

    #[test]
    fn the_lists_hold_what_they_say() {
        assert!(entries(PASSWORDS).count() > 10_000);
        assert!(entries(PASSWORDS).all(|known| known.chars().count() >= 8));
        assert!(entries(WORDS).all(|word| word.chars().count() >= 5));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_rules_panic_and_what_passes_is_long_enough(text in ".{0,140}", second_factor: bool) {
            if let Ok(password) = Password::for_change(&text, OWN, second_factor) {
                let least = if second_factor { LENGTH_MIN_WITH_SECOND_FACTOR } else { LENGTH_MIN };
                let length = password.0.chars().count();
                prop_assert!((least..=LENGTH_MAX).contains(&length));
            }
        }

        #[test]
        fn a_password_is_the_same_however_often_it_is_normalised(text in ".{0,40}") {
            let once = Password::for_sign_in(&text);
            prop_assert_eq!(&Password::for_sign_in(&once.0), &once);
        }

        #[test]
        fn nobody_is_told_to_add_a_symbol(text in "[bcdfghjklmnpqrstvwxz]{24}") {
            // Random consonants: no capital, no digit, no symbol, and taken all the same.
            prop_assert_eq!(verdict(&text), Ok(()));
        }

        #[test]
        fn what_is_repeated_is_no_longer_than_its_unit(unit in "[a-z]{1,7}", times in 15usize..18) {
            let text: String = unit.chars().cycle().take(times).collect();
            prop_assert!(verdict(&text).is_err());
        }
    }
}
