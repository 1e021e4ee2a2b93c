//! Notifications and their rules: no AWS, no clock, no ids made.

pub mod audience;
pub mod backoff;
pub mod builtin_templates;
pub mod channel;
pub mod collapse;
pub mod delegation;
pub mod delivery;
pub mod digest;
pub mod facts;
pub mod formatting;
pub mod inbox;
pub mod language;
pub mod notification;
pub mod notification_type;
pub mod preference;
pub mod quiet;
pub mod reason;
pub mod request;
pub mod routing;
pub mod template;
pub mod trace;
pub mod way;
pub mod web_push;
