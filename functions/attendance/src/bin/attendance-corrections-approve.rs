//! The function `attendance-corrections-approve`.

fn main() {
    attendance::api::attendance_corrections::approve::serve();
}
