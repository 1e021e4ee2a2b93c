//! The operations of leave, each asked right after init and once more when warm.

use directory::Person;
use serde_json::{Value, json};
use testkit::World;

use crate::{
    Result,
    calls::Counted,
    counting::{Build, Counting, done},
};

/// Counts what every operation asks of the database.
pub(crate) async fn count() -> Result<Vec<Counted>> {
    let world = testkit::world().await;
    rules(&world).await?;
    let (employee, manager) = (world.people.employee.clone(), world.people.manager.clone());
    let mut counting = Counting::of(world);
    counting.asking(&employee).await?;
    counting.deciding(&employee, &manager).await?;
    counting.reading(&employee, &manager).await?;
    Ok(counting.counted)
}

/// A calendar, a leave type and a policy, made as HR makes them.
pub(crate) async fn rules(world: &World) -> Result<()> {
    let full = json!({"pattern": "full", "hours": [["09:00", "12:00"], ["13:00", "18:00"]]});
    let off = json!({"pattern": "off"});
    let week = json!({"monday": full, "tuesday": full, "wednesday": full, "thursday": full, "friday": full,
        "saturday": off, "sunday": off});
    let policy = json!({
        "name": "Annual leave",
        "effective_from": "2024-01-01",
        "kind": "leave",
        "rules": {
            "leave_type": "annual",
            "entitlement_days": 30,
            "accrual": {"schedule": "monthly", "posted_at": "start", "round_to": "minute"},
            "carry_over": {"cap_days": 10, "expires_after_months": 3},
            "approval": [{"by": "manager"}],
        },
    });
    let calendar =
        world.app(&access::COMPLIANCE_CALENDARS_UPDATE, compliance::api::compliance_calendars_update::router);
    let body = json!({"week": week, "holidays": []});
    let path = "/api/v1/compliance/calendars/berlin";
    done(world.put(&calendar, path, body).by(&world.people.hr).await)?;
    let types = world.app(&access::LEAVE_TYPES_CREATE, leave::api::leave_types_create::router);
    let body = json!({"code": "annual", "name": "Annual", "paid": true});
    done(world.post(&types, "/api/v1/leave-types", body).by(&world.people.hr).await)?;
    let policies = world.app(&access::COMPLIANCE_POLICIES_CREATE, compliance::api::compliance_policies_create::router);
    done(world.post(&policies, "/api/v1/compliance/policies", policy).by(&world.people.hr).await)?;
    Ok(())
}

impl Counting {
    async fn asking(&mut self, employee: &Person) -> Result<()> {
        let build: Build = leave::api::leaves_preview::router;
        let ask = |number: usize| ("/api/v1/leaves/preview".to_owned(), Some(week(number)));
        self.twice(&access::LEAVES_PREVIEW, build, employee, ask).await?;
        let ask = |number: usize| ("/api/v1/leaves".to_owned(), Some(week(number)));
        self.twice(&access::LEAVES_CREATE, leave::api::leaves_create::router, employee, ask).await?;
        let ask = |_| {
            let body = json!({"policy": "leave_request", "employee_id": employee.id, "leave_type": "annual",
                "start_date": "2024-12-02", "end_date": "2024-12-03"});
            ("/api/v1/compliance/validate".to_owned(), Some(body))
        };
        let build: Build = compliance::api::compliance_validate::router;
        self.twice(&access::COMPLIANCE_VALIDATE, build, employee, ask).await
    }

    async fn deciding(&mut self, employee: &Person, manager: &Person) -> Result<()> {
        let create = self.world.app(&access::LEAVES_CREATE, leave::api::leaves_create::router);
        let mut ids = Vec::new();
        for number in 2..6 {
            let made = done(self.world.post(&create, "/api/v1/leaves", week(number)).by(employee).await)?;
            ids.push(made.get("id").and_then(Value::as_str).unwrap_or_default().to_owned());
        }
        let path = |at: usize, what: &str| format!("/api/v1/leaves/{}/{what}", ids.get(at).map_or("", String::as_str));
        let build: Build = leave::api::leaves_approve::router;
        let ask = |number: usize| (path(number, "approve"), Some(json!({"comments": "Approved"})));
        self.twice(&access::LEAVES_APPROVE, build, manager, ask).await?;
        let ask = |number: usize| (path(number + 2, "reject"), Some(json!({"reason": "Too many are away"})));
        self.twice(&access::LEAVES_REJECT, leave::api::leaves_reject::router, manager, ask).await?;
        let ask = |number: usize| (path(number, "cancel"), Some(json!({})));
        self.twice(&access::LEAVES_CANCEL, leave::api::leaves_cancel::router, employee, ask).await
    }

    async fn reading(&mut self, employee: &Person, manager: &Person) -> Result<()> {
        let create = self.world.app(&access::LEAVES_CREATE, leave::api::leaves_create::router);
        let made = done(self.world.post(&create, "/api/v1/leaves", week(6)).by(employee).await)?;
        let leave = format!("/api/v1/leaves/{}", made.get("id").and_then(Value::as_str).unwrap_or_default());
        let get = |path: String| move |_| (path.clone(), None);
        let build: Build = leave::api::leaves_get::router;
        self.twice(&access::LEAVES_GET, build, employee, get(leave.clone())).await?;
        let build: Build = leave::api::leaves_list::router;
        self.twice(&access::LEAVES_LIST, build, manager, get("/api/v1/leaves?status=pending".to_owned())).await?;
        let build: Build = leave::api::leaves_balance::router;
        self.twice(&access::LEAVES_BALANCE, build, employee, get(format!("{leave}/balance"))).await?;
        let balances = format!("/api/v1/leave-balances/{}", employee.id);
        let build: Build = leave::api::leave_balances_get::router;
        self.twice(&access::LEAVE_BALANCES_GET, build, employee, get(balances.clone())).await?;
        let build: Build = leave::api::leave_balances_explain::router;
        let explain = format!("{balances}/explain?leave_type=annual&as_of=2024-12-31");
        self.twice(&access::LEAVE_BALANCES_EXPLAIN, build, employee, get(explain)).await?;
        let build: Build = leave::api::leaves_calendar::router;
        let calendar = "/api/v1/leaves/calendar?from=2024-07-01&to=2024-08-31".to_owned();
        self.twice(&access::LEAVES_CALENDAR, build, employee, get(calendar)).await
    }
}

/// A request for one of the weeks from July 2024 on.
fn week(number: usize) -> Value {
    let weeks = [
        ("2024-07-01", "2024-07-02"),
        ("2024-07-08", "2024-07-09"),
        ("2024-07-15", "2024-07-16"),
        ("2024-07-22", "2024-07-23"),
        ("2024-08-05", "2024-08-06"),
        ("2024-08-12", "2024-08-13"),
        ("2024-08-29", "2024-09-03"),
    ];
    let (first, last) = weeks.get(number).copied().unwrap_or_default();
    json!({"leave_type": "annual", "start_date": first, "end_date": last, "reason": "Vacation"})
}
