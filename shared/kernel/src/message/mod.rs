//! Messages for people: texts with arguments, in all languages of the product.

mod language;

use std::fmt;

use jiff::civil::Date;
use serde::{Serialize, Serializer};

pub use language::Language;

/// Entry of a message catalogue: key, names of the arguments, and the text in each language.
///
/// A text names an argument in braces: `The employment began on {date}.`
#[derive(Debug, PartialEq, Eq)]
pub struct Texts {
    /// Path of the function that makes the message.
    pub key: &'static str,
    /// Names of the arguments, in the order of the function.
    pub arguments: &'static [&'static str],
    /// English text.
    pub en: &'static str,
    /// German text.
    pub de: &'static str,
    /// Hindi text.
    pub hi: &'static str,
}

impl Texts {
    /// Text in a language, with the arguments as placeholders.
    pub const fn text(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::German => self.de,
            Language::Hindi => self.hi,
        }
    }

    /// Names in braces in a text, in their order, without the braces.
    pub fn placeholders(text: &str) -> impl Iterator<Item = &str> {
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
    }
}

/// Value that a message names, written as its language writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// Name, code, whole number or other text, the same in all languages.
    Text(String),
    /// Number with a decimal point, such as `7.5`; German writes `7,5`.
    Decimal(String),
    /// Calendar date: `2026-12-24` in English, `24.12.2026` in German, `24/12/2026` in Hindi.
    Date(Date),
    /// Word or sentence of a catalogue.
    Message(Message),
    /// Values with commas between them.
    List(Vec<Self>),
}

impl Argument {
    /// Number with a decimal point.
    pub fn decimal(number: impl fmt::Display) -> Self {
        Self::Decimal(number.to_string())
    }

    /// Values with commas between them.
    pub fn list(values: impl IntoIterator<Item = impl Into<Self>>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }

    fn write(&self, language: Language, to: &mut String) {
        match self {
            Self::Text(text) => to.push_str(text),
            Self::Decimal(number) if language == Language::German => to.push_str(&number.replace('.', ",")),
            Self::Decimal(number) => to.push_str(number),
            Self::Date(date) => {
                let (year, month, day) = (date.year(), date.month(), date.day());
                to.push_str(&match language {
                    Language::English => date.to_string(),
                    Language::German => format!("{day:02}.{month:02}.{year:04}"),
                    Language::Hindi => format!("{day:02}/{month:02}/{year:04}"),
                });
            }
            Self::Message(message) => message.write(language, to),
            Self::List(values) => {
                for (index, value) in values.iter().enumerate() {
                    to.push_str(if index == 0 { "" } else { ", " });
                    value.write(language, to);
                }
            }
        }
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Date> for Argument {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}

impl From<Message> for Argument {
    fn from(message: Message) -> Self {
        Self::Message(message)
    }
}

macro_rules! whole_numbers {
    ($($number:ty),+) => {
        $(impl From<$number> for Argument {
            fn from(number: $number) -> Self {
                Self::Text(number.to_string())
            }
        })+
    };
}

whole_numbers!(u8, u16, u32, u64, usize, i8, i16, i32, i64);

/// Message for a person: a text of a catalogue with its arguments.
///
/// [`messages!`](crate::messages) makes the functions that build it. `Display` is English, for logs and tests. It serializes
/// in [`Language::current`], the language of the request; a type that is stored holds no message.
#[derive(Clone, PartialEq, Eq)]
pub struct Message(Source);

#[derive(Clone, PartialEq, Eq)]
enum Source {
    Catalogue { texts: &'static Texts, arguments: Box<[Argument]> },
    Verbatim(Box<str>),
}

impl Message {
    /// Message with its arguments, in the order of [`Texts::arguments`].
    pub fn new(texts: &'static Texts, arguments: impl Into<Box<[Argument]>>) -> Self {
        Self(Source::Catalogue { texts, arguments: arguments.into() })
    }

    /// Message with a finished text of a library or a validator, which is not translated.
    pub fn verbatim(text: impl Into<Box<str>>) -> Self {
        Self(Source::Verbatim(text.into()))
    }

    /// Key in the catalogue; `None` for a verbatim text.
    pub fn key(&self) -> Option<&'static str> {
        match &self.0 {
            Source::Catalogue { texts, .. } => Some(texts.key),
            Source::Verbatim(_) => None,
        }
    }

    /// Text in a language.
    pub fn text(&self, language: Language) -> String {
        let mut text = String::new();
        self.write(language, &mut text);
        text
    }

    /// Text in the language of the current request; English outside a request.
    pub fn localized(&self) -> String {
        self.text(Language::current())
    }

    fn write(&self, language: Language, to: &mut String) {
        match &self.0 {
            Source::Verbatim(text) => to.push_str(text),
            Source::Catalogue { texts, arguments } => {
                let mut rest = texts.text(language);
                while let Some((before, (name, after))) =
                    rest.split_once('{').and_then(|(before, open)| Some((before, open.split_once('}')?)))
                {
                    to.push_str(before);
                    let index = texts.arguments.iter().position(|argument| *argument == name);
                    if let Some(argument) = index.and_then(|index| arguments.get(index)) {
                        argument.write(language, to);
                    }
                    rest = after;
                }
                to.push_str(rest);
            }
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Language::English))
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text(Language::English))
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.localized())
    }
}

/// Catalogue of the messages of a crate: a function per message, with its text in each language.
///
/// ```ignore
/// kernel::messages! {
///     employment_began(date) {
///         en: "The employment began on {date}. Choose that day or a later one.",
///         de: "Das Arbeitsverhältnis begann am {date}. Wählen Sie diesen oder einen späteren Tag.",
///         hi: "रोज़गार {date} को शुरू हुआ। वही दिन या उसके बाद का दिन चुनें।",
///     }
/// }
///
/// Error::invalid("/date", "before_employment", messages::employment_began(person.hire_date))
/// ```
///
/// An argument is a text, a whole number, a date, another message, or an [`Argument`](crate::Argument). A missing message or
/// language does not compile. `CATALOGUE` lists all messages for the tests, which find unused ones.
#[macro_export]
macro_rules! messages {
    ($($name:ident($($argument:ident),*) { en: $en:literal, de: $de:literal, hi: $hi:literal $(,)? })*) => {
        /// All messages of the crate.
        pub const CATALOGUE: &[&$crate::Texts] = &[$(&texts::$name),*];

        #[allow(non_upper_case_globals)]
        mod texts {
            $(pub(super) static $name: $crate::Texts = $crate::Texts {
                key: concat!(module_path!(), "::", stringify!($name)),
                arguments: &[$(stringify!($argument)),*],
                en: $en,
                de: $de,
                hi: $hi,
            };)*
        }

        $(pub(crate) fn $name($($argument: impl ::std::convert::Into<$crate::Argument>),*) -> $crate::Message {
            $crate::Message::new(&texts::$name, [$($argument.into()),*])
        })*
    };
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{tests::catalogue::sample, *};

    #[allow(dead_code, unreachable_pub, reason = "nothing lists the catalogue of a test")]
    mod catalogue {
        crate::messages! {
            sample(count, day, name) {
                en: "{count} days from {day}, {name}.",
                de: "{name}: ab {day} {count} Tage.",
                hi: "{day} से {count} दिन, {name}।",
            }
        }
    }

    fn texts_of(message: &Message) -> [String; 3] {
        Language::ALL.map(|language| message.text(language))
    }

    #[test]
    fn arguments_are_written_as_the_language_writes_them() {
        let message = sample(Argument::decimal(7.5), date(2026, 12, 4), Argument::list(["a", "b"]));
        assert_eq!(
            texts_of(&message),
            ["7.5 days from 2026-12-04, a, b.", "a, b: ab 04.12.2026 7,5 Tage.", "04/12/2026 से 7.5 दिन, a, b।"]
        );
        assert_eq!(message.key(), Some("kernel::message::tests::catalogue::texts::sample"));
    }

    #[test]
    fn braces_in_an_argument_are_not_a_placeholder() {
        assert_eq!(sample(1, "{name}", "{count}").to_string(), "1 days from {name}, {count}.");
    }

    #[test]
    fn a_verbatim_text_is_the_same_in_all_languages() {
        let message = Message::verbatim("{x} as it is");
        assert_eq!(texts_of(&message), ["{x} as it is"; 3].map(str::to_owned));
        assert_eq!(message.key(), None);
    }

    #[tokio::test]
    async fn a_message_serializes_in_the_language_of_the_request() {
        let message = sample(2, "x", "y");
        assert_eq!(serde_json::to_value(&message).unwrap(), "2 days from x, y.");
        let german = Language::German.scope(async { serde_json::to_value(&message).unwrap() }).await;
        assert_eq!(german, "y: ab x 2 Tage.");
    }
}
