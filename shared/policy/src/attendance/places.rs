//! Where a punch was made, and whether that is where people work: rule 18.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A place by the device's word, in millionths of a degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct GeoPosition {
    /// North of the equator, -90000000 to 90000000.
    pub latitude_e6: i32,
    /// East of Greenwich, -180000000 to 180000000.
    pub longitude_e6: i32,
    /// By how many metres it may be wrong.
    pub accuracy_m: u32,
}

/// A circle within which people work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Fence {
    /// As it is shown.
    pub name: String,
    /// Of its middle, in millionths of a degree.
    pub latitude_e6: i32,
    /// Of its middle, in millionths of a degree.
    pub longitude_e6: i32,
    /// In metres.
    pub radius_m: u32,
}

/// What a site does about places.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FenceMode {
    /// Nothing.
    #[default]
    Off,
    /// Flags punches from elsewhere.
    Flag,
    /// Refuses punches from elsewhere, and those that do not say whence.
    Enforce,
}

/// Why a punch is not within a fence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FenceMiss {
    /// It does not say where it was made.
    NoPosition,
    /// It may be wrong by more than the nearest fence's radius: it could be there, and nobody can tell.
    Inaccurate,
    /// It is, or may be, so many metres outside of the nearest fence.
    Outside(u32),
    /// The site has no fence.
    NoFence,
}

/// The fence within which a position surely lies: its whole circle of doubt. Of several the one in whose middle it lies most. Fails closed.
pub fn find_fence(fences: &[Fence], position: Option<GeoPosition>) -> Result<&Fence, FenceMiss> {
    if fences.is_empty() {
        return Err(FenceMiss::NoFence);
    }
    let position = position.ok_or(FenceMiss::NoPosition)?;
    let accuracy = i64::from(position.accuracy_m);
    // How far the middle of the circle of doubt lies beyond the fence; below zero within it.
    let beyond = |fence: &Fence| metres(fence, position) - i64::from(fence.radius_m);
    let nearest = fences.iter().map(|fence| (beyond(fence), fence)).min_by_key(|(beyond, _)| *beyond);
    let (beyond, fence) = nearest.ok_or(FenceMiss::NoFence)?;
    if beyond + accuracy <= 0 {
        Ok(fence)
    } else if beyond <= accuracy && i64::from(fence.radius_m) < accuracy {
        Err(FenceMiss::Inaccurate)
    } else {
        Err(FenceMiss::Outside(u32::try_from(beyond + accuracy).unwrap_or(u32::MAX)))
    }
}

/// The mean radius of the earth in metres (IUGG).
const EARTH_M: f64 = 6_371_008.8;

/// From a fence's middle to a position along the globe (haversine), in whole metres, a started one counted.
#[expect(
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    reason = "a distance on a globe: no money, no time"
)]
fn metres(fence: &Fence, position: GeoPosition) -> i64 {
    let radians = |e6: i32| (f64::from(e6) / 1e6).to_radians();
    let (here, there) = (radians(fence.latitude_e6), radians(position.latitude_e6));
    let north = ((there - here) / 2.0).sin();
    let east = ((radians(position.longitude_e6) - radians(fence.longitude_e6)) / 2.0).sin();
    let haversine = (north * north + here.cos() * there.cos() * east * east).clamp(0.0, 1.0);
    (2.0 * EARTH_M * haversine.sqrt().asin()).ceil() as i64
}
