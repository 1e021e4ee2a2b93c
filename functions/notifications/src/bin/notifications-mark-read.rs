//! `PUT /api/v1/notifications/{notification_id}/mark-read`.

fn main() {
    notifications::api::notifications::mark_read::serve();
}
