//! Endpoints below `/sites`.

automod::dir!(pub(crate) "it/attendance/sites");
