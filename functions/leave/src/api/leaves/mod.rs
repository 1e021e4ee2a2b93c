//! Endpoints below `/api/v1/leaves`.

pub mod adjustments;
pub mod credits;
pub mod encashments;

automod::dir!(pub "src/api/leaves");
