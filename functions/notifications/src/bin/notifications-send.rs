//! `POST /api/v1/notifications/send`.

fn main() {
    notifications::api::notifications::send::serve();
}
