//! `notifications-job-deliver-email`: sends e-mails from the queue of the channel. Publishes `notification.sent` and
//! `notification.failed`.

use crate::app::{
    channel::email::Email,
    delivery_worker::{ChannelWorker, deliver},
};

lambda::consumer!("notifications-job-deliver-email", messages(deliver), ChannelWorker<Email>);
