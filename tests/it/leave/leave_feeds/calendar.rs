//! `GET /api/v1/leave-feeds/{token}/calendar.ics`

use directory::{EmploymentStatus, Person};
use serde_json::json;

use crate::leave::LeaveFixture;

fn text(answer: &testkit::TestResponse) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body.as_str().unwrap().replace("\r\n ", "")
}

#[tokio::test]
async fn calendar_file_has_all_day_events_and_an_etag() {
    let office = LeaveFixture::open().await;
    let person = office.employee();
    let leave = office.request_annual_leave(person, "2024-07-01", "2024-07-05").await;
    let half = json!({"leave_type": "annual", "start_date": "2024-08-01", "end_date": "2024-08-01", "half": "am"});
    assert_eq!(office.request_leave(person, half).await.status, 201);
    let feed = office.create_feed(person, json!({"scope": "own"})).await;
    let url = feed["url"].as_str().unwrap();
    let answer = office.read_feed(url).await;
    assert_eq!(answer.header("content-type"), "text/calendar; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "private, max-age=900");
    let calendar = text(&answer);
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        &format!("UID:{}@muster", leave["id"].as_str().unwrap()),
        "DTSTART;VALUE=DATE:20240701",
        "DTEND;VALUE=DATE:20240706",
        "SUMMARY:Erin Doe: Annual (requested)",
        "SUMMARY:Erin Doe: Annual (morning) (requested)",
        "STATUS:TENTATIVE",
        "DTSTAMP:20240610T103045Z",
    ] {
        assert!(calendar.lines().any(|found| found.replace('\\', "") == line), "{line} in\n{calendar}");
    }
    let app = app!(office.world, LEAVE_FEEDS_CALENDAR);
    let tag = answer.header("etag").to_owned();
    let same = office.get(&app, url).header("if-none-match", &tag).await;
    assert_eq!((same.status.as_u16(), same.header("etag")), (304, tag.as_str()));
    assert_eq!(office.approve(office.manager(), &leave).await.status, 200);
    let changed = office.get(&app, url).header("if-none-match", &tag).await;
    assert!(text(&changed).contains("STATUS:CONFIRMED"));
    assert_ne!(changed.header("etag"), tag);
}

#[tokio::test]
async fn calendar_is_in_the_language_of_its_reader() {
    let office = LeaveFixture::open().await;
    let person = office.employee();
    let half = json!({"leave_type": "annual", "start_date": "2024-08-01", "end_date": "2024-08-01", "half": "am"});
    assert_eq!(office.request_leave(person, half).await.status, 201);
    let feed = office.create_feed(person, json!({"scope": "own"})).await;
    let app = app!(office.world, LEAVE_FEEDS_CALENDAR);
    let answer = office.get(&app, feed["url"].as_str().unwrap()).header("accept-language", "de-DE").await;
    assert_eq!(answer.header("vary"), "accept-language");
    let calendar = text(&answer).replace('\\', "");
    for line in ["X-WR-CALNAME:Urlaub von Erin Doe", "SUMMARY:Erin Doe: Annual (vormittags) (beantragt)"] {
        assert!(calendar.lines().any(|found| found == line), "{line} in\n{calendar}");
    }
}

#[tokio::test]
async fn department_calendar_hides_leave_types_and_pending_requests() {
    let office = LeaveFixture::open().await;
    let colleague = office.add_person(61, "Cora", None).await;
    let leave = office.request_annual_leave(office.employee(), "2024-07-01", "2024-07-05").await;
    let feed = office.create_feed(&colleague, json!({"scope": "department"})).await;
    let url = feed["url"].as_str().unwrap();
    assert!(!text(&office.read_feed(url).await).contains("BEGIN:VEVENT"), "pending requests are hidden");
    assert_eq!(office.approve(office.manager(), &leave).await.status, 200);
    let calendar = text(&office.read_feed(url).await);
    assert!(calendar.contains("SUMMARY:Erin Doe: away") && !calendar.contains("Annual"), "{calendar}");
}

#[tokio::test]
async fn forged_links_and_links_of_former_employees_get_404() {
    let office = LeaveFixture::open().await;
    let person = office.add_person(63, "Lena", None).await;
    let url = office.create_feed(&person, json!({})).await["url"].as_str().unwrap().to_owned();
    let other = office.create_feed(office.hr(), json!({})).await["url"].as_str().unwrap().to_owned();
    let part = |url: &str, at: usize| url.split(['/', '.']).filter(|part| part.len() > 30).nth(at).unwrap().to_owned();
    let mixed = url.replace(&part(&url, 1), &part(&other, 1));
    let cut = url.replace(&part(&url, 1), &part(&url, 1)[..42]);
    for forged in [mixed, cut, "/api/v1/leave-feeds/x/calendar.ics".to_owned()] {
        let answer = office.read_feed(&forged).await;
        assert_eq!((answer.status.as_u16(), answer.problem()), (404, "not_found"), "{forged}");
    }
    office.world.cloud.fail_calls("TrentService.VerifyMac");
    assert_eq!(office.read_feed(&url).await.status, 503, "an unverified link is refused");
    office.world.cloud.recover();
    assert_eq!(office.read_feed(&url).await.status, 200);
    let gone = Person { status: EmploymentStatus::Terminated, ..person };
    office.world.add_people(&[&gone]).await;
    office.world.clock.advance(jiff::SignedDuration::from_secs(10));
    assert_eq!(office.read_feed(&url).await.status, 404);
}

#[tokio::test]
async fn department_link_gets_404_after_its_owner_moves() {
    let office = LeaveFixture::open().await;
    let person = office.add_person(63, "Lena", None).await;
    let url = office.create_feed(&person, json!({"scope": "department"})).await["url"].as_str().unwrap().to_owned();
    assert_eq!(office.read_feed(&url).await.status, 200);
    let moved = Person { department_id: office.world.people.outsider.department_id, ..person };
    office.world.add_people(&[&moved]).await;
    office.world.clock.advance(jiff::SignedDuration::from_secs(10));
    assert_eq!(office.read_feed(&url).await.status, 404);
}
