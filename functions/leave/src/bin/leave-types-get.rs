//! `GET /api/v1/leave-types/{leave_type}`.

fn main() {
    leave::api::leave_types::get::serve();
}
