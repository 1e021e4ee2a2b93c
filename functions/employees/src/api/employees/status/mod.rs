//! Endpoints below `/api/v1/employees/{employee_id}/status`.

automod::dir!(pub "src/api/employees/status");
