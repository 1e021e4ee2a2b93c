//! `GET /api/v1/notifications/trace`.

fn main() {
    notifications::api::notifications::trace::list::serve();
}
