//! `POST /api/v1/notifications/send`.

fn main() {
    notifications::api::notifications_send::serve();
}
