//! Sessions on the real cloud: tokens signed and derived by KMS, and what ends them.

use std::time::Duration;

use access::Role;
use serde_json::{Value, json};

use super::{
    cloud::{Answer, Cloud, eventually},
    people::{Someone, login_body},
};

/// A token must be refused so soon after its owner was suspended or got other roles.
const REFUSED_WITHIN: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_refresh_token_works_once_and_its_reuse_ends_the_family() {
    let Some(cloud) = Cloud::from_env() else { return };
    let (hr, person) = (cloud.someone(Role::Hr).await, cloud.someone(Role::Employee).await);
    let first = person.refresh_token();
    let second = refresh(&cloud, first).await.expect(200);
    let retried = refresh(&cloud, first).await.expect(200);
    assert_eq!(retried["refresh_token"], second["refresh_token"], "an answer that got lost is given again");
    let third = refresh(&cloud, text(&second, "refresh_token")).await.expect(200);
    cloud.get("/api/v1/auth/me").token(text(&third, "access_token")).await.expect(200);

    let stolen = refresh(&cloud, first).await;
    assert_eq!((stolen.status, stolen.problem()), (401, "refresh_refused"), "{}", stolen.body);
    let latest = refresh(&cloud, text(&third, "refresh_token")).await;
    assert_eq!(latest.status, 401, "the whole family is over: {}", latest.body);
    let told = cloud.recorded(&hr, person.session_id(), "token_reused").await;
    assert_eq!((&told["status"], &told["log_type"]), (&json!("failure"), &json!("user_logout")));
}

#[tokio::test]
async fn other_roles_end_every_session() {
    let Some(cloud) = Cloud::from_env() else { return };
    let (hr, admin) = (cloud.someone(Role::Hr).await, cloud.someone(Role::Admin).await);
    let person = cloud.someone(Role::Employee).await;
    cloud.get("/api/v1/auth/me").by(&person).await.expect(200);

    let roles = format!("/api/v1/employees/{}/roles", person.id);
    let changed = cloud.put(roles, json!({"roles": ["employee", "manager"]})).by(&admin).await.expect(200);
    assert_eq!(changed["roles"], json!(["employee", "manager"]));
    let refused = refused_soon(&cloud, &person).await;
    assert_eq!((refused.status, refused.problem()), (401, "token_superseded"), "{}", refused.body);
    let revoked = ended_by_the_bus(&cloud, &hr, &person).await;
    assert_eq!(revoked["details"]["cause"], "employee.roles_changed");

    // A function may remember for five seconds who somebody was.
    let look = async || {
        let again = cloud.login(&person.email).await;
        let me = cloud.get("/api/v1/auth/me").token(text(&again, "access_token")).await;
        (me.body["roles"] == json!(["employee", "manager"])).then_some(())
    };
    eventually("signed in with the new roles", REFUSED_WITHIN, look).await;
}

#[tokio::test]
async fn a_suspended_person_is_locked_out_within_ten_seconds() {
    let Some(cloud) = Cloud::from_env() else { return };
    let (hr, person) = (cloud.someone(Role::Hr).await, cloud.someone(Role::Employee).await);
    cloud.get("/api/v1/auth/me").by(&person).await.expect(200);

    let path = format!("/api/v1/employees/{}/status", person.id);
    cloud.put(&path, json!({"status": "suspended", "reason": "a flow"})).by(&hr).await.expect(200);
    let refused = refused_soon(&cloud, &person).await;
    assert_eq!(refused.status, 401, "{}", refused.body);
    let revoked = ended_by_the_bus(&cloud, &hr, &person).await;
    assert_eq!(revoked["details"]["cause"], "employee.status_changed");
    let look = async || (cloud.post("/api/v1/auth/login", login_body(&person.email)).await.status == 401).then_some(());
    eventually("a suspended person cannot sign in", REFUSED_WITHIN, look).await;
}

async fn refresh(cloud: &Cloud, token: &str) -> Answer {
    cloud.post("/api/v1/auth/refresh", json!({ "refresh_token": token })).await
}

/// The first refusal of somebody's access token, which must come soon.
async fn refused_soon(cloud: &Cloud, person: &Someone) -> Answer {
    let look = async || Some(cloud.get("/api/v1/auth/me").by(person).await).filter(|answer| answer.status != 200);
    let (answer, took) = eventually("the access token is refused", REFUSED_WITHIN, look).await;
    eprintln!("refused after {} ms", took.as_millis());
    answer
}

/// `auth-on-employee` hears of the change on the bus, ends the sessions, and that is audited, too.
async fn ended_by_the_bus(cloud: &Cloud, hr: &Someone, person: &Someone) -> Value {
    let told = cloud.recorded_within(hr, &person.id.to_string(), "session_revoked", REFUSED_WITHIN).await;
    assert_eq!(told["user_id"], "system:auth-on-employee");
    let refused = refresh(cloud, person.refresh_token()).await;
    assert_eq!((refused.status, refused.problem()), (401, "refresh_refused"), "{}", refused.body);
    told
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}"))
}
