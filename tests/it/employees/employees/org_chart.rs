//! `GET /api/v1/employees/org-chart`

use serde_json::{Value, json};

use crate::employees::EmployeesFixture;

const PATH: &str = "/api/v1/employees/org-chart";

fn to_text(nodes: &Value) -> String {
    let text_of = |node: &Value| match to_text(&node["reports"]).as_str() {
        "" => node["last_name"].as_str().unwrap().to_owned(),
        reports => format!("{}({reports})", node["last_name"].as_str().unwrap()),
    };
    nodes.as_array().unwrap().iter().map(text_of).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn org_chart_shows_public_fields_to_the_requested_depth() {
    let fixture = EmployeesFixture::open().await;
    let top = fixture.create_employee("T", "Top", json!({"salary": {"amount_minor": 4711, "currency": "EUR"}})).await;
    let a = fixture.create_employee("A", "Anna", json!({"manager_id": top["id"]})).await;
    let b = fixture.create_employee("B", "Bert", json!({"manager_id": top["id"]})).await;
    let c = fixture.create_employee("C", "Cora", json!({"manager_id": a["id"]})).await;
    fixture.create_employee("D", "Dave", json!({"manager_id": c["id"]})).await;
    let gone = fixture.create_employee("E", "Else", json!({"manager_id": b["id"]})).await;
    fixture.terminate(&gone).await;
    fixture.create_employee("S", "Solo", json!({})).await;

    let app = app!(fixture.world, EMPLOYEES_ORG_CHART);
    for (query, expected) in [
        (String::new(), "Solo Top(Anna(Cora) Bert)"),
        ("levels=1".to_owned(), "Solo Top"),
        ("levels=6".to_owned(), "Solo Top(Anna(Cora(Dave)) Bert)"),
        (format!("root={}&levels=2", a["id"].as_str().unwrap()), "Anna(Cora)"),
    ] {
        let answer = fixture.get(&app, format!("{PATH}?{query}")).signed_in_as(&fixture.world.people.employee).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!((to_text(&answer.body["items"]).as_str(), &answer.body["truncated"]), (expected, &json!(false)));
        for secret in ["4711", "555-0123", "@", "hire_date", "status"] {
            assert!(!answer.body.to_string().contains(secret), "{secret} is not public");
        }
    }
}

#[tokio::test]
async fn invalid_org_chart_requests_are_rejected() {
    let fixture = EmployeesFixture::open().await;
    let gone = fixture.create_employee("G", "Gone", json!({})).await;
    fixture.terminate(&gone).await;
    let app = app!(fixture.world, EMPLOYEES_ORG_CHART);
    let ask = |query: String| fixture.get(&app, format!("{PATH}?{query}")).signed_in_as(fixture.hr());
    let id = gone["id"].as_str().unwrap();
    fixture.refused(ask(format!("root={id}")), 404, "not_found", &[]).await;
    fixture.refused(ask("root=emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8".into()), 404, "not_found", &[]).await;
    fixture.refused(ask("root=me".into()), 400, "malformed", &["query:root"]).await;
    fixture.refused(ask("levels=0".into()), 422, "invalid", &["query:levels"]).await;
    fixture.refused(ask("levels=7".into()), 422, "invalid", &["query:levels"]).await;
    fixture.refused(fixture.get(&app, PATH), 401, "token_missing", &[]).await;
}
