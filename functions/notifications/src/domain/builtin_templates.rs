//! The templates that ship: version 0 of every template, in every language.

use super::{language::Language, template::TemplateSource};

macro_rules! shipped {
    ($($name:literal,)*) => {
        /// The names of all templates. There are no others; each may get newer versions.
        pub const NAMES: &[&str] = &[$($name,)*];

        fn file(name: &str, language: Language) -> Option<&'static str> {
            match (name, language) {
                $(
                    ($name, Language::En) => Some(include_str!(concat!("../../templates/", $name, ".en.txt"))),
                    ($name, Language::De) => Some(include_str!(concat!("../../templates/", $name, ".de.txt"))),
                )*
                _ => None,
            }
        }
    };
}

shipped! {
    "attendance_absent",
    "attendance_checked_in",
    "attendance_checked_out",
    "attendance_correction",
    "attendance_correction_rejected",
    "attendance_correction_requested",
    "attendance_incomplete",
    "attendance_late",
    "attendance_outside_window",
    "audit_critical_event",
    "compliance_policy_updated",
    "compliance_training_due",
    "compliance_violation_detected",
    "digest",
    "employee_created",
    "employee_deleted",
    "employee_status_changed",
    "employee_updated",
    "employee_welcome",
    "leave_request_approval_needed",
    "leave_request_approved",
    "leave_request_cancelled",
    "leave_request_confirmation",
    "leave_request_created",
    "leave_request_escalated",
    "leave_request_rejected",
    "message",
    "more",
    "password_reset",
}

/// A template by its name, in the form of the static list.
pub fn name(given: &str) -> Option<&'static str> {
    NAMES.iter().copied().find(|name| *name == given)
}

/// The template as it ships: the first line is the title, the rest the text; the HTML part follows from the text.
pub fn source(name: &str, language: Language) -> Option<TemplateSource> {
    let (title, text) = file(name, language)?.split_once('\n')?;
    Some(TemplateSource { title: title.to_owned(), text: text.trim().to_owned(), html: None })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::template::{check, render, sample_context};

    #[test]
    fn every_template_ships_in_every_language_and_says_something_with_and_without_facts() {
        for name in NAMES {
            for language in Language::ALL {
                let source = source(name, language).unwrap_or_else(|| panic!("{name}.{language}"));
                check(&source, language).unwrap_or_else(|error| panic!("{name}.{language}: {error:?}"));
                let words = render(&source, language, &sample_context()).unwrap();
                assert!(!words.title.is_empty() && !words.text.is_empty(), "{name}.{language}");
                for part in [&words.title, &words.text, &words.html] {
                    assert!(!part.contains("{{") && !part.contains("{%"), "{name}.{language}: {part}");
                }
                render(&source, language, &json!({})).unwrap_or_else(|error| panic!("{name}.{language}: {error:?}"));
            }
        }
        assert_eq!(source("nothing", Language::En), None);
        assert!(sample_context().is_object());
    }
}
