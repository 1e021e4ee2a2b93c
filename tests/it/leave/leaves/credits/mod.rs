//! Endpoints below `/leaves/credits`.

automod::dir!(pub(crate) "it/leave/leaves/credits");
