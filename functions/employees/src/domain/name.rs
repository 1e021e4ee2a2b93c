//! Names as they are searched and sorted: without case, accents and punctuation.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A search key is never longer, in bytes; index keys have room for it and an id.
const NORMAL_BYTES_MAX: usize = 512;

/// Letters that Unicode does not take apart but people type without their stroke.
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

/// Lower case, no accents, words parted by single blanks: `Núñez-Ortega` is `nunez ortega`.
pub fn search_key(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    let mut parted = false;
    for c in text.chars().flat_map(char::to_lowercase).nfkd().flat_map(char::to_lowercase) {
        if is_combining_mark(c) || c == '\'' || c == '\u{2019}' {
            continue;
        }
        if !c.is_alphanumeric() {
            parted = !normal.is_empty();
            continue;
        }
        if std::mem::take(&mut parted) {
            normal.push(' ');
        }
        match STROKED.iter().find(|(stroked, _)| *stroked == c) {
            Some((_, plain)) => normal.push_str(plain),
            None => normal.push(c),
        }
        if normal.len() >= NORMAL_BYTES_MAX {
            break;
        }
    }
    normal
}

/// What must be used once: without case and spare blanks, but with every sign, because `C` and `C++` are two things.
pub fn unique_key(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What people are sorted and found by: family name first.
pub fn name_sort_key(last_name: &str, first_name: &str) -> String {
    search_key(&format!("{last_name} {first_name}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_accents_and_punctuation_do_not_matter() {
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
    fn a_claim_keeps_every_sign() {
        assert_eq!(unique_key("  C++  Developer "), "c++ developer");
        assert_ne!(unique_key("C++ Developer"), unique_key("C# Developer"));
    }

    #[test]
    fn a_family_name_is_found_by_its_beginning_and_sorts_before_longer_ones() {
        assert!(name_sort_key("Müller", "Änne").starts_with(&search_key("MULL")));
        assert!(name_sort_key("Müller", "Änne").starts_with(&search_key("müller, ä")));
    }

    proptest! {
        #[test]
        fn what_is_normal_stays_so_and_fits_an_index_key(text in ".{0,200}") {
            let once = search_key(&text);
            prop_assert!(once.len() < NORMAL_BYTES_MAX + 8);
            prop_assert_eq!(search_key(&once), once);
        }

        #[test]
        fn capitals_make_no_difference(text in "[a-zA-Z àéîõüñç-]{0,40}") {
            prop_assert_eq!(search_key(&text.to_uppercase()), search_key(&text));
        }

        #[test]
        fn a_beginning_of_a_name_finds_the_name(text in "[a-zA-Zàéîõüñç' -]{0,40}", cut in 0usize..40) {
            let beginning: String = text.chars().take(cut).collect();
            prop_assert!(search_key(&text).starts_with(&search_key(&beginning)));
        }
    }
}
