//! Helpers of the payroll tests: settled days of May 2024, closes, and the reports of a month.

use std::collections::BTreeMap;

use ::attendance::{domain::payroll_figures::PayrollFigures, domain::settled_figures::SettledFigures};
use axum::http::Method;
use directory::Person;
use policy::attendance::PunchKind;
use serde_json::{Value, json};
use testkit::TestResponse;

use super::{
    fixture::AttendanceFixture,
    nightly_run_fixture::{NONE, days, punch},
    settled_days_fixture::{ATTENDANCE, pages, path},
};

pub(crate) const PERIODS: &str = "/api/v1/payroll-periods";
/// Wednesday in the closed month of these tests.
pub(crate) const WEDNESDAY: &str = "2024-05-15";

impl AttendanceFixture {
    /// Fixture with the site `berlin`, after an overnight run on 10 June 2024.
    pub(super) async fn for_payroll() -> Self {
        let fixture = Self::new().await;
        fixture.put_site("berlin").await;
        fixture.run_overnight("2024-06-10T11:00:00Z").await;
        fixture
    }

    pub(super) async fn put_site(&self, site: &str) {
        let app = app!(self.world, SITES_UPDATE);
        let body = json!({"name": site, "fencing": "off", "fences": []});
        let answer = self.world.put(&app, format!("/api/v1/sites/{site}"), body).signed_in_as(self.hr()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
    }

    /// Stores the punches of a day from 09:00 to an instant, and settles it.
    pub(super) async fn work_until(&self, person: &Person, date: &str, until: &str) {
        let stored = self.find_day(person, date).await;
        let stored =
            stored.unwrap_or_else(|| ::attendance::domain::day::Day::new(person.id, date.parse().unwrap(), self.now()));
        let ends = [(PunchKind::CheckIn, "07:00:00"), (PunchKind::CheckOut, until)];
        let punches = ends.map(|(kind, at)| punch(person, kind, &format!("{date}T{at}Z"))).to_vec();
        self.store_day(&stored.with_punches(punches, self.now())).await;
        self.rederive(person, date).await;
    }

    /// Settles a day, also one that was never settled.
    pub(super) async fn rederive(&self, person: &Person, date: &str) {
        self.settle_days(vec![days(person, date, date)], &self.now().to_string()).await;
    }

    pub(super) async fn close(&self, month: &str, query: &str) -> TestResponse {
        let app = app!(self.world, PAYROLL_PERIODS_CLOSE);
        let path = format!("{PERIODS}/berlin/{month}/close{query}");
        self.world.request(&app, Method::POST, path).signed_in_as(self.hr()).await
    }

    /// Closes a month at `berlin`.
    pub(super) async fn closed(&self, month: &str) -> Value {
        let answer = self.close(month, "").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    /// Differences that are posted in a month at `berlin`.
    pub(super) async fn differences(&self, month: &str) -> Vec<Value> {
        let app = app!(self.world, PAYROLL_PERIODS_DIFFERENCES_LIST);
        pages(self, &app, self.hr(), &format!("{PERIODS}/berlin/{month}/differences?limit=2")).await
    }

    /// Every report of a person's month that sums settled days, by name.
    pub(super) async fn reports_of(&self, person: &Person, month: &str) -> BTreeMap<&'static str, Value> {
        let (from, to) = (format!("{month}-01"), format!("{month}-31"));
        let range = format!("?from={from}&to={to}");
        let department = format!("month={month}&department={}", person.department_id);
        let reports = [
            ("monthly", app!(self.world, ATTENDANCE_MONTHLY), path(person.id, &format!("/monthly?month={month}"))),
            ("late", app!(self.world, ATTENDANCE_LATE_ARRIVALS), path(person.id, &format!("/late-arrivals{range}"))),
            ("overtime", app!(self.world, ATTENDANCE_OVERTIME), path(person.id, &format!("/overtime{range}"))),
            ("absenteeism", app!(self.world, ATTENDANCE_ABSENTEEISM), format!("{ATTENDANCE}/absenteeism?{department}")),
            ("export", app!(self.world, ATTENDANCE_EXPORT), format!("{ATTENDANCE}/export?{department}")),
        ];
        let mut answers = BTreeMap::new();
        for (name, app, path) in reports {
            let answer = self.get(&app, &path).signed_in_as(self.hr()).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            answers.insert(name, answer.body);
        }
        answers
    }

    /// Reported and current figures of a day.
    pub(super) async fn figures(&self, person: &Person, date: &str) -> (PayrollFigures, PayrollFigures) {
        let day = self.find_day(person, date).await.unwrap();
        let reported = SettledFigures { outcome: day.reported_outcome().cloned(), leave_by_type: day.reported_leave() };
        (PayrollFigures::from(&reported), PayrollFigures::from(&day.settled_figures()))
    }

    /// Requests a replay of a person's days and settles its pages. Returns the id of the run.
    pub(super) async fn replay(&self, person: &Person, from: &str, to: &str) -> String {
        let app = app!(self.world, ATTENDANCE_PROCESS);
        let path = format!("{ATTENDANCE}/process?from={from}&to={to}&employee_id={}", person.id);
        let answer = self.world.request(&app, Method::POST, path).signed_in_as(self.hr()).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
        let id = answer.body["id"].as_str().unwrap().to_owned();
        let item = self.find_item("RUNS".to_owned(), &id).await.unwrap();
        let requested = super::fixture::event(events::EventType::AttendanceRunRequested, "AttendanceRun", &id, 1, item);
        let consumer = ::attendance::on::change::build(&self.world.shell).unwrap();
        assert_eq!(consumer(super::fixture::deliveries(vec![requested])).await, NONE);
        self.settle_all().await;
        id
    }
}
