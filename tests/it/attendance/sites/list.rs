//! `GET /api/v1/sites`

use serde_json::json;

use crate::attendance::fixture::Plant;

#[tokio::test]
async fn everybody_lists_the_sites_by_their_slugs() {
    let plant = Plant::open().await;
    let put = app!(plant.world, SITES_UPDATE);
    let delete = app!(plant.world, SITES_DELETE);
    let list = app!(plant.world, SITES_LIST);
    for site in ["pune", "berlin", "turku"] {
        let body = json!({"name": site, "fencing": "off", "fences": []});
        assert_eq!(
            plant.world.put(&put, format!("/api/v1/sites/{site}"), body).signed_in_as(plant.hr()).await.status,
            201
        );
    }
    assert_eq!(plant.delete(&delete, "/api/v1/sites/pune").signed_in_as(plant.hr()).await.status, 204);
    for person in plant.world.people.all() {
        let answer = plant.get(&list, "/api/v1/sites").signed_in_as(person).await;
        let sites: Vec<_> = answer.body["items"].as_array().unwrap().iter().map(|site| &site["site"]).collect();
        assert_eq!(sites, [&json!("berlin"), &json!("turku")], "{}", answer.body);
    }
    let page = plant.get(&list, "/api/v1/sites?limit=1").signed_in_as(plant.employee()).await;
    let cursor = page.body["next_cursor"].as_str().unwrap();
    let next = plant.get(&list, format!("/api/v1/sites?limit=1&cursor={cursor}")).signed_in_as(plant.employee()).await;
    assert_eq!((&page.body["items"][0]["site"], &next.body["items"][0]["site"]), (&json!("berlin"), &json!("turku")));
    let broken = plant.get(&list, format!("/api/v1/sites?cursor={cursor}")).signed_in_as(plant.manager());
    plant.refused(broken, 400, "invalid_cursor", &["query:cursor"]).await;
}
