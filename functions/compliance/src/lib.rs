//! Policies, business calendars, violations and trainings: which rules apply to whom from when, and how they were kept.
//!
//! # Owns
//! The table `compliance`, and with it the read view of policies and calendars (`policy::Rulebook` in `shared/policy`): every
//! service that judges reads the same two partitions and judges in its own process. Policies and calendars are never edited: `PUT`
//! adds a version, a later version ends an earlier one, and every decision names the version that it was made by.
//!
//! # Access patterns
//! | question | index | key | read by |
//! |---|---|---|---|
//! | all versions of all policies | table | `POLICIES`, `<policy id>#<version>` | `shared/policy`, `compliance-policies-list`, every write |
//! | one policy's versions | table | the same, by the beginning of the key | `compliance-policies-get`, `-update` |
//! | all calendars, one site's current one | table | `CALENDARS`, `<site>#<version>` | `shared/policy`, `compliance-calendars-*` |
//! | last version written to any policy | table | `REVISION`, `POLICIES` | every write of a policy |
//! | one violation, one training | table | `VIOL#<id>`, `VIOLATION`; `TRAIN#<id>`, `TRAINING` | acknowledge, complete, the job |
//! | a person's open training in a course | table | `OPEN#<employee id>`, `<course>` | `compliance-training-create`, `compliance-training-complete` |
//! | answer to an idempotency key | table | `IDEM#<scope>`, `IDEM` | every POST that writes |
//! | one person's violations, trainings | `by_employee` | `EMP#<id>#VIOLATIONS`, `EMP#<id>#TRAININGS` | the lists |
//! | those of a manager's people | `by_manager` | `EMP#<manager id>#VIOLATIONS`, `EMP#<manager id>#TRAININGS` | the lists |
//! | all violations by time, all trainings by due day | `by_time` | `VIOLATIONS`, `TRAININGS` | the lists |
//! | violations of a policy | `by_policy` | `POL#<id>#VIOLATIONS` | `compliance-violations-list` |
//! | trainings to announce until today | `by_due` | `WAITING#<0..f>`, `<day>#<id>` | `compliance-job-training` |
//!
//! `compliance-validate` also reads, with the keys of `shared/policy`, the leave account and months of the person it judges.
//!
//! # Publishes
//! `compliance.policy_created`, `.policy_updated`, `.calendar_updated`, `.violation_detected`, `.violation_acknowledged`,
//! `.training_assigned`, `.training_completed`, `.training_due`.
//!
//! # Consumes
//! `leave.request_created`, `leave.request_approved` and `attendance.processed`, for the violations in them.
//!
//! # Invariants
//! - No two policies say the same for the same people, equally narrowly, on the same day. A write reads the revision, then all
//!   policies, judges, and stores the version with the next revision only if the one that was read is still the last.
//! - A version of a calendar is made once, because its key is its number.
//! - A person has one open training per course (a claim). A training is announced once per due date.
//!
//! # Limits
//! - One request assigns a training to at most 45 people. 5,000 versions of policies, and of calendars, are read.
//! - Lists by manager have the people who reported to the manager at the time, less those out of the manager's reach now. The
//!   earlier records of somebody who joined a team later are found by `employee_id`.
#![allow(missing_docs, reason = "a definition has a doc where its name does not say everything")]

pub mod api;
pub mod domain;
pub mod job;
pub mod on;
pub mod store;
