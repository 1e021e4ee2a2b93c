//! The function `attendance-corrections-get`.

fn main() {
    attendance::api::attendance_corrections::get::serve();
}
