//! `DELETE /api/v1/auth/sessions/{session_id}`

use crate::auth::{AuthFixture, text};

fn path(session: &str) -> String {
    format!("/api/v1/auth/sessions/{session}")
}

#[tokio::test]
async fn a_person_ends_one_of_their_sessions_from_another() {
    let desk = AuthFixture::open().await;
    let delete = app!(desk.world, AUTH_SESSIONS_DELETE);
    let (mine, lost) = (desk.signed_in().await, desk.signed_in().await);
    for _ in 0..2 {
        let ask = desk.world.delete(&delete, path(text(&lost, "session_id"))).token(text(&mine, "access_token"));
        assert_eq!(ask.await.status, 204);
    }
    assert_eq!(desk.try_refresh(&lost).await.status, 401);
    desk.refreshed(&mine).await;
    let announced = desk.announced().await;
    assert_eq!(announced.iter().filter(|event| *event == "user.session_revoked").count(), 1);
}

#[tokio::test]
async fn a_session_of_somebody_else_or_of_nobody_is_not_there() {
    let desk = AuthFixture::open().await;
    let delete = app!(desk.world, AUTH_SESSIONS_DELETE);
    let pair = desk.signed_in().await;
    let before = desk.world.snapshot().await;
    let people = desk.world.people.all();
    for person in people.into_iter().filter(|person| person.id != desk.employee().id) {
        let answer = desk.world.delete(&delete, path(text(&pair, "session_id"))).signed_in_as(person).await;
        assert_eq!((answer.status.as_u16(), answer.problem()), (404, "not_found"));
    }
    for unknown in ["sess_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8", "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8", "x"] {
        assert_eq!(
            desk.world.delete(&delete, path(unknown)).signed_in_as(desk.employee()).await.status,
            404,
            "{unknown}"
        );
    }
    assert_eq!(desk.world.delete(&delete, path(text(&pair, "session_id"))).await.status, 401, "anonymous");
    assert_eq!(desk.world.snapshot().await, before);
    desk.refreshed(&pair).await;
}
