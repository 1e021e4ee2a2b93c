//! `POST /api/v1/leaves/{leave_id}/move`: moves an approved leave to other dates. Publishes `leave.request_moved`.
//!
//! One transaction returns the old days, takes the new ones and changes the occupied months. The leave stays approved.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use directory::Person;
use events::EventType;
use garde::Validate;
use jiff::{Timestamp, ToSpan, civil::Date};
use kernel::{Code, Error, LeaveId};
use lambda::http::{Caller, IdempotencyHeader, Json, LoadInScope, Path, Problem, Replayed, Valid, Versioned, updated};
use policy::{
    ExpectedWork, LeaveAmount,
    leave::{
        Evaluation, PortionFields, Portions, RequestedDates, Violation, ViolationFigures, day_minutes_on,
        floor_breach_of_change,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::CommitOutcome;
use utoipa::ToSchema;

use super::{
    below_floor::{BelowFloor, ChangeBelowFloor, FloorOverride},
    leave_in_scope::employee_in_scope,
    new_leave, request_context,
    view::LeaveView,
};
use crate::{
    api::{Api, fields},
    app::{employment_end::last_day_of_employment, post_due_entries::account_with_entries},
    domain::{
        changed_days::{DaysReturned, NewDates},
        request::{Request, RequestStatus},
    },
    messages,
    store::{AccountAndMonths, OccupiedMonths, Race, RequestUpdateWrite, Stored},
};

lambda::endpoint!(LEAVES_MOVE, post(handle), Api);

/// Move of an approved leave to other dates.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct MoveLeave {
    /// New first day; it must not have begun. Only a leave that has begun itself keeps its first day, and the requested part
    /// of it.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// New last day, not before `from`; a leave has at most 366 days. A leave that has begun ends on its last day that has
    /// begun, or later.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Whether a leave of several days starts in the middle of its first day; not allowed for one day. Default: false.
    #[serde(default)]
    pub starts_at_midday: bool,
    /// Whether a leave of several days ends in the middle of its last day; not allowed for one day. Default: false.
    #[serde(default)]
    pub ends_at_midday: bool,
    /// Reason of the move, kept in the ledger and in the audit trail.
    #[garde(custom(fields::validate_reason))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub reason: String,
    /// Whether the move may take the balance below the floor of its policy. Default: false.
    #[serde(rename = "override", default, skip_serializing_if = "std::ops::Not::not")]
    pub override_floor: bool,
    /// Whether only the result is shown and nothing is stored. Default: false.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

/// Moved leave request, or the preview of a move.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MovedLeave {
    /// Whether this is a preview and nothing was stored.
    pub dry_run: bool,
    /// Request after the move.
    pub leave: LeaveView,
    /// Duration before the move, which comes back to the balance.
    pub old: LeaveAmount,
    /// Duration after the move, which is taken from the balance.
    pub new: LeaveAmount,
    /// Lowest balance after the move, if it takes the balance below the floor of its policy; otherwise absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below_floor: Option<BelowFloor>,
}

/// Moves an approved leave to other dates.
///
/// HR moves the leave of other employees, with a reason. The old days are returned, and the new days are counted by the
/// plans of their dates. The leave stays approved, without a new notice and approval; violations of other limits are
/// recorded. Of a leave that has begun only the end moves. A half or hours of a single day are kept on another single day.
/// The employee, the manager, the approvers and HR are notified.
#[utoipa::path(post, path = "/api/v1/leaves/{leave_id}/move", operation_id = "leaves-move", tag = "leaves",
    params(("leave_id" = LeaveId, Path, description = "Id of the leave request."),
        IdempotencyHeader),
    request_body = MoveLeave,
    responses(
        (status = 200, body = MovedLeave, description = "Request after the move, or with `dry_run` its preview."),
        (status = 403, description = "`own_request`: the leave is the caller's own."),
        (status = 404, description = "`not_found`: the request does not exist."),
        (status = 409, description = "`illegal_transition`: the request is not approved; `current` holds its status. \
            `over`: all days of the leave have begun. `overlap`: another request covers one of the new days; `current` names it. \
            `employment_ended`: the employment ends before the new last day. `busy`: other requests won every attempt."),
        (status = 422, description = "`invalid`: the days are out of order, have begun or count nothing, or no policy or calendar applies. \
            `below_floor`: the balance falls below the floor of its policy; `current` holds the figures.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<LeaveId>,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<MoveLeave>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let floor = FloorOverride::parse(body.override_floor, Some(&body.reason), "/reason")?;
    let idempotency_key = key.for_request(access::LEAVES_MOVE.name, caller.id(), &(id, &body));
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::ok(answer));
    }
    let answer = api.until_won(origin.at, || async {
        let leave = LeaveToMove::load_in_scope(&api, &caller, id).await?;
        let dates = leave.new_dates(&body)?;
        let planned = leave.plan_move(&api, &caller, dates, body.reason.trim()).await?;
        let view = planned.view(&leave, body.dry_run);
        if body.dry_run {
            return Ok(Race::Won(Versioned(leave.before.version, view).into_response()));
        }
        let below = view.below_floor.clone();
        floor.require_for(below.map(|balance| ChangeBelowFloor { leave_id: Some(id), balance }))?;
        let saved = planned.save(&api, &caller, &leave, (idempotency_key.as_ref(), &view)).await?;
        Ok(saved.map(|outcome| updated(outcome, leave.before.version + 1, view)))
    });
    Ok(answer.await?)
}

/// Approved request of another employee, and that employee, in the caller's scope.
struct LeaveToMove {
    before: Stored<Request>,
    person: Arc<Person>,
}

impl LoadInScope<Api> for LeaveToMove {
    type Id = LeaveId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: LeaveId) -> Result<Self, Error> {
        let before = api.store.get_request(id).await?;
        let person = employee_in_scope(caller, &before.value).await?;
        if caller.id() == person.id {
            return Err(Error::new(Code::OwnRequest, messages::own_leave_is_not_moved()));
        }
        if before.value.status != RequestStatus::Approved {
            return Err(request_context::not_approved_error(&before.value));
        }
        Ok(Self { before, person })
    }
}

/// Move as it would be stored.
struct PlannedMove {
    moved: DaysReturned,
    state: AccountAndMonths,
    months: OccupiedMonths,
    /// First and last day whose leave decides the count.
    looked_at: (Date, Date),
    below_floor: Option<BelowFloor>,
}

impl LeaveToMove {
    /// New dates of the leave. A part of a single day stays that part on another single day, and a leave that is shortened to
    /// its first day keeps the requested part of that day.
    fn new_dates(&self, body: &MoveLeave) -> Result<RequestedDates, Error> {
        let (starts_at_midday, ends_at_midday) = (body.starts_at_midday, body.ends_at_midday);
        let fields = PortionFields { starts_at_midday, ends_at_midday, ..PortionFields::default() };
        let dates = RequestedDates::from_request((body.from, body.to), fields, "/to")?;
        let request = &self.before.value;
        let single = dates.first == dates.last && request.start_date == request.end_date;
        let is_first_day = dates.first == dates.last && dates.first == request.start_date;
        let portions = match (single, is_first_day) {
            (true, _) => Portions::from(request.portion),
            (false, true) => Portions::from(request.portions().first),
            (false, false) => dates.portions,
        };
        Ok(RequestedDates { portions, ..dates })
    }

    /// Evaluates the leave on its new dates, without its old days.
    async fn plan_move(
        &self,
        api: &Api,
        caller: &Caller,
        dates: RequestedDates,
        reason: &str,
    ) -> Result<PlannedMove, Error> {
        let (request, person, at) = (&self.before.value, &self.person, caller.origin().at);
        let (days, old_days) = ((dates.first, dates.last), (request.start_date, request.end_date));
        let ranges = [old_days, days];
        let (book, plans, state) = tokio::try_join!(
            api.store.rulebook.load(at),
            api.store.plans.load(person.id, at),
            api.store.load_account_and_months_around(person.id, &request.leave_type, &ranges)
        )?;
        let work = plans.expected_work(&book, person);
        let first_not_begun = work.first_date_not_begun(at);
        require_movable(request, dates, first_not_begun)?;
        require_employed(person, dates.last, at)?;
        // Days of a leave that has begun which illness took do not come back with a later end.
        let returned = if dates.first < first_not_begun { request.missing_days() } else { Vec::new() };
        let gone = Request { status: RequestStatus::Cancelled, ..request.clone() };
        let months = state.months.after_change(request, &gone);
        let occupied = months
            .with_request(&work, (request.id, &request.leave_type), dates.portions, (days, &returned))
            .map_err(|overlap| new_leave::overlap_error(&overlap, "/from"))?;
        let evaluation =
            self.evaluate(&work, (&state, &months), (dates, &returned, first_not_begun), person.today(at))?;
        let looked_at = evaluation.looked_at;
        let day_minutes = day_minutes_on(person, dates.first);
        let new = NewDates { days, portions: dates.portions, day_minutes, evaluation };
        let moved = request.move_to(new, reason, self.before.version, caller.origin());
        let account = &state.account.value;
        let after = account_with_entries(account, &moved.entries);
        let from = moved.entries.iter().map(|entry| entry.on).min().unwrap_or(dates.first);
        let from = if dates.first < first_not_begun { from.max(first_not_begun) } else { from };
        let breach = floor_breach_of_change(&book, person, (account, &after), from);
        let below_floor = breach.map(|breach| BelowFloor::of(breach, person));
        let months = occupied.with_days_between(&moved.after);
        Ok(PlannedMove { moved, state, months, looked_at, below_floor })
    }

    /// Evaluation on the new dates. Days that have begun keep their count. Limits of the policy do not block: HR may
    /// override them, and the notice, the age of the days and the balance are left out.
    fn evaluate(
        &self,
        work: &ExpectedWork<'_>,
        (state, months): (&AccountAndMonths, &OccupiedMonths),
        (dates, returned, first_not_begun): (RequestedDates, &[Date], Date),
        today: Date,
    ) -> Result<Evaluation, Error> {
        let request = &self.before.value;
        let mut account = state.account.value.clone();
        account.usage.remove(&request.id);
        let of_type = (request.leave_type.as_str(), request.leave_type_name.as_str());
        let has_attachment = request.attachment_id.is_some();
        let slots = months.slots_by_month();
        let mut evaluation =
            new_leave::evaluate_request(work, (&account, &slots), of_type, (dates, returned), has_attachment, today)?;
        let begun = request
            .count
            .days
            .iter()
            .filter(|day| day.date < first_not_begun && dates.first < first_not_begun)
            .cloned();
        let open =
            evaluation.count.days.iter().filter(|day| day.date >= first_not_begun || dates.first >= first_not_begun);
        evaluation.count.days = begun.chain(open.cloned()).collect();
        if let Some(nothing) = evaluation.violations.iter().find(|one| one.finding.code == "nothing_to_take") {
            return Err(Error::invalid("/from", "nothing_to_take", nothing.message()));
        }
        evaluation.violations.retain(is_recorded_after_move);
        evaluation.violations = new_leave::unblock_by_override(evaluation.violations, true);
        Ok(evaluation)
    }
}

/// Whether a violation is recorded with a moved leave: all but those of the notice, of the age of the days and of the balance.
fn is_recorded_after_move(violation: &Violation) -> bool {
    !matches!(
        violation.finding.figures(),
        Some(
            ViolationFigures::NoticeTooShort(_)
                | ViolationFigures::BeginsInThePast(_)
                | ViolationFigures::InsufficientBalance(_)
        )
    )
}

impl PlannedMove {
    fn view(&self, leave: &LeaveToMove, dry_run: bool) -> MovedLeave {
        let after = &self.moved.after;
        MovedLeave {
            dry_run,
            leave: LeaveView::of(after.clone(), None),
            old: leave.before.value.duration,
            new: after.duration,
            below_floor: self.below_floor.clone(),
        }
    }

    /// Writes the move and its answer in one transaction.
    async fn save(
        &self,
        api: &Api,
        caller: &Caller,
        leave: &LeaveToMove,
        (idempotency_key, view): (Option<&store::IdempotencyKey>, &MovedLeave),
    ) -> Result<Race<CommitOutcome>, Error> {
        let DaysReturned { after, entries, days } = &self.moved;
        let before = &leave.before;
        let reason = after.returned.last().map(|returned| returned.reason);
        let write = RequestUpdateWrite {
            after,
            entries,
            state: &self.state,
            months: Some(&self.months),
            looked_at: Some(self.looked_at),
            event: EventType::LeaveRequestMoved,
            data: json!({
                "return_reason": reason, "was": before.value.status, "returned_from": days.0, "returned_to": days.1,
                "old_start_date": before.value.start_date, "old_end_date": before.value.end_date,
            }),
        };
        api.store.update_request(caller.origin(), before, write, idempotency_key, view).await
    }
}

/// Refuses to move a leave that is over, the start of a leave that has begun, and any leave to days that have begun.
/// `first_not_begun` is the first day that has not begun.
fn require_movable(request: &Request, dates: RequestedDates, first_not_begun: Date) -> Result<(), Error> {
    if request.end_date < first_not_begun {
        return Err(Error::new(Code::Over, messages::leave_over()));
    }
    if request.start_date >= first_not_begun {
        let allowed = dates.first >= first_not_begun;
        let refused = || Error::invalid("/from", "begun", messages::new_days_have_begun(first_not_begun));
        return if allowed { Ok(()) } else { Err(refused()) };
    }
    let part_of_first = |portions: Portions, last| portions.on(request.start_date, (request.start_date, last));
    let keeps_start = dates.first == request.start_date
        && part_of_first(dates.portions, dates.last) == part_of_first(request.portions(), request.end_date);
    if !keeps_start {
        return Err(Error::invalid("/from", "begun", messages::leave_has_begun(request.start_date)));
    }
    if dates.last < first_not_begun.saturating_sub(1.day()) {
        return Err(Error::invalid("/to", "begun", messages::new_days_have_begun(first_not_begun)));
    }
    Ok(())
}

/// 409 if the employment ends before the new last day.
fn require_employed(person: &Person, last: Date, at: Timestamp) -> Result<(), Error> {
    match last_day_of_employment(person, at).filter(|ends| *ends < last) {
        Some(ends) => {
            let detail = messages::move_after_employment(ends);
            Err(Error::new(Code::EmploymentEnded, detail.clone()).with_field("/to", "employment_ended", detail))
        }
        None => Ok(()),
    }
}
