//! `GET /api/v1/payroll-periods/{site}`

use serde_json::json;

use crate::attendance::{
    fixture::AttendanceFixture,
    payroll_fixture::PERIODS,
    settled_days_fixture::{column, pages},
};

#[tokio::test]
async fn closed_months_are_listed_newest_first_with_the_open_one() {
    let fixture = AttendanceFixture::for_payroll().await;
    let app = app!(fixture.world, PAYROLL_PERIODS_GET);
    let path = format!("{PERIODS}/berlin");
    let answer = fixture.get(&app, &path).signed_in_as(fixture.hr()).await;
    let nothing = json!({"site": "berlin", "closed_through": null, "open_month": null, "items": []});
    assert_eq!((answer.status.as_u16(), &answer.body), (200, &nothing));
    for month in ["2024-03", "2024-04", "2024-05"] {
        fixture.closed(month).await;
    }
    let people = fixture.world.people.clone();
    for by in [&people.hr, &people.admin, &people.auditor] {
        let answer = fixture.get(&app, &path).signed_in_as(by).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(
            (&answer.body["closed_through"], &answer.body["open_month"]),
            (&json!("2024-05"), &json!("2024-06"))
        );
        assert_eq!(column(&answer, "month"), [json!("2024-05"), json!("2024-04"), json!("2024-03")]);
        assert_eq!(answer.body["items"][0]["closed_by"], json!(people.hr.id));
    }
    assert_eq!(pages(&fixture, &app, fixture.hr(), &format!("{path}?limit=2")).await.len(), 3);
}

#[tokio::test]
async fn employees_managers_and_unknown_sites_are_refused() {
    let fixture = AttendanceFixture::for_payroll().await;
    let app = app!(fixture.world, PAYROLL_PERIODS_GET);
    for by in [fixture.employee(), fixture.manager()] {
        fixture.refused(fixture.get(&app, format!("{PERIODS}/berlin")).signed_in_as(by), 403, "forbidden", &[]).await;
    }
    for site in ["pune", "Berlin"] {
        let ask = fixture.get(&app, format!("{PERIODS}/{site}")).signed_in_as(fixture.hr());
        fixture.refused(ask, 404, "not_found", &[]).await;
    }
}
