//! `GET /api/v1/audit-logs/{audit_id}/proof`.

use audit::{
    api::audit_logs::proof::Proof,
    domain::merkle::{leaf_hash, root_of_path},
};

use crate::audit::{AuditFixture, another_id, posted};

#[tokio::test]
async fn a_record_is_proved_to_anybody_with_the_public_key() {
    let trail = AuditFixture::open().await;
    let mut ids = Vec::new();
    for n in 0..7 {
        ids.push(trail.record("employee.updated", &format!("emp_{n}")).await.to_string());
    }
    let create = app!(trail.world, AUDIT_LOGS_CREATE);
    let created =
        trail.world.post(&create, "/api/v1/audit-logs", posted()).signed_in_as(&trail.world.people.admin).await;
    ids.push(created.body["id"].as_str().unwrap().to_owned());
    trail.advance_minutes(60);
    trail.seal().await;

    let app = app!(trail.world, AUDIT_LOGS_PROOF);
    let sealed = trail.seals().into_iter().find(|sealed| sealed.signed.seal.tree_size > 0).unwrap();
    assert_eq!(sealed.check(&[trail.public_key().await]), Ok(()));
    for id in ids {
        let answer = trail
            .world
            .get(&app, format!("/api/v1/audit-logs/{id}/proof"))
            .signed_in_as(&trail.world.people.auditor)
            .await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let proof: Proof = serde_json::from_value(answer.body).unwrap();
        assert_eq!((proof.tree_size, &proof.seal), (8, &sealed.signed));
        let root = root_of_path(proof.leaf_hash, proof.index, proof.tree_size, &proof.inclusion_path);
        assert_eq!(root, Some(sealed.signed.seal.root));
        let archive = String::from_utf8(trail.archives().into_iter().flat_map(|file| file.bytes).collect()).unwrap();
        let line = archive.lines().find(|line| line.contains(&format!(r#""id":"{id}""#))).unwrap();
        assert_eq!(leaf_hash(line.as_bytes()), proof.leaf_hash);
    }
}

#[tokio::test]
async fn an_hour_that_is_not_sealed_yet_is_409_with_the_reason() {
    let trail = AuditFixture::open().await;
    let id = trail.record("employee.updated", "emp_1").await;
    let app = app!(trail.world, AUDIT_LOGS_PROOF);
    let answer =
        trail.world.get(&app, format!("/api/v1/audit-logs/{id}/proof")).signed_in_as(&trail.world.people.hr).await;
    assert_eq!((answer.status.as_u16(), answer.problem()), (409, "not_sealed_yet"));
    assert!(answer.body["detail"].as_str().unwrap().contains("2024-06-10T10"));
}

#[tokio::test]
async fn a_record_that_was_edited_after_the_seal_is_not_proved() {
    let trail = AuditFixture::open().await;
    let id = trail.record("employee.updated", "emp_1").await;
    trail.advance_minutes(60);
    trail.seal().await;
    trail.tamper(id, "7500000", "1").await;
    let app = app!(trail.world, AUDIT_LOGS_PROOF);
    let answer =
        trail.world.get(&app, format!("/api/v1/audit-logs/{id}/proof")).signed_in_as(&trail.world.people.hr).await;
    assert_eq!((answer.status.as_u16(), answer.problem()), (409, "tampered"));
}

#[tokio::test]
async fn an_unknown_record_is_404_and_not_everybody_may_ask() {
    let trail = AuditFixture::open().await;
    let id = trail.record("employee.updated", "emp_1").await;
    let app = app!(trail.world, AUDIT_LOGS_PROOF);
    let path = |id| format!("/api/v1/audit-logs/{id}/proof");
    assert_eq!(trail.world.get(&app, path(another_id(&trail))).signed_in_as(&trail.world.people.hr).await.status, 404);
    assert_eq!(trail.world.get(&app, path(id)).await.status, 401);
    for person in [&trail.world.people.employee, &trail.world.people.manager] {
        assert_eq!(trail.world.get(&app, path(id)).signed_in_as(person).await.status, 403);
    }
}
