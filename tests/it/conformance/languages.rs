//! The messages for people are complete in every language.

use std::collections::BTreeSet;

use kernel::{Language, Texts};
use regex_lite::Regex;

use super::repo::{files, nothing_wrong, read};

/// Catalogues of all crates by their files.
pub(super) const CATALOGUES: &[(&str, &[&Texts])] = &[
    ("functions/attendance/src/messages/mod.rs", attendance::messages::CATALOGUE),
    ("functions/attendance/src/messages/explanation.rs", attendance::messages::explanation::CATALOGUE),
    ("functions/audit/src/messages.rs", audit::messages::CATALOGUE),
    ("functions/auth/src/messages.rs", auth::messages::CATALOGUE),
    ("functions/compliance/src/messages.rs", compliance::messages::CATALOGUE),
    ("functions/employees/src/messages.rs", employees::messages::CATALOGUE),
    ("functions/leave/src/messages.rs", leave::messages::CATALOGUE),
    ("functions/notifications/src/messages.rs", notifications::messages::CATALOGUE),
    ("shared/kernel/src/messages.rs", kernel::messages::CATALOGUE),
    ("shared/lambda/src/messages.rs", lambda::messages::CATALOGUE),
    ("shared/policy/src/messages.rs", policy::messages::CATALOGUE),
    ("shared/policy/src/terms/messages.rs", policy::terms::messages::CATALOGUE),
    ("shared/store/src/messages.rs", store::messages::CATALOGUE),
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
        .filter(|path| path.ends_with("/messages.rs") || path.contains("/messages/"))
        .collect();
    assert_eq!(found, CATALOGUES.iter().map(|(file, _)| (*file).to_owned()).collect());
}

#[test]
fn every_message_is_used() {
    let mut unused = Vec::new();
    for (file, catalogue) in CATALOGUES {
        let (root, _) = file.split_once("/messages").unwrap();
        let sources = files(&[root], &["rs"]).into_iter().filter(|path| !path.contains("/messages"));
        let code: Vec<_> = sources.map(|path| read(&path)).collect();
        for texts in *catalogue {
            let name = texts.key.rsplit("::").next().unwrap();
            let call = Regex::new(&format!(r"\b(messages|explanation)::{name}\b")).unwrap();
            let is_used = |text: &String| call.is_match(text.split("#[cfg(test)]\nmod tests").next().unwrap());
            if !code.iter().any(is_used) {
                unused.push(format!("{file}: {name}"));
            }
        }
    }
    nothing_wrong("Remove the message:", &unused);
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
        // Units such as `min` are written the same.
        let has_long_words = words.split_whitespace().any(|word| word.chars().count() > 3);
        if language == Language::German && has_long_words && text == texts.en && text.contains(' ') {
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
