//! Endpoints below `/api/v1/attendance/punches`.

automod::dir!(pub "src/api/attendance/punches");
