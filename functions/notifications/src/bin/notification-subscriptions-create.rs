//! The function `notification-subscriptions-create`.

fn main() {
    notifications::api::notification_subscriptions_create::serve();
}
