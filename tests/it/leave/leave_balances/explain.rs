//! `GET /api/v1/leave-balances/{employee_id}/explain`

use serde_json::{Value, json};

use crate::leave::LeaveFixture;

/// Days before, during and after the entries of the tests.
const DAYS: [&str; 9] = [
    "2023-12-31",
    "2024-01-01",
    "2024-06-10",
    "2024-06-12",
    "2024-07-02",
    "2024-12-31",
    "2025-01-01",
    "2025-04-01",
    "2026-01-01",
];

fn kinds(explained: &Value) -> Vec<(&str, bool, i64)> {
    let line = |line: &'_ Value| {
        let kind = match line["kind"].as_str().unwrap() {
            "grant" => "grant",
            "accrual" => "accrual",
            "hold" => "hold",
            "release" => "release",
            "consume" => "consume",
            "adjust" => "adjust",
            _ => "other",
        };
        (kind, line["posted"].as_bool().unwrap(), line["amount"]["minutes"].as_i64().unwrap())
    };
    explained["lines"].as_array().unwrap().iter().map(line).collect()
}

#[tokio::test]
async fn posted_and_unposted_lines_add_up_on_any_day() {
    let office = LeaveFixture::open().await;
    let rules = json!({
        "leave_type": "vacation", "entitlement_days": 25.5, "carry_over": {"cap_days": 5, "expires_after_months": 3},
        "accrual": {"schedule": "monthly", "posted_at": "end", "round_to": "half_day"}, "negative_days": 10,
    });
    office.put_policy(10, rules).await;
    office.put_leave_type("vacation", "Vacation").await;
    let person = office.hire(60, "Ines", "2023-02-15").await;
    office.assert_explanation_adds_up(&person, "vacation", &DAYS).await;
    office.post_due(&[&person]).await;
    let ask = |from: &str, to: &str| json!({"leave_type": "vacation", "start_date": from, "end_date": to});
    let taken = office.request_leave(&person, ask("2024-06-11", "2024-06-13")).await;
    assert_eq!(office.approve(office.manager(), &taken.body).await.status, 200, "{}", taken.body);
    let refused = office.request_leave(&person, ask("2024-06-24", "2024-06-25")).await;
    assert_eq!(office.reject(office.manager(), &refused.body).await.status, 200, "{}", refused.body);
    let cut = office.request_leave(&person, ask("2024-07-01", "2024-07-12")).await;
    assert_eq!(office.approve(office.manager(), &cut.body).await.status, 200, "{}", cut.body);
    assert_eq!(office.request_leave(&person, ask("2025-03-28", "2025-04-02")).await.status, 201);
    office.assert_explanation_adds_up(&person, "vacation", &DAYS).await;
    office.set_date("2024-07-03");
    assert_eq!(office.cancel(&person, &cut.body).await.status, 200);
    office.assert_explanation_adds_up(&person, "vacation", &DAYS).await;
    office.set_date("2025-04-02");
    office.assert_explanation_adds_up(&person, "vacation", &DAYS).await;
    office.post_due(&[&person]).await;
    office.assert_explanation_adds_up(&person, "vacation", &DAYS).await;
}

#[tokio::test]
async fn each_line_shows_kind_reason_policy_and_inputs() {
    let office = LeaveFixture::open().await;
    let person = office.hire(60, "Ines", "2024-01-01").await;
    let leave = office.request_annual_leave(&person, "2024-06-11", "2024-06-12").await;
    assert_eq!(office.approve(office.manager(), &leave).await.status, 200);
    let explained = office.read_explanation(&person, "Annual", "2024-06-11").await;
    assert_eq!(explained["leave_type"], json!("annual"));
    let found = kinds(&explained);
    assert_eq!(found[0], ("accrual", false, 14_400), "the accrual is due but not posted: {explained:#}");
    let mut leaves = found[1..].to_vec();
    leaves.sort_unstable();
    assert_eq!(
        leaves,
        [("consume", true, -480), ("hold", true, -480), ("release", true, 480)],
        "one of the two days has passed"
    );
    office.post_due(&[&person]).await;
    let explained = office.read_explanation(&person, "annual", "2024-06-11").await;
    let first = &explained["lines"][0];
    assert_eq!((&first["posted"], &first["kind"]), (&json!(true), &json!("accrual")));
    assert_eq!(first["policy_version"], json!(1));
    assert!(
        first["inputs"]["entitlement_days"].is_number() && first["why"].as_str().unwrap().contains("30 days"),
        "{first}"
    );
    let consumed = explained["lines"].as_array().unwrap().iter().find(|line| line["kind"] == "consume").unwrap();
    assert_eq!(consumed["leave_id"], leave["id"]);
    assert!(consumed["why"].as_str().unwrap().contains(leave["id"].as_str().unwrap()));
}

#[tokio::test]
async fn explanation_is_visible_in_the_scope_of_the_balance() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVE_BALANCES_EXPLAIN);
    let people = office.world.people.clone();
    let path = format!("/api/v1/leave-balances/{}/explain", people.employee.id);
    let full = format!("{path}?leave_type=annual");
    for by in [&people.employee, &people.manager, &people.hr, &people.auditor] {
        assert_eq!(office.get(&app, &full).signed_in_as(by).await.status, 200, "{}", by.first_name);
    }
    for by in [&people.other_manager, &people.outsider] {
        office.refused(office.get(&app, &full).signed_in_as(by), 404, "not_found", &[]).await;
    }
    let hr = &people.hr;
    office.refused(office.get(&app, &path).signed_in_as(hr), 400, "malformed", &["query:leave_type"]).await;
    let unknown = format!("{path}?leave_type=sabbatical");
    office.refused(office.get(&app, unknown).signed_in_as(hr), 422, "invalid", &["query:leave_type"]).await;
}

#[tokio::test]
async fn explanation_is_written_in_the_language_of_its_reader() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVE_BALANCES_EXPLAIN);
    let person = office.hire(60, "Ines", "2024-01-01").await;
    let leave = office.request_annual_leave(&person, "2024-06-11", "2024-06-12").await;
    assert_eq!(office.approve(office.manager(), &leave).await.status, 200);
    let path = format!("/api/v1/leave-balances/{}/explain?leave_type=annual&as_of=2026-05-01", person.id);
    for posted in [false, true] {
        if posted {
            office.post_due(&[&person]).await;
        }
        let [english, german, hindi] =
            ["en", "de", "hi"].map(|language| office.get(&app, &path).header("accept-language", language));
        let [english, german, hindi] = [
            english.signed_in_as(&person).await,
            german.signed_in_as(&person).await,
            hindi.signed_in_as(&person).await,
        ]
        .map(|answer| sentences(&answer.body));
        assert!(english.len() >= 4, "{english:?}");
        for ((english, german), hindi) in english.iter().zip(&german).zip(&hindi) {
            assert!(german != english && !german.contains("2024-"), "{posted}: {german}");
            assert!(hindi.chars().any(|c| ('\u{900}'..='\u{97f}').contains(&c)), "{posted}: {hindi}");
        }
    }
}

fn sentences(explained: &Value) -> Vec<String> {
    let lines = explained["lines"].as_array().unwrap_or_else(|| panic!("{explained}"));
    lines.iter().map(|line| line["why"].as_str().unwrap().to_owned()).collect()
}
