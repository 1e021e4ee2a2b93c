//! Jobs and queue workers.

pub mod dispatch;
pub mod retain;
pub mod settle;
