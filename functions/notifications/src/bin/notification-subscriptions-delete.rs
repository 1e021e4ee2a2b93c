//! The function `notification-subscriptions-delete`.

fn main() {
    notifications::api::notification_subscriptions_delete::serve();
}
