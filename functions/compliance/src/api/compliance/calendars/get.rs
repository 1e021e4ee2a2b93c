//! `GET /api/v1/compliance/calendars/{site}`: returns the calendar of a site and, with `year`, each day of that year.

use axum::extract::State;
use garde::Validate;
use kernel::Error;
use lambda::http::{Caller, Path, Problem, Query, Valid, Versioned};
use policy::Calendar;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    api::{Api, fields},
    domain::calendar::{CalendarDay, days_of_year},
    messages,
};

lambda::endpoint!(COMPLIANCE_CALENDARS_GET, get(handle), Api);

/// Version of the calendar, and the year to list.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct CalendarQuery {
    /// Year whose days are listed in `days`. Default: no list.
    #[garde(inner(custom(fields::check_calendar_year)))]
    #[param(minimum = 1900, maximum = 2200)]
    pub year: Option<i16>,
    /// Version of the calendar, from 1. Default: the current version.
    #[param(minimum = 1, maximum = 4_294_967_295_u32)]
    pub version: Option<u32>,
}

/// Calendar of a site, with the days of a year on request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CalendarView {
    /// Calendar of the site in the requested version.
    #[serde(flatten)]
    pub calendar: Calendar,
    /// Each day of the requested year, in order; absent without `year`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub days: Option<Vec<CalendarDay>>,
}

/// Returns the calendar of a site.
///
/// With `year`, `days` lists each day of that year with its working halves and holidays.
#[utoipa::path(get, path = "/api/v1/compliance/calendars/{site}", operation_id = "compliance-calendars-get", tag = "compliance",
    params(("site" = String, Path, description = "Code of the site: 1 to 40 lower-case letters, digits and hyphens.",
        min_length = 1, max_length = 40, pattern = "^[a-z0-9-]+$"), CalendarQuery),
    responses((status = 200, description = "Calendar of the site.", body = CalendarView),
        (status = 404, description = "`not_found`: the site has no calendar, or no version with this number.")))]
pub async fn handle(
    State(api): State<Api>,
    _: Caller,
    Path(site): Path<String>,
    Valid(Query(query)): Valid<Query<CalendarQuery>>,
) -> Result<Versioned<CalendarView>, Problem> {
    let calendar = match query.version {
        Some(version) => api.store.get_calendar_version(&site, version).await?,
        None => api.store.find_current_calendar(&site).await?.ok_or_else(|| Error::not_found(messages::calendar()))?,
    };
    let days = query.year.map(|year| days_of_year(&calendar, year));
    Ok(Versioned(u64::from(calendar.version), CalendarView { calendar, days }))
}
