//! `GET /api/v1/audit-logs`.

use serde_json::Value;

use crate::audit::{AuditFixture, ids};

const PATH: &str = "/api/v1/audit-logs";

async fn filled() -> (AuditFixture, Vec<String>) {
    let fixture = AuditFixture::open().await;
    let kinds = ["employee.created", "employee.updated", "user.login_failed", "department.created", "employee.deleted"];
    let mut newest_first = Vec::new();
    for n in 0..15 {
        let id = fixture.record_event(kinds[n % kinds.len()], &format!("emp_{}", n % 3)).await;
        newest_first.insert(0, id.to_string());
        fixture.advance_minutes(1);
    }
    (fixture, newest_first)
}

#[tokio::test]
async fn pages_contain_all_records_newest_first() {
    let (fixture, all) = filled().await;
    let app = app!(fixture.world, AUDIT_LOGS_LIST);
    for limit in [1, 4, 5, 14, 15, 100] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = fixture
                .world
                .get(&app, format!("{PATH}?limit={limit}{cursor}"))
                .signed_in_as(&fixture.world.people.auditor)
                .await;
            assert_eq!(page.status, 200, "{}", page.body);
            seen.extend(ids(&page.body));
            match page.body["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
            // Each page is requested later than the previous one.
            fixture.advance_minutes(1);
        }
        assert_eq!(seen, all, "limit {limit}");
    }
}

#[tokio::test]
async fn list_filters_can_be_combined() {
    let (fixture, all) = filled().await;
    let app = app!(fixture.world, AUDIT_LOGS_LIST);
    let hr = fixture.world.people.hr.id;
    let at = |minute: u32| format!("2024-06-10T10:{minute}:45Z");
    for (query, expected) in [
        (String::new(), 15),
        ("status=failure".to_owned(), 3),
        ("status=success".to_owned(), 12),
        ("log_type=employee_created".to_owned(), 3),
        ("log_type=employee_created&status=failure".to_owned(), 0),
        ("service_name=employee-management-service".to_owned(), 12),
        ("service_name=auth-service".to_owned(), 3),
        ("service_name=auth-service&status=failure".to_owned(), 3),
        ("service_name=auth-service&status=success".to_owned(), 0),
        ("service_name=payroll".to_owned(), 0),
        ("entity_id=emp_0".to_owned(), 5),
        ("entity_id=emp_0&log_type=employee_created".to_owned(), 1),
        ("entity_type=Employee".to_owned(), 15),
        ("entity_type=Desk".to_owned(), 0),
        (format!("user_id={hr}"), 15),
        (format!("user_id={hr}&status=failure&entity_id=emp_2"), 1),
        (format!("from={}&to={}", at(30), at(33)), 3),
        (format!("from={}&to={}&user_id={hr}", at(31), at(32)), 1),
        ("from=2024-06-11T00:00:00Z&to=2024-06-12T00:00:00Z".to_owned(), 0),
    ] {
        let page =
            fixture.world.get(&app, format!("{PATH}?limit=100&{query}")).signed_in_as(&fixture.world.people.hr).await;
        assert_eq!(page.status, 200, "{query}: {}", page.body);
        let listed = ids(&page.body);
        assert_eq!(listed.len(), expected, "{query}");
        let positions: Vec<_> = listed.iter().map(|id| all.iter().position(|known| known == id).unwrap()).collect();
        assert!(positions.is_sorted(), "{query}: newest first");
        assert_eq!(page.body.get("next_cursor"), None, "{query}");
    }
}

#[tokio::test]
async fn rare_record_is_found_among_many_others() {
    let fixture = AuditFixture::open().await;
    let rare = fixture.event("user.login_failed", "emp_rare");
    fixture.deliver(std::slice::from_ref(&rare)).await.unwrap();
    for _ in 0..30 {
        fixture.advance_minutes(1);
        let events: Vec<_> = (0..10).map(|_| fixture.event("employee.updated", "emp_1")).collect();
        fixture.deliver(&events).await.unwrap();
    }
    let app = app!(fixture.world, AUDIT_LOGS_LIST);
    let hr = fixture.world.people.hr.id;
    let query = format!("{PATH}?user_id={hr}&entity_type=Employee&log_type=user_login&limit=1");
    let page = fixture.world.get(&app, query).signed_in_as(&fixture.world.people.hr).await;
    assert_eq!(ids(&page.body), [crate::audit::audit_id(&rare).to_string()]);
}

#[tokio::test]
async fn invalid_filters_are_refused_with_a_pointer() {
    let (fixture, _) = filled().await;
    let app = app!(fixture.world, AUDIT_LOGS_LIST);
    for (query, status, pointer) in [
        ("limit=0", 400, "query:limit"),
        ("limit=101", 400, "query:limit"),
        ("color=red", 400, "query:color"),
        ("log_type=nonsense", 400, "query:log_type"),
        ("status=maybe", 400, "query:status"),
        ("from=yesterday", 400, "query:from"),
        ("user_id=", 422, "query:user_id"),
        ("from=2024-06-10T00:00:00Z&to=2024-06-10T00:00:00Z", 422, "query:to"),
        ("from=2022-06-10T00:00:00Z&to=2024-06-10T00:00:00Z", 422, "query:from"),
        ("cursor=abc", 400, "query:cursor"),
    ] {
        let answer = fixture.world.get(&app, format!("{PATH}?{query}")).signed_in_as(&fixture.world.people.hr).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (status, vec![pointer]), "{query}: {}", answer.body);
    }
}

#[tokio::test]
async fn cursor_is_bound_to_its_caller_and_filter() {
    let (fixture, _) = filled().await;
    let app = app!(fixture.world, AUDIT_LOGS_LIST);
    let first = fixture.world.get(&app, format!("{PATH}?limit=2")).signed_in_as(&fixture.world.people.hr).await;
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let borrowed = fixture
        .world
        .get(&app, format!("{PATH}?limit=2&cursor={cursor}"))
        .signed_in_as(&fixture.world.people.auditor)
        .await;
    let other = fixture
        .world
        .get(&app, format!("{PATH}?limit=2&status=success&cursor={cursor}"))
        .signed_in_as(&fixture.world.people.hr)
        .await;
    for answer in [borrowed, other] {
        assert_eq!((answer.status.as_u16(), answer.problem()), (400, "invalid_cursor"));
        assert_eq!(answer.body.get("items"), None::<&Value>);
    }
}

#[tokio::test]
async fn only_hr_admin_and_auditor_list_records() {
    let (fixture, _) = filled().await;
    let app = app!(fixture.world, AUDIT_LOGS_LIST);
    let people = &fixture.world.people;
    assert_eq!(fixture.world.get(&app, PATH).await.status, 401);
    for (person, status) in [
        (&people.employee, 403),
        (&people.manager, 403),
        (&people.hr, 200),
        (&people.admin, 200),
        (&people.auditor, 200),
    ] {
        assert_eq!(fixture.world.get(&app, PATH).signed_in_as(person).await.status, status);
    }
}

#[tokio::test]
async fn auditors_see_no_compensation_in_lists() {
    let (fixture, _) = filled().await;
    let app = app!(fixture.world, AUDIT_LOGS_LIST);
    let page = fixture.world.get(&app, format!("{PATH}?limit=100")).signed_in_as(&fixture.world.people.auditor).await;
    let text = page.body.to_string();
    assert!(!text.contains("7500000") && !text.contains("555 0101") && text.contains("[redacted]"));
}
