//! `GET /api/v1/sites/{site}`

use serde_json::json;

use crate::attendance::fixture::AttendanceFixture;

#[tokio::test]
async fn everybody_reads_a_site_in_degrees() {
    let fixture = AttendanceFixture::new().await;
    let put = app!(fixture.world, SITES_UPDATE);
    let get = app!(fixture.world, SITES_GET);
    let fence = json!({"name": "Yard", "latitude": -33.868_82, "longitude": 151.209_296, "radius_m": 10});
    let body = json!({"name": "Sydney", "fencing": "flag", "fences": [fence]});
    let made = fixture.world.put(&put, "/api/v1/sites/sydney", body).signed_in_as(fixture.hr()).await;
    for person in fixture.world.people.all() {
        let answer = fixture.get(&get, "/api/v1/sites/sydney").signed_in_as(person).await;
        assert_eq!((answer.header("etag"), &answer.body), ("\"1\"", &made.body));
        assert_eq!(answer.body["fences"], json!([fence]));
    }
    for site in ["berlin", &"x".repeat(3_000)] {
        let ask = fixture.get(&get, format!("/api/v1/sites/{site}")).signed_in_as(fixture.hr());
        fixture.refused(ask, 404, "not_found", &[]).await;
    }
}
