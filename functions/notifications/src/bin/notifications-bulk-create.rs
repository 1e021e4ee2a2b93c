//! `POST /api/v1/notifications/bulk`.

fn main() {
    notifications::api::notifications_bulk_create::serve();
}
