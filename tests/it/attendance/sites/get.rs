//! `GET /api/v1/sites/{site}`

use serde_json::json;

use crate::attendance::fixture::Plant;

#[tokio::test]
async fn everybody_reads_a_site_in_degrees() {
    let plant = Plant::open().await;
    let put = app!(plant.world, SITES_UPDATE);
    let get = app!(plant.world, SITES_GET);
    let fence = json!({"name": "Yard", "latitude": -33.868_82, "longitude": 151.209_296, "radius_m": 10});
    let body = json!({"name": "Sydney", "fencing": "flag", "fences": [fence]});
    let made = plant.world.put(&put, "/api/v1/sites/sydney", body).signed_in_as(plant.hr()).await;
    for person in plant.world.people.all() {
        let answer = plant.get(&get, "/api/v1/sites/sydney").signed_in_as(person).await;
        assert_eq!((answer.header("etag"), &answer.body), ("\"1\"", &made.body));
        assert_eq!(answer.body["fences"], json!([fence]));
    }
    for site in ["berlin", &"x".repeat(3_000)] {
        let ask = plant.get(&get, format!("/api/v1/sites/{site}")).signed_in_as(plant.hr());
        plant.refused(ask, 404, "not_found", &[]).await;
    }
}
