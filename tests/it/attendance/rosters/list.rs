//! `GET /api/v1/rosters`

use serde_json::json;

use crate::attendance::{
    fixture::Plant,
    roster_fixture::{ROSTERS, at, early_week, with},
};

#[tokio::test]
async fn everybody_lists_the_rosters_that_stand_page_by_page() {
    let plant = Plant::open().await;
    let list = app!(plant.world, ROSTERS_LIST);
    let mut made = Vec::new();
    for name in ["A", "B", "C"] {
        made.push(plant.makes_roster(with(early_week(), json!({"name": name}))).await);
    }
    let delete = app!(plant.world, ROSTERS_DELETE);
    assert_eq!(plant.delete(&delete, at(ROSTERS, &made[1])).signed_in_as(plant.hr()).await.status, 204);
    for person in plant.world.people.all() {
        let answer = plant.get(&list, ROSTERS).signed_in_as(person).await;
        assert_eq!(answer.body["items"], json!([made[0], made[2]]), "{}", answer.body);
    }
    let mut found = Vec::new();
    let mut path = format!("{ROSTERS}?limit=1");
    loop {
        let page = plant.get(&list, &path).signed_in_as(plant.employee()).await;
        found.extend(page.body["items"].as_array().unwrap().clone());
        let Some(cursor) = page.body["next_cursor"].as_str() else { break };
        path = format!("{ROSTERS}?limit=1&cursor={cursor}");
    }
    assert_eq!(found, [made[0].clone(), made[2].clone()]);
    let broken = plant.get(&list, format!("{ROSTERS}?cursor=x")).signed_in_as(plant.employee());
    plant.refused(broken, 400, "invalid_cursor", &["query:cursor"]).await;
}
