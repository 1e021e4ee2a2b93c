//! `notifications-job-deliver-sms`: sends text messages from the queue of the channel. Publishes `notification.sent` and
//! `notification.failed`.

use crate::app::{
    channel::sms::Sms,
    delivery_worker::{ChannelWorker, deliver},
};

lambda::consumer!("notifications-job-deliver-sms", messages(deliver), ChannelWorker<Sms>);
