//! Normal forms of names for search, sorting and uniqueness.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Length after which a search key is cut, in bytes; index keys have room for it and an id.
const KEY_BYTES_MAX: usize = 512;

/// Letters without a Unicode decomposition that people type as plain letters.
const STROKED: &[(char, &str)] = &[
    ('ß', "ss"),
    ('æ', "ae"),
    ('œ', "oe"),
    ('ø', "o"),
    ('đ', "d"),
    ('ð', "d"),
    ('ł', "l"),
    ('þ', "th"),
    ('ħ', "h"),
    ('ı', "i"),
    ('ŋ', "n"),
];

/// Key for search and sorting: lower case, without accents and apostrophes, words separated by single spaces; other
/// punctuation separates words. `Núñez-Ortega` becomes `nunez ortega`. Empty for a text without letters and digits.
pub fn search_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    let mut at_word_end = false;
    for c in text.chars().flat_map(char::to_lowercase).nfkd().flat_map(char::to_lowercase) {
        if is_combining_mark(c) || c == '\'' || c == '\u{2019}' {
            continue;
        }
        if !c.is_alphanumeric() {
            at_word_end = !key.is_empty();
            continue;
        }
        if std::mem::take(&mut at_word_end) {
            key.push(' ');
        }
        match STROKED.iter().find(|(stroked, _)| *stroked == c) {
            Some((_, plain)) => key.push_str(plain),
            None => key.push(c),
        }
        if key.len() >= KEY_BYTES_MAX {
            break;
        }
    }
    key
}

/// Key for uniqueness: lower case and single spaces, but with punctuation, because `C` and `C++` are different names.
pub fn unique_key(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Search key by which employees are sorted and found: family name, then given name.
pub fn name_sort_key(last_name: &str, first_name: &str) -> String {
    search_key(&format!("{last_name} {first_name}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn search_key_ignores_case_accents_and_punctuation() {
        for (written, expected) in [
            ("Núñez-Ortega", "nunez ortega"),
            ("  Doe,   John ", "doe john"),
            ("O'Brien", "obrien"),
            ("O’Brien", "obrien"),
            ("STRAẞE", "strasse"),
            ("Łukasz Ørsted", "lukasz orsted"),
            ("İnci Işık", "inci isik"),
            ("王小明", "王小明"),
            ("Ελένη", "ελενη"),
            ("--", ""),
        ] {
            assert_eq!(search_key(written), expected, "{written}");
        }
    }

    #[test]
    fn unique_key_keeps_punctuation() {
        assert_eq!(unique_key("  C++  Developer "), "c++ developer");
        assert_ne!(unique_key("C++ Developer"), unique_key("C# Developer"));
    }

    #[test]
    fn family_name_is_found_by_its_beginning() {
        assert!(name_sort_key("Müller", "Änne").starts_with(&search_key("MULL")));
        assert!(name_sort_key("Müller", "Änne").starts_with(&search_key("müller, ä")));
    }

    proptest! {
        #[test]
        fn search_key_is_idempotent_and_fits_an_index_key(text in ".{0,200}") {
            let key = search_key(&text);
            prop_assert!(key.len() < KEY_BYTES_MAX + 8);
            prop_assert_eq!(search_key(&key), key);
        }

        #[test]
        fn search_key_is_equal_for_upper_and_lower_case(text in "[a-zA-Z àéîõüñç-]{0,40}") {
            prop_assert_eq!(search_key(&text.to_uppercase()), search_key(&text));
        }

        #[test]
        fn prefix_of_a_name_gives_a_prefix_of_its_key(text in "[a-zA-Zàéîõüñç' -]{0,40}", cut in 0usize..40) {
            let beginning: String = text.chars().take(cut).collect();
            prop_assert!(search_key(&text).starts_with(&search_key(&beginning)));
        }
    }
}
