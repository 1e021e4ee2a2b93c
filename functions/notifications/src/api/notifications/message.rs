//! Checks of messages: type, template, context and recipients.

use futures::future::try_join_all;
use kernel::{EmployeeId, Error, Result};
use lambda::http::Caller;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::{
    api::Api,
    domain::{
        builtin_templates::TemplateName, channel::Channel, language::Language, notification_type::NotificationType,
        request::MessageContent, template::render,
    },
    messages,
};

/// Status of an accepted message: `queued`, because the notifications follow.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AcceptedMessageStatus {
    /// Accepted; the notifications follow.
    Queued,
}

/// Fields of a message before their check.
pub(crate) struct MessageInput {
    /// Default: `notification.message`.
    pub(crate) notification_type: Option<String>,
    /// Default: the template of the type.
    pub(crate) template: Option<String>,
    pub(crate) context: Option<Map<String, Value>>,
    /// Default: inbox and e-mail.
    pub(crate) channels: Option<Vec<Channel>>,
}

/// Checks the fields of a message, renders its current English template once as a test, and returns the content.
///
/// # Errors
/// 422 `invalid` for an unknown or reserved type or template, or a context with which the template cannot be rendered.
pub(crate) async fn check_content(api: &Api, input: MessageInput) -> Result<MessageContent> {
    let notification_type = match input.notification_type {
        Some(name) => NotificationType::parse_selectable(&name)
            .ok_or_else(|| Error::invalid("/notification_type", "unknown_type", messages::unknown_type()))?,
        None => NotificationType::Message,
    };
    let template = match input.template {
        Some(name) => {
            let template = name.parse().ok().filter(|template: &TemplateName| !template.is_reserved());
            template.ok_or_else(|| Error::invalid("/template", "unknown_template", messages::unknown_template()))?
        }
        None => notification_type.default_template(),
    };
    let context = input.context.unwrap_or_default();
    if template == TemplateName::Message {
        let has_text =
            |name: &str| context.get(name).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty());
        if let Some(name) = ["title", "text"].into_iter().find(|name| !has_text(name)) {
            let pointer = format!("/context/{name}");
            return Err(Error::invalid(pointer, "missing_field", messages::context_value_needed()));
        }
    }
    let current = api.store.current_or_builtin_template(template, Language::default()).await?.value;
    let context = Value::Object(context);
    render(&current.source, Language::default(), &context).map_err(|fault| {
        Error::invalid("/context", "template_broken", messages::template_part(fault.part, fault.cause))
    })?;
    let channels = input.channels.unwrap_or_else(|| vec![Channel::InApp, Channel::Email]);
    Ok(MessageContent { notification_type, template, context, channels, html: None })
}

/// Checks that all recipients exist and are not terminated. Suspended people pass, although they will not be notified.
///
/// # Errors
/// 422 `invalid` with a pointer to each recipient who is unknown or terminated.
pub(crate) async fn check_recipients(
    api: &Api,
    caller: &Caller,
    people: &[EmployeeId],
    pointer: impl Fn(usize) -> String,
) -> Result<()> {
    let at = caller.origin().at;
    let people = try_join_all(people.iter().map(|id| api.shell.directory.person(*id, at))).await?;
    let is_employed = |person: &directory::Person| person.status != directory::EmploymentStatus::Terminated;
    let refused = people.iter().enumerate().filter(|(_, person)| !person.as_deref().is_some_and(is_employed));
    let error = refused.fold(Error::invalid_values(), |error, (at, _)| {
        error.with_field(pointer(at), "unknown_person", messages::unknown_recipient())
    });
    if error.fields().is_empty() { Ok(()) } else { Err(error) }
}

/// Context of the template `message`, for a message without a template of its own.
pub(crate) fn plain_text_context(title: &str, text: &str) -> Map<String, Value> {
    Map::from_iter([("title".to_owned(), json!(title)), ("text".to_owned(), json!(text))])
}
