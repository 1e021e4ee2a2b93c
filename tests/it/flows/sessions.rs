//! Sessions on the real cloud: tokens signed and derived by KMS, and what ends them.

use std::time::Duration;

use access::Role;
use muster::scenario::{
    client::Answer,
    client::Person,
    eventually,
    json::{expect_fields, text},
};
use serde_json::{Value, json};

use super::cloud::{Cloud, Outcome};

/// A token must be refused so soon after its owner was suspended or got other roles.
const REFUSED_WITHIN: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_refresh_token_works_once_and_its_reuse_ends_the_family() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let (hr, person) = (cloud.someone(Role::Hr).await?, cloud.someone(Role::Employee).await?);
    let first = person.sign_in(&cloud.api).await?;
    let second = refresh(&cloud, first).await?.expect(200)?;
    let retried = refresh(&cloud, first).await?.expect(200)?;
    assert_eq!(retried["refresh_token"], second["refresh_token"], "an answer that got lost is given again");
    let third = refresh(&cloud, &second).await?.expect(200)?;
    cloud.get("/api/v1/auth/me").token(text(&third, "/access_token")).expect(200).await?;

    let stolen = refresh(&cloud, first).await?;
    assert_eq!((stolen.status, stolen.problem()), (401, "refresh_refused"), "{}", stolen.body);
    refresh(&cloud, &third).await?.expect(401)?; // the whole family is over
    let record = cloud.recorded(&hr, text(first, "/session_id"), "token_reused").await?;
    expect_fields(&record, json!({"status": "failure", "log_type": "user_logout"}))?;
    Ok(())
}

#[tokio::test]
async fn other_roles_end_every_session() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let (hr, admin) = (cloud.someone(Role::Hr).await?, cloud.someone(Role::Admin).await?);
    let person = cloud.someone(Role::Employee).await?;
    cloud.get("/api/v1/auth/me").by(&person).expect(200).await?;

    let roles = format!("/api/v1/employees/{}/roles", person.id);
    let changed = cloud.put(roles, json!({"roles": ["employee", "manager"]})).by(&admin).expect(200).await?;
    assert_eq!(changed["roles"], json!(["employee", "manager"]));
    let refused = refused_soon(&cloud, &person).await?;
    assert_eq!((refused.status, refused.problem()), (401, "token_superseded"), "{}", refused.body);
    ended_by_the_bus(&cloud, &hr, &person, "employee.roles_changed").await?;

    // A function may remember for five seconds who somebody was.
    let look = async || {
        let again = cloud.post("/api/v1/auth/login", person.login()).expect(200).await?;
        let me = cloud.get("/api/v1/auth/me").token(text(&again, "/access_token")).send().await?;
        Ok((me.body["roles"] == json!(["employee", "manager"])).then_some(()))
    };
    eventually("signed in with the new roles", REFUSED_WITHIN, look).await?;
    Ok(())
}

#[tokio::test]
async fn a_suspended_person_is_locked_out_within_ten_seconds() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let (hr, person) = (cloud.someone(Role::Hr).await?, cloud.someone(Role::Employee).await?);
    cloud.get("/api/v1/auth/me").by(&person).expect(200).await?;

    let path = format!("/api/v1/employees/{}/status", person.id);
    cloud.put(&path, json!({"status": "suspended", "reason": "a flow"})).by(&hr).expect(200).await?;
    let refused = refused_soon(&cloud, &person).await?;
    assert_eq!(refused.status, 401, "{}", refused.body);
    ended_by_the_bus(&cloud, &hr, &person, "employee.status_changed").await?;
    let look = async || {
        let login = cloud.post("/api/v1/auth/login", person.login()).send().await?;
        Ok((login.status == 401).then_some(()))
    };
    eventually("a suspended person cannot sign in", REFUSED_WITHIN, look).await?;
    Ok(())
}

async fn refresh(cloud: &Cloud, session: &Value) -> Outcome<Answer> {
    Ok(cloud.post("/api/v1/auth/refresh", json!({"refresh_token": session["refresh_token"]})).send().await?)
}

/// The first refusal of somebody's access token, which must come soon.
async fn refused_soon(cloud: &Cloud, person: &Person) -> Outcome<Answer> {
    let look = async || {
        let answer = cloud.get("/api/v1/auth/me").by(person).send().await?;
        Ok((answer.status != 200).then_some(answer))
    };
    Ok(eventually("the access token is refused", REFUSED_WITHIN, look).await?)
}

/// `auth-on-employee` hears of the change on the bus, ends the sessions, and that is audited, too.
async fn ended_by_the_bus(cloud: &Cloud, hr: &Person, person: &Person, cause: &str) -> Outcome {
    let revoked = |record: &Value| record["action"] == "session_revoked";
    let look = async || Ok(cloud.trail(hr, person.id).await?.into_iter().find(revoked));
    let record = eventually("the end of the sessions is audited", REFUSED_WITHIN, look).await?;
    expect_fields(&record, json!({"user_id": "system:auth-on-employee", "details": {"cause": cause}}))?;
    let refused = refresh(cloud, person.sign_in(&cloud.api).await?).await?;
    assert_eq!((refused.status, refused.problem()), (401, "refresh_refused"), "{}", refused.body);
    Ok(())
}
