//! Endpoints below `/leaves/adjustments`.

automod::dir!(pub(crate) "it/leave/leaves/adjustments");
