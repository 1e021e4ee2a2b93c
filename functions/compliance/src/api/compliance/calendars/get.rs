//! `GET /api/v1/compliance/calendars/{site}`: reads a site's calendar, and with `year` its days written out.

use axum::extract::State;
use garde::Validate;
use kernel::Error;
use lambda::http::{Caller, Path, Problem, Query, Valid, Versioned};
use policy::Calendar;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    api::{Api, fields},
    domain::calendar::{CalendarDay, days},
};

lambda::endpoint!(COMPLIANCE_CALENDARS_GET, get(handle), Api);

/// Which version, and which days.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct CalendarQuery {
    /// With every day of this year.
    #[garde(inner(custom(fields::year)))]
    pub year: Option<i16>,
    /// An earlier version; the current one when not given.
    pub version: Option<u32>,
}

/// A calendar, and days of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CalendarView {
    /// The calendar.
    #[serde(flatten)]
    pub calendar: Calendar,
    /// Every day of the year that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<Vec<CalendarDay>>,
}

/// Reads a calendar.
#[utoipa::path(get, path = "/api/v1/compliance/calendars/{site}", operation_id = "compliance-calendars-get", tag = "compliance",
    params(("site" = String, Path), CalendarQuery),
    responses((status = 200, body = CalendarView), (status = 404, description = "The site has no calendar, or no such version")))]
pub async fn handle(
    State(api): State<Api>,
    _: Caller,
    Path(site): Path<String>,
    Valid(Query(wanted)): Valid<Query<CalendarQuery>>,
) -> Result<Versioned<CalendarView>, Problem> {
    let calendar = match wanted.version {
        Some(version) => api.store.get_calendar_version(&site, version).await?,
        None => api.store.get_calendar(&site).await?.ok_or_else(|| Error::not_found("calendar"))?,
    };
    let days = wanted.year.map(|year| days(&calendar, year));
    Ok(Versioned(u64::from(calendar.version), CalendarView { calendar, days }))
}
