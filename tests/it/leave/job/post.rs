//! `leave-job-post`

use std::time::Duration;

use directory::Person;
use serde_json::json;

use crate::leave::{LeaveFixture, balance_fixture::work};

const NONE: Vec<String> = Vec::new();

/// Fixture with two leave types that accrue monthly and semi-monthly.
async fn office() -> LeaveFixture {
    let office = LeaveFixture::open().await;
    let rules = json!({
        "leave_type": "vacation", "entitlement_days": 19, "carry_over": {"cap_days": 5, "expires_after_months": 3},
        "accrual": {"schedule": "monthly", "posted_at": "end", "round_to": "half_day"},
    });
    office.put_policy_since(10, "2020-01-01", rules).await;
    let often = json!({
        "leave_type": "often", "entitlement_days": 15,
        "accrual": {"schedule": "semi_monthly", "posted_at": "start", "round_to": "minute"},
    });
    office.put_policy_since(13, "2020-01-01", often).await;
    for (code, name) in [("vacation", "Vacation"), ("often", "Often")] {
        office.put_leave_type(code, name).await;
    }
    office
}

#[tokio::test]
async fn job_posts_entries_up_to_today_and_nothing_when_repeated() {
    let office = office().await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    assert_eq!(office.post_due(&[&person]).await, NONE);
    let posted = office.posted_entries(&person, "vacation").await;
    let minutes: Vec<i64> = posted.iter().map(|(_, _, minutes)| *minutes).collect();
    assert_eq!(minutes.len(), 5, "January to May: {posted:?}");
    assert_eq!(minutes.into_iter().sum::<i64>(), 15 * 240, "five twelfths of 19 days, in half days: {posted:?}");
    let entry = &office.ledger(&person, "vacation").await[0];
    assert_eq!((entry.posted_by.to_string().as_str(), entry.posted_at), ("system:leave-job-post", office.now()));
    assert!(entry.inputs["why"].as_str().unwrap().contains("19 days"), "{}", entry.inputs);
    let stamps = office.stamps("LEAVE_TABLE").await;
    let announced: Vec<_> = stamps.iter().filter(|stamp| stamp.event == "leave.balance_changed").collect();
    let vacation = announced.iter().find(|stamp| stamp.entity_id.ends_with("/vacation")).unwrap();
    let data = json!({
        "employee_id": person.id, "leave_type": "vacation", "minutes": 15 * 240, "kind": "due", "entries": 5,
        "until": "2024-06-10",
    });
    assert_eq!(vacation.data.as_ref().unwrap(), &data);
    let before = office.snapshot().await;
    assert_eq!(office.post_due(&[&person, &person]).await, NONE);
    assert!(before == office.snapshot().await);
}

#[tokio::test]
async fn late_job_posts_the_same_entries_as_daily_runs() {
    let (daily, late) = (office().await, office().await);
    let people = [daily.hire(60, "Ines", "2023-02-15").await, late.hire(60, "Ines", "2023-02-15").await];
    let ask = json!({"leave_type": "vacation", "start_date": "2024-06-17", "end_date": "2024-06-19"});
    for (office, person) in [(&daily, &people[0]), (&late, &people[1])] {
        assert_eq!(office.post_due(&[person]).await, NONE);
        let leave = office.request_leave(person, ask.clone()).await;
        assert_eq!(leave.status, 201, "{}", leave.body);
        assert_eq!(office.approve(office.manager(), &leave.body).await.status, 200);
    }
    let mut day: jiff::civil::Date = "2024-06-11".parse().unwrap();
    while day <= "2025-04-03".parse().unwrap() {
        daily.set_date(&day.to_string());
        assert_eq!(daily.post_due(&[&people[0]]).await, NONE);
        day = day.saturating_add(jiff::Span::new().days(9));
    }
    for office in [&daily, &late] {
        office.set_date("2025-04-04");
        assert_eq!(office.post_due(&[&people[0]]).await, NONE);
    }
    for leave_type in ["vacation", "often", "annual"] {
        let entries = |posted: Vec<(String, jiff::civil::Date, i64)>| {
            let kept = posted.into_iter().filter(|(id, ..)| !id.contains("leave_"));
            kept.collect::<Vec<_>>()
        };
        let (one, two) =
            (daily.posted_entries(&people[0], leave_type).await, late.posted_entries(&people[1], leave_type).await);
        assert_eq!(entries(one), entries(two), "{leave_type}");
    }
    let days = ["2024-06-18", "2024-12-31", "2025-01-01", "2025-03-31", "2025-04-01", "2025-04-04", "2025-12-31"];
    late.assert_explanation_adds_up(&people[1], "vacation", &days).await;
}

#[tokio::test]
async fn interrupted_and_repeated_job_leaves_the_same_ledger() {
    let whole = office().await;
    let person = whole.hire(60, "Ines", "2020-01-01").await;
    assert_eq!(whole.post_due(&[&person]).await, NONE);
    let often = whole.posted_entries(&person, "often").await;
    assert_eq!(often.len(), 4 * 24 + 11, "the entries need several transactions");
    for after_ms in [1, 4, 8, 15, 25, 40] {
        let office = office().await;
        let person = office.hire(60, "Ines", "2020-01-01").await;
        // The timeout drops the run at any point.
        let cut = tokio::time::timeout(Duration::from_millis(after_ms), office.post_due(&[&person])).await;
        drop(cut);
        assert_eq!(office.post_due(&[&person]).await, NONE);
        for leave_type in ["often", "vacation", "annual"] {
            let ledger = office.posted_entries(&person, leave_type).await;
            assert_eq!(
                ledger,
                whole.posted_entries(&person, leave_type).await,
                "{leave_type}, cut after {after_ms} ms"
            );
        }
        office.assert_explanation_adds_up(&person, "often", &["2021-05-05", "2024-06-10", "2024-12-31"]).await;
    }
}

#[tokio::test]
async fn concurrent_jobs_and_requests_post_each_entry_once() {
    let office = office().await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    let ask = json!({"leave_type": "annual", "start_date": "2024-07-01", "end_date": "2024-07-02"});
    let whom = [&person];
    let runs = futures::future::join_all((0..4).map(|_| office.post_due(&whom)));
    let (failed, leave) = tokio::join!(runs, office.request_leave(&person, ask));
    assert_eq!((failed.concat(), leave.status.as_u16()), (NONE, 201), "{}", leave.body);
    assert_eq!(office.posted_entries(&person, "vacation").await.len(), 5);
    assert_eq!(office.balance_minutes(&person, "annual", "2024-12-31").await, 28 * 480);
    office.assert_explanation_adds_up(&person, "annual", &["2024-06-10", "2024-12-31"]).await;
}

#[tokio::test]
async fn failure_for_one_employee_does_not_affect_others() {
    let office = office().await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    let handler = ::leave::job::post::build(&office.world.shell).unwrap();
    let unknown = "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    let failed = handler(vec![work(json!({"run": "req_1", "employee_ids": [unknown, person.id]}))]).await;
    assert_eq!((failed, office.posted_entries(&person, "vacation").await.len()), (vec!["m1".to_owned()], 5));
    for nonsense in [json!({}), json!({"run": "r", "employee_ids": ["x"]}), json!("text")] {
        assert_eq!(handler(vec![work(nonsense)]).await, ["m1"]);
    }
}

#[tokio::test]
async fn due_entries_depend_on_the_date_at_the_site() {
    let office = LeaveFixture::open().await;
    let rules = json!({
        "leave_type": "often", "entitlement_days": 12,
        "accrual": {"schedule": "monthly", "posted_at": "start", "round_to": "minute"},
    });
    office.put_policy(13, rules).await;
    let zone = |person: Person, zone: &str| Person { time_zone: zone.to_owned(), ..person };
    let east = zone(office.hire(60, "Ines", "2024-05-01").await, "Pacific/Auckland");
    let west = zone(office.hire(61, "Wes", "2024-05-01").await, "America/Los_Angeles");
    office.world.add_people(&[&east, &west]).await;
    office.world.clock.set("2024-06-30T12:20:00Z".parse().unwrap());
    assert_eq!(office.post_due(&[&east, &west]).await, NONE);
    assert_eq!(office.posted_entries(&east, "often").await.len(), 3, "July has begun in Auckland");
    assert_eq!(office.posted_entries(&west, "often").await.len(), 2);
}
