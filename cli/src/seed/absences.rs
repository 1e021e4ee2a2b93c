//! Who of the cast is away, asks to be, or has somebody decide in their place, so that calendars and inboxes are not empty.
//! Judged and written as the service does it; what the policies would not allow on the day of seeding is left out.

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
    store::{DecisionWrite, NewRequestWrite, Race, Stored},
};
use policy::{
    PolicySet, Portion,
    leave::{Approval, ApprovalProgress, ApproverCandidate, Evaluation, Parties, ProposedLeave, Slot, evaluate},
};
use serde_json::json;

use super::{
    SeedSummary, Seeder, missing,
    organisation::{Organisation, employee_id, id},
    retry,
};

/// What approvers say.
const APPROVAL_COMMENT: &str = "Enjoy";

/// Whose leave, of which type, so many days from today to the first, days in all, why, and whether it was approved.
struct DemoLeave(&'static str, &'static str, i32, i32, &'static str, bool);

/// Some decided and some waiting; nobody who has a demo account and asks for themselves, so that they begin with a clean slate.
/// Few enough that HR is still told of each, instead of "and more".
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

/// Who decides in whose place, from so many days from today, for so many days, and why.
struct DemoDelegation(&'static str, &'static str, i32, i32, &'static str);

const DELEGATED: &[DemoDelegation] = &[
    DemoDelegation("platform-lead", "cto", 30, 5, "On leave"),
    DemoDelegation("night-lead", "coo", 33, 3, "On leave"),
];

impl Seeder {
    /// Leave and delegations of the plan's people.
    pub(super) async fn create_absences(&self, plan: &Organisation, done: &mut SeedSummary) -> Result<()> {
        let today = plan.today;
        let people: BTreeMap<_, _> = plan
            .people
            .iter()
            .filter(|member| member.later_status.is_none())
            .map(|member| (member.employee.person.id, &member.employee.person))
            .collect();
        let book = self.rules.rulebook().load_consistent(self.origin.at).await?;
        let types = self.leave.leave_types(self.origin.at).await?;
        for asked in DEMO_LEAVE {
            let person = people.get(&employee_id(asked.0)).copied();
            let (Some(person), Some(leave_type)) = (person, find_leave_type(&types, asked.1)) else { continue };
            let asking = LeaveContext { person, leave_type, book: &book, today, people: &people };
            done.leave += usize::from(self.ask(&asking, asked).await?);
        }
        for DemoDelegation(delegator, delegate, after, days, reason) in DELEGATED {
            let (delegator_id, delegate_id) = (employee_id(delegator), employee_id(delegate));
            let from = day(today, *after)?;
            let delegation = Delegation {
                id: DelegationId::new(id("delegation", delegator)),
                delegator_id,
                delegate_id,
                from,
                to: day(from, days - 1)?,
                reason: Some((*reason).to_owned()),
                created_by: delegator_id,
                created_at: self.origin.at,
                updated_at: self.origin.at,
                deleted_at: None,
            };
            let known = people.contains_key(&delegator_id) && people.contains_key(&delegate_id);
            if known && missing(self.leave.delegation(delegation.id).await)? {
                self.leave.create_delegation(&self.by(delegator_id), &delegation, None, &()).await?;
                done.delegations += 1;
            }
        }
        Ok(())
    }

    /// Asks for one leave, and decides it; answers whether it is new. On a running stack the accruals of those who were hired
    /// just now are being posted to the same accounts, so whoever was slower tries again.
    async fn ask(&self, asking: &LeaveContext<'_>, asked: &DemoLeave) -> Result<bool> {
        let id = LeaveId::new(id("leave", &format!("{}/{}", asked.0, asked.1)));
        if !missing(self.leave.request(id).await)? {
            return Ok(false);
        }
        let new = retry(async || self.open(asking, asked, id).await).await?;
        if new && asked.5 {
            retry(async || self.approve(asking, id).await).await?;
        }
        Ok(new)
    }

    /// Asks for one leave, unless the days are taken or the policies do not allow it.
    async fn open(&self, asking: &LeaveContext<'_>, asked: &DemoLeave, id: LeaveId) -> Result<bool> {
        let LeaveContext { person, leave_type, .. } = asking;
        let first = day(asking.today, asked.2)?;
        let last = day(first, asked.3 - 1)?;
        let standing = self.leave.leave_position(person.id, &leave_type.code, first, last).await?;
        let slot = Slot { leave_id: id, leave_type: leave_type.code.clone(), portion: Portion::Full };
        let Ok(months) = standing.months.occupying(&slot, first, last) else { return Ok(false) };
        let ask = ProposedLeave {
            leave_id: None,
            leave_type: &leave_type.code,
            first,
            last,
            portion: Portion::Full,
            attachment: false,
            today: asking.today,
        };
        let judged = evaluate(asking.book, person, &standing.account.value, &standing.months.slots_by_month(), &ask);
        let Some(judged) = judged.ok().filter(Evaluation::is_allowed) else { return Ok(false) };
        let origin = self.by(person.id);
        let request = asking.request(id, (first, last), asked.4, judged, &origin);
        let data = json!({ "created": true, "override": false });
        let opening = NewRequestWrite { request: &request, person, standing: &standing, months: &months, data };
        done_or_busy(self.leave.create_request(&origin, opening, None, &()).await?)?;
        Ok(true)
    }

    /// Every step says yes: the manager, then somebody of HR.
    async fn approve(&self, asking: &LeaveContext<'_>, id: LeaveId) -> Result<()> {
        loop {
            let before = self.leave.request(id).await?;
            let Some(approval) =
                before.value.approval.as_ref().filter(|_| before.value.status == RequestStatus::Pending)
            else {
                return Ok(());
            };
            let said = asking.deciders(&before.value).into_iter().find_map(|who| {
                let verdict = approval.approve(&who, self.origin.at, Some(APPROVAL_COMMENT.to_owned()))?;
                Some((who.by, verdict))
            });
            match said {
                // The one who would decide is away for good: it goes on waiting.
                None => return Ok(()),
                Some((by, ApprovalProgress::StillPending(next))) => self.advance(&before, next, by).await?,
                Some((by, ApprovalProgress::FullyApproved(approval))) => {
                    return self.finish(&before, approval, by).await;
                }
            }
        }
    }

    async fn advance(&self, before: &Stored<Request>, approval: Approval, by: EmployeeId) -> Result<()> {
        let origin = self.by(by);
        let after = before.value.with_approval(approval, origin.at);
        let data = json!({ "step": before.value.approval.as_ref().map(|approval| approval.step), "comments": APPROVAL_COMMENT });
        let event = EventType::LeaveRequestAdvanced;
        done_or_busy(self.leave.save_approval_step(&origin, before, &after, event, data).await?)
    }

    async fn finish(&self, before: &Stored<Request>, approval: Approval, by: EmployeeId) -> Result<()> {
        let (origin, request) = (self.by(by), &before.value);
        let standing =
            self.leave.leave_position(request.employee_id, &request.leave_type, request.start_date, request.end_date);
        let standing = standing.await?;
        let (after, entries) = request.approve(approval, by, &origin);
        let settling = DecisionWrite {
            after: &after,
            entries: &entries,
            standing: &standing,
            freed_from: None,
            event: EventType::LeaveRequestApproved,
            data: json!({ "step": request.approval.as_ref().map(|approval| approval.step), "comments": APPROVAL_COMMENT }),
        };
        done_or_busy(self.leave.save_decision(&origin, before, settling, None, &()).await?)
    }

    /// As done by one of the cast.
    fn by(&self, person: EmployeeId) -> Origin {
        Origin { actor: Actor::Person(person), ..self.origin.clone() }
    }
}

/// Who asks, and what is needed to say whether they may.
struct LeaveContext<'a> {
    person: &'a Person,
    leave_type: &'a LeaveType,
    book: &'a PolicySet,
    today: Date,
    people: &'a BTreeMap<EmployeeId, &'a Person>,
}

impl LeaveContext<'_> {
    fn request(&self, id: LeaveId, days: (Date, Date), why: &str, judged: Evaluation, by: &Origin) -> Request {
        let wanted = RequestDetails { days, portion: Portion::Full, reason: Some(why.to_owned()), attachment_id: None };
        Request::new(id, (self.person, self.leave_type), wanted, judged, (self.person.id, by.at))
    }

    /// Those who may be asked: the manager, and whoever is of HR.
    fn deciders(&self, request: &Request) -> Vec<ApproverCandidate> {
        let manager_of = |id: EmployeeId| self.people.get(&id).and_then(|person| person.manager_id);
        let manager = self.person.manager_id;
        let hr = self.people.values().filter(|person| person.roles.has(Role::Hr)).map(|person| person.id);
        let manager_first = manager.filter(|id| self.people.contains_key(id)).into_iter().chain(hr);
        let deciding = |by: EmployeeId| ApproverCandidate {
            by,
            hr: self.people.get(&by).is_some_and(|person| person.roles.has(Role::Hr)),
            principals: Vec::new(),
            parties: Parties {
                subject: request.employee_id,
                author: request.created_by,
                manager,
                second_manager: manager.and_then(manager_of),
            },
        };
        manager_first.map(deciding).collect()
    }
}

/// So many days after another.
fn day(from: Date, days: i32) -> Result<Date> {
    from.checked_add(days.days()).map_err(Error::internal)
}

/// Others may have been faster; then it is tried again.
fn done_or_busy<T>(attempt: Race<T>) -> Result<()> {
    match attempt {
        Race::Won(_) => Ok(()),
        Race::Lost => Err(Error::unavailable("somebody else changes leave at the same time; seed again")),
    }
}
