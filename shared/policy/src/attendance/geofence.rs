//! Positions of punches and the fences of a site: rule 18 (docs/rules.md).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Position that a device reported, in millionths of a degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct GeoPosition {
    /// Latitude in millionths of a degree, -90000000 to 90000000; positive is north.
    #[schema(minimum = -90_000_000, maximum = 90_000_000)]
    pub latitude_e6: i32,
    /// Longitude in millionths of a degree, -180000000 to 180000000; positive is east.
    #[schema(minimum = -180_000_000, maximum = 180_000_000)]
    pub longitude_e6: i32,
    /// Radius in metres around the position in which the device may be.
    pub accuracy_m: u32,
}

/// Circular area in which employees may punch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Fence {
    /// Display name of the fence.
    pub name: String,
    /// Latitude of the centre in millionths of a degree, -90000000 to 90000000.
    #[schema(minimum = -90_000_000, maximum = 90_000_000)]
    pub latitude_e6: i32,
    /// Longitude of the centre in millionths of a degree, -180000000 to 180000000.
    #[schema(minimum = -180_000_000, maximum = 180_000_000)]
    pub longitude_e6: i32,
    /// Radius of the fence in metres.
    pub radius_m: u32,
}

/// Treatment of punches outside every fence of a site.
///
/// - `off`: positions are not checked
/// - `flag`: records punches outside every fence, or without a position, with a flag
/// - `enforce`: refuses punches outside every fence, without a position, or without an accurate one
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FenceMode {
    /// Positions are not checked.
    #[default]
    Off,
    /// Records punches outside every fence, or without a position, with a flag.
    Flag,
    /// Refuses punches outside every fence, without a position, or without an accurate one.
    Enforce,
}

/// Reason why no fence of a site is known to contain a punch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FenceMiss {
    /// The punch has no position.
    NoPosition,
    /// The accuracy radius is larger than the nearest fence, so that the position cannot be decided.
    Inaccurate,
    /// Metres by which the accuracy circle may reach beyond the nearest fence.
    Outside(u32),
    /// The site has no fence.
    NoFence,
}

/// Fence that contains the whole accuracy circle of a position; of several, the one with the most room.
///
/// # Errors
/// [`FenceMiss`] if no fence contains the whole circle, also if there is no position or no fence.
pub fn containing_fence(fences: &[Fence], position: Option<GeoPosition>) -> Result<&Fence, FenceMiss> {
    if fences.is_empty() {
        return Err(FenceMiss::NoFence);
    }
    let position = position.ok_or(FenceMiss::NoPosition)?;
    let accuracy = i64::from(position.accuracy_m);
    // Metres from the fence edge to the position; negative inside the fence.
    let distance = |fence: &Fence| distance_m(fence, position) - i64::from(fence.radius_m);
    let nearest = fences.iter().map(|fence| (distance(fence), fence)).min_by_key(|(distance, _)| *distance);
    let (distance, fence) = nearest.ok_or(FenceMiss::NoFence)?;
    if distance + accuracy <= 0 {
        Ok(fence)
    } else if distance <= accuracy && i64::from(fence.radius_m) < accuracy {
        Err(FenceMiss::Inaccurate)
    } else {
        Err(FenceMiss::Outside(u32::try_from(distance + accuracy).unwrap_or(u32::MAX)))
    }
}

/// Mean radius of the earth in metres (IUGG).
const EARTH_M: f64 = 6_371_008.8;

/// Great-circle distance from the fence centre to a position (haversine), rounded up to whole metres.
#[expect(
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    reason = "a distance on a globe: no money, no time"
)]
fn distance_m(fence: &Fence, position: GeoPosition) -> i64 {
    let radians = |e6: i32| (f64::from(e6) / 1e6).to_radians();
    let (here, there) = (radians(fence.latitude_e6), radians(position.latitude_e6));
    let north = ((there - here) / 2.0).sin();
    let east = ((radians(position.longitude_e6) - radians(fence.longitude_e6)) / 2.0).sin();
    let haversine = (north * north + here.cos() * there.cos() * east * east).clamp(0.0, 1.0);
    (2.0 * EARTH_M * haversine.sqrt().asin()).ceil() as i64
}
