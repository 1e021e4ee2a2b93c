//! The function `employees-job-apply-terms`.

fn main() {
    employees::job::apply_terms::serve();
}
