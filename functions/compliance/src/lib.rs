//! Policies, business calendars, violations and trainings: what applies to whom from when, who broke it, who has learnt it.
//!
//! Owns the table `compliance`, and with it the read view of policies and calendars (`policy::Rulebook` in `shared/policy`):
//! every service that judges reads the same two partitions and judges in its own process. Policies and calendars are never
//! edited: `PUT` adds a version, a later one ends an earlier one, and every decision names the version that it was made by.
//!
//! | question | index | key | who asks |
//! |---|---|---|---|
//! | all versions of all policies | table | `POLICIES`, `<policy id>#<version>` | `shared/policy`, `compliance-policies-list`, every write |
//! | one policy's versions | table | the same, by the beginning of the key | `compliance-policies-get`, `-update` |
//! | all calendars, one site's current one | table | `CALENDARS`, `<site>#<version>` | `shared/policy`, `compliance-calendars-*` |
//! | what was written last to the policies | table | `REVISION`, `POLICIES` | every write of a policy |
//! | one violation, one training | table | `VIOL#<id>`, `VIOLATION`; `TRAIN#<id>`, `TRAINING` | acknowledge, complete, the job |
//! | who has which training to do | table | `OPEN#<employee id>`, `<course>` | assign, complete |
//! | one person's violations, trainings | `by_employee` | `EMP#<id>#VIOLATIONS`, `EMP#<id>#TRAININGS` | the lists |
//! | those of a manager's people | `by_manager` | `EMP#<manager id>#VIOLATIONS`, `EMP#<manager id>#TRAININGS` | the lists |
//! | all violations by time, all trainings by due day | `by_time` | `VIOLATIONS`, `TRAININGS` | the lists |
//! | who broke a policy | `by_policy` | `POL#<id>#VIOLATIONS` | `compliance-violations-list` |
//! | what is to be announced until today | `by_due` | `WAITING#<0..f>`, `<day>#<id>` | `compliance-job-training` |
//!
//! Publishes `compliance.policy_created`, `.policy_updated`, `.calendar_updated`, `.violation_detected`,
//! `.violation_acknowledged`, `.training_assigned`, `.training_completed`, `.training_due`. Consumes
//! `leave.request_created` and `attendance.processed` for the violations that they carry. Reads, with the keys of
//! `shared/policy`, the leave accounts and months of the one whose request is validated.
//!
//! Invariants: no two policies say the same for the same people, equally narrowly, on the same day. Whoever writes a policy
//! reads the revision, then all policies, judges, and writes the version together with the next revision, on the
//! condition that the one that was read still stands; otherwise it is judged again. A version of a calendar is made once, because
//! its key is its number. A person has a course to do once at a time (a claim). A training is announced once per due date.
//!
//! Lists by manager go by whom people reported to at the time, less those whom the manager does not reach any more: who came
//! to a team later is found by `employee_id`.

pub mod api;
pub mod domain;
pub mod job;
pub mod on;
pub mod store;
