//! `POST /api/v1/attendance/import`.

fn main() {
    attendance::api::attendance_import::serve();
}
