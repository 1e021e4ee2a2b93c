//! Seals and S3 buckets, for endpoints and jobs.

pub mod bucket;
pub mod seals;
