//! `GET /api/v1/payroll-periods/{site}/{month}/differences/export`

use serde_json::json;

use crate::attendance::{
    fixture::AttendanceFixture,
    payroll_fixture::{PERIODS, WEDNESDAY},
};

#[tokio::test]
async fn export_has_a_row_for_each_changed_figure_and_is_recorded() {
    let fixture = AttendanceFixture::for_payroll().await;
    let people = fixture.world.people.clone();
    let erin = people.employee.clone();
    fixture.work_until(&erin, WEDNESDAY, "16:30:00").await;
    fixture.closed("2024-05").await;
    fixture.work_until(&erin, WEDNESDAY, "15:30:00").await;
    let app = app!(fixture.world, PAYROLL_PERIODS_DIFFERENCES_EXPORT);
    let path = format!("{PERIODS}/berlin/2024-06/differences/export");
    let answer = fixture.get(&app, &path).signed_in_as(&people.auditor).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"differences-berlin-2024-06.csv\"");
    let text = answer.body.as_str().unwrap();
    let lines: Vec<_> = text.split("\r\n").collect();
    let about = format!(
        "2024-06,{WEDNESDAY},{},{},{} {},{},berlin,present,present",
        erin.id, erin.employee_code, erin.first_name, erin.last_name, erin.department_id
    );
    let rest = format!("punches,{},req_again", fixture.now());
    let expected = ["worked,,540,480,-60", "overtime,,60,0,-60", "overtime_by_rate,12500,60,0,-60"]
        .map(|figure| format!("{about},{figure},{rest}"));
    assert_eq!(lines[1..4], expected, "{text}");
    assert_eq!((lines.len(), lines[4]), (5, ""), "{text}");
    let none = fixture.get(&app, format!("{path}?from=2024-05-16")).signed_in_as(&people.hr).await;
    assert_eq!(none.body.as_str().unwrap().lines().count(), 1, "only the header");

    let records: Vec<_> =
        fixture.published().await.into_iter().filter(|(_, entity)| entity.starts_with("export_")).collect();
    assert_eq!(records.len(), 2, "{records:?}");
    let exported = fixture.find_item(format!("EXPORT#{}", records[0].1), "EXPORT").await.unwrap();
    let recorded = (&exported["rows"], &exported["created_by"], &exported["site"], &exported["month"]);
    assert_eq!(recorded, (&json!(3), &json!(people.auditor.id), &json!("berlin"), &json!("2024-06")));
}

#[tokio::test]
async fn only_hr_and_auditors_export_differences() {
    let fixture = AttendanceFixture::for_payroll().await;
    let people = fixture.world.people.clone();
    let app = app!(fixture.world, PAYROLL_PERIODS_DIFFERENCES_EXPORT);
    let ask =
        |by, site: &str| fixture.get(&app, format!("{PERIODS}/{site}/2024-05/differences/export")).signed_in_as(by);
    for by in [&people.employee, &people.manager, &people.admin] {
        fixture.refused(ask(by, "berlin"), 403, "forbidden", &[]).await;
    }
    fixture.refused(ask(&people.hr, "pune"), 404, "not_found", &[]).await;
}
