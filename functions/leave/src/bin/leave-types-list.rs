//! `GET /api/v1/leave-types`.

fn main() {
    leave::api::leave_types::list::serve();
}
