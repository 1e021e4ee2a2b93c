//! `PUT /api/v1/sites/{site}`: creates or changes a site. Publishes `attendance.site_updated`.
//!
//! Punches follow the change within a minute.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use garde::Validate;
use kernel::{Code, Error};
use lambda::http::{Caller, Created, IfMatch, Json, Path, Problem, Valid, Versioned, validators};
use policy::attendance::{Fence, FenceMode};
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::SiteView;
use crate::{
    api::{Api, fields},
    domain::site::{Site, to_millionths},
    messages,
    store::SITES_MAX,
};

lambda::endpoint!(SITES_UPDATE, put(handle), Api);

/// Name, fencing and fences of a site.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct SiteInput {
    /// Name of the site, one line of 1 to 60 characters.
    #[garde(custom(fields::validate_name))]
    #[schema(
        min_length = 1,
        max_length = 60,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub name: String,
    /// Treatment of punches outside every fence: not checked, flagged or refused.
    pub fencing: FenceMode,
    /// All fences of the site, at most 20; at least one unless `fencing` is `off`.
    #[garde(custom(fields::validate_fence_count), dive)]
    #[schema(max_items = 20)]
    pub fences: Vec<FenceInput>,
}

/// Fence of a site: a circle in which punches are expected.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct FenceInput {
    /// Name of the fence, one line of 1 to 60 characters.
    #[garde(custom(fields::validate_name))]
    #[schema(
        min_length = 1,
        max_length = 60,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub name: String,
    /// Latitude of the centre in degrees north, -90 to 90.
    #[garde(custom(fields::validate_latitude))]
    #[schema(minimum = -90, maximum = 90)]
    pub latitude: f64,
    /// Longitude of the centre in degrees east, -180 to 180.
    #[garde(custom(fields::validate_longitude))]
    #[schema(minimum = -180, maximum = 180)]
    pub longitude: f64,
    /// Radius of the circle in metres, 10 to 10000.
    #[garde(custom(fields::validate_radius))]
    #[schema(minimum = 10, maximum = 10000)]
    pub radius_m: u32,
}

/// Creates or replaces the settings and fences of a site.
///
/// They apply to punches within a minute.
#[utoipa::path(put, path = "/api/v1/sites/{site}", operation_id = "sites-update", tag = "sites",
    params(("site" = String, Path, min_length = 1, max_length = 40, pattern = "^[a-z0-9-]+$",
        description = "Code of the site, as in employee records."), IfMatch),
    request_body = SiteInput,
    responses(
        (status = 200, body = SiteView, description = "Site after the change."),
        (status = 201, body = SiteView, description = "Created site."),
        (status = 404, description = "`not_found`: the code in the path is not a valid site code."),
        (status = 409, description = "`changed_meanwhile`: another request changed the site at the same time. \
            `too_many`: there are 1000 sites, the maximum."),
        (status = 412, description = "`stale`: `If-Match` names an older version.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(site): Path<String>,
    if_match: IfMatch,
    Valid(Json(body)): Valid<Json<SiteInput>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    validators::validate_site_code(&site, &()).map_err(|_| Error::not_found(messages::site()))?;
    let (stored, sites) = tokio::try_join!(api.store.find_site_or_tombstone(&site), api.store.sites_cached(origin.at))?;
    let version = stored.as_ref().map_or(0, |stored| stored.version);
    let active = stored.filter(|stored| stored.value.deleted_at.is_none()).map(|stored| stored.value);
    if_match.require(if active.is_some() { version } else { 0 })?;
    if active.is_none() && sites.len() >= SITES_MAX {
        return Err(Error::new(Code::TooMany, messages::sites_max(SITES_MAX)).into());
    }
    let (name, fencing, fences) = (body.name.trim().to_owned(), body.fencing, to_fences(&body)?);
    let created_at = active.as_ref().map_or(origin.at, |active| active.created_at);
    let after = Site { site, name, fencing, fences, created_at, updated_at: origin.at, deleted_at: None };
    match active {
        Some(before) if before == (Site { updated_at: before.updated_at, ..after.clone() }) => {
            Ok(Versioned(version, SiteView::from(before)).into_response())
        }
        before => {
            let location = format!("/api/v1/sites/{}", after.site);
            let version = api.store.save_site(origin, version, &after).await.map_err(if_match.map_conflict())?;
            let body = SiteView::from(after);
            Ok(match before {
                Some(_) => Versioned(version, body).into_response(),
                None => Created { location, version, body }.into_response(),
            })
        }
    }
}

/// Fences of the request, in millionths of a degree.
///
/// # Errors
/// 422 `fence_required` if there is no fence, although fencing is on.
fn to_fences(input: &SiteInput) -> Result<Vec<Fence>, Error> {
    if input.fences.is_empty() && input.fencing != FenceMode::Off {
        return Err(Error::invalid("/fences", "fence_required", messages::fence_required()));
    }
    let fence = |input: &FenceInput| {
        let (latitude, longitude) = (to_millionths(input.latitude), to_millionths(input.longitude));
        let (latitude_e6, longitude_e6) =
            latitude.zip(longitude).ok_or_else(|| Error::internal("a validated coordinate is out of range"))?;
        Ok(Fence { name: input.name.trim().to_owned(), latitude_e6, longitude_e6, radius_m: input.radius_m })
    };
    input.fences.iter().map(fence).collect()
}
