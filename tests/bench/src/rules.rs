//! Rules of a company of realistic size: calendars, policies of every kind for all employees and for each site, and a roster.

use jiff::civil::date;
use kernel::{AssignmentId, PolicyId, RosterId};
use lambda::Shell;
use policy::{
    Calendar, Policy,
    attendance::{AssignedWork, Assignment, Schedule},
    calendar_key, policy_key,
};
use serde_json::{Value, json};
use store::{Key, Write};
use testkit::{World, origin, test_start};
use uuid::Uuid;

use crate::{
    Result,
    operations::{app, body_of_success},
};

/// Sites with their own policies; the measured employees work at the first.
const SITES: &[&str] = &["berlin", "pune", "new-york", "lisbon", "oslo", "sydney"];

fn bench_uuid(number: usize) -> Uuid {
    Uuid::from_u128(0x018c_0000_0000_7000_8000_0000_0000_0000 | u128::try_from(number).unwrap_or_default())
}

fn roster_id() -> RosterId {
    RosterId::new(bench_uuid(1))
}

/// Schedule with the roster since January.
pub(crate) fn roster_schedule(number: usize) -> Schedule {
    let work = AssignedWork::RosterId(roster_id());
    Schedule(vec![Assignment { id: AssignmentId::new(bench_uuid(number)), from: date(2024, 1, 1), to: None, work }])
}

/// Stores calendars, policies and the roster. Employees without a roster work the default shift.
pub(crate) async fn put_attendance_rules(shell: &Shell, default_shift: &str) -> Result<()> {
    let rules = shell.table("COMPLIANCE_TABLE")?;
    for site in SITES {
        let calendar: Calendar = serde_json::from_value(calendar_json(site))?;
        put_item(&rules, calendar_key(site, 1), &calendar).await?;
    }
    for policy in policies_json(default_shift) {
        let policy: Policy = serde_json::from_value(policy)?;
        put_item(&rules, policy_key(policy.reference), &policy).await?;
    }
    let body = json!({"id": roster_id(), "name": "Early and late", "starts_on": "2024-01-01",
        "cycle": [["early"], ["early"], ["early"], ["late"], ["late"], [], []],
        "created_at": test_start(), "created_by": kernel::EmployeeId::new(bench_uuid(1)), "updated_at": test_start()});
    put_item(&shell.table("ATTENDANCE_TABLE")?, Key::new("ROSTERS", roster_id().to_string()), &body).await
}

async fn put_item(table: &store::Table, key: Key, body: &impl serde::Serialize) -> Result<()> {
    table.commit(&origin(), Write::put(key, body)).await.map(drop).map_err(|refusal| format!("{refusal:?}").into())
}

/// Creates a calendar, a leave type and a leave policy as HR.
pub(crate) async fn create_leave_rules(world: &World) -> Result<()> {
    let day = json!({"pattern": "full", "hours": [["09:00", "12:00"], ["13:00", "18:00"]]});
    let calendar = json!({"week": week_json(&day, &json!({"pattern": "off"})), "holidays": []});
    let leave_type = json!({"code": "annual", "name": "Annual", "paid": true});
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
    let hr = &world.people.hr;
    let operation = &access::COMPLIANCE_CALENDARS_UPDATE;
    let path = operation.path.replace("{site}", "berlin");
    body_of_success(world.put(&app(world, operation), path, calendar).signed_in_as(hr).await)?;
    for (operation, body) in [(&access::LEAVE_TYPES_CREATE, leave_type), (&access::COMPLIANCE_POLICIES_CREATE, policy)]
    {
        body_of_success(world.post(&app(world, operation), operation.path, body).signed_in_as(hr).await)?;
    }
    Ok(())
}

fn calendar_json(site: &str) -> Value {
    let day = json!({"pattern": "full", "hours": [["09:00:00", "12:30:00"], ["13:00:00", "17:30:00"]]});
    let off = json!({"pattern": "off", "hours": []});
    let holidays: Vec<_> = ["01-01", "05-01", "10-03", "12-25", "12-26"]
        .iter()
        .map(|day| json!({"name": "Holiday", "from": format!("2020-{day}"), "yearly": true}))
        .collect();
    json!({"site": site, "version": 1, "created_at": test_start(), "created_by": "system:bench", "holidays": holidays,
        "week": week_json(&day, &off)})
}

fn week_json(day: &Value, off: &Value) -> Value {
    json!({"monday": day, "tuesday": day, "wednesday": day, "thursday": day, "friday": day, "saturday": off, "sunday": off})
}

fn policies_json(default_shift: &str) -> Vec<Value> {
    let kinds = [
        ("attendance", attendance_rules_json(default_shift)),
        ("overtime", overtime_rules_json()),
        ("working_time", working_time_rules_json()),
    ];
    let mut all = Vec::new();
    for scope in std::iter::once(json!({})).chain(SITES.iter().map(|site| json!({"sites": [site]}))) {
        for (kind, rules) in &kinds {
            all.push(json!({"policy_id": PolicyId::new(bench_uuid(all.len())), "policy_version": 1,
                "effective_from": "2024-01-01", "created_at": test_start(), "created_by": "system:bench", "name": kind,
                "scope": scope, "kind": kind, "rules": rules}));
        }
    }
    all
}

fn attendance_rules_json(default_shift: &str) -> Value {
    let shift = |code, from, to| json!({"code": code, "from": from, "to": to, "break_minutes": 30});
    json!({
        "shifts": [
            shift("early", "06:00:00", "14:30:00"), shift("day", "09:00:00", "17:30:00"),
            shift("late", "13:30:00", "22:00:00"), shift("afternoon", "14:00:00", "22:30:00"),
            shift("night", "22:00:00", "06:00:00"),
        ],
        "default_shift": default_shift,
        "window_before_minutes": 120, "window_after_minutes": 60, "grace_in_minutes": 5, "grace_out_minutes": 5,
        "breaks": [{"worked_over_minutes": 360, "break_minutes": 30}, {"worked_over_minutes": 540, "break_minutes": 45}],
        "rounding": "none", "rounding_step_minutes": 1,
    })
}

fn overtime_rules_json() -> Value {
    json!({
        "night": {"from": "23:00:00", "to": "06:00:00", "extra_bp": 2500},
        "tiers": [{"from_minutes": 0, "rate_bp": 12_500}, {"from_minutes": 120, "rate_bp": 15_000}],
        "rest_day_rate_bp": 15_000, "holiday_rate_bp": 20_000, "minimum_block_minutes": 15, "daily_cap_minutes": 240,
        "weekly_cap_minutes": 600,
    })
}

fn working_time_rules_json() -> Value {
    json!({"daily_max_minutes": 600, "weekly_max_minutes": 2880, "daily_rest_minutes": 660, "weekly_rest_minutes": 2100})
}
