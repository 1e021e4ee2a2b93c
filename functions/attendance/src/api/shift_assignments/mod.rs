//! Endpoints below `/api/v1/shift-assignments`.

automod::dir!(pub "src/api/shift_assignments");
