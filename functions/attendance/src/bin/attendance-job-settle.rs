//! The function `attendance-job-settle`.

fn main() {
    attendance::job::settle::serve();
}
