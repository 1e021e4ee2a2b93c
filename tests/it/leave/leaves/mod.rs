//! Endpoints below `/leaves`.

pub(crate) mod adjustments;
pub(crate) mod credits;
pub(crate) mod encashments;
pub(crate) mod recounts;

automod::dir!(pub(crate) "it/leave/leaves");
