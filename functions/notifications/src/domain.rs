//! Notifications and their rules: no AWS, no clock, no ids made.

pub mod audience;
pub mod backoff;
pub mod delegation;
pub mod delivery;
pub mod digest;
pub mod facts;
pub mod inbox;
pub mod notification;
pub mod preference;
pub mod quiet;
pub mod request;
pub mod reset;
pub mod routing;
pub mod shipped;
pub mod storm;
pub mod template;
pub mod topic;
pub mod trace;
pub mod web_push;
pub mod words;
