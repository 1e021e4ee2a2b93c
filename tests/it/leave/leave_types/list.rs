//! `GET /api/v1/leave-types`

use serde_json::json;

use crate::leave::{LeaveFixture, TYPES};

#[tokio::test]
async fn leave_types_are_listed_by_code() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVE_TYPES_LIST);
    let codes = |answer: &testkit::TestResponse| -> Vec<_> {
        answer.body["items"].as_array().unwrap().iter().map(|one| one["code"].clone()).collect()
    };
    let first = office.get(&app, format!("{TYPES}?limit=2")).signed_in_as(office.employee()).await;
    assert_eq!(codes(&first), [json!("annual"), json!("casual")], "{}", first.body);
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let rest = office.get(&app, format!("{TYPES}?limit=2&cursor={cursor}")).signed_in_as(office.employee()).await;
    assert_eq!((codes(&rest), rest.body.get("next_cursor")), (vec![json!("sick")], None));
    office.refused(office.get(&app, TYPES), 401, "token_missing", &[]).await;
    let ask = office.get(&app, format!("{TYPES}?code=annual")).signed_in_as(office.employee());
    office.refused(ask, 400, "malformed", &["query:code"]).await;
}
