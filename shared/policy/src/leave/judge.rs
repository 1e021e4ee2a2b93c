//! What the policies say to a request. Rules 5 and 8.

use directory::Person;
use jiff::civil::Date;
use kernel::{LeaveId, Minutes};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Account, Count, Month, Step, available, breaches::Case, count, plan::Plan, projection::project_with};
use crate::{Book, Policy, PolicyRef, Portion};

/// A breach of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Violation {
    /// What is broken: `insufficient_balance`, `notice_too_short`, `run_too_long`, `service_too_short`, `blackout`, `attachment_required`,
    /// `not_eligible`, `begins_in_the_past`, `unit_too_small`, `nothing_to_take`; of worked days, see [`crate::work::judge`].
    pub code: String,
    /// The policy.
    #[serde(flatten)]
    pub policy: PolicyRef,
    /// Whether it stands in the way; otherwise it is only recorded.
    pub blocking: bool,
    /// A sentence with the figures.
    pub explanation: String,
    /// The figures.
    #[schema(value_type = Object)]
    pub figures: Value,
    /// The field of the request that it is about: `/start_date`.
    pub pointer: String,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    /// The request, where it is known already: its own slots and use do not count against it.
    pub leave_id: Option<LeaveId>,
    /// The type's code.
    pub leave_type: &'a str,
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
    /// Part of the day, for one-day requests.
    pub portion: Portion,
    /// Whether there is an attachment.
    pub attachment: bool,
    /// The day of asking, at the person's site.
    pub today: Date,
}

/// What the policies say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The policy version that applies on the first day.
    pub policy: PolicyRef,
    /// What it counts.
    pub count: Count,
    /// What could be taken on the first day ([`super::available`]), without this request; none where the balance does not limit.
    pub balance: Option<Minutes>,
    /// What it takes.
    pub required: Minutes,
    /// The lowest projected balance from the first day on with it, and the day.
    pub lowest: Option<(Date, Minutes)>,
    /// Breaches, those in the way first.
    pub violations: Vec<Violation>,
    /// The steps of approval that it needs, those that its length does not call for left out.
    pub steps: Vec<Step>,
}

impl Judgement {
    /// Whether nothing stands in the way.
    pub fn valid(&self) -> bool {
        !self.violations.iter().any(|violation| violation.blocking)
    }
}

/// Why nothing can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silent {
    /// No policy of this type applies to the person on the first day.
    NoPolicy,
    /// The person's site has no calendar.
    NoCalendar,
}

/// Judges a request. `months` are the person's months around it (one before, those it touches, one after), for the longest run.
///
/// # Errors
/// When no policy or no calendar applies.
pub fn judge(
    book: &Book,
    person: &Person,
    account: &Account,
    months: &[(Date, Month)],
    ask: &Ask<'_>,
) -> Result<Judgement, Silent> {
    let policy = book.applying(&Policy::leave_subject(ask.leave_type), person, ask.first).ok_or(Silent::NoPolicy)?;
    let rules = policy.leave().ok_or(Silent::NoPolicy)?;
    let calendar = book.calendar(&person.site).ok_or(Silent::NoCalendar)?;
    let count = count(calendar, (ask.first, ask.last), ask.portion, person.contract.day_minutes, rules.sandwich);
    let required = count.total();
    let case = Case { policy, rules, calendar, person, months, ask, count: &count, required };
    let forecast = rules.entitlement_days.map(|_| {
        let floor = rules.floor(person.contract.day_minutes);
        forecast((book, person, account), ask, &count, floor)
    });
    let mut violations = case.breaches();
    if let Some(forecast) = &forecast {
        violations.extend(case.insufficient(forecast));
    }
    violations.sort_by_key(|violation| !violation.blocking);
    let steps = case.steps();
    Ok(Judgement {
        policy: policy.reference,
        balance: forecast.as_ref().map(|forecast| forecast.available),
        required,
        lowest: forecast.map(|forecast| forecast.with),
        violations,
        steps,
        count,
    })
}

/// What could be taken on the first day, and the lowest balance from then on with the request.
pub(super) struct Forecast {
    pub(super) available: Minutes,
    pub(super) with: (Date, Minutes),
}

/// Looks ahead to the last day on which something is posted or taken: after that a balance only grows, or what is positive ends.
fn forecast(
    (book, person, account): (&Book, &Person, &Account),
    ask: &Ask<'_>,
    count: &Count,
    floor: Minutes,
) -> Forecast {
    let mut account = account.clone();
    if let Some(own) = ask.leave_id {
        account.uses.remove(&own);
    }
    let ends = [account.last_day(), person.termination_date, Some(ask.last)];
    let until = ends.into_iter().flatten().max().unwrap_or(ask.last);
    let plan = Plan { book, person, account: &account, until };
    Forecast {
        available: available(book, person, &account, ask.first, floor),
        with: project_with(&plan, &count.runs()).lowest(ask.first),
    }
}
