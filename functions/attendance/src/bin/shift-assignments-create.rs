//! `POST /api/v1/shift-assignments`.

fn main() {
    attendance::api::shift_assignments::create::serve();
}
