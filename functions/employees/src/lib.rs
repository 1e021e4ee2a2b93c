//! People, departments, job roles and pay: who works here, where, for whom, and as what.
//!
//! # Owns
//! The table `employees`, and with it the read view of people (`shared/directory`).
//!
//! # Access patterns
//! Every list is a query of one index. An index has two halves, members of the organisation (`STANDING`) and people who have left
//! (`LEFT`), so that the usual query never reads a leaver. Within a half, people are sorted by name: `<family given>#<id>`, lower case
//! and without accents, so that a beginning of a name is a range of keys.
//!
//! | question | index | key | read by |
//! |---|---|---|---|
//! | one person | table | `EMP#<id>`, `PROFILE` | every endpoint, `shared/directory` |
//! | one person's pay | table | `PAY#<id>`, `PAY` | `employees-get`, `employees-compensation-*` |
//! | owner of an e-mail or a code | table | `UNIQ#EMAIL#<e-mail>`, `UNIQ#CODE#<code>`, `UNIQ` | create, update, `shared/directory` |
//! | owner of a department's or a job role's name | table | `UNIQ#DEPARTMENT#<name>`, `UNIQ#JOBROLE#<title>`, `UNIQ` | create, update |
//! | one department, one job role | table | `DEP#<id>`, `DEP`; `JOB#<id>`, `JOB` | `departments-*`, `job-roles-*`, names in views |
//! | number of its members | table | `DEP#<id>`, `MEMBERS`; `JOB#<id>`, `MEMBERS` | hiring, moving, leaving, removal |
//! | answer to an idempotency key | table | `IDEM#<scope>`, `IDEM` | every create |
//! | everybody, by status and name | `by_name` | `PEOPLE#<half>` | `employees-list` |
//! | all departments, all job roles, by name | `by_name` | `DEPARTMENTS`, `JOB_ROLES` | `departments-list`, `job-roles-list` |
//! | a department's people, by status, role and name | `by_department` | `DEP#<id>#<half>` | `employees-list` |
//! | a department's departments | `by_department` | `DEP#<id>#CHILDREN`, `DEPARTMENTS#TOP` | `departments-list` |
//! | a manager's people, by anything | `by_manager` | `EMP#<id>#<half>`, `TOP#<half>` | `employees-list`, `-reports`, `-org-chart`, termination |
//! | holders of a job role, by status and name | `by_job_role` | `JOB#<id>#<half>` | `employees-list` |
//!
//! # Publishes
//! `employee.created`, `.updated`, `.deleted`, `.status_changed`, `.roles_changed`, `.compensation_changed`, `department.created`,
//! `.updated`, `.deleted`, `job_role.created`, `.updated`, `.deleted`.
//!
//! # Consumes
//! Nothing.
//!
//! # Invariants
//! - An e-mail address, an employee code, a department's name and a job role's title have one owner (claims).
//! - A department or a job role is removed only while it has no members, and closes with that very write.
//! - A new manager is active, and no link of the chain above has changed since it was read: two moves cannot close a loop.
//! - Only somebody who is an administrator at that moment changes roles, and nobody takes that right from themselves.
//!
//! # Limits
//! - Chains of managers have at most 20 links; departments are nested at most 10 deep; an org chart shows at most 500 people.
//! - That nobody reports to a leaver is checked but not locked: a report hired in the same instant keeps a manager who has left,
//!   until HR moves them.
#![allow(missing_docs, reason = "a definition has a doc where its name does not say everything")]

pub mod api;
pub mod app;
pub mod domain;
pub mod store;
