//! Endpoints below `/api/v1/attendance-corrections`.

automod::dir!(pub "src/api/attendance_corrections");
