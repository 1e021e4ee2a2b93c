//! The function `attendance-job-dispatch`.

fn main() {
    attendance::job::dispatch::serve();
}
