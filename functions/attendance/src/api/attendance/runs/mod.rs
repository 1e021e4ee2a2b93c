//! Endpoints below `/api/v1/attendance/runs`.

automod::dir!(pub "src/api/attendance/runs");
