//! `notifications-job-deliver-push`: sends push messages, from their own queue. Publishes `notification.sent` and
//! `notification.failed`.

use crate::app::{
    channel::push::Push,
    delivery_worker::{Worker, deliver},
};

lambda::consumer!("notifications-job-deliver-push", work(deliver), Worker<Push>);
