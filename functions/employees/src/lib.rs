//! Employees, departments, job roles and compensation.
//!
//! # Owns
//! The table `employees`, and with it the read view of employees (`shared/directory`).
//!
//! # Access patterns
//! Every list is a query of one index. An index has two halves, current employees (`STANDING`) and former employees
//! (`LEFT`), so that the usual query never reads a former employee. Within a half, employees are sorted by name:
//! `<family given>#<id>`, lower case and without accents, so that the beginning of a name is a range of keys.
//!
//! | access | index | key | read by |
//! |---|---|---|---|
//! | one employee | table | `EMP#<id>`, `PROFILE` | every endpoint, `shared/directory` |
//! | compensation of one employee | table | `PAY#<id>`, `PAY` | `employees-get`, `employees-compensation-*` |
//! | owner of an e-mail address or a code | table | `UNIQ#EMAIL#<e-mail>`, `UNIQ#CODE#<code>`, `UNIQ` | create, update, `shared/directory` |
//! | owner of a department name or a job role title | table | `UNIQ#DEPARTMENT#<name>`, `UNIQ#JOBROLE#<title>`, `UNIQ` | create, update |
//! | one department, one job role | table | `DEP#<id>`, `DEP`; `JOB#<id>`, `JOB` | `departments-*`, `job-roles-*`, names in views |
//! | number of its members | table | `DEP#<id>`, `MEMBERS`; `JOB#<id>`, `MEMBERS` | create, update, termination, delete |
//! | answer stored under an idempotency key | table | `IDEM#<scope>`, `IDEM` | every create |
//! | all employees, by status and name | `by_name` | `PEOPLE#<half>` | `employees-list` |
//! | all departments, all job roles, by name | `by_name` | `DEPARTMENTS`, `JOB_ROLES` | `departments-list`, `job-roles-list` |
//! | employees of a department, by status, role and name | `by_department` | `DEP#<id>#<half>` | `employees-list` |
//! | sub-departments of a department | `by_department` | `DEP#<id>#CHILDREN`, `DEPARTMENTS#TOP` | `departments-list` |
//! | direct reports of a manager, by any filter | `by_manager` | `EMP#<id>#<half>`, `TOP#<half>` | `employees-list`, `-reports`, `-org-chart`, termination |
//! | people whose terms or employment change by themselves, by the time of the change | `by_name` | `CHANGES_DUE` | `employees-job-apply-terms` |
//! | holders of a job role, by status and name | `by_job_role` | `JOB#<id>#<half>` | `employees-list` |
//!
//! # Publishes
//! `employee.created`, `.updated`, `.deleted`, `.status_changed`, `.roles_changed`, `.compensation_changed`, `department.created`,
//! `.updated`, `.deleted`, `job_role.created`, `.updated`, `.deleted`.
//!
//! # Consumes
//! No events.
//!
//! # Invariants
//! - Claims give each e-mail address, employee code, department name and job role title one owner.
//! - A department or a job role is deleted only while it has no members; the same write closes it to new members.
//! - A new manager is active, and the chain above is unchanged since it was read: concurrent moves cannot form a loop.
//! - The terms in the record are those of today at the site. Terms of a later day become the current ones by a job.
//! - Access roles are changed only by an administrator, as of the moment of the write. Administrators cannot remove
//!   their own role `admin`.
//!
//! # Limits
//! - Chains of managers have at most 20 levels, departments at most 10; an org chart shows at most 500 employees.
//! - Termination checks that the employee has no reports, but does not lock: a report created in the same instant keeps a
//!   terminated manager until HR assigns another one.
#![allow(missing_docs, reason = "names that explain themselves need no doc")]

pub mod api;
pub mod app;
pub mod domain;
pub mod job;
pub mod messages;
pub mod store;
