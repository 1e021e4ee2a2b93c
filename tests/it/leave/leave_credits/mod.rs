//! Endpoints below `/leave-credits`.

automod::dir!(pub(crate) "it/leave/leave_credits");
