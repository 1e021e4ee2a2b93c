//! Endpoints below `/leaves/encashments`.

automod::dir!(pub(crate) "it/leave/leaves/encashments");
