//! What asking for leave needs, made as HR makes it.

use serde_json::json;
use testkit::World;

use crate::{Result, counting::done};

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
        world.app(&access::COMPLIANCE_CALENDARS_UPDATE, compliance::api::compliance::calendars::update::router);
    let body = json!({"week": week, "holidays": []});
    let path = "/api/v1/compliance/calendars/berlin";
    done(world.put(&calendar, path, body).by(&world.people.hr).await)?;
    let types = world.app(&access::LEAVE_TYPES_CREATE, leave::api::leave_types::create::router);
    let body = json!({"code": "annual", "name": "Annual", "paid": true});
    done(world.post(&types, "/api/v1/leave-types", body).by(&world.people.hr).await)?;
    let policies =
        world.app(&access::COMPLIANCE_POLICIES_CREATE, compliance::api::compliance::policies::create::router);
    done(world.post(&policies, "/api/v1/compliance/policies", policy).by(&world.people.hr).await)?;
    Ok(())
}
