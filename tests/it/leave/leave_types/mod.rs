//! Endpoints below `/leave-types`.

automod::dir!(pub(crate) "it/leave/leave_types");
