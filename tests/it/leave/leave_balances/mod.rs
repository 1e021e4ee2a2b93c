//! Endpoints below `/leave-balances`.

automod::dir!(pub(crate) "it/leave/leave_balances");
