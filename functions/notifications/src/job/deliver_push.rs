//! `notifications-job-deliver-push`: sends push messages from the queue of the channel. Publishes `notification.sent` and
//! `notification.failed`.

use crate::app::{
    channel::push::Push,
    delivery_worker::{ChannelWorker, deliver},
};

lambda::consumer!("notifications-job-deliver-push", messages(deliver), ChannelWorker<Push>);
