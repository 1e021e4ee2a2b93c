//! `DELETE /api/v1/leave-types/{leave_type}`.

fn main() {
    leave::api::leave_types::delete::serve();
}
