//! `GET /api/v1/audit-logs/{audit_id}/proof`.

use audit::{
    api::audit_logs::proof::InclusionProof,
    domain::merkle::{leaf_hash, root_from_inclusion_path},
};

use crate::audit::{AuditFixture, another_id, posted};

#[tokio::test]
async fn inclusion_proof_verifies_with_the_public_key() {
    let fixture = AuditFixture::open().await;
    let mut ids = Vec::new();
    for n in 0..7 {
        ids.push(fixture.record_event("employee.updated", &format!("emp_{n}")).await.to_string());
    }
    let create = app!(fixture.world, AUDIT_LOGS_CREATE);
    let created =
        fixture.world.post(&create, "/api/v1/audit-logs", posted()).signed_in_as(&fixture.world.people.admin).await;
    ids.push(created.body["id"].as_str().unwrap().to_owned());
    fixture.advance_minutes(60);
    fixture.run_seal_job().await;

    let app = app!(fixture.world, AUDIT_LOGS_PROOF);
    let sealed = fixture.seals().into_iter().find(|sealed| sealed.signed.seal.tree_size > 0).unwrap();
    assert_eq!(sealed.check(&[fixture.public_key().await]), Ok(()));
    for id in ids {
        let answer = fixture
            .world
            .get(&app, format!("/api/v1/audit-logs/{id}/proof"))
            .signed_in_as(&fixture.world.people.auditor)
            .await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let proof: InclusionProof = serde_json::from_value(answer.body).unwrap();
        assert_eq!((proof.tree_size, &proof.seal), (8, &sealed.signed));
        let root = root_from_inclusion_path(proof.leaf_hash, proof.index, proof.tree_size, &proof.inclusion_path);
        assert_eq!(root, Some(sealed.signed.seal.root));
        let archive = String::from_utf8(fixture.archives().into_iter().flat_map(|file| file.bytes).collect()).unwrap();
        let line = archive.lines().find(|line| line.contains(&format!(r#""id":"{id}""#))).unwrap();
        assert_eq!(leaf_hash(line.as_bytes()), proof.leaf_hash);
    }
}

#[tokio::test]
async fn unsealed_hour_returns_409_with_the_hour() {
    let fixture = AuditFixture::open().await;
    let id = fixture.record_event("employee.updated", "emp_1").await;
    let app = app!(fixture.world, AUDIT_LOGS_PROOF);
    let answer =
        fixture.world.get(&app, format!("/api/v1/audit-logs/{id}/proof")).signed_in_as(&fixture.world.people.hr).await;
    assert_eq!((answer.status.as_u16(), answer.problem()), (409, "not_sealed_yet"));
    assert!(answer.body["detail"].as_str().unwrap().contains("2024-06-10T10"));
}

#[tokio::test]
async fn record_edited_after_the_seal_returns_409() {
    let fixture = AuditFixture::open().await;
    let id = fixture.record_event("employee.updated", "emp_1").await;
    fixture.advance_minutes(60);
    fixture.run_seal_job().await;
    fixture.tamper(id, "7500000", "1").await;
    let app = app!(fixture.world, AUDIT_LOGS_PROOF);
    let answer =
        fixture.world.get(&app, format!("/api/v1/audit-logs/{id}/proof")).signed_in_as(&fixture.world.people.hr).await;
    assert_eq!((answer.status.as_u16(), answer.problem()), (409, "tampered"));
}

#[tokio::test]
async fn unknown_records_return_404_and_other_roles_403() {
    let fixture = AuditFixture::open().await;
    let id = fixture.record_event("employee.updated", "emp_1").await;
    let app = app!(fixture.world, AUDIT_LOGS_PROOF);
    let path = |id| format!("/api/v1/audit-logs/{id}/proof");
    assert_eq!(
        fixture.world.get(&app, path(another_id(&fixture))).signed_in_as(&fixture.world.people.hr).await.status,
        404
    );
    assert_eq!(fixture.world.get(&app, path(id)).await.status, 401);
    for person in [&fixture.world.people.employee, &fixture.world.people.manager] {
        assert_eq!(fixture.world.get(&app, path(id)).signed_in_as(person).await.status, 403);
    }
}
