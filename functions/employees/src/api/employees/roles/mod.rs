//! Endpoints below `/api/v1/employees/{employee_id}/roles`.

automod::dir!(pub "src/api/employees/roles");
