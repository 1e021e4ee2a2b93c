//! Sessions on a running cloud: tokens signed and derived by KMS, and the changes that end sessions.

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

/// Time limit from a suspension or a role change to the refusal of the tokens.
const REFUSAL_TIMEOUT: Duration = Duration::from_secs(10);

#[tokio::test]
async fn reused_refresh_token_ends_the_session() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let (hr, person) = (cloud.new_person(Role::Hr).await?, cloud.new_person(Role::Employee).await?);
    let first = person.sign_in(&cloud.api).await?;
    let second = refresh(&cloud, first).await?.expect(200)?;
    let retried = refresh(&cloud, first).await?.expect(200)?;
    assert_eq!(retried["refresh_token"], second["refresh_token"], "an immediate retry must get the same response");
    let third = refresh(&cloud, &second).await?.expect(200)?;
    cloud.get("/api/v1/auth/me").token(text(&third, "/access_token")).expect(200).await?;

    let stolen = refresh(&cloud, first).await?;
    assert_eq!((stolen.status, stolen.problem_code()), (401, "refresh_refused"), "{}", stolen.body);
    refresh(&cloud, &third).await?.expect(401)?; // all tokens of the session are revoked
    let record = cloud.expect_audit_record(&hr, text(first, "/session_id"), "token_reused").await?;
    expect_fields(&record, json!({"status": "failure", "log_type": "user_logout"}))?;
    Ok(())
}

#[tokio::test]
async fn role_change_ends_every_session() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let (hr, admin) = (cloud.new_person(Role::Hr).await?, cloud.new_person(Role::Admin).await?);
    let person = cloud.new_person(Role::Employee).await?;
    cloud.get("/api/v1/auth/me").by(&person).expect(200).await?;

    let roles = format!("/api/v1/employees/{}/roles", person.id);
    let changed = cloud.put(roles, json!({"roles": ["employee", "manager"]})).by(&admin).expect(200).await?;
    assert_eq!(changed["roles"], json!(["employee", "manager"]));
    let refused = first_refusal(&cloud, &person).await?;
    assert_eq!((refused.status, refused.problem_code()), (401, "token_superseded"), "{}", refused.body);
    expect_session_ended(&cloud, &hr, &person, "employee.roles_changed").await?;

    // Functions cache employee records for up to five seconds.
    let look = async || {
        let again = cloud.post("/api/v1/auth/login", person.login_body()).expect(200).await?;
        let me = cloud.get("/api/v1/auth/me").token(text(&again, "/access_token")).send().await?;
        Ok((me.body["roles"] == json!(["employee", "manager"])).then_some(()))
    };
    eventually("signed in with the new roles", REFUSAL_TIMEOUT, look).await?;
    Ok(())
}

#[tokio::test]
async fn suspended_employee_is_locked_out_within_ten_seconds() -> Outcome {
    let Some(cloud) = Cloud::from_env() else { return Ok(()) };
    let (hr, person) = (cloud.new_person(Role::Hr).await?, cloud.new_person(Role::Employee).await?);
    cloud.get("/api/v1/auth/me").by(&person).expect(200).await?;

    let path = format!("/api/v1/employees/{}/status", person.id);
    cloud.put(&path, json!({"status": "suspended", "reason": "a flow"})).by(&hr).expect(200).await?;
    let refused = first_refusal(&cloud, &person).await?;
    assert_eq!(refused.status, 401, "{}", refused.body);
    expect_session_ended(&cloud, &hr, &person, "employee.status_changed").await?;
    let look = async || {
        let login = cloud.post("/api/v1/auth/login", person.login_body()).send().await?;
        Ok((login.status == 401).then_some(()))
    };
    eventually("the login of the suspended employee is refused", REFUSAL_TIMEOUT, look).await?;
    Ok(())
}

async fn refresh(cloud: &Cloud, session: &Value) -> Outcome<Answer> {
    Ok(cloud.post("/api/v1/auth/refresh", json!({"refresh_token": session["refresh_token"]})).send().await?)
}

/// Waits for the first refusal of a person's access token.
async fn first_refusal(cloud: &Cloud, person: &Person) -> Outcome<Answer> {
    let look = async || {
        let answer = cloud.get("/api/v1/auth/me").by(person).send().await?;
        Ok((answer.status != 200).then_some(answer))
    };
    Ok(eventually("the access token is refused", REFUSAL_TIMEOUT, look).await?)
}

/// Waits for the audit record of the sessions that `auth-on-employee` ends after the change's event.
async fn expect_session_ended(cloud: &Cloud, hr: &Person, person: &Person, cause: &str) -> Outcome {
    let revoked = |record: &Value| record["action"] == "session_revoked";
    let look = async || Ok(cloud.audit_records(hr, person.id).await?.into_iter().find(revoked));
    let record = eventually("the end of the sessions is audited", REFUSAL_TIMEOUT, look).await?;
    expect_fields(&record, json!({"user_id": "system:auth-on-employee", "details": {"cause": cause}}))?;
    let refused = refresh(cloud, person.sign_in(&cloud.api).await?).await?;
    assert_eq!((refused.status, refused.problem_code()), (401, "refresh_refused"), "{}", refused.body);
    Ok(())
}
