//! End-to-end flows on a running local cloud: HTTP request, table, stream, relay, bus, queue and audit trail.
//!
//! `make e2e` deploys the release functions to a separate cloud with IAM enforced and runs the flows with `MUSTER_E2E`,
//! `MUSTER_OUTPUTS` and the AWS variables set. Without them, every flow prints that it is skipped and passes. The flows use only AWS
//! APIs and the HTTP API, so any LocalStack-compatible endpoint works. Each flow hires its own people, so flows can run concurrently;
//! those in [`outages`] disturb the others and run alone (`.config/nextest.toml`).

mod accrual;
mod attendance;
mod aws;
mod binaries;
mod changes;
mod cloud;
mod deliveries;
mod demo;
mod flow_people;
mod grants;
mod leave;
mod load;
mod messages;
mod operator;
mod out_of_band;
mod outages;
mod overnight;
mod privileges;
mod samples;
mod seals;
mod sessions;
mod stacks;
mod team;
