//! `DELETE /api/v1/auth/sessions/{session_id}`

use crate::auth::{AuthFixture, text};

fn path(session: &str) -> String {
    format!("/api/v1/auth/sessions/{session}")
}

#[tokio::test]
async fn person_ends_own_session_from_another_one() {
    let fixture = AuthFixture::open().await;
    let delete = app!(fixture.world, AUTH_SESSIONS_DELETE);
    let (mine, lost) = (fixture.sign_in().await, fixture.sign_in().await);
    for _ in 0..2 {
        let ask = fixture.world.delete(&delete, path(text(&lost, "session_id"))).token(text(&mine, "access_token"));
        assert_eq!(ask.await.status, 204);
    }
    assert_eq!(fixture.try_refresh(&lost).await.status, 401);
    fixture.refresh_tokens(&mine).await;
    let published = fixture.published_types().await;
    assert_eq!(published.iter().filter(|event| *event == "user.session_revoked").count(), 1);
}

#[tokio::test]
async fn foreign_and_unknown_sessions_return_404() {
    let fixture = AuthFixture::open().await;
    let delete = app!(fixture.world, AUTH_SESSIONS_DELETE);
    let pair = fixture.sign_in().await;
    let before = fixture.world.snapshot().await;
    let people = fixture.world.people.all();
    for person in people.into_iter().filter(|person| person.id != fixture.employee().id) {
        let answer = fixture.world.delete(&delete, path(text(&pair, "session_id"))).signed_in_as(person).await;
        assert_eq!((answer.status.as_u16(), answer.problem()), (404, "not_found"));
    }
    for unknown in ["sess_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8", "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8", "x"] {
        assert_eq!(
            fixture.world.delete(&delete, path(unknown)).signed_in_as(fixture.employee()).await.status,
            404,
            "{unknown}"
        );
    }
    assert_eq!(fixture.world.delete(&delete, path(text(&pair, "session_id"))).await.status, 401, "anonymous");
    assert_eq!(fixture.world.snapshot().await, before);
    fixture.refresh_tokens(&pair).await;
}
