//! Endpoints below `/api/v1/leave-credits`.

automod::dir!(pub "src/api/leave_credits");
