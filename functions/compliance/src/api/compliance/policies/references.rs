//! Leave types and people that a draft names: they must exist. Rule 9 (docs/rules.md).

use std::collections::BTreeSet;

use directory::EmploymentStatus;
use futures::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use kernel::{EmployeeId, Error, FieldError, Message, Result};
use lambda::{FromShell, InitError, Shell};
use policy::{
    Policy,
    leave::{Approver, LeaveRules},
};

use crate::{api::Api, domain::invalid_error, messages, store::LeaveTypeReader};

/// Most people that are looked up at the same time.
const LOOKUP_CONCURRENCY: usize = 16;
/// Most different people that one version may name. It bounds the lookups.
const PEOPLE_MAX: usize = 200;

/// Handler state of the endpoints that store policies: that of the other endpoints, and read access to the leave types.
#[derive(Clone)]
pub struct PolicyWriteApi {
    pub(super) api: Api,
    leave_types: LeaveTypeReader,
}

impl FromShell for PolicyWriteApi {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { api: Api::from_shell(shell)?, leave_types: LeaveTypeReader::new(shell.table("LEAVE_TABLE")?) })
    }
}

impl PolicyWriteApi {
    /// Checks that the leave types and the approvers that a policy names exist, and that no approver has left.
    /// `None` and a draft with other faults are not checked: faults are reported when the draft is stored.
    ///
    /// # Errors
    /// 422 with a pointer to each unknown leave type and person, or if too many people are named.
    pub(super) async fn check_leave_types_and_approvers(&self, policy: Option<&Policy>, at: Timestamp) -> Result<()> {
        let sound = policy.filter(|policy| policy.validate().is_empty());
        let Some(policy) = sound else { return Ok(()) };
        let named = policy.leave_rules().map(named_people).unwrap_or_default();
        let ids: BTreeSet<EmployeeId> = named.iter().map(|(_, id)| *id).collect();
        if ids.len() > PEOPLE_MAX {
            let detail = messages::named_people_above(PEOPLE_MAX);
            return Err(Error::invalid("/rules/approval", "too_many", detail));
        }
        let (unknown_types, refused) = futures::future::try_join(
            self.find_unknown_leave_types(policy),
            self.find_unknown_or_former_people(ids, at),
        )
        .await?;
        let fault =
            |pointer: String, code: &'static str, detail: Message| FieldError { pointer, code: code.into(), detail };
        let mut faults = Vec::new();
        let of_type = |pointer| fault(pointer, "unknown_leave_type", messages::unknown_leave_type());
        faults.extend(unknown_types.into_iter().map(of_type));
        let of_people = named.into_iter().filter(|(_, id)| refused.contains(id));
        faults.extend(of_people.map(|(pointer, _)| fault(pointer, "unknown_employee", messages::unknown_approver())));
        if faults.is_empty() { Ok(()) } else { Err(invalid_error(faults)) }
    }

    /// Pointers to the leave types that do not exist.
    async fn find_unknown_leave_types(&self, policy: &Policy) -> Result<Vec<String>> {
        let lookups = named_leave_types(policy).into_iter().map(|(pointer, code)| async move {
            Ok::<_, Error>((!self.leave_types.is_active(&code).await?).then_some(pointer))
        });
        let found: Vec<Option<String>> = stream::iter(lookups).buffered(LOOKUP_CONCURRENCY).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// People among these who are unknown or have left.
    async fn find_unknown_or_former_people(
        &self,
        ids: BTreeSet<EmployeeId>,
        at: Timestamp,
    ) -> Result<BTreeSet<EmployeeId>> {
        let directory = &self.api.shell.directory;
        let lookups = ids.into_iter().map(|id| async move {
            let person = directory.person(id, at).await?;
            let employed = person.is_some_and(|person| person.status != EmploymentStatus::Terminated);
            Ok::<_, Error>((!employed).then_some(id))
        });
        let found: Vec<Option<EmployeeId>> = stream::iter(lookups).buffered(LOOKUP_CONCURRENCY).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }
}

/// Codes of the leave types that a policy names, each with the pointer to it.
fn named_leave_types(policy: &Policy) -> Vec<(String, String)> {
    let of_leave = policy.leave_rules().into_iter().flat_map(|rules| {
        let listed = |field: &'static str, codes: &[String]| -> Vec<(String, String)> {
            codes.iter().enumerate().map(|(at, code)| (format!("/rules/{field}/{at}"), code.clone())).collect()
        };
        std::iter::once(("/rules/leave_type".to_owned(), rules.leave_type.clone()))
            .chain(listed("interrupts", &rules.interrupts))
            .chain(listed("adjoins", &rules.adjoins))
    });
    let of_credit = policy.rest_day_credit();
    let of_credit = of_credit.map(|credit| ("/rules/rest_day_credit/leave_type".to_owned(), credit.leave_type.clone()));
    of_leave.chain(of_credit).collect()
}

/// People whom the approval steps name, each with the pointer to it.
fn named_people(rules: &LeaveRules) -> Vec<(String, EmployeeId)> {
    let of_step = |(at, step): (usize, &policy::leave::Step)| {
        let people = match &step.by {
            Approver::People(people) => people.clone(),
            Approver::Manager | Approver::SecondManager | Approver::Hr => Vec::new(),
        };
        let with_pointer =
            move |(number, id): (usize, EmployeeId)| (format!("/rules/approval/{at}/by/people/{number}"), id);
        people.into_iter().enumerate().map(with_pointer)
    };
    rules.approval.iter().enumerate().flat_map(of_step).collect()
}
