//! `PUT /api/v1/notification-templates/{template}`.

fn main() {
    notifications::api::notification_templates::update::serve();
}
