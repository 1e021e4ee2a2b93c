//! Endpoints below `/api/v1/leaves/encashments`.

automod::dir!(pub "src/api/leaves/encashments");
