//! `GET /api/v1/rosters/{roster_id}`

use crate::attendance::{
    fixture::Plant,
    roster_fixture::{ROSTERS, at, early_week},
};

#[tokio::test]
async fn everybody_reads_a_roster() {
    let plant = Plant::open().await;
    let roster = plant.makes_roster(early_week()).await;
    let app = app!(plant.world, ROSTERS_GET);
    for person in plant.world.people.all() {
        let answer = plant.get(&app, at(ROSTERS, &roster)).signed_in_as(person).await;
        assert_eq!((answer.header("etag"), &answer.body), ("\"1\"", &roster));
    }
    for path in ["x", "roster_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8"] {
        let ask = plant.get(&app, format!("{ROSTERS}/{path}")).signed_in_as(plant.hr());
        plant.refused(ask, 404, "not_found", &[]).await;
    }
}
