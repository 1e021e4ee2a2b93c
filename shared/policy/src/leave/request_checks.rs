//! Checks of a leave request against the limits of its policy (rule 8, docs/rules.md).

use directory::{EmploymentType, Person};
use jiff::civil::Date;
use kernel::Minutes;
use serde_json::json;

use super::{
    AttachmentFigures, BackdateFigures, BalanceFigures, BlackoutFigures, EligibilityFigures, LeaveCount, LeaveRules,
    LeaveUnit, NothingToTakeFigures, NoticeFigures, OccupiedMonth, ProposedLeave, RunFigures, ServiceFigures, Step,
    UnitFigures, Violation, ViolationFigures, forecast::Forecast, streak::AbsentHalves,
};
use crate::{Calendar, Half, HalfDays, Policy, Portion, calendar::minute_range, leave_amount::describe_days};

/// Granularity of requested hours, in minutes.
const STEP_MINUTES: i64 = 15;

/// A request and everything it is checked against.
pub(super) struct RequestCheck<'a> {
    pub(super) policy: &'a Policy,
    pub(super) rules: &'a LeaveRules,
    pub(super) calendar: &'a Calendar,
    pub(super) person: &'a Person,
    pub(super) months: &'a [(Date, OccupiedMonth)],
    pub(super) proposal: &'a ProposedLeave<'a>,
    pub(super) count: &'a LeaveCount,
    pub(super) required: Minutes,
}

fn days_between(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

fn in_days(days: i64) -> String {
    format!("{days} {}", if days == 1 { "day" } else { "days" })
}

/// Name of an employment type, as in JSON.
fn employment_type_name(employment_type: EmploymentType) -> String {
    json!(employment_type).as_str().unwrap_or_default().to_owned()
}

impl RequestCheck<'_> {
    /// All violations except that of the balance.
    pub(super) fn violations(&self) -> Vec<Violation> {
        let single = [
            self.check_nothing_to_take(),
            self.check_unit(),
            self.check_employment_type(),
            self.check_end_of_employment(),
            self.check_service(),
            self.check_notice(),
            self.check_run_length(),
            self.check_attachment(),
        ];
        single.into_iter().flatten().chain(self.check_blackouts()).collect()
    }

    /// Approval steps that apply to the duration of the request.
    pub(super) fn steps(&self) -> Vec<Step> {
        let applies = |step: &&Step| step.above_days.is_none_or(|days| self.is_longer(days));
        self.rules.approval.iter().filter(applies).cloned().collect()
    }

    fn violation(&self, pointer: &str, explanation: String, figures: ViolationFigures) -> Violation {
        let code = figures.code();
        let blocking = code == "nothing_to_take" || !self.policy.warn_only.iter().any(|warning| warning == code);
        let (policy, pointer) = (self.policy.reference, pointer.to_owned());
        Violation { finding: figures.into(), policy, blocking, explanation, pointer }
    }

    fn describe(&self, minutes: Minutes) -> String {
        describe_days(minutes, self.day())
    }

    const fn day(&self) -> Minutes {
        self.person.contract.day_minutes
    }

    fn is_longer(&self, than: HalfDays) -> bool {
        self.required > than.minutes(self.day())
    }

    /// Requested days, for a sentence.
    fn dates(&self) -> String {
        let ProposedLeave { first, last, portion, .. } = self.proposal;
        match portion {
            _ if first != last => format!("every day from {first} to {last}"),
            Portion::Full => first.to_string(),
            Portion::Half(Half::Am) => format!("the first half of {first}"),
            Portion::Half(Half::Pm) => format!("the second half of {first}"),
            Portion::Hours(from, to) => format!("{first} from {} to {}", from.strftime("%H:%M"), to.strftime("%H:%M")),
        }
    }

    fn check_nothing_to_take(&self) -> Option<Violation> {
        if self.required > Minutes::ZERO {
            return None;
        }
        let mut reasons: Vec<String> = Vec::new();
        for day in &self.count.days {
            let reason = match day.why.as_deref() {
                Some("rest_day") => "a rest day".to_owned(),
                Some("half_day") => "a half day that is not worked".to_owned(),
                Some("outside_hours") => "outside the opening hours".to_owned(),
                Some(why) => why.replacen("holiday: ", "the holiday ", 1),
                None => continue,
            };
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        let (dates, reasons) = (self.dates(), reasons.join(" or "));
        let text = format!("This request counts 0 minutes: {dates} is {reasons}. Choose a working day.");
        let figures = NothingToTakeFigures { days: self.count.days.clone(), minutes: Minutes::ZERO };
        Some(self.violation("/start_date", text, ViolationFigures::NothingToTake(figures)))
    }

    fn check_unit(&self) -> Option<Violation> {
        let leave_type = &self.rules.leave_type;
        let smallest = |unit: &str| format!("The smallest unit of {leave_type} is {unit}.");
        let (pointer, text) = match (self.rules.unit, self.proposal.portion) {
            (LeaveUnit::Day, Portion::Half(_)) => ("/half", smallest("a whole day")),
            (LeaveUnit::Day, Portion::Hours(..)) => ("/from", smallest("a whole day")),
            (LeaveUnit::HalfDay, Portion::Hours(..)) => ("/from", smallest("half a day")),
            (LeaveUnit::Hour, Portion::Hours(from, to)) => {
                let (from, to) = minute_range((from, to));
                if from < to && (to - from) % STEP_MINUTES == 0 {
                    return None;
                }
                ("/to", format!("Hours of {leave_type} must be a multiple of {STEP_MINUTES} minutes."))
            }
            _ => return None,
        };
        let figures = UnitFigures { unit: self.rules.unit, portion: self.proposal.portion };
        Some(self.violation(pointer, text, ViolationFigures::UnitTooSmall(figures)))
    }

    fn check_employment_type(&self) -> Option<Violation> {
        let employment_type = self.person.contract.employment_type;
        let eligible = &self.rules.eligible;
        if eligible.is_empty() || eligible.contains(&employment_type) {
            return None;
        }
        let names = eligible.iter().copied().map(employment_type_name).collect::<Vec<_>>().join(", ");
        let text = format!(
            "{} is only for the employment types {names}; this employee has the type {}.",
            self.rules.leave_type,
            employment_type_name(employment_type)
        );
        let figures = EligibilityFigures::EmploymentType { employment_type, eligible: eligible.clone() };
        Some(self.violation("/leave_type", text, ViolationFigures::NotEligible(figures)))
    }

    fn check_end_of_employment(&self) -> Option<Violation> {
        let end_date = self.proposal.last;
        let termination_date = self.person.termination_date.filter(|last| *last < end_date)?;
        let text = format!("The request ends on {end_date}, after the last day of employment, {termination_date}.");
        let figures = EligibilityFigures::EndOfEmployment { termination_date, end_date };
        Some(self.violation("/end_date", text, ViolationFigures::NotEligible(figures)))
    }

    fn check_service(&self) -> Option<Violation> {
        let (hire_date, service_days_min) = (self.person.hire_date, i64::from(self.rules.service_days_min));
        let first = self.proposal.first;
        let service_days = days_between(hire_date, first);
        if service_days >= service_days_min {
            return None;
        }
        let served = match service_days {
            ..0 => format!("{} before", in_days(-service_days)),
            _ => format!("{} after", in_days(service_days)),
        };
        let earliest = in_days(service_days_min);
        let text = format!("Leave can start {earliest} after the hire date {hire_date}; {first} is {served} it.");
        let figures = ServiceFigures { hire_date, service_days, service_days_min };
        Some(self.violation("/start_date", text, ViolationFigures::ServiceTooShort(figures)))
    }

    /// Checks the notice of future leave, and the age of past leave.
    fn check_notice(&self) -> Option<Violation> {
        let ProposedLeave { first, today, .. } = *self.proposal;
        let notice_days = days_between(today, first);
        if notice_days < 0 {
            return self.check_backdating(-notice_days);
        }
        let tiers = self.rules.notice_tiers.iter().filter(|tier| self.is_longer(tier.above_days));
        let needed = tiers.map(|tier| tier.notice_days).chain([self.rules.notice_days]).max().unwrap_or_default();
        let notice_days_needed = i64::from(needed);
        if notice_days >= notice_days_needed {
            return None;
        }
        let text = format!(
            "A request of {} needs {} of notice; {first} is {} after {today}.",
            self.describe(self.required),
            in_days(notice_days_needed),
            in_days(notice_days)
        );
        let figures = NoticeFigures { today, notice_days, notice_days_needed, minutes: self.required };
        Some(self.violation("/start_date", text, ViolationFigures::NoticeTooShort(figures)))
    }

    fn check_backdating(&self, days_back: i64) -> Option<Violation> {
        let ProposedLeave { first, today, .. } = *self.proposal;
        let backdate_days = i64::from(self.rules.backdate_days);
        if days_back <= backdate_days {
            return None;
        }
        let limit = match backdate_days {
            0 => "Leave cannot be requested for past days.".to_owned(),
            _ => format!("Leave can be requested up to {} in the past.", in_days(backdate_days)),
        };
        let text = format!("{first} was {} ago. {limit}", in_days(days_back));
        let figures = BackdateFigures { today, days_back, backdate_days };
        Some(self.violation("/start_date", text, ViolationFigures::BeginsInThePast(figures)))
    }

    fn check_run_length(&self) -> Option<Violation> {
        let run_days_max = self.rules.run_days_max?;
        let run_minutes_max = run_days_max.minutes(self.day());
        let ProposedLeave { leave_id, leave_type, first, last, portion, .. } = *self.proposal;
        let absent = AbsentHalves::of(self.calendar, self.months, leave_type, leave_id, self.day());
        let streak = absent.extended_by(first, last, portion);
        if streak.minutes <= run_minutes_max {
            return None;
        }
        let text = format!(
            "This would make {} of absence in a row, {} to {}. At most {run_days_max} are allowed.",
            self.describe(streak.minutes),
            streak.from,
            streak.to
        );
        let figures = RunFigures {
            run_minutes: streak.minutes,
            run_from: streak.from,
            run_to: streak.to,
            run_days_max,
            run_minutes_max,
        };
        Some(self.violation("/end_date", text, ViolationFigures::RunTooLong(figures)))
    }

    fn check_attachment(&self) -> Option<Violation> {
        let limit = self.rules.attachment_above_days;
        let above = limit.filter(|above| !self.proposal.attachment && self.is_longer(*above))?;
        let required = self.describe(self.required);
        let text = format!("A request of more than {above} needs an attachment; this request takes {required}.");
        let figures = AttachmentFigures { attachment_above_days: above, minutes: self.required };
        Some(self.violation("/attachment_id", text, ViolationFigures::AttachmentRequired(figures)))
    }

    /// Checks the blackout periods; days that count 0 minutes do not violate one.
    fn check_blackouts(&self) -> impl Iterator<Item = Violation> {
        self.rules.blackouts.iter().filter_map(|blackout| {
            let within = |date: &Date| (blackout.from..=blackout.to).contains(date);
            let counted = self.count.days.iter().filter(|day| day.minutes > Minutes::ZERO).map(|day| day.date);
            let dates: Vec<Date> = counted.filter(within).collect();
            let (first, last) = (dates.first()?, dates.last()?);
            let named = if first == last { format!("{first} is") } else { format!("{first} to {last} are") };
            let text = format!(
                "{named} in the blackout period {} to {} ({}). Choose other days.",
                blackout.from, blackout.to, blackout.reason
            );
            let (from, to, reason) = (blackout.from, blackout.to, blackout.reason.clone());
            let figures = BlackoutFigures { from, to, reason, dates };
            Some(self.violation("/start_date", text, ViolationFigures::Blackout(figures)))
        })
    }

    /// Checks that the projected balance stays at or above the floor from the first day on (rule 5).
    pub(super) fn check_balance(&self, forecast: &Forecast) -> Option<Violation> {
        let (lowest_on, lowest) = forecast.lowest;
        let floor = self.rules.floor(self.day());
        if lowest >= floor || self.required == Minutes::ZERO {
            return None;
        }
        let text = format!(
            "This request takes {}, but {} can be taken on {}. The balance would fall to {} on {lowest_on}; \
             it must not fall below {}.",
            self.describe(self.required),
            self.describe(forecast.available),
            self.proposal.first,
            self.describe(lowest),
            self.describe(floor)
        );
        let figures = BalanceFigures {
            required_minutes: self.required,
            balance_minutes: forecast.available,
            lowest_minutes: lowest,
            lowest_on,
            floor_minutes: floor,
        };
        Some(self.violation("/start_date", text, ViolationFigures::InsufficientBalance(figures)))
    }
}
