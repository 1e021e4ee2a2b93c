//! Scheduled jobs and queue workers.

pub mod bulk;
pub mod deliver_email;
pub mod deliver_push;
pub mod deliver_sms;
pub mod digest;
pub mod due;
