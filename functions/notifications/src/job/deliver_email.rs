//! `notifications-job-deliver-email`: sends e-mails, from their own queue. Publishes `notification.sent` and
//! `notification.failed`.

use crate::app::{
    channel::email::Email,
    delivery_worker::{Worker, deliver},
};

lambda::consumer!("notifications-job-deliver-email", work(deliver), Worker<Email>);
