//! Jobs and queue workers.

pub mod dispatch;
pub mod settle;
