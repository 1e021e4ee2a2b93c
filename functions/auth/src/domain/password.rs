//! Rules for new passwords (NIST SP 800-63B-4): long, not common, not predictable, not made of words about the owner. There
//! are no composition rules.

use std::fmt;

use kernel::Message;
use unicode_normalization::UnicodeNormalization;

use crate::messages;

/// Shortest new password without a second factor, in characters.
pub const LENGTH_MIN: usize = 15;
/// Shortest new password with a second factor, in characters.
pub const LENGTH_MIN_WITH_SECOND_FACTOR: usize = 8;
/// Longest new password in characters: twice the length that the standard requires to accept.
pub const LENGTH_MAX: usize = 128;
/// Least weight of the text that remains without the known words: 2 for each letter, 1 for each other character.
const REMAINING_WEIGHT_MIN: usize = 12;
/// Phrases of more different words than this are accepted, even if each word is known. Passwords that are mainly words
/// about the owner are never accepted.
const KNOWN_WORDS_MAX: usize = 3;
/// Shortest unit in characters whose repetition is accepted.
const REPEATED_UNIT_MIN: usize = 8;
/// Least number of different characters.
const DISTINCT_MIN: usize = 5;
/// Shorter words about the owner are ignored.
const OWNER_WORD_LENGTH_MIN: usize = 3;

const PASSWORDS: &str = include_str!("lists/passwords.txt");
const WORDS: &str = include_str!("lists/words.txt");
/// Sequences of the keyboard and the alphabet, matched cyclically and in both directions.
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

/// Password in Unicode normal form KC. Its debug form hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(hidden)")
    }
}

/// Rule that a new password breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFault {
    /// Fewer characters than this number, the least for the account.
    TooShort(usize),
    /// More than [`LENGTH_MAX`].
    TooLong,
    /// In the list of common passwords.
    Common,
    /// Too few different characters, a repetition, a keyboard sequence, or up to three very common words.
    Predictable,
    /// Mainly words about the owner: names, e-mail address, employee code, site, company or product.
    Personal,
}

impl PasswordFault {
    /// Code of the field error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort(_) => "too_short",
            Self::TooLong => "too_long",
            Self::Common => "too_common",
            Self::Predictable => "predictable",
            Self::Personal => "personal",
        }
    }

    /// Sentence for people.
    pub fn detail(self) -> Message {
        match self {
            Self::TooShort(least) => messages::password_too_short(least),
            Self::TooLong => messages::password_too_long(LENGTH_MAX),
            Self::Common => messages::password_common(),
            Self::Predictable => messages::password_predictable(),
            Self::Personal => messages::password_personal(),
        }
    }
}

impl Password {
    /// Password in normal form without a check of the rules: to sign in, to compare and to seed. A check at sign-in
    /// would reveal the rules.
    pub fn unchecked(text: &str) -> Self {
        Self(text.nfkc().collect())
    }

    /// New password that follows the rules. `owner_words` are names, e-mail address, company and the like.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn checked(text: &str, owner_words: &[&str], has_second_factor: bool) -> Result<Self, PasswordFault> {
        let password = Self::unchecked(text);
        let length = password.0.chars().count();
        let least = if has_second_factor { LENGTH_MIN_WITH_SECOND_FACTOR } else { LENGTH_MIN };
        if length < least {
            return Err(PasswordFault::TooShort(least));
        }
        if length > LENGTH_MAX {
            return Err(PasswordFault::TooLong);
        }
        let folded = password.0.to_lowercase();
        let letters: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
        if is_common_password(&folded) || is_common_password(&letters) {
            return Err(PasswordFault::Common);
        }
        if is_predictable_pattern(&folded) || is_predictable_pattern(&letters) {
            return Err(PasswordFault::Predictable);
        }
        check_known_words(&folded, owner_words)?;
        Ok(password)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Lines of an embedded list, without its comments.
fn lines_without_comments(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().filter(|line| !line.starts_with("# "))
}

fn is_common_password(folded: &str) -> bool {
    lines_without_comments(PASSWORDS).any(|known| known == folded)
}

/// Whether a password has few different characters, repeats a short unit, or is one keyboard sequence.
fn is_predictable_pattern(folded: &str) -> bool {
    let characters: Vec<char> = folded.chars().collect();
    let mut distinct = characters.clone();
    distinct.sort_unstable();
    distinct.dedup();
    distinct.len() < DISTINCT_MIN
        || repeated_unit_length(&characters) < REPEATED_UNIT_MIN.min(characters.len())
        || is_keyboard_sequence(&characters)
}

/// Length of the shortest unit whose repetition gives the text. The last repetition may be incomplete.
fn repeated_unit_length(characters: &[char]) -> usize {
    let repeats = |unit: &usize| characters.iter().skip(*unit).eq(characters.iter().take(characters.len() - unit));
    (1..characters.len()).find(repeats).unwrap_or(characters.len())
}

fn is_keyboard_sequence(characters: &[char]) -> bool {
    let given: String = characters.iter().collect();
    let reversed: String = characters.iter().rev().collect();
    KEYBOARD_SEQUENCES.iter().any(|sequence| {
        let rounds = sequence.repeat(characters.len() / sequence.len() + 2);
        rounds.contains(&given) || rounds.contains(&reversed)
    })
}

/// Removes owner words and common words, and weighs the remaining text.
///
/// # Errors
/// [`PasswordFault::Personal`] or [`PasswordFault::Predictable`] if too little remains.
fn check_known_words(folded: &str, owner_words: &[&str]) -> Result<(), PasswordFault> {
    let owner_words: Vec<String> = owner_words
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .map(|word| word.nfkc().collect::<String>().to_lowercase())
        .filter(|word| word.chars().count() >= OWNER_WORD_LENGTH_MIN)
        .collect();
    let mut rest = folded.to_owned();
    let owner_count = remove_words(&mut rest, owner_words.iter().map(String::as_str));
    if owner_count > 0 && remaining_weight(&rest) < REMAINING_WEIGHT_MIN {
        return Err(PasswordFault::Personal);
    }
    let common_count = remove_words(&mut rest, lines_without_comments(WORDS));
    let count = owner_count.saturating_add(common_count);
    if common_count > 0 && count <= KNOWN_WORDS_MAX && remaining_weight(&rest) < REMAINING_WEIGHT_MIN {
        return Err(PasswordFault::Predictable);
    }
    Ok(())
}

/// Replaces every word by a space, so that no new word arises. Returns the number of different words found.
fn remove_words<'a>(text: &mut String, words: impl Iterator<Item = &'a str>) -> usize {
    let mut count = 0;
    for word in words.filter(|word| !word.is_empty()) {
        if text.contains(word) {
            *text = text.replace(word, " ");
            count += 1;
        }
    }
    count
}

/// Weight of a text: 2 for each letter, 0 for white space, 1 for each other character.
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

    const OWNER_WORDS: &[&str] = &["Ada", "Lovelace", "ada.lovelace@example.com", "E-1001", "Muster GmbH"];

    fn check(text: &str) -> Result<(), PasswordFault> {
        Password::checked(text, OWNER_WORDS, false).map(drop)
    }

    #[test]
    fn passwords_are_accepted_or_rejected_with_their_fault() {
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
            assert_eq!(check(text), expected, "{text}");
        }
    }

    #[test]
    fn eight_characters_need_a_second_factor() {
        assert!(Password::checked("plonk7wq", OWNER_WORDS, true).is_ok());
        assert_eq!(Password::checked("plonk7wq", OWNER_WORDS, false), Err(PasswordFault::TooShort(15)));
        assert_eq!(Password::checked("plonk7w", OWNER_WORDS, true), Err(PasswordFault::TooShort(8)));
        assert_eq!(Password::checked("baseball", OWNER_WORDS, true), Err(PasswordFault::Common));
    }

    #[test]
    fn long_passwords_are_accepted_up_to_the_limit() {
        let long = |length: usize| {
            "the quick onyx goblin jumps over a lazy dwarf while sphinxes judge my vow of black quartz; \
            pack five dozen jugs and more of it all"
                .chars()
                .take(length)
                .collect::<String>()
        };
        for length in [64, 65, 100, LENGTH_MAX] {
            assert_eq!(long(length).chars().count(), length);
            assert!(check(&long(length)).is_ok(), "{length}");
        }
        assert_eq!(check(&long(LENGTH_MAX + 1)), Err(PasswordFault::TooLong));
    }

    #[test]
    fn length_is_counted_after_normalisation() {
        // A letter and its combining accent are one character once composed.
        let decomposed = "e\u{301}".repeat(14);
        assert_eq!(check(&decomposed), Err(PasswordFault::TooShort(15)));
    }

    #[test]
    fn word_lists_are_complete_and_well_formed() {
        assert!(lines_without_comments(PASSWORDS).count() > 10_000);
        assert!(lines_without_comments(PASSWORDS).all(|known| known.chars().count() >= 8));
        assert!(lines_without_comments(WORDS).all(|word| word.chars().count() >= 5));
    }

    proptest! {
        #[test]
        fn accepted_passwords_have_an_allowed_length(text in ".{0,140}", second_factor: bool) {
            if let Ok(password) = Password::checked(&text, OWNER_WORDS, second_factor) {
                let least = if second_factor { LENGTH_MIN_WITH_SECOND_FACTOR } else { LENGTH_MIN };
                let length = password.0.chars().count();
                prop_assert!((least..=LENGTH_MAX).contains(&length));
            }
        }

        #[test]
        fn normalisation_is_idempotent(text in ".{0,40}") {
            let once = Password::unchecked(&text);
            prop_assert_eq!(&Password::unchecked(&once.0), &once);
        }

        #[test]
        fn capitals_digits_and_symbols_are_not_required(text in "[bcdfghjklmnpqrstvwxz]{24}") {
            // Random consonants without capital, digit and symbol.
            prop_assert_eq!(check(&text), Ok(()));
        }

        #[test]
        fn repetitions_of_short_units_are_rejected(unit in "[a-z]{1,7}", times in 15usize..18) {
            let text: String = unit.chars().cycle().take(times).collect();
            prop_assert!(check(&text).is_err());
        }
    }
}
