//! What is shown of a site: its fences in degrees.

use jiff::Timestamp;
use policy::attendance::{Fence, FenceMode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{api::attendance::view::degrees, domain::site::Site};

/// A site.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SiteView {
    /// A slug: what people's records name.
    pub site: String,
    /// Name.
    pub name: String,
    /// What is done about punches from elsewhere.
    pub fencing: FenceMode,
    /// Within which people work.
    pub fences: Vec<SiteFence>,
    /// When it was described first.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

/// A circle within which people work.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SiteFence {
    /// Name.
    pub name: String,
    /// Of its middle, in degrees north of the equator.
    pub latitude: f64,
    /// Of its middle, in degrees east of Greenwich.
    pub longitude: f64,
    /// In metres.
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
        Self { name, latitude: degrees(latitude_e6), longitude: degrees(longitude_e6), radius_m }
    }
}
