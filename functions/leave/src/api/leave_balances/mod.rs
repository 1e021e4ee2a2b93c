//! Endpoints below `/api/v1/leave-balances`.

automod::dir!(pub "src/api/leave_balances");
