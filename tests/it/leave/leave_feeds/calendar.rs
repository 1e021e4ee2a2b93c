//! `GET /api/v1/leave-feeds/{token}/calendar.ics`

use directory::{EmploymentStatus, Person};
use serde_json::json;

use crate::leave::LeaveFixture;

fn text(answer: &testkit::Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body.as_str().unwrap().replace("\r\n ", "")
}

#[tokio::test]
async fn a_calendar_program_reads_whole_days_with_a_tag() {
    let office = LeaveFixture::open().await;
    let person = office.employee();
    let leave = office.leave(person, "2024-07-01", "2024-07-05").await;
    let half = json!({"leave_type": "annual", "start_date": "2024-08-01", "end_date": "2024-08-01", "half": "am"});
    assert_eq!(office.asks(person, half).await.status, 201);
    let feed = office.feed(person, json!({"scope": "own"})).await;
    let url = feed["url"].as_str().unwrap();
    let answer = office.reads_feed(url).await;
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
    assert_eq!(office.approves(office.manager(), &leave).await.status, 200);
    let changed = office.get(&app, url).header("if-none-match", &tag).await;
    assert!(text(&changed).contains("STATUS:CONFIRMED"));
    assert_ne!(changed.header("etag"), tag);
}

#[tokio::test]
async fn a_department_s_calendar_tells_nobody_why() {
    let office = LeaveFixture::open().await;
    let colleague = office.person(61, "Cora", None).await;
    let leave = office.leave(office.employee(), "2024-07-01", "2024-07-05").await;
    let feed = office.feed(&colleague, json!({"scope": "department"})).await;
    let url = feed["url"].as_str().unwrap();
    assert!(!text(&office.reads_feed(url).await).contains("BEGIN:VEVENT"), "what waits is nobody's business");
    assert_eq!(office.approves(office.manager(), &leave).await.status, 200);
    let calendar = text(&office.reads_feed(url).await);
    assert!(calendar.contains("SUMMARY:Erin Doe: away") && !calendar.contains("Annual"), "{calendar}");
}

#[tokio::test]
async fn forged_links_and_those_of_people_who_left_are_not_there() {
    let office = LeaveFixture::open().await;
    let person = office.person(63, "Lena", None).await;
    let url = office.feed(&person, json!({})).await["url"].as_str().unwrap().to_owned();
    let other = office.feed(office.hr(), json!({})).await["url"].as_str().unwrap().to_owned();
    let part = |url: &str, at: usize| url.split(['/', '.']).filter(|part| part.len() > 30).nth(at).unwrap().to_owned();
    let mixed = url.replace(&part(&url, 1), &part(&other, 1));
    let cut = url.replace(&part(&url, 1), &part(&url, 1)[..42]);
    for forged in [mixed, cut, "/api/v1/leave-feeds/x/calendar.ics".to_owned()] {
        let answer = office.reads_feed(&forged).await;
        assert_eq!((answer.status.as_u16(), answer.problem()), (404, "not_found"), "{forged}");
    }
    office.world.cloud.fail_calls("TrentService.VerifyMac");
    assert_eq!(office.reads_feed(&url).await.status, 503, "unknown is not valid");
    office.world.cloud.recover();
    assert_eq!(office.reads_feed(&url).await.status, 200);
    let gone = Person { status: EmploymentStatus::Terminated, ..person };
    office.world.add_people(&[&gone]).await;
    office.world.clock.advance(jiff::SignedDuration::from_secs(10));
    assert_eq!(office.reads_feed(&url).await.status, 404);
}

#[tokio::test]
async fn who_moves_to_another_department_sees_the_old_one_no_more() {
    let office = LeaveFixture::open().await;
    let person = office.person(63, "Lena", None).await;
    let url = office.feed(&person, json!({"scope": "department"})).await["url"].as_str().unwrap().to_owned();
    assert_eq!(office.reads_feed(&url).await.status, 200);
    let moved = Person { department_id: office.world.people.outsider.department_id, ..person };
    office.world.add_people(&[&moved]).await;
    office.world.clock.advance(jiff::SignedDuration::from_secs(10));
    assert_eq!(office.reads_feed(&url).await.status, 404);
}
