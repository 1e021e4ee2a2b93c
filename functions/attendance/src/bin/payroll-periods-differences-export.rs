//! `GET /api/v1/payroll-periods/{site}/{month}/differences/export`.

fn main() {
    attendance::api::payroll_periods::differences::export::serve();
}
