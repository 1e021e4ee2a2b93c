//! `GET /api/v1/notifications/{notification_id}/trace`.

fn main() {
    notifications::api::notifications::trace::get::serve();
}
