//! `GET /api/v1/employees/org-chart`

use serde_json::{Value, json};

use crate::employees::EmployeesFixture;

const PATH: &str = "/api/v1/employees/org-chart";

fn written(nodes: &Value) -> String {
    let one = |node: &Value| match written(&node["reports"]).as_str() {
        "" => node["last_name"].as_str().unwrap().to_owned(),
        below => format!("{}({below})", node["last_name"].as_str().unwrap()),
    };
    nodes.as_array().unwrap().iter().map(one).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn everybody_sees_the_tree_to_the_depth_asked() {
    let office = EmployeesFixture::open().await;
    let top = office.hire("T", "Top", json!({"salary": {"amount_minor": 4711, "currency": "EUR"}})).await;
    let a = office.hire("A", "Anna", json!({"manager_id": top["id"]})).await;
    let b = office.hire("B", "Bert", json!({"manager_id": top["id"]})).await;
    let c = office.hire("C", "Cora", json!({"manager_id": a["id"]})).await;
    office.hire("D", "Dave", json!({"manager_id": c["id"]})).await;
    let gone = office.hire("E", "Else", json!({"manager_id": b["id"]})).await;
    office.terminate(&gone).await;
    office.hire("S", "Solo", json!({})).await;

    let app = app!(office.world, EMPLOYEES_ORG_CHART);
    for (query, expected) in [
        (String::new(), "Solo Top(Anna(Cora) Bert)"),
        ("levels=1".to_owned(), "Solo Top"),
        ("levels=6".to_owned(), "Solo Top(Anna(Cora(Dave)) Bert)"),
        (format!("root={}&levels=2", a["id"].as_str().unwrap()), "Anna(Cora)"),
    ] {
        let answer = office.get(&app, format!("{PATH}?{query}")).signed_in_as(&office.world.people.employee).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!((written(&answer.body["items"]).as_str(), &answer.body["truncated"]), (expected, &json!(false)));
        for secret in ["4711", "555-0123", "@", "hire_date", "status"] {
            assert!(!answer.body.to_string().contains(secret), "{secret} is not public");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_drawn_is_refused() {
    let office = EmployeesFixture::open().await;
    let gone = office.hire("G", "Gone", json!({})).await;
    office.terminate(&gone).await;
    let app = app!(office.world, EMPLOYEES_ORG_CHART);
    let ask = |query: String| office.get(&app, format!("{PATH}?{query}")).signed_in_as(office.hr());
    let id = gone["id"].as_str().unwrap();
    office.refused(ask(format!("root={id}")), 404, "not_found", &[]).await;
    office.refused(ask("root=emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8".into()), 404, "not_found", &[]).await;
    office.refused(ask("root=me".into()), 400, "malformed", &["query:root"]).await;
    office.refused(ask("levels=0".into()), 422, "invalid", &["query:levels"]).await;
    office.refused(ask("levels=7".into()), 422, "invalid", &["query:levels"]).await;
    office.refused(office.get(&app, PATH), 401, "token_missing", &[]).await;
}
