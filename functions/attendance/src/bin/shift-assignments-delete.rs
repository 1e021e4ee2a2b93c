//! `DELETE /api/v1/shift-assignments/{assignment_id}`.

fn main() {
    attendance::api::shift_assignments::delete::serve();
}
