//! The function `attendance-corrections-list`.

fn main() {
    attendance::api::attendance_corrections::list::serve();
}
