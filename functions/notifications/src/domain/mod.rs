//! Rules of notifications, without AWS, clock or id generation.

pub mod audience;
pub mod backoff;
pub mod builtin_templates;
pub mod channel;
pub mod channel_decision;
pub mod collapse;
pub mod context;
pub mod delegation;
pub mod delivery;
pub mod digest;
pub mod formatting;
pub mod inbox;
pub mod language;
mod names;
pub mod notification;
pub mod notification_type;
pub mod preference;
pub mod quiet;
pub mod reasons;
pub mod request;
pub mod routing;
pub mod template;
pub mod template_facts;
pub mod trace;
pub mod web_push;
