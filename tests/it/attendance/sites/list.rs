//! `GET /api/v1/sites`

use serde_json::json;

use crate::attendance::fixture::AttendanceFixture;

#[tokio::test]
async fn everybody_lists_sites_by_code() {
    let fixture = AttendanceFixture::new().await;
    let put = app!(fixture.world, SITES_UPDATE);
    let delete = app!(fixture.world, SITES_DELETE);
    let list = app!(fixture.world, SITES_LIST);
    for site in ["pune", "berlin", "turku"] {
        let body = json!({"name": site, "fencing": "off", "fences": []});
        assert_eq!(
            fixture.world.put(&put, format!("/api/v1/sites/{site}"), body).signed_in_as(fixture.hr()).await.status,
            201
        );
    }
    assert_eq!(fixture.delete(&delete, "/api/v1/sites/pune").signed_in_as(fixture.hr()).await.status, 204);
    for person in fixture.world.people.all() {
        let answer = fixture.get(&list, "/api/v1/sites").signed_in_as(person).await;
        let sites: Vec<_> = answer.body["items"].as_array().unwrap().iter().map(|site| &site["site"]).collect();
        assert_eq!(sites, [&json!("berlin"), &json!("turku")], "{}", answer.body);
    }
    let page = fixture.get(&list, "/api/v1/sites?limit=1").signed_in_as(fixture.employee()).await;
    let cursor = page.body["next_cursor"].as_str().unwrap();
    let next =
        fixture.get(&list, format!("/api/v1/sites?limit=1&cursor={cursor}")).signed_in_as(fixture.employee()).await;
    assert_eq!((&page.body["items"][0]["site"], &next.body["items"][0]["site"]), (&json!("berlin"), &json!("turku")));
    let broken = fixture.get(&list, format!("/api/v1/sites?cursor={cursor}")).signed_in_as(fixture.manager());
    fixture.refused(broken, 400, "invalid_cursor", &["query:cursor"]).await;
}
