//! `GET /api/v1/compliance/violations`

use jiff::SignedDuration;
use serde_json::json;

use crate::compliance::{ComplianceFixture, VIOLATIONS, all};

const DAY: SignedDuration = SignedDuration::from_hours(24);

#[tokio::test]
async fn violations_are_found_by_person_policy_time_and_acknowledgement() {
    let house = ComplianceFixture::open().await;
    let people = house.world.people.clone();
    let seen = house.register_violation(1, &people.employee, "a").await;
    house.world.clock.advance(DAY);
    house.register_violation(2, &people.employee, "b").await;
    house.world.clock.advance(DAY);
    house.register_violation(3, &people.outsider, "c").await;
    let acknowledge = app!(house.world, COMPLIANCE_VIOLATIONS_ACKNOWLEDGE);
    let ask = house.post(&acknowledge, format!("{VIOLATIONS}/{seen}/acknowledge"), json!({"comment": "seen"}));
    assert_eq!(ask.signed_in_as(house.hr()).await.status, 200);
    let app = app!(house.world, COMPLIANCE_VIOLATIONS_LIST);
    let (employee, policy) = (people.employee.id, "pol_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8");
    for (query, expected) in [
        (String::new(), vec!["c", "b", "a"]),
        (format!("employee_id={employee}"), vec!["b", "a"]),
        (format!("employee_id={employee}&policy_id={policy}"), vec!["b", "a"]),
        (format!("policy_id={policy}"), vec!["c", "b", "a"]),
        ("policy_id=pol_018f6b0e4a3b7c21a5d4c3b2a1f0e9d9".to_owned(), vec![]),
        (format!("employee_id={employee}&policy_id=pol_018f6b0e4a3b7c21a5d4c3b2a1f0e9d9"), vec![]),
        ("from=2024-06-11".to_owned(), vec!["c", "b"]),
        ("to=2024-06-11".to_owned(), vec!["b", "a"]),
        ("from=2024-06-11&to=2024-06-11".to_owned(), vec!["b"]),
        ("acknowledged=true".to_owned(), vec!["a"]),
        (format!("acknowledged=false&employee_id={employee}"), vec!["b"]),
    ] {
        for caller in [house.hr(), &people.admin, &people.auditor] {
            let answer = house.get(&app, format!("{VIOLATIONS}?{query}")).signed_in_as(caller).await;
            assert_eq!(all(&answer, "code"), expected, "{query}: {}", answer.body);
        }
    }
    let first = house.get(&app, format!("{VIOLATIONS}?limit=2")).signed_in_as(house.hr()).await;
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let second = house.get(&app, format!("{VIOLATIONS}?limit=2&cursor={cursor}")).signed_in_as(house.hr()).await;
    assert_eq!((all(&first, "code"), all(&second, "code")), (vec!["c", "b"], vec!["a"]));
}

#[tokio::test]
async fn everybody_sees_their_own_and_managers_those_of_their_people() {
    let house = ComplianceFixture::open().await;
    let people = house.world.people.clone();
    for (number, person) in [&people.employee, &people.outsider, &people.manager].into_iter().enumerate() {
        house.register_violation(u128::try_from(number).unwrap() + 1, person, &person.first_name).await;
    }
    let app = app!(house.world, COMPLIANCE_VIOLATIONS_LIST);
    for (caller, expected) in [
        (&people.employee, vec!["Erin"]),
        (&people.manager, vec!["Erin"]),
        (&people.other_manager, vec!["Femi"]),
        (&people.outsider, vec!["Femi"]),
    ] {
        let answer = house.get(&app, VIOLATIONS).signed_in_as(caller).await;
        assert_eq!(all(&answer, "code"), expected, "{}", caller.first_name);
        let own = house.get(&app, format!("{VIOLATIONS}?employee_id={}", caller.id)).signed_in_as(caller).await;
        assert_eq!(own.status, 200);
    }
    for (caller, id) in [
        (&people.employee, people.outsider.id),
        (&people.employee, people.manager.id),
        (&people.manager, people.outsider.id),
        (&people.outsider, people.other_manager.id),
    ] {
        let ask = house.get(&app, format!("{VIOLATIONS}?employee_id={id}")).signed_in_as(caller);
        house.refused(ask, 404, "not_found", &[]).await;
    }
}

#[tokio::test]
async fn who_moved_to_another_team_is_not_shown_to_the_old_one() {
    let house = ComplianceFixture::open().await;
    let people = house.world.people.clone();
    house.register_violation(1, &people.employee, "a").await;
    let moved = directory::Person { manager_id: Some(people.other_manager.id), ..people.employee.clone() };
    house.world.add_people(&[&moved]).await;
    house.world.clock.advance(SignedDuration::from_secs(10));
    let app = app!(house.world, COMPLIANCE_VIOLATIONS_LIST);
    let old = house.get(&app, VIOLATIONS).signed_in_as(&people.manager).await;
    assert_eq!(all(&old, "code"), Vec::<&str>::new(), "{}", old.body);
    let new =
        house.get(&app, format!("{VIOLATIONS}?employee_id={}", moved.id)).signed_in_as(&people.other_manager).await;
    assert_eq!(all(&new, "code"), ["a"]);
}

#[tokio::test]
async fn a_bad_question_is_refused() {
    let house = ComplianceFixture::open().await;
    let app = app!(house.world, COMPLIANCE_VIOLATIONS_LIST);
    for (query, status, problem, place) in [
        ("from=2024-06-12&to=2024-06-11", 422, "invalid", "query:to"),
        ("from=yesterday", 400, "malformed", "query:from"),
        ("acknowledged=maybe", 400, "malformed", "query:acknowledged"),
        ("employee_id=x", 400, "malformed", "query:employee_id"),
        ("manager_id=x", 400, "malformed", "query:manager_id"),
    ] {
        let ask = house.get(&app, format!("{VIOLATIONS}?{query}")).signed_in_as(house.hr());
        house.refused(ask, status, problem, &[place]).await;
    }
    house.refused(house.get(&app, VIOLATIONS), 401, "token_missing", &[]).await;
}
