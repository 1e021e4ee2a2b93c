//! The function `notification-subscriptions-list`.

fn main() {
    notifications::api::notification_subscriptions::list::serve();
}
