//! Endpoints below `/leaves/recounts`.

automod::dir!(pub(crate) "it/leave/leaves/recounts");
