//! `GET /api/v1/payroll-periods/{site}/{month}/differences`.

fn main() {
    attendance::api::payroll_periods::differences::list::serve();
}
