//! Endpoints below `/api/v1/attendance/{employee_id}/days`.

automod::dir!(pub "src/api/attendance/days");
