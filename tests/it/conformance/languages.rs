//! The messages for people are complete in every language.

use std::collections::BTreeSet;

use kernel::{Language, Texts};

use super::repo::{files, nothing_wrong};

/// Catalogues of all crates.
pub(super) const CATALOGUES: &[(&str, &[&Texts])] = &[
    ("functions/attendance", attendance::messages::CATALOGUE),
    ("functions/audit", audit::messages::CATALOGUE),
    ("functions/auth", auth::messages::CATALOGUE),
    ("functions/compliance", compliance::messages::CATALOGUE),
    ("functions/employees", employees::messages::CATALOGUE),
    ("functions/leave", leave::messages::CATALOGUE),
    ("functions/notifications", notifications::messages::CATALOGUE),
    ("shared/kernel", kernel::messages::CATALOGUE),
    ("shared/lambda", lambda::messages::CATALOGUE),
    ("shared/policy", policy::messages::CATALOGUE),
    ("shared/store", store::messages::CATALOGUE),
];

fn each_text(mut check: impl FnMut(&'static Texts, Language, &'static str)) {
    for texts in CATALOGUES.iter().flat_map(|(_, catalogue)| catalogue.iter()) {
        Language::ALL.into_iter().for_each(|language| check(texts, language, texts.text(language)));
    }
}

#[test]
fn every_catalogue_is_listed() {
    let found: BTreeSet<_> = files(&["functions", "shared"], &["rs"])
        .into_iter()
        .filter_map(|path| path.strip_suffix("/src/messages.rs").map(str::to_owned))
        .collect();
    assert_eq!(found, CATALOGUES.iter().map(|(place, _)| (*place).to_owned()).collect());
}

#[test]
fn a_message_names_the_same_arguments_in_every_language() {
    let mut wrong = Vec::new();
    each_text(|texts, language, text| {
        let declared: BTreeSet<_> = texts.arguments.iter().copied().collect();
        let named: BTreeSet<_> = Texts::placeholders(text).collect();
        if declared != named {
            wrong.push(format!("{} in {}: {named:?} instead of {declared:?}", texts.key, language.tag()));
        }
    });
    nothing_wrong("Name each argument in braces:", &wrong);
}

#[test]
fn a_message_is_written_in_its_language() {
    let mut wrong = Vec::new();
    each_text(|texts, language, text| {
        let words = text.split(['`', '{', '}']).step_by(2).collect::<String>();
        let devanagari = words.chars().any(|c| ('\u{900}'..='\u{97f}').contains(&c));
        let has_words = words.chars().any(char::is_alphabetic);
        if text.trim() != text || text.is_empty() || (has_words && devanagari != (language == Language::Hindi)) {
            wrong.push(format!("{} in {}: {text}", texts.key, language.tag()));
        }
        if language == Language::German && has_words && text == texts.en && text.contains(' ') {
            wrong.push(format!("{} is not translated: {text}", texts.key));
        }
    });
    nothing_wrong("Translate the message:", &wrong);
}

#[test]
fn sentences_end_like_sentences() {
    let mut wrong = Vec::new();
    each_text(|texts, language, text| {
        let is_sentence = texts.en.ends_with('.');
        let ends = match language {
            Language::Hindi => text.ends_with(['।', '.']),
            Language::English | Language::German => text.ends_with('.'),
        };
        if ends != is_sentence {
            wrong.push(format!("{} in {}: {text}", texts.key, language.tag()));
        }
    });
    nothing_wrong("End a sentence with a full stop in every language, and a word in none:", &wrong);
}
