//! Endpoints below `/attendance/{employee_id}/days`.

automod::dir!(pub(crate) "it/attendance/attendance/days");
