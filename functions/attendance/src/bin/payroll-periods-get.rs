//! `GET /api/v1/payroll-periods/{site}`.

fn main() {
    attendance::api::payroll_periods::get::serve();
}
