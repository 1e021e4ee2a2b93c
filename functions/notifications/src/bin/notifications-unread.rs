//! `GET /api/v1/notifications/{user_id}/unread`.

fn main() {
    notifications::api::notifications::unread::serve();
}
