//! Endpoints below `/compliance/calendars`.

automod::dir!(pub(crate) "it/compliance/compliance/calendars");
