//! Endpoints below `/api/v1/leaves`.

pub mod adjustments;
pub mod credits;
pub mod encashments;
pub mod recounts;

automod::dir!(pub "src/api/leaves");
