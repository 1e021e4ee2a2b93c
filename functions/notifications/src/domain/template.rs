//! Templates: checked when they are created, rendered within limits, with HTML escaped.
//!
//! A template has a title, a text and an optional HTML part, which is otherwise generated from the text. Names that are missing
//! in the context render as empty text. The filters `date`, `time`, `days`, `word` and `topic` and the function `period` format
//! values in the language of the template.

use std::io;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{Code, Error, Message, Result};
use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value as TemplateValue, value::Serde};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{formatting, language::Language};
use crate::messages;

/// Step limit of the template engine; built-in templates use a small part of it.
const RENDER_STEPS_MAX: u64 = 20_000;
/// Maximum length of a rendered title, in characters; a longer one is cut.
pub const TITLE_LENGTH_MAX: usize = 200;
/// Maximum length of a rendered text, in bytes.
const TEXT_BYTES_MAX: usize = 16 * 1024;
/// Maximum length of a rendered HTML part, in bytes.
const HTML_BYTES_MAX: usize = 64 * 1024;

/// Source of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TemplateSource {
    /// Source of the title: subject of e-mails and title in the inbox.
    pub title: String,
    /// Source of the text part.
    pub text: String,
    /// Source of the HTML part; absent if it is generated from the text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub html: Option<String>,
}

/// Rendered parts of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RenderedTemplate {
    /// Rendered title in one line, at most 200 characters.
    pub title: String,
    /// Rendered text, at most 16 KiB.
    pub text: String,
    /// HTML part of e-mails: the rendered source, at most 64 KiB, or a document that is generated from title and text.
    pub html: String,
}

/// Fault in a template: its part, line and description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFault {
    /// `title`, `text` or `html`.
    pub part: &'static str,
    /// Line, counted from 1, if known.
    pub line: Option<usize>,
    /// Cause, as a phrase without a full stop.
    pub cause: Message,
}

/// Example context with the values of all built-in templates, for previews and checks.
pub fn sample_context() -> Value {
    serde_json::from_str(include_str!("../../templates/sample.json")).unwrap_or_default()
}

/// Checks that a template can be rendered with the example context and with an empty one.
///
/// # Errors
/// 422 `invalid` with a pointer to every faulty part and its line in the detail.
pub fn check_template(source: &TemplateSource, language: Language) -> Result<()> {
    let empty = Value::Object(serde_json::Map::new());
    let parts = [("title", Some(&source.title)), ("text", Some(&source.text)), ("html", source.html.as_ref())];
    let mut faults = parts.iter().filter_map(|&(part, text)| {
        let text = text?;
        [&sample_context(), &empty].into_iter().find_map(|context| render_part(part, text, language, context).err())
    });
    let Some(first) = faults.next() else { return Ok(()) };
    let error = Error::new(Code::Invalid, messages::template_broken());
    Err(std::iter::once(first).chain(faults).fold(error, |error, fault| {
        let detail = match fault.line {
            Some(line) => messages::template_line(line, fault.cause),
            None => messages::template_part(fault.part, fault.cause),
        };
        error.with_field(format!("/{}", fault.part), "template_broken", detail)
    }))
}

/// Renders a template with a context. The title becomes one line and is cut to [`TITLE_LENGTH_MAX`]; an HTML part that the
/// template does not have is generated.
///
/// # Errors
/// Fault of the first part that is too long or cannot be rendered.
pub fn render(
    source: &TemplateSource,
    language: Language,
    context: &Value,
) -> std::result::Result<RenderedTemplate, TemplateFault> {
    // A line break in the subject would let the context inject e-mail headers.
    let title = render_part("title", &source.title, language, context)?;
    let title: String = title.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(TITLE_LENGTH_MAX).collect();
    let text = render_part("text", &source.text, language, context)?.trim().to_owned();
    let html = match &source.html {
        Some(html) => render_part("html", html, language, context)?,
        None => html_from_text(&title, &text, language),
    };
    Ok(RenderedTemplate { title, text, html })
}

/// Renders one part within its limit of bytes. Times are in the `zone` of the context, or in UTC.
fn render_part(
    part: &'static str,
    text: &str,
    language: Language,
    context: &Value,
) -> std::result::Result<String, TemplateFault> {
    let zone = context.get("zone").and_then(Value::as_str).and_then(|zone| TimeZone::get(zone).ok());
    let environment = template_environment(language, zone.unwrap_or(TimeZone::UTC));
    let name = if part == "html" { "part.html" } else { "part.txt" };
    let fault = |error: minijinja::Error| TemplateFault { part, line: error.line(), cause: fault_cause(&error) };
    let template = environment.template_from_named_str(name, text).map_err(fault)?;
    let mut output =
        LimitedWriter { bytes: Vec::new(), bytes_max: if part == "html" { HTML_BYTES_MAX } else { TEXT_BYTES_MAX } };
    template.render_captured_to(TemplateValue::from(Serde(context)), &mut output).map_err(fault)?;
    String::from_utf8(output.bytes).map_err(|_| TemplateFault {
        part,
        line: None,
        cause: messages::rendered_not_text(),
    })
}

/// Cause of an error: a limit of this module, or in the words of the template engine, which are English.
fn fault_cause(error: &minijinja::Error) -> Message {
    match (error.kind(), error.detail()) {
        // Only `LimitedWriter` fails to write.
        (ErrorKind::WriteFailure, _) => messages::rendered_too_long(),
        (ErrorKind::OutOfFuel, _) => messages::rendered_too_slow(),
        (kind, Some(detail)) => Message::verbatim(format!("{kind}: {detail}")),
        (kind, None) => Message::verbatim(kind.to_string()),
    }
}

struct LimitedWriter {
    bytes: Vec<u8>,
    bytes_max: usize,
}

impl io::Write for LimitedWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len().saturating_add(bytes.len()) > self.bytes_max {
            return Err(io::Error::other("the rendered result is too long"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Template engine with the filters and functions of a language and time zone.
fn template_environment<'source>(language: Language, zone: TimeZone) -> Environment<'source> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(RENDER_STEPS_MAX));
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    let text_of =
        |value: &TemplateValue| if value.is_undefined() || value.is_none() { String::new() } else { value.to_string() };
    let as_date = |value: &TemplateValue| value.as_str().and_then(|text| text.parse::<Date>().ok());
    environment.add_filter("date", move |value: TemplateValue| {
        as_date(&value).map_or_else(|| text_of(&value), |date| formatting::format_date(date, language))
    });
    environment.add_filter("time", move |value: TemplateValue| {
        let instant = value.as_str().and_then(|text| text.parse::<Timestamp>().ok());
        instant.map_or_else(|| text_of(&value), |at| formatting::format_time(at, &zone))
    });
    environment.add_filter("days", move |value: TemplateValue| formatting::format_days(&text_of(&value), language));
    environment.add_filter("word", move |value: TemplateValue| formatting::label_of_name(&text_of(&value), language));
    environment.add_filter("topic", move |value: TemplateValue| formatting::label_of_type(&text_of(&value), language));
    environment.add_function("period", move |from: TemplateValue, to: TemplateValue| {
        match (as_date(&from), as_date(&to)) {
            (Some(from), Some(to)) => formatting::format_period(from, to, language),
            _ => format!("{} {}", text_of(&from), text_of(&to)).trim().to_owned(),
        }
    });
    environment
}

/// HTML part generated from a text: a heading and paragraphs, escaped.
pub fn html_from_text(title: &str, text: &str, language: Language) -> String {
    let paragraphs: String = text
        .split("\n\n")
        .map(str::trim)
        .filter(|paragraph| !paragraph.is_empty())
        .map(|paragraph| format!("<p>{}</p>\n", escape_html(paragraph).replace('\n', "<br>\n")))
        .collect();
    let title = escape_html(title);
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body style=\"font-family:sans-serif;line-height:1.5;max-width:40em\">\n<h1 style=\"font-size:1.2em\">{title}</h1>\n\
         {paragraphs}</body>\n</html>\n"
    )
}

fn escape_html(text: &str) -> String {
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

    fn rendered_text(text: &str, language: Language, context: Value) -> String {
        render(&source("t", text, None), language, &context).unwrap().text
    }

    #[test]
    fn values_are_escaped_in_html_only() {
        let context = json!({"name": "<b>Erin</b> & \"Co\""});
        let with_html =
            render(&source("{{ name }}", "{{ name }}", Some("<p>{{ name }}</p>")), Language::En, &context).unwrap();
        assert_eq!(with_html.text, "<b>Erin</b> & \"Co\"");
        assert_eq!(with_html.html, "<p>&lt;b&gt;Erin&lt;&#x2f;b&gt; &amp; &quot;Co&quot;</p>");
        let generated = render(&source("{{ name }}", "a\n\n{{ name }}\nb", None), Language::En, &context).unwrap();
        assert!(
            generated.html.contains("<p>a</p>\n<p>&lt;b&gt;Erin&lt;/b&gt; &amp; &quot;Co&quot;<br>\nb</p>"),
            "{}",
            generated.html
        );
        assert!(!generated.html.contains("<b>"));
    }

    #[test]
    fn title_is_one_line_with_any_context() {
        let context = json!({"name": "x\r\nBcc: everybody@example.com"});
        let rendered = render(&source("Hello {{ name }}", "t", None), Language::En, &context).unwrap();
        assert_eq!(rendered.title, "Hello x Bcc: everybody@example.com");
    }

    #[test]
    fn dates_times_and_amounts_follow_language_and_zone() {
        let context = || json!({"d": "2024-01-15", "e": "2024-01-20", "at": "2024-01-10T08:00:00Z", "n": 4.5, "zone": "Asia/Kolkata"});
        let text =
            "{{ d | date }}|{{ period(d, e) }}|{{ at | time }}|{{ n | days }}|{{ none | date }}|{{ 'soon' | date }}";
        assert_eq!(rendered_text(text, Language::En, context()), "Jan 15, 2024|Jan 15–20, 2024|13:30|4.5 days||soon");
        assert_eq!(rendered_text(text, Language::De, context()), "15.01.2024|15.–20.01.2024|13:30|4,5 Tage||soon");
    }

    #[test]
    fn invalid_template_is_refused_with_part_and_line() {
        for (source, pointer, line) in [
            (source("{{ name", "t", None), "/title", "Line 1 "),
            (source("t", "a\nb\n{% if x %}", None), "/text", "Line 3 "),
            (source("t", "t", Some("<p>\n{{ a | no_such_filter }}")), "/html", "Line 2 "),
            (source("t", "{% include 'other' %}", None), "/text", "Line 1 "),
        ] {
            let error = check_template(&source, Language::En).unwrap_err();
            assert_eq!(error.kind(), kernel::ErrorKind::Invalid);
            let [field] = error.fields() else { panic!("one field: {:?}", error.fields()) };
            assert_eq!((field.pointer.as_str(), field.code.as_str()), (pointer, "template_broken"));
            assert!(field.detail.to_string().starts_with(line), "{}", field.detail);
        }
        let both = check_template(&source("{{", "{%", None), Language::En).unwrap_err();
        assert_eq!(both.fields().len(), 2);
    }

    #[test]
    fn endless_or_huge_templates_are_refused() {
        for text in [
            "{% for a in range(9999) %}{% for b in range(9999) %}{{ a }}{% endfor %}{% endfor %}",
            "{{ 'x' * 100000 }}",
        ] {
            assert!(check_template(&source("t", text, None), Language::En).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn context_cannot_inject_html(name in ".{0,60}") {
            let rendered = render(&source("{{ n }}", "{{ n }}", Some("<i>{{ n }}</i>")), Language::En, &json!({"n": name})).unwrap();
            let inner = rendered.html.strip_prefix("<i>").and_then(|rest| rest.strip_suffix("</i>")).unwrap();
            prop_assert!(!inner.contains(['<', '>', '"']));
        }

        #[test]
        fn any_template_text_is_checked_without_panic(text in "[{}%# a-z0-9|().'\"\n-]{0,80}") {
            drop(check_template(&source("t", &text, None), Language::En));
        }
    }
}
