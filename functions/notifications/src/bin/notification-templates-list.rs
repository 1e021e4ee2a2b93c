//! `GET /api/v1/notification-templates`.

fn main() {
    notifications::api::notification_templates::list::serve();
}
