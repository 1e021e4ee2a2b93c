//! The function `notification-subscriptions-delete`.

fn main() {
    notifications::api::notification_subscriptions::delete::serve();
}
