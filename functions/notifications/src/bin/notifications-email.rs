//! `POST /api/v1/notifications/email`.

fn main() {
    notifications::api::notifications_email::serve();
}
