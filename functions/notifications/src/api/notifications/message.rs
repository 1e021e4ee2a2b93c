//! What holds for every message that somebody sends: its type, its template, its recipients.

use futures::future::try_join_all;
use kernel::{Code, EmployeeId, Error, Result};
use lambda::http::Caller;
use serde_json::{Map, Value, json};

use crate::{
    api::Api,
    domain::{channel::Channel, language::Language, notification_type, request::MessageContent, template::render},
};

const SYSTEM_TEMPLATES: &[&str] = &["digest", "more", "password_reset"];

pub(crate) struct MessageInput {
    pub(crate) notification_type: Option<String>,
    /// The template; the type's own unless told.
    pub(crate) template: Option<String>,
    pub(crate) context: Option<Map<String, Value>>,
    pub(crate) channels: Option<Vec<Channel>>,
}

/// The message, once it is known that it can be said.
///
/// # Errors
/// 422 for an unknown type or template, or a context that the template cannot be filled with; 503.
pub(crate) async fn message(api: &Api, given: MessageInput) -> Result<MessageContent> {
    let notification_type = given.notification_type.unwrap_or_else(|| notification_type::MESSAGE.to_owned());
    if !notification_type::is_known(&notification_type) {
        return Err(Error::invalid("/notification_type", "unknown_type", "There is no such notification type."));
    }
    let template = given.template.unwrap_or_else(|| notification_type::default_template(&notification_type).to_owned());
    let unknown = || Error::invalid("/template", "unknown_template", "There is no such template to send.");
    if SYSTEM_TEMPLATES.contains(&template.as_str()) || crate::domain::builtin_templates::name(&template).is_none() {
        return Err(unknown());
    }
    let context = given.context.unwrap_or_default();
    if template == "message" {
        let is_said =
            |name: &str| context.get(name).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty());
        if let Some(name) = ["title", "text"].into_iter().find(|name| !is_said(name)) {
            return Err(Error::invalid(format!("/context/{name}"), "missing_field", "This template needs it."));
        }
    }
    let current = api.store.template(&template, Language::default()).await?.value;
    let context = Value::Object(context);
    render(&current.source, Language::default(), &context).map_err(|broken| {
        Error::invalid("/context", "template_broken", format!("{}: {}", broken.part, broken.detail))
    })?;
    let channels = given.channels.unwrap_or_else(|| vec![Channel::InApp, Channel::Email]);
    Ok(MessageContent { notification_type, template, context, channels, html: None })
}

/// Lets pass when everybody is there and has not left.
///
/// # Errors
/// 422 with a pointer to each who is not; 503.
pub(crate) async fn check_recipients(
    api: &Api,
    caller: &Caller,
    people: &[EmployeeId],
    pointer: impl Fn(usize) -> String,
) -> Result<()> {
    let at = caller.origin().at;
    let found = try_join_all(people.iter().map(|id| api.shell.directory.person(*id, at))).await?;
    let here = |person: &directory::Person| person.status != directory::EmploymentStatus::Terminated;
    let gone = found.iter().enumerate().filter(|(_, person)| !person.as_deref().is_some_and(here));
    let invalid = Error::new(Code::Invalid, "The request breaks a rule.");
    let refused = gone.fold(invalid, |error, (at, _)| {
        error.with_field(pointer(at), "unknown_person", "There is nobody with this id.")
    });
    if refused.fields().is_empty() { Ok(()) } else { Err(refused) }
}

pub(crate) fn plain_text_context(title: &str, text: &str) -> Map<String, Value> {
    Map::from_iter([("title".to_owned(), json!(title)), ("text".to_owned(), json!(text))])
}
