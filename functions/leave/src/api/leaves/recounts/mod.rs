//! Endpoints below `/api/v1/leaves/recounts`: booked leave is counted again after a change of a calendar or of shift plans.

automod::dir!(pub "src/api/leaves/recounts");
