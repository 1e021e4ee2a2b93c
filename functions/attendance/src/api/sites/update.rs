//! `PUT /api/v1/sites/{site}`: describes a site, anew or for the first time. Publishes `attendance.site_updated`.
//!
//! Punches are judged by it within a minute.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use garde::Validate;
use kernel::{Code, Error};
use lambda::http::{Caller, Created, IfMatch, Json, Path, Problem, Valid, Versioned, field};
use policy::attendance::{Fence, FenceMode};
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::SiteView;
use crate::{
    api::{Api, fields},
    domain::site::{Site, millionths},
    store::SITES_MAX,
};

lambda::endpoint!(SITES_UPDATE, put(handle), Api);

/// A site, but for its slug.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct SiteInput {
    /// Name.
    #[garde(custom(fields::name))]
    pub name: String,
    /// What is done about punches from elsewhere: `off`, `flag`, or `enforce`, which refuses them.
    pub fencing: FenceMode,
    /// Within which people work: at most 20, and at least one unless fencing is off.
    #[garde(custom(fields::fences), dive)]
    pub fences: Vec<FenceInput>,
}

/// A circle.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct FenceInput {
    /// Name.
    #[garde(custom(fields::name))]
    pub name: String,
    /// Of its middle, in degrees north of the equator, -90 to 90.
    #[garde(custom(fields::latitude))]
    pub latitude: f64,
    /// Of its middle, in degrees east of Greenwich, -180 to 180.
    #[garde(custom(fields::longitude))]
    pub longitude: f64,
    /// In metres, 10 to 10000.
    #[garde(custom(fields::radius))]
    pub radius_m: u32,
}

/// Adds a site or changes what is known of it.
#[utoipa::path(put, path = "/api/v1/sites/{site}", operation_id = "sites-update", tag = "sites",
    params(("site" = String, Path, description = "Its slug"),
        ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    request_body = SiteInput,
    responses(
        (status = 200, body = SiteView),
        (status = 201, body = SiteView, description = "The site was not there"),
        (status = 404, description = "No site can be called so"),
        (status = 409, description = "Changed meanwhile; `too_many`"),
        (status = 412, description = "Changed since it was read"),
        (status = 422, description = "A field breaks a rule")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(site): Path<String>,
    named: IfMatch,
    Valid(Json(body)): Valid<Json<SiteInput>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    field::site(&site, &()).map_err(|_| Error::not_found("site"))?;
    let (found, sites) = tokio::try_join!(api.store.site_fresh(&site), api.store.sites(origin.at))?;
    let version = found.as_ref().map_or(0, |found| found.version);
    let standing = found.filter(|found| found.value.deleted_at.is_none()).map(|found| found.value);
    named.require(if standing.is_some() { version } else { 0 })?;
    if standing.is_none() && sites.len() >= SITES_MAX {
        return Err(Error::new(Code::TooMany, format!("There are {SITES_MAX} sites.")).into());
    }
    let (name, fencing, fences) = (body.name.trim().to_owned(), body.fencing, fences(&body)?);
    let created_at = standing.as_ref().map_or(origin.at, |standing| standing.created_at);
    let after = Site { site, name, fencing, fences, created_at, updated_at: origin.at, deleted_at: None };
    match standing {
        Some(before) if before == (Site { updated_at: before.updated_at, ..after.clone() }) => {
            Ok(Versioned(version, SiteView::from(before)).into_response())
        }
        before => {
            let location = format!("/api/v1/sites/{}", after.site);
            let version = api.store.save_site(origin, version, &after).await.map_err(named.map_conflict())?;
            let body = SiteView::from(after);
            Ok(match before {
                Some(_) => Versioned(version, body).into_response(),
                None => Created { location, version, body }.into_response(),
            })
        }
    }
}

/// The fences as they are stored.
fn fences(draft: &SiteInput) -> Result<Vec<Fence>, Error> {
    if draft.fences.is_empty() && draft.fencing != FenceMode::Off {
        return Err(Error::invalid("/fences", "fence_required", "Nobody could be within a fence; give one."));
    }
    let fence = |draft: &FenceInput| {
        let (latitude, longitude) = (millionths(draft.latitude), millionths(draft.longitude));
        let (latitude_e6, longitude_e6) = latitude.zip(longitude).ok_or_else(|| Error::internal("checked before"))?;
        Ok(Fence { name: draft.name.trim().to_owned(), latitude_e6, longitude_e6, radius_m: draft.radius_m })
    };
    draft.fences.iter().map(fence).collect()
}
