//! People, departments, job roles and pay: who works here, where, for whom, and as what.
//!
//! Owns the table `employees`, and with it the read view of people (`shared/directory`). Every list is a query of one
//! index; an index lies in halves, those who belong to the organisation (`STANDING`) and those who have left (`LEFT`),
//! so that the usual question never reads a leaver. Within a half people lie by name: `<family given>#<id>`, lower
//! case and without accents, so that a beginning of a name is a range of keys.
//!
//! | question | index | key | who asks |
//! |---|---|---|---|
//! | one person | table | `EMP#<id>`, `PROFILE` | every endpoint, `shared/directory` |
//! | one person's pay | table | `PAY#<id>`, `PAY` | `employees-get`, `employees-compensation-*` |
//! | whose e-mail, whose code | table | `UNIQ#EMAIL#<e-mail>`, `UNIQ#CODE#<code>` | create, update, `shared/directory` |
//! | one department, one job role | table | `DEP#<id>`, `DEP`; `JOB#<id>`, `JOB` | `departments-*`, `job-roles-*`, names in views |
//! | how many belong to it | table | `DEP#<id>`, `MEMBERS`; `JOB#<id>`, `MEMBERS` | hiring, moving, leaving, removal |
//! | everybody, by status and name | `by_name` | `PEOPLE#<half>` | `employees-list` |
//! | all departments, all job roles, by name | `by_name` | `DEPARTMENTS`, `JOB_ROLES` | `departments-list`, `job-roles-list` |
//! | a department's people, by status, role and name | `by_department` | `DEP#<id>#<half>` | `employees-list` |
//! | a department's departments | `by_department` | `DEP#<id>#CHILDREN`, `DEPARTMENTS#TOP` | `departments-list` |
//! | a manager's people, by anything | `by_manager` | `EMP#<id>#<half>`, `TOP#<half>` | `employees-list`, `-reports`, `-org-chart`, termination |
//! | who has a job role, by status and name | `by_job_role` | `JOB#<id>#<half>` | `employees-list` |
//!
//! Publishes `employee.created`, `.updated`, `.deleted`, `.status_changed`, `.roles_changed`, `.compensation_changed`,
//! `department.created`, `.updated`, `.deleted`, `job_role.created`, `.updated`, `.deleted`. Consumes nothing.
//!
//! Invariants that span items are kept by transactions: an e-mail or a code has one owner (claims); a department or a
//! job role is removed only while its count is zero, and closes with that very write; a new superior is active, and no
//! link of the chain above has moved since it was walked, so that no two moves can close a loop; whoever changes roles
//! is an administrator at that moment. One thing is checked but not locked: that nobody reports to somebody who is
//! terminated. A report hired in the same instant keeps a manager who has left, until HR moves them.

pub mod api;
pub mod domain;
pub mod store;
