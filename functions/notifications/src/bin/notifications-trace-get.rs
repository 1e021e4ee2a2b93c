//! `GET /api/v1/notifications/{notification_id}/trace`.

fn main() {
    notifications::api::notifications_trace_get::serve();
}
