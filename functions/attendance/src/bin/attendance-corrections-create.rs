//! The function `attendance-corrections-create`.

fn main() {
    attendance::api::attendance_corrections::create::serve();
}
