//! `GET /api/v1/notification-templates/{template}`.

fn main() {
    notifications::api::notification_templates::get::serve();
}
