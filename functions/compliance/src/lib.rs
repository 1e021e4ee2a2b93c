//! Compliance: policies, business calendars, violations and trainings.
//!
//! # Owns
//! The table `compliance`. Other services read its policies and calendars through `policy::PolicyReader` and evaluate them in their
//! own process. Policies and calendars are never edited: `PUT` adds a version, a later version ends an earlier one, and every
//! decision names its policy version.
//!
//! # Access patterns
//! | access | index | key | read by |
//! |---|---|---|---|
//! | all versions of all policies | table | `POLICIES`, `<policy id>#<version>` | `shared/policy`, `compliance-policies-list`, every write |
//! | versions of one policy | table | the same, by the prefix of the key | `compliance-policies-get`, `-update` |
//! | all calendars, one site's current one | table | `CALENDARS`, `<site>#<version>` | `shared/policy`, `compliance-calendars-*` |
//! | last version written to any policy | table | `REVISION`, `POLICIES` | every write of a policy |
//! | one violation, one training | table | `VIOL#<id>`, `VIOLATION`; `TRAIN#<id>`, `TRAINING` | acknowledge, complete, the job |
//! | open training of an employee in a course | table | `OPEN#<employee id>`, `<course>` | `compliance-training-create`, `compliance-training-complete` |
//! | answer stored under an idempotency key | table | `IDEM#<scope>`, `IDEM` | every POST that writes |
//! | violations, trainings of an employee | `by_employee` | `EMP#<id>#VIOLATIONS`, `EMP#<id>#TRAININGS` | the lists |
//! | violations, trainings of a manager's reports | `by_manager` | `EMP#<manager id>#VIOLATIONS`, `EMP#<manager id>#TRAININGS` | the lists |
//! | all violations by time, all trainings by due date | `by_time` | `VIOLATIONS`, `TRAININGS` | the lists |
//! | violations of a policy | `by_policy` | `POL#<id>#VIOLATIONS` | `compliance-violations-list` |
//! | pending reminders up to today | `by_due` | `WAITING#<0..f>`, `<day>#<id>` | `compliance-job-training` |
//!
//! `compliance-validate` also reads the employee's leave account and months, with the keys of `shared/policy`.
//! Writes of policies also read the leave types and the people that a leave policy names.
//!
//! # Publishes
//! `compliance.policy_created`, `.policy_updated`, `.calendar_updated`, `.violation_detected`, `.violation_acknowledged`,
//! `.training_assigned`, `.training_completed`, `.training_due`.
//!
//! # Consumes
//! `leave.request_created`, `leave.request_approved` and `attendance.processed`, for the violations that they contain.
//!
//! # Invariants
//! - No two policies with the same subject and equally specific scopes apply to the same people on the same day. A write reads the
//!   revision and then all policies, checks them, and stores the version only if the revision is unchanged.
//! - A calendar version is stored once, because its key is its number.
//! - An employee has at most one open training per course (a claim item). A reminder is sent once per due date.
//!
//! # Limits
//! - One request assigns a training to at most 45 people. With more than 5,000 versions of policies, or of calendars, reads fail.
//! - Lists by manager contain the employees who reported to the manager at the time and are still in the manager's scope.
//!   Earlier records of an employee who joined a team later are found by `employee_id`.
#![allow(missing_docs, reason = "a definition has a doc comment where its name is not enough")]

pub mod api;
pub mod domain;
pub mod job;
pub mod messages;
pub mod on;
pub mod store;
