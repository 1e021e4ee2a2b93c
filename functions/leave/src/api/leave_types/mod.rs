//! Endpoints below `/api/v1/leave-types`.

automod::dir!(pub "src/api/leave_types");
