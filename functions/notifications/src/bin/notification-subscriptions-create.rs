//! The function `notification-subscriptions-create`.

fn main() {
    notifications::api::notification_subscriptions::create::serve();
}
