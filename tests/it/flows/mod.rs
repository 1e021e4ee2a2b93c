//! The whole path of a change on a real local cloud: HTTP request, table, stream, relay, bus, queue, audit trail.
//!
//! `make e2e` deploys the release functions to a private cloud with IAM enforced and runs these with `MUSTER_E2E`,
//! `MUSTER_OUTPUTS` and the AWS variables set; without them every flow says so and passes. Any endpoint that is
//! compatible with LocalStack will do: only AWS APIs and the HTTP API are used. Each flow makes people of its own, so that flows may run
//! beside each other; those in [`outages`] break something for everybody and run alone (`.config/nextest.toml`).

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
