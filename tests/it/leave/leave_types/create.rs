//! `POST /api/v1/leave-types`

use futures::future::join_all;
use serde_json::json;

use crate::leave::{LeaveFixture, TYPES, with};

#[tokio::test]
async fn taken_codes_and_invalid_fields_are_refused() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVE_TYPES_CREATE);
    let good = json!({"code": "unpaid", "name": "Unpaid", "paid": false});
    for (fields, status, problem, pointers) in [
        (json!({"code": "annual"}), 409, "code_taken", vec!["/code"]),
        (json!({"code": "An nual"}), 422, "invalid", vec!["/code"]),
        (json!({"name": ""}), 422, "invalid", vec!["/name"]),
        (json!({"names": {"german": "x"}}), 422, "invalid", vec!["/names"]),
        (json!({"color": "red"}), 422, "invalid", vec!["/color"]),
        (json!({"paid": "yes"}), 400, "malformed", vec!["/paid"]),
        (json!({"days": 3}), 400, "malformed", vec!["/days"]),
    ] {
        let ask = office.post(&app, TYPES, with(good.clone(), fields)).signed_in_as(office.hr());
        office.refused(ask, status, problem, &pointers).await;
    }
    for caller in [office.manager(), office.employee(), &office.world.people.auditor] {
        office.refused(office.post(&app, TYPES, good.clone()).signed_in_as(caller), 403, "forbidden", &[]).await;
    }
}

#[tokio::test]
async fn concurrent_creations_of_a_code_have_one_winner() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVE_TYPES_CREATE);
    let body = json!({"code": "unpaid", "name": "Unpaid", "paid": false});
    let ask = |key: u8| {
        let ask = office.post(&app, TYPES, body.clone()).signed_in_as(office.hr());
        ask.header("idempotency-key", &key.to_string())
    };
    let answers = join_all((0..20).map(|key| async move { ask(key).await })).await;
    let won: Vec<_> = (0..20).filter(|at| answers[usize::from(*at)].status == 201).collect();
    assert_eq!(won.len(), 1);
    assert!(answers.iter().all(|answer| answer.status == 201 || answer.problem() == "code_taken"));
    let again = ask(won[0]).await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (201, "true"));
    assert_eq!(office.published_types("LEAVE_TABLE").await.last().unwrap(), "leave.type_created");
}
