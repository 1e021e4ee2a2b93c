//! The function `attendance-corrections-reject`.

fn main() {
    attendance::api::attendance_corrections::reject::serve();
}
