//! `GET /api/v1/attendance/export`

use directory::Person;
use serde_json::json;

use crate::attendance::{fixture::AttendanceFixture, settled_days_fixture::ATTENDANCE};

#[tokio::test]
async fn export_writes_csv_and_is_recorded() {
    let fixture = AttendanceFixture::new().await;
    let people = fixture.world.people.clone();
    let renamed = Person { first_name: "=cmd|' /C calc'!A0, \"Erin\"".to_owned(), ..people.employee.clone() };
    let erin = fixture.update_person(renamed).await;
    fixture.settle_week(&erin).await;
    let app = app!(fixture.world, ATTENDANCE_EXPORT);
    let department = erin.department_id;
    let path = format!("{ATTENDANCE}/export?month=2024-06&department={department}");
    let answer = fixture.get(&app, &path).signed_in_as(&people.auditor).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    let file = format!("attachment; filename=\"attendance-2024-06-{department}.csv\"");
    assert_eq!(answer.header("content-disposition"), file);
    let text = answer.body.as_str().unwrap();
    let lines: Vec<_> = text.split("\r\n").collect();
    assert_eq!((lines.len(), lines[8]), (9, ""), "a header, seven days and a final line end: {text}");
    let tuesday = format!(
        "2024-06-04,{},E0001,\"'=cmd|' /C calc'!A0, \"\"Erin\"\" Doe\",{department},berlin,present,work,day,\
         2024-06-04T09:12:00+02:00,2024-06-04T17:30:00+02:00,480,468,7.8,30,12,0,12,0,0,0,0,,30",
        erin.id
    );
    assert_eq!(lines[2], tuesday);
    assert!(lines[3].ends_with(",120,0,0,12500:120,30"), "{}", lines[3]);
    assert!(lines[0].ends_with(",overtime_by_rate,deducted_break_minutes"), "new columns come last");

    let records: Vec<_> =
        fixture.published().await.into_iter().filter(|(_, entity)| entity.starts_with("export_")).collect();
    assert_eq!(records.len(), 1, "{records:?}");
    let exported = fixture.find_item(format!("EXPORT#{}", records[0].1), "EXPORT").await.unwrap();
    let recorded = (&exported["rows"], &exported["created_by"], &exported["from"], &exported["to"]);
    assert_eq!(recorded, (&json!(7), &json!(people.auditor.id), &json!("2024-06-01"), &json!("2024-06-30")));
}

#[tokio::test]
async fn export_accepts_only_days_of_its_month() {
    let fixture = AttendanceFixture::new().await;
    let people = fixture.world.people.clone();
    fixture.settle_week(&people.employee).await;
    let app = app!(fixture.world, ATTENDANCE_EXPORT);
    let path = format!("{ATTENDANCE}/export?month=2024-06&department={}", people.employee.department_id);
    let answer = fixture.get(&app, format!("{path}&from=2024-06-04&to=2024-06-05")).signed_in_as(&people.hr).await;
    assert_eq!(answer.body.as_str().unwrap().lines().count(), 3);
    for (query, code, pointer) in [
        ("from=2024-05-31", "other_month", "query:from"),
        ("to=2024-07-01", "other_month", "query:to"),
        ("from=2024-06-05&to=2024-06-04", "invalid_range", "query:to"),
    ] {
        let answer = fixture
            .refused(fixture.get(&app, format!("{path}&{query}")).signed_in_as(&people.hr), 422, "invalid", &[pointer])
            .await;
        assert_eq!(answer.body["errors"][0]["code"], code);
    }
    for by in [&people.employee, &people.manager, &people.admin] {
        fixture.refused(fixture.get(&app, &path).signed_in_as(by), 403, "forbidden", &[]).await;
    }
    let missing = fixture.get(&app, format!("{ATTENDANCE}/export?month=2024-06")).signed_in_as(&people.hr);
    fixture.refused(missing, 400, "malformed", &["query:department"]).await;
}
