//! `POST /api/v1/notifications/email`.

fn main() {
    notifications::api::notifications::email::serve();
}
