//! Endpoints below `/attendance/days`.

automod::dir!(pub(crate) "it/attendance/attendance/days");
