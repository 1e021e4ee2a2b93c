//! API representation of a site, with its fences in degrees.

use jiff::Timestamp;
use policy::attendance::{Fence, FenceMode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{api::attendance::view::to_degrees, domain::site::Site};

/// Name, fencing and fences of a site.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SiteView {
    /// Code of the site, as in employee records.
    pub site: String,
    /// Name of the site for display.
    pub name: String,
    /// Treatment of punches outside every fence: not checked, flagged or refused.
    pub fencing: FenceMode,
    /// Fences of the site.
    pub fences: Vec<SiteFence>,
    /// Time at which the site was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Time of the last change.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

/// Fence of a site: a circle in which punches are expected.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SiteFence {
    /// Name of the fence for display.
    pub name: String,
    /// Latitude of the centre in degrees north, -90 to 90.
    pub latitude: f64,
    /// Longitude of the centre in degrees east, -180 to 180.
    pub longitude: f64,
    /// Radius of the circle in metres.
    pub radius_m: u32,
}

impl From<Site> for SiteView {
    fn from(site: Site) -> Self {
        let Site { site, name, fencing, fences, created_at, updated_at, deleted_at: _ } = site;
        Self { site, name, fencing, fences: fences.into_iter().map(SiteFence::from).collect(), created_at, updated_at }
    }
}

impl From<Fence> for SiteFence {
    fn from(fence: Fence) -> Self {
        let Fence { name, latitude_e6, longitude_e6, radius_m } = fence;
        Self { name, latitude: to_degrees(latitude_e6), longitude: to_degrees(longitude_e6), radius_m }
    }
}
