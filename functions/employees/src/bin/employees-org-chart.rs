//! `GET /api/v1/employees/org-chart`.

fn main() {
    employees::api::employees_org_chart::serve();
}
