//! A settled week, for the tests of lists and summaries.

use axum::Router;
use directory::Person;
use kernel::EmployeeId;
use policy::{Half, Portion};
use serde_json::Value;
use testkit::TestResponse;

use super::{
    fixture::AttendanceFixture,
    nightly_run_fixture::{days, leave},
};

pub(crate) const ATTENDANCE: &str = "/api/v1/attendance";

pub(crate) fn path(id: EmployeeId, rest: &str) -> String {
    format!("{ATTENDANCE}/{id}{rest}")
}

/// One field of every listed item.
pub(crate) fn column(answer: &TestResponse, field: &str) -> Vec<Value> {
    answer.body["items"].as_array().unwrap().iter().map(|item| item[field].clone()).collect()
}

/// All items of a list, page by page.
pub(crate) async fn pages(fixture: &AttendanceFixture, app: &Router, by: &Person, path: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    for _ in 0..100 {
        let answer = fixture.get(app, format!("{path}{cursor}")).signed_in_as(by).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        items.extend(answer.body["items"].as_array().unwrap().clone());
        let Some(next) = answer.body["next_cursor"].as_str() else { return items };
        let sign = if path.contains('?') { '&' } else { '?' };
        cursor = format!("{sign}cursor={next}");
    }
    panic!("{path} never ends");
}

impl AttendanceFixture {
    /// Stores and settles a week of June 2024: Monday on time, Tuesday 12 minutes late, Wednesday two hours longer,
    /// Thursday absent, Friday with leave in the first half, three hours of work on Saturday, a free Sunday.
    pub(super) async fn settle_week(&self, person: &Person) {
        self.check_in_and_out(person, "2024-06-03", &["2024-06-03T07:00:00Z", "2024-06-03T15:30:00Z"]).await;
        self.check_in_and_out(person, "2024-06-04", &["2024-06-04T07:12:00Z", "2024-06-04T15:30:00Z"]).await;
        self.check_in_and_out(person, "2024-06-05", &["2024-06-05T07:00:00Z", "2024-06-05T17:30:00Z"]).await;
        self.add_leave(person, "2024-06-07", leave(Portion::Half(Half::Am), 240)).await;
        self.check_in_and_out(person, "2024-06-07", &["2024-06-07T11:15:00Z", "2024-06-07T15:30:00Z"]).await;
        self.check_in_and_out(person, "2024-06-08", &["2024-06-08T08:00:00Z", "2024-06-08T11:00:00Z"]).await;
        self.settle_days(vec![days(person, "2024-06-03", "2024-06-09")], "2024-06-10T04:00:00Z").await;
    }
}
