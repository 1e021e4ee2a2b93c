//! `GET /api/v1/notifications/bulk/{bulk_id}`.

fn main() {
    notifications::api::notifications::bulk::get::serve();
}
