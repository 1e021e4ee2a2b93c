//! `GET /api/v1/rosters/{roster_id}`

use crate::attendance::{
    fixture::AttendanceFixture,
    roster_fixture::{ROSTERS, early_week, path_of},
};

#[tokio::test]
async fn everybody_reads_a_roster() {
    let fixture = AttendanceFixture::new().await;
    let roster = fixture.create_roster(early_week()).await;
    let app = app!(fixture.world, ROSTERS_GET);
    for person in fixture.world.people.all() {
        let answer = fixture.get(&app, path_of(ROSTERS, &roster)).signed_in_as(person).await;
        assert_eq!((answer.header("etag"), &answer.body), ("\"1\"", &roster));
    }
    for path in ["x", "roster_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8"] {
        let ask = fixture.get(&app, format!("{ROSTERS}/{path}")).signed_in_as(fixture.hr());
        fixture.refused(ask, 404, "not_found", &[]).await;
    }
}
