//! `notifications-job-deliver-sms`: sends text messages, from their own queue. Publishes `notification.sent` and
//! `notification.failed`.

use crate::app::{
    channel::sms::Sms,
    delivery_worker::{Worker, deliver},
};

lambda::consumer!("notifications-job-deliver-sms", work(deliver), Worker<Sms>);
