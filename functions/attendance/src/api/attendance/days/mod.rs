//! Endpoints below `/api/v1/attendance/days`.

automod::dir!(pub "src/api/attendance/days");
