//! `GET /api/v1/employees/org-chart`.

fn main() {
    employees::api::employees::org_chart::serve();
}
