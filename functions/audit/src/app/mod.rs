//! Seals and buckets, shared by endpoints and jobs.

pub mod bucket;
pub mod seals;
