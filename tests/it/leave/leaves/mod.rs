//! Endpoints below `/leaves`.

pub(crate) mod adjustments;
pub(crate) mod credits;
pub(crate) mod encashments;

automod::dir!(pub(crate) "it/leave/leaves");
