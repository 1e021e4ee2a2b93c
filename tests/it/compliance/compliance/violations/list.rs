//! `GET /api/v1/compliance/violations`

use jiff::SignedDuration;
use serde_json::json;

use crate::compliance::{ComplianceFixture, VIOLATIONS, all};

const DAY: SignedDuration = SignedDuration::from_hours(24);

#[tokio::test]
async fn violation_list_filters_by_employee_policy_time_and_acknowledgement() {
    let fixture = ComplianceFixture::open().await;
    let people = fixture.world.people.clone();
    let seen = fixture.register_violation(1, &people.employee, "attachment_required").await;
    fixture.world.clock.advance(DAY);
    fixture.register_violation(2, &people.employee, "blackout").await;
    fixture.world.clock.advance(DAY);
    fixture.register_violation(3, &people.outsider, "notice_too_short").await;
    let acknowledge = app!(fixture.world, COMPLIANCE_VIOLATIONS_ACKNOWLEDGE);
    let ask = fixture.post(&acknowledge, format!("{VIOLATIONS}/{seen}/acknowledge"), json!({"comment": "seen"}));
    assert_eq!(ask.signed_in_as(fixture.hr()).await.status, 200);
    let app = app!(fixture.world, COMPLIANCE_VIOLATIONS_LIST);
    let (employee, policy) = (people.employee.id, "pol_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8");
    let [a, b, c] = ["attachment_required", "blackout", "notice_too_short"];
    for (query, expected) in [
        (String::new(), vec![c, b, a]),
        (format!("employee_id={employee}"), vec![b, a]),
        (format!("employee_id={employee}&policy_id={policy}"), vec![b, a]),
        (format!("policy_id={policy}"), vec![c, b, a]),
        ("policy_id=pol_018f6b0e4a3b7c21a5d4c3b2a1f0e9d9".to_owned(), vec![]),
        (format!("employee_id={employee}&policy_id=pol_018f6b0e4a3b7c21a5d4c3b2a1f0e9d9"), vec![]),
        ("from=2024-06-11".to_owned(), vec![c, b]),
        ("to=2024-06-11".to_owned(), vec![b, a]),
        ("from=2024-06-11&to=2024-06-11".to_owned(), vec![b]),
        ("acknowledged=true".to_owned(), vec![a]),
        (format!("acknowledged=false&employee_id={employee}"), vec![b]),
    ] {
        for caller in [fixture.hr(), &people.admin, &people.auditor] {
            let answer = fixture.get(&app, format!("{VIOLATIONS}?{query}")).signed_in_as(caller).await;
            assert_eq!(all(&answer, "code"), expected, "{query}: {}", answer.body);
        }
    }
    let first = fixture.get(&app, format!("{VIOLATIONS}?limit=2")).signed_in_as(fixture.hr()).await;
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let second = fixture.get(&app, format!("{VIOLATIONS}?limit=2&cursor={cursor}")).signed_in_as(fixture.hr()).await;
    assert_eq!((all(&first, "code"), all(&second, "code")), (vec![c, b], vec![a]));
}

#[tokio::test]
async fn employees_see_own_violations_and_managers_those_of_reports() {
    let fixture = ComplianceFixture::open().await;
    let people = fixture.world.people.clone();
    for (number, person) in [&people.employee, &people.outsider, &people.manager].into_iter().enumerate() {
        fixture.register_violation(u128::try_from(number).unwrap() + 1, person, "blackout").await;
    }
    let app = app!(fixture.world, COMPLIANCE_VIOLATIONS_LIST);
    for (caller, expected) in [
        (&people.employee, people.employee.id),
        (&people.manager, people.employee.id),
        (&people.other_manager, people.outsider.id),
        (&people.outsider, people.outsider.id),
    ] {
        let answer = fixture.get(&app, VIOLATIONS).signed_in_as(caller).await;
        assert_eq!(all(&answer, "employee_id"), [expected.to_string()], "{}", caller.first_name);
        let own = fixture.get(&app, format!("{VIOLATIONS}?employee_id={}", caller.id)).signed_in_as(caller).await;
        assert_eq!(own.status, 200);
    }
    for (caller, id) in [
        (&people.employee, people.outsider.id),
        (&people.employee, people.manager.id),
        (&people.manager, people.outsider.id),
        (&people.outsider, people.other_manager.id),
    ] {
        let ask = fixture.get(&app, format!("{VIOLATIONS}?employee_id={id}")).signed_in_as(caller);
        fixture.refused(ask, 404, "not_found", &[]).await;
    }
}

#[tokio::test]
async fn former_manager_no_longer_sees_a_moved_employee() {
    let fixture = ComplianceFixture::open().await;
    let people = fixture.world.people.clone();
    fixture.register_violation(1, &people.employee, "blackout").await;
    let moved = directory::Person { manager_id: Some(people.other_manager.id), ..people.employee.clone() };
    fixture.world.add_people(&[&moved]).await;
    fixture.world.clock.advance(SignedDuration::from_secs(10));
    let app = app!(fixture.world, COMPLIANCE_VIOLATIONS_LIST);
    let old = fixture.get(&app, VIOLATIONS).signed_in_as(&people.manager).await;
    assert_eq!(all(&old, "code"), Vec::<&str>::new(), "{}", old.body);
    let new =
        fixture.get(&app, format!("{VIOLATIONS}?employee_id={}", moved.id)).signed_in_as(&people.other_manager).await;
    assert_eq!(all(&new, "code"), ["blackout"]);
}

#[tokio::test]
async fn invalid_filters_are_refused_with_a_pointer() {
    let fixture = ComplianceFixture::open().await;
    let app = app!(fixture.world, COMPLIANCE_VIOLATIONS_LIST);
    for (query, status, problem, pointer) in [
        ("from=2024-06-12&to=2024-06-11", 422, "invalid", "query:to"),
        ("from=yesterday", 400, "malformed", "query:from"),
        ("acknowledged=maybe", 400, "malformed", "query:acknowledged"),
        ("employee_id=x", 400, "malformed", "query:employee_id"),
        ("manager_id=x", 400, "malformed", "query:manager_id"),
    ] {
        let ask = fixture.get(&app, format!("{VIOLATIONS}?{query}")).signed_in_as(fixture.hr());
        fixture.refused(ask, status, problem, &[pointer]).await;
    }
    fixture.refused(fixture.get(&app, VIOLATIONS), 401, "token_missing", &[]).await;
}
