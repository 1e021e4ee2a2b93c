//! `GET /api/v1/rosters`

use serde_json::json;

use crate::attendance::{
    fixture::AttendanceFixture,
    roster_fixture::{ROSTERS, early_week, path_of, with},
};

#[tokio::test]
async fn everybody_lists_active_rosters_in_pages() {
    let fixture = AttendanceFixture::new().await;
    let list = app!(fixture.world, ROSTERS_LIST);
    let mut made = Vec::new();
    for name in ["A", "B", "C"] {
        made.push(fixture.create_roster(with(early_week(), json!({"name": name}))).await);
    }
    let delete = app!(fixture.world, ROSTERS_DELETE);
    assert_eq!(fixture.delete(&delete, path_of(ROSTERS, &made[1])).signed_in_as(fixture.hr()).await.status, 204);
    for person in fixture.world.people.all() {
        let answer = fixture.get(&list, ROSTERS).signed_in_as(person).await;
        assert_eq!(answer.body["items"], json!([made[0], made[2]]), "{}", answer.body);
    }
    let mut found = Vec::new();
    let mut path = format!("{ROSTERS}?limit=1");
    loop {
        let page = fixture.get(&list, &path).signed_in_as(fixture.employee()).await;
        found.extend(page.body["items"].as_array().unwrap().clone());
        let Some(cursor) = page.body["next_cursor"].as_str() else { break };
        path = format!("{ROSTERS}?limit=1&cursor={cursor}");
    }
    assert_eq!(found, [made[0].clone(), made[2].clone()]);
    let broken = fixture.get(&list, format!("{ROSTERS}?cursor=x")).signed_in_as(fixture.employee());
    fixture.refused(broken, 400, "invalid_cursor", &["query:cursor"]).await;
}
