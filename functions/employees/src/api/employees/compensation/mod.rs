//! Endpoints below `/api/v1/employees/{employee_id}/compensation`.

automod::dir!(pub "src/api/employees/compensation");
