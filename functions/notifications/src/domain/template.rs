//! Templates: checked when they are written, filled within limits, HTML always escaped.
//!
//! A template is a title, a text and, if its author wants one, an HTML part; otherwise the HTML part follows from the
//! text. Names that the context does not hold stand for nothing, so that an optional fact needs no ceremony. Filters
//! `date`, `time`, `days`, `word`, `topic` and the function `period` write as the language does.

use std::io;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{Code, Error, Result};
use minijinja::{Environment, UndefinedBehavior, Value as Fill, value::Serde};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{formatting, language::Language};

/// No template may take more steps: many times what any of ours takes.
const RENDER_STEPS_MAX: u64 = 20_000;
/// No title is longer, in characters.
pub const TITLE_LENGTH_MAX: usize = 200;
/// No text part is longer, in bytes.
const TEXT_BYTES_MAX: usize = 16 * 1024;
/// No HTML part is longer, in bytes.
const HTML_BYTES_MAX: usize = 64 * 1024;

/// A template as its author writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TemplateSource {
    /// One line: the subject of an e-mail, the title in the inbox.
    pub title: String,
    /// The text part.
    pub text: String,
    /// The HTML part; it follows from the text when there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub html: Option<String>,
}

/// A filled template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RenderedTemplate {
    /// One line.
    pub title: String,
    /// Text.
    pub text: String,
    /// HTML, whole: for the other half of an e-mail.
    pub html: String,
}

/// Which part of a template is wrong, where, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFault {
    /// `title`, `text` or `html`.
    pub part: &'static str,
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    pub detail: String,
}

/// A context with everything that any template speaks of: what previews and checks are made with.
pub fn sample_context() -> Value {
    serde_json::from_str(include_str!("../../templates/sample.json")).unwrap_or_default()
}

/// Checks that a template can be filled: that every part compiles, and that it works with the sample context and with
/// an empty one.
///
/// # Errors
/// 422 with a pointer to every part that is wrong; the detail names the line.
pub fn check(source: &TemplateSource, language: Language) -> Result<()> {
    let empty = Value::Object(serde_json::Map::new());
    let parts = [("title", Some(&source.title)), ("text", Some(&source.text)), ("html", source.html.as_ref())];
    let mut broken = parts.iter().filter_map(|&(part, text)| {
        let text = text?;
        [&sample_context(), &empty].into_iter().find_map(|context| render_part(part, text, language, context).err())
    });
    let Some(first) = broken.next() else { return Ok(()) };
    let error = Error::new(Code::Invalid, "The template cannot be used.");
    Err(std::iter::once(first).chain(broken).fold(error, |error, broken| {
        let line = broken.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        error.with_field(format!("/{}", broken.part), "template_broken", format!("{line}{}", broken.detail))
    }))
}

/// Fills a template.
///
/// # Errors
/// The first part that breaks a limit or cannot be filled with this context.
pub fn render(
    source: &TemplateSource,
    language: Language,
    context: &Value,
) -> std::result::Result<RenderedTemplate, TemplateFault> {
    // One line, whatever the context holds: a line break in a subject would be a header of its author's choice.
    let title = render_part("title", &source.title, language, context)?;
    let title: String = title.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(TITLE_LENGTH_MAX).collect();
    let text = render_part("text", &source.text, language, context)?.trim().to_owned();
    let html = match &source.html {
        Some(html) => render_part("html", html, language, context)?,
        None => html_from_text(&title, &text, language),
    };
    Ok(RenderedTemplate { title, text, html })
}

fn render_part(
    part: &'static str,
    text: &str,
    language: Language,
    context: &Value,
) -> std::result::Result<String, TemplateFault> {
    let zone = context.get("zone").and_then(Value::as_str).and_then(|zone| TimeZone::get(zone).ok());
    let environment = environment(language, zone.unwrap_or(TimeZone::UTC));
    let name = if part == "html" { "part.html" } else { "part.txt" };
    let broken = |error: minijinja::Error| TemplateFault {
        part,
        line: error.line(),
        detail: error.detail().map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind())),
    };
    let template = environment.template_from_named_str(name, text).map_err(broken)?;
    let mut page =
        LimitedWriter { bytes: Vec::new(), room: if part == "html" { HTML_BYTES_MAX } else { TEXT_BYTES_MAX } };
    template.render_captured_to(Fill::from(Serde(context)), &mut page).map_err(broken)?;
    String::from_utf8(page.bytes).map_err(|_| TemplateFault { part, line: None, detail: "not a text".to_owned() })
}

struct LimitedWriter {
    bytes: Vec<u8>,
    room: usize,
}

impl io::Write for LimitedWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len().saturating_add(bytes.len()) > self.room {
            return Err(io::Error::other("the result is too long"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn environment<'source>(language: Language, zone: TimeZone) -> Environment<'source> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(RENDER_STEPS_MAX));
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    let shown = |value: &Fill| if value.is_undefined() || value.is_none() { String::new() } else { value.to_string() };
    let as_date = |value: &Fill| value.as_str().and_then(|text| text.parse::<Date>().ok());
    environment.add_filter("date", move |value: Fill| {
        as_date(&value).map_or_else(|| shown(&value), |date| formatting::date(date, language))
    });
    environment.add_filter("time", move |value: Fill| {
        let instant = value.as_str().and_then(|text| text.parse::<Timestamp>().ok());
        instant.map_or_else(|| shown(&value), |at| formatting::time(at, &zone))
    });
    environment.add_filter("days", move |value: Fill| formatting::days(&shown(&value), language));
    environment.add_filter("word", move |value: Fill| formatting::label(&shown(&value), language));
    environment.add_filter("topic", move |value: Fill| formatting::type_label(&shown(&value), language));
    environment.add_function("period", move |from: Fill, to: Fill| match (as_date(&from), as_date(&to)) {
        (Some(from), Some(to)) => formatting::period(from, to, language),
        _ => format!("{} {}", shown(&from), shown(&to)).trim().to_owned(),
    });
    environment
}

/// The HTML part where nobody wrote one: a heading and the paragraphs of the text, escaped.
pub fn html_from_text(title: &str, text: &str, language: Language) -> String {
    let paragraphs: String = text
        .split("\n\n")
        .map(str::trim)
        .filter(|paragraph| !paragraph.is_empty())
        .map(|paragraph| format!("<p>{}</p>\n", escape(paragraph).replace('\n', "<br>\n")))
        .collect();
    let title = escape(title);
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body style=\"font-family:sans-serif;line-height:1.5;max-width:40em\">\n<h1 style=\"font-size:1.2em\">{title}</h1>\n\
         {paragraphs}</body>\n</html>\n"
    )
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#x27;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn source(title: &str, text: &str, html: Option<&str>) -> TemplateSource {
        TemplateSource { title: title.to_owned(), text: text.to_owned(), html: html.map(str::to_owned) }
    }

    fn filled(text: &str, language: Language, context: Value) -> String {
        render(&source("t", text, None), language, &context).unwrap().text
    }

    #[test]
    fn what_is_filled_in_is_escaped_in_html_and_nowhere_else() {
        let context = json!({"name": "<b>Erin</b> & \"Co\""});
        let own =
            render(&source("{{ name }}", "{{ name }}", Some("<p>{{ name }}</p>")), Language::En, &context).unwrap();
        assert_eq!(own.text, "<b>Erin</b> & \"Co\"");
        assert_eq!(own.html, "<p>&lt;b&gt;Erin&lt;&#x2f;b&gt; &amp; &quot;Co&quot;</p>");
        let made = render(&source("{{ name }}", "a\n\n{{ name }}\nb", None), Language::En, &context).unwrap();
        assert!(
            made.html.contains("<p>a</p>\n<p>&lt;b&gt;Erin&lt;/b&gt; &amp; &quot;Co&quot;<br>\nb</p>"),
            "{}",
            made.html
        );
        assert!(!made.html.contains("<b>"));
    }

    #[test]
    fn a_title_is_one_line_whatever_it_is_filled_with() {
        let context = json!({"name": "x\r\nBcc: everybody@example.com"});
        let words = render(&source("Hello {{ name }}", "t", None), Language::En, &context).unwrap();
        assert_eq!(words.title, "Hello x Bcc: everybody@example.com");
    }

    #[test]
    fn dates_times_and_amounts_follow_language_and_zone() {
        let context = || json!({"d": "2024-01-15", "e": "2024-01-20", "at": "2024-01-10T08:00:00Z", "n": 4.5, "zone": "Asia/Kolkata"});
        let text =
            "{{ d | date }}|{{ period(d, e) }}|{{ at | time }}|{{ n | days }}|{{ none | date }}|{{ 'soon' | date }}";
        assert_eq!(filled(text, Language::En, context()), "Jan 15, 2024|Jan 15–20, 2024|13:30|4.5 days||soon");
        assert_eq!(filled(text, Language::De, context()), "15.01.2024|15.–20.01.2024|13:30|4,5 Tage||soon");
    }

    #[test]
    fn a_template_that_does_not_compile_is_refused_with_its_part_and_line() {
        for (source, pointer, line) in [
            (source("{{ name", "t", None), "/title", "line 1"),
            (source("t", "a\nb\n{% if x %}", None), "/text", "line 3"),
            (source("t", "t", Some("<p>\n{{ a | nothing_of_ours }}")), "/html", "line 2"),
            (source("t", "{% include 'other' %}", None), "/text", "line 1"),
        ] {
            let error = check(&source, Language::En).unwrap_err();
            assert_eq!(error.kind(), kernel::ErrorKind::Invalid);
            let [field] = error.fields() else { panic!("one field: {:?}", error.fields()) };
            assert_eq!((field.pointer.as_str(), field.code.as_str()), (pointer, "template_broken"));
            assert!(field.detail.starts_with(line), "{}", field.detail);
        }
        let both = check(&source("{{", "{%", None), Language::En).unwrap_err();
        assert_eq!(both.fields().len(), 2);
    }

    #[test]
    fn a_template_cannot_run_or_write_without_end() {
        for text in [
            "{% for a in range(9999) %}{% for b in range(9999) %}{{ a }}{% endfor %}{% endfor %}",
            "{{ 'x' * 100000 }}",
        ] {
            assert!(check(&source("t", text, None), Language::En).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_context_breaks_out_of_html(name in ".{0,60}") {
            let words = render(&source("{{ n }}", "{{ n }}", Some("<i>{{ n }}</i>")), Language::En, &json!({"n": name})).unwrap();
            let inner = words.html.strip_prefix("<i>").and_then(|rest| rest.strip_suffix("</i>")).unwrap();
            prop_assert!(!inner.contains(['<', '>', '"']));
        }

        #[test]
        fn no_text_makes_the_engine_panic(text in "[{}%# a-z0-9|().'\"\n-]{0,80}") {
            drop(check(&source("t", &text, None), Language::En));
        }
    }
}
