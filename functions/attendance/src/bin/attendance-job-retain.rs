//! The function `attendance-job-retain`.

fn main() {
    attendance::job::retain::serve();
}
