//! `POST /api/v1/payroll-periods/{site}/{month}/close`.

fn main() {
    attendance::api::payroll_periods::close::serve();
}
