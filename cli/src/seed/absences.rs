//! Leave requests and delegations of the demo people, so that calendars and inboxes are not empty. Requests are evaluated and written
//! by the service's own code; a request that the policies refuse on the day of seeding is omitted.

use std::collections::BTreeMap;

use access::Role;
use directory::Person;
use events::EventType;
use jiff::{ToSpan, civil::Date};
use kernel::{Actor, DelegationId, EmployeeId, Error, LeaveId, Origin, Result};
use leave::{
    domain::{
        delegation::Delegation,
        leave_type::{LeaveType, find_leave_type},
        request::{Request, RequestDetails, RequestStatus},
    },
    store::{NewRequestWrite, Race, RequestUpdateWrite, Stored},
};
use policy::{
    PolicySet, Portion,
    leave::{Approval, ApprovalProgress, ApproverCandidate, Evaluation, Parties, ProposedLeave, evaluate_leave},
};
use serde_json::json;

use super::{
    SeedSummary, Seeder, is_missing,
    organisation::{Organisation, employee_id, stable_id},
    retry,
};

/// Comment of every approval.
const APPROVAL_COMMENT: &str = "Enjoy";

/// Key of the employee, leave type, days from today to the first day, number of days, reason, and whether it is approved.
struct DemoLeave(&'static str, &'static str, i32, i32, &'static str, bool);

/// Approved and pending requests. Demo accounts without a team to lead have none, so that they start empty. The list is short enough
/// that HR's notifications are not collapsed.
#[rustfmt::skip]
const DEMO_LEAVE: &[DemoLeave] = &[
    DemoLeave("member-0", "annual", 5, 3, "A short trip", true),
    DemoLeave("member-1", "annual", 16, 5, "A wedding in Nashik", false),
    DemoLeave("member-2", "annual", 14, 5, "Time off", true),
    DemoLeave("member-4", "annual", 21, 18, "Visiting family", true),
    DemoLeave("member-6", "sick", 0, 2, "A cold", true),
    DemoLeave("member-8", "casual", 26, 2, "Moving house", false),
    DemoLeave("platform-lead", "annual", 30, 5, "Skiing", true),
];

/// Keys of delegator and delegate, days from today to the first day, number of days, and reason.
struct DemoDelegation(&'static str, &'static str, i32, i32, &'static str);

const DELEGATED: &[DemoDelegation] = &[
    DemoDelegation("platform-lead", "cto", 30, 5, "On leave"),
    DemoDelegation("night-lead", "coo", 33, 3, "On leave"),
];

impl Seeder {
    /// Creates the missing leave requests and delegations of the demo people.
    pub(super) async fn create_missing_absences(&self, plan: &Organisation, summary: &mut SeedSummary) -> Result<()> {
        let today = plan.today;
        let people: BTreeMap<_, _> = plan
            .people
            .iter()
            .filter(|member| member.later_status.is_none())
            .map(|member| (member.employee.person.id, &member.employee.person))
            .collect();
        let book = self.rules.policy_reader().load_consistent(self.origin.at).await?;
        let types = self.leave.load_leave_types(self.origin.at).await?;
        for demo in DEMO_LEAVE {
            let person = people.get(&employee_id(demo.0)).copied();
            let (Some(person), Some(leave_type)) = (person, find_leave_type(&types, demo.1)) else { continue };
            let context = LeaveContext { person, leave_type, book: &book, today, people: &people };
            summary.leave += usize::from(self.create_demo_leave_if_missing(&context, demo).await?);
        }
        for DemoDelegation(delegator, delegate, after, days, reason) in DELEGATED {
            let (delegator_id, delegate_id) = (employee_id(delegator), employee_id(delegate));
            let from = add_days(today, *after)?;
            let delegation = Delegation {
                id: DelegationId::new(stable_id("delegation", delegator)),
                delegator_id,
                delegate_id,
                from,
                to: add_days(from, days - 1)?,
                reason: Some((*reason).to_owned()),
                created_by: delegator_id,
                created_at: self.origin.at,
                updated_at: self.origin.at,
                deleted_at: None,
            };
            let known = people.contains_key(&delegator_id) && people.contains_key(&delegate_id);
            if known && is_missing(self.leave.get_delegation(delegation.id).await)? {
                self.leave.create_delegation(&self.origin_by(delegator_id), &delegation, None, &()).await?;
                summary.delegations += 1;
            }
        }
        Ok(())
    }

    /// Creates one leave request unless it exists or is refused, and approves it if the demo wants that; returns
    /// whether it was created. A running stack posts the accruals of new employees to the same accounts at the same
    /// time, so lost races are retried.
    async fn create_demo_leave_if_missing(&self, context: &LeaveContext<'_>, demo: &DemoLeave) -> Result<bool> {
        let id = LeaveId::new(stable_id("leave", &format!("{}/{}", demo.0, demo.1)));
        if !is_missing(self.leave.get_request(id).await)? {
            return Ok(false);
        }
        let new = retry(async || self.create_request_if_allowed(context, demo, id).await).await?;
        if new && demo.5 {
            retry(async || self.approve_all_steps(context, id).await).await?;
        }
        Ok(new)
    }

    /// Creates one leave request, unless its days are taken or the policies refuse it. Returns whether it was created.
    async fn create_request_if_allowed(
        &self,
        context: &LeaveContext<'_>,
        demo: &DemoLeave,
        id: LeaveId,
    ) -> Result<bool> {
        let LeaveContext { person, leave_type, .. } = context;
        let first = add_days(context.today, demo.2)?;
        let last = add_days(first, demo.3 - 1)?;
        let state = self.leave.load_account_and_months(person.id, &leave_type.code, first, last).await?;
        let plans = self.leave.plans.load(person.id, self.origin.at).await?;
        let work = plans.expected_work(context.book, person);
        let Ok(months) =
            state.months.with_request(&work, (id, &leave_type.code), Portion::Full.into(), ((first, last), &[]))
        else {
            return Ok(false);
        };
        let proposed = ProposedLeave {
            leave_id: None,
            leave_type: &leave_type.code,
            first,
            last,
            returned: &[],
            portions: Portion::Full.into(),
            attachment: false,
            today: context.today,
        };
        let (account, slots) = (&state.account.value, state.months.slots_by_month());
        let evaluation = evaluate_leave(&work, account, &slots, &proposed);
        let Some(evaluation) = evaluation.ok().filter(Evaluation::is_allowed) else { return Ok(false) };
        let (origin, looked_at) = (self.origin_by(person.id), evaluation.looked_at);
        let request = context.new_request(id, (first, last), demo.4, evaluation, &origin);
        let months = months.with_days_between(&request);
        let write = NewRequestWrite {
            request: &request,
            person,
            state: &state,
            months: &months,
            looked_at,
            interrupted: &[],
            data: json!({ "created": true, "override": false }),
        };
        won_or_retryable_error(self.leave.create_request(&origin, write, None, &()).await?)?;
        Ok(true)
    }

    /// Approves every step: the manager's first, then that of HR. A request without an approver stays pending.
    async fn approve_all_steps(&self, context: &LeaveContext<'_>, id: LeaveId) -> Result<()> {
        loop {
            let before = self.leave.get_request(id).await?;
            let Some(approval) =
                before.value.approval.as_ref().filter(|_| before.value.status == RequestStatus::Pending)
            else {
                return Ok(());
            };
            let progress = context.approver_candidates(&before.value).into_iter().find_map(|candidate| {
                let progress = approval.approve(&candidate, self.origin.at, Some(APPROVAL_COMMENT.to_owned()))?;
                Some((candidate.by, progress))
            });
            match progress {
                // The only approver is terminated, so the request stays pending.
                None => return Ok(()),
                Some((by, ApprovalProgress::StillPending(next))) => self.save_approved_step(&before, next, by).await?,
                Some((by, ApprovalProgress::FullyApproved(approval))) => {
                    return self.save_final_approval(&before, approval, by).await;
                }
            }
        }
    }

    async fn save_approved_step(&self, before: &Stored<Request>, approval: Approval, by: EmployeeId) -> Result<()> {
        let origin = self.origin_by(by);
        let after = before.value.with_approval(approval, origin.at);
        let data = json!({ "step": before.value.approval.as_ref().map(|approval| approval.step), "comments": APPROVAL_COMMENT });
        let event = EventType::LeaveRequestAdvanced;
        won_or_retryable_error(self.leave.update_pending_approval(&origin, before, &after, event, data).await?)
    }

    async fn save_final_approval(&self, before: &Stored<Request>, approval: Approval, by: EmployeeId) -> Result<()> {
        let (origin, request) = (self.origin_by(by), &before.value);
        let state = self.leave.load_account_and_months(
            request.employee_id,
            &request.leave_type,
            request.start_date,
            request.end_date,
        );
        let state = state.await?;
        let (after, entries) = request.approve(approval, by, &origin);
        let write = RequestUpdateWrite {
            after: &after,
            entries: &entries,
            state: &state,
            months: None,
            looked_at: None,
            event: EventType::LeaveRequestApproved,
            data: json!({ "step": request.approval.as_ref().map(|approval| approval.step), "comments": APPROVAL_COMMENT }),
        };
        won_or_retryable_error(self.leave.update_request(&origin, before, write, None, &()).await?)
    }

    /// Origin with one of the demo people as the actor.
    fn origin_by(&self, person: EmployeeId) -> Origin {
        Origin { actor: Actor::Person(person), ..self.origin.clone() }
    }
}

/// Employee and leave type of a request, with the inputs of its evaluation.
struct LeaveContext<'a> {
    person: &'a Person,
    leave_type: &'a LeaveType,
    book: &'a PolicySet,
    today: Date,
    people: &'a BTreeMap<EmployeeId, &'a Person>,
}

impl LeaveContext<'_> {
    fn new_request(
        &self,
        id: LeaveId,
        days: (Date, Date),
        reason: &str,
        evaluation: Evaluation,
        by: &Origin,
    ) -> Request {
        let reason = Some(reason.to_owned());
        let details = RequestDetails { days, portions: Portion::Full.into(), reason, attachment_id: None };
        Request::new(id, (self.person, self.leave_type), details, evaluation, (self.person.id, by.at))
    }

    /// Employees who may approve: the manager first, then everyone with the role `hr`.
    fn approver_candidates(&self, request: &Request) -> Vec<ApproverCandidate> {
        let manager_of = |id: EmployeeId| self.people.get(&id).and_then(|person| person.manager_id);
        let manager = self.person.manager_id;
        let hr = self.people.values().filter(|person| person.roles.has(Role::Hr)).map(|person| person.id);
        let manager_first = manager.filter(|id| self.people.contains_key(id)).into_iter().chain(hr);
        let candidate = |by: EmployeeId| ApproverCandidate {
            by,
            hr: self.people.get(&by).is_some_and(|person| person.roles.has(Role::Hr)),
            principals: Vec::new(),
            parties: Parties {
                subject: request.employee_id,
                author: request.created_by,
                manager,
                second_manager: manager.and_then(manager_of),
                unable: Vec::new(),
            },
        };
        manager_first.map(candidate).collect()
    }
}

/// Date that is `days` after `from`.
fn add_days(from: Date, days: i32) -> Result<Date> {
    from.checked_add(days.days()).map_err(Error::internal)
}

/// Turns a lost race into a retryable error, for [`retry`].
fn won_or_retryable_error<T>(race: Race<T>) -> Result<()> {
    match race {
        Race::Won(_) => Ok(()),
        Race::Lost => Err(Error::unavailable("Another process changed the same leave. Run `muster seed` again.")),
    }
}
