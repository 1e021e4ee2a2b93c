//! The plain voice of names, comments, error details and documents, as far as a test can hear it.

use kernel::Texts;
use regex_lite::Regex;
use serde_json::Value;

use super::{
    languages::CATALOGUES,
    openapi::{document, each_property, operations},
    repo::{files, nothing_wrong, read},
};

const OURS: &[&str] = &["functions", "shared", "cli"];

/// Words that open a riddle: the reader has to find the noun.
const RIDDLES: &str = r"^\s*//[/!] (What|Who|Whoever|Whose|So many|The same of|Nobody|Such|One that|Behind)\b";

/// Details that name nobody and nothing.
const EMPTY_DETAILS: &str = r#""(Nobody|Whoever|What|So many|More than nothing|Nothing|Somebody)\b[^"]*""#;

#[test]
fn doc_comments_open_with_a_noun_or_a_verb() {
    let wrong = lines_with(RIDDLES, &files(OURS, &["rs"]));
    nothing_wrong("Open the comment with a noun or a verb of the field:", &wrong);
}

#[test]
fn texts_for_people_name_their_subject() {
    let wrong = lines_with(EMPTY_DETAILS, &files(&["functions", "shared"], &["rs"]));
    nothing_wrong("Say what is wrong and what would be right:", &wrong);
}

fn lines_with(pattern: &str, paths: &[String]) -> Vec<String> {
    let pattern = Regex::new(pattern).unwrap();
    let mut found = Vec::new();
    for path in paths {
        let text = read(path);
        for (number, line) in text.lines().enumerate().filter(|(_, line)| pattern.is_match(line)) {
            found.push(format!("{path}:{}: {}", number + 1, line.trim()));
        }
    }
    found
}

/// A description of fewer words repeats the name.
const WORDS_MIN: usize = 4;

#[test]
fn descriptions_of_the_document_add_something_to_the_name() {
    let document = document();
    let mut wrong = Vec::new();
    let mut listen = |place: &str, described: &Value| {
        if let Some(text) = described["description"].as_str()
            && text.split_whitespace().count() < WORDS_MIN
        {
            wrong.push(format!("{place}: {text}"));
        }
    };
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        listen(name, schema);
        each_property(name, schema, &mut listen);
    }
    for (_, _, operation) in operations(&document) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let (name, of) =
                (parameter["name"].as_str().unwrap_or_default(), operation["operationId"].as_str().unwrap());
            listen(&format!("{of}: {name}"), parameter);
        }
    }
    nothing_wrong("Say its meaning, unit or range in four words or more, or nothing:", &wrong);
}

/// Error details end up before a person: each is a sentence, so it has a verb.
const VERBS: &str = r"(?i)\b(is|are|was|were|be|been|has|have|had|must|may|can|cannot|could|will|would|does|do|did|needs?|allows?|contains?|exists?|starts?|ends?|begins?|changed?|belongs?|overlaps?|applies|apply|covers?|lies?|counts?|comes?|takes?|holds?|reports?|refers?|names?|names|gives?|grants?|expires?|requires?|reached|failed|send|choose|use|enter|read|try|wait|sign|ask|add|end|give|select|set|check|remove|repeat|request|reject|correct|create|delete|move|split|sent|used|got|makes?|keeps?|stores?|answers?|knows?|sees?|shows?|works?|leaves?|opens?|closes?|exceeds?|differs?|match(es)?|lacks?|repeats?|follows?|precedes?|shortens?|lasts?|publish(ed|es)?|names|uses|decides?|expects?|expected|list)\b";

#[test]
fn error_details_are_sentences_with_a_verb() {
    let verb = Regex::new(VERBS).unwrap();
    // An explanation may be a label with its value: `Balance before 2026-01-01: 5 days.`
    let is_detail = |texts: &&&Texts| !texts.key.contains("::explanation::") && !texts.en.contains(": {");
    let sentences =
        CATALOGUES.iter().flat_map(|(_, catalogue)| catalogue.iter()).filter(|texts| texts.en.ends_with('.'));
    let wrong: Vec<_> = sentences
        .filter(is_detail)
        .filter(|texts| !verb.is_match(texts.en))
        .map(|texts| format!("{}: {}", texts.key, texts.en))
        .collect();
    nothing_wrong("Write a sentence that a person can act on:", &wrong);
}

/// Longer lines of Markdown make diffs that nobody can read.
const MARKDOWN_COLUMNS_MAX: usize = 160;

#[test]
fn lines_of_markdown_fit_a_screen() {
    let mut paths = files(&["docs", "functions", "shared", "tests", "cli", "localstack", "events"], &["md"]);
    paths.push("README.md".to_owned());
    let mut wrong = Vec::new();
    for path in paths {
        let text = read(&path);
        for (number, line) in text.lines().enumerate() {
            let columns = line.chars().count();
            if columns > MARKDOWN_COLUMNS_MAX {
                wrong.push(format!("{path}:{}: {columns} columns", number + 1));
            }
        }
    }
    nothing_wrong("Break the line after a sentence or a clause:", &wrong);
}

#[test]
fn no_text_speaks_of_a_seed_but_the_demo_data() {
    let pattern =
        Regex::new(r"(?i)\b(the|hrms|its) seeds?('s)?\b( (doc|document|says|has|names|asks|list|model|route|api))?")
            .unwrap();
    let mut paths = files(&["functions", "shared", "cli", "tests", "docs"], &["rs", "md", "json"]);
    paths.extend(["README.md", "Makefile", "template.yaml"].map(str::to_owned));
    paths.retain(|path| !path.ends_with("conformance/voice.rs"));
    let mut wrong = Vec::new();
    for path in paths {
        for (number, line) in read(&path).lines().enumerate().filter(|(_, line)| pattern.is_match(line)) {
            wrong.push(format!("{path}:{}: {}", number + 1, line.trim().chars().take(120).collect::<String>()));
        }
    }
    nothing_wrong(
        "Say the fact, or name docs/api.md or docs/rules.md; `muster seed` fills a cloud with demo people:",
        &wrong,
    );
}
