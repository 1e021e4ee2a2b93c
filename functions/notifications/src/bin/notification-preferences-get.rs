//! `GET /api/v1/notification-preferences/{user_id}`.

fn main() {
    notifications::api::notification_preferences::get::serve();
}
