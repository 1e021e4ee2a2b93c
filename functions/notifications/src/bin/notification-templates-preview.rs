//! `POST /api/v1/notification-templates/{template}/preview`.

fn main() {
    notifications::api::notification_templates::preview::serve();
}
