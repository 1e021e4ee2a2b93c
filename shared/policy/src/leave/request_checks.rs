//! Checks of a leave request against the limits of its policy (rule 8, docs/rules.md).

use jiff::civil::Date;
use kernel::Minutes;

use super::{
    AttachmentFigures, BackdateFigures, BalanceFigures, BlackoutFigures, EligibilityFigures, LeaveCount, LeaveRules,
    LeaveUnit, NothingToTakeFigures, NoticeFigures, ProposedLeave, RunFigures, ServiceFigures, Step, UnitFigures,
    Violation, ViolationFigures, day_minutes_on, forecast::Forecast, run::Run, violation_explanation::STEP_MINUTES,
};
use crate::{ExpectedWork, HalfDays, Policy, Portion, expected_work::minutes_of_hours};

/// A request and everything it is checked against.
pub(super) struct RequestCheck<'a> {
    pub(super) policy: &'a Policy,
    pub(super) rules: &'a LeaveRules,
    pub(super) work: &'a ExpectedWork<'a>,
    pub(super) proposal: &'a ProposedLeave<'a>,
    pub(super) count: &'a LeaveCount,
    pub(super) required: Minutes,
    /// Run of leave that contains the request.
    pub(super) run: Run,
}

fn days_between(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

impl RequestCheck<'_> {
    /// All violations of the policy's limits, except that of the balance.
    pub(super) fn violations_except_balance(&self) -> Vec<Violation> {
        let single = [
            self.check_nothing_to_take(),
            self.check_unit(),
            self.check_employment_type(),
            self.check_end_of_employment(),
            self.check_length_of_service(),
            self.check_notice_or_backdating(),
            self.check_run(),
            self.check_attachment(),
        ];
        single.into_iter().flatten().chain(self.check_blackouts()).collect()
    }

    /// Approval steps that apply to the duration of the run.
    pub(super) fn approval_steps(&self) -> Vec<Step> {
        let applies = |step: &&Step| step.above_days.is_none_or(|days| self.is_longer_than(days));
        self.rules.approval.iter().filter(applies).cloned().collect()
    }

    /// Violation that blocks the request unless the policy only warns of its code.
    fn new_violation(&self, pointer: &str, figures: ViolationFigures) -> Violation {
        let code = figures.code();
        let blocking = code == "nothing_to_take" || !self.policy.warn_only.iter().any(|warning| warning == code);
        Violation::new(figures, self.policy.reference, blocking, pointer)
    }

    fn day_minutes(&self) -> Minutes {
        self.work.day_minutes(self.proposal.first)
    }

    /// Whether the request with adjoining leave is longer than a number of days.
    fn is_longer_than(&self, than: HalfDays) -> bool {
        self.run.counted_minutes > than.minutes(self.day_minutes())
    }

    fn check_nothing_to_take(&self) -> Option<Violation> {
        if self.required > Minutes::ZERO {
            return None;
        }
        let figures = NothingToTakeFigures { days: self.count.days.clone(), minutes: Minutes::ZERO };
        Some(self.new_violation("/start_date", ViolationFigures::NothingToTake(figures)))
    }

    fn check_unit(&self) -> Option<Violation> {
        let ProposedLeave { first, last, portions, .. } = *self.proposal;
        let several = first != last;
        let (portion, half_pointer) = match (portions.first, portions.last) {
            (Portion::Full, last) if several => (last, "/ends_at_midday"),
            (first, _) if several => (first, "/starts_at_midday"),
            (only, _) => (only, "/half"),
        };
        let pointer = match (self.rules.unit, portion) {
            (LeaveUnit::Day, Portion::Half(_)) => half_pointer,
            (LeaveUnit::Day | LeaveUnit::HalfDay, Portion::Hours(..)) => "/from",
            (LeaveUnit::Hour, Portion::Hours(from, to)) => {
                let (from, to) = minutes_of_hours((from, to));
                if (to - from) % STEP_MINUTES == 0 {
                    return None;
                }
                "/to"
            }
            _ => return None,
        };
        let unit = self.rules.unit;
        let figures = UnitFigures { leave_type: self.rules.leave_type.clone(), unit, portion };
        Some(self.new_violation(pointer, ViolationFigures::UnitTooSmall(figures)))
    }

    fn check_employment_type(&self) -> Option<Violation> {
        let employment_type = self.work.person.contract_on(self.proposal.first).employment_type;
        let eligible = &self.rules.eligible;
        if eligible.is_empty() || eligible.contains(&employment_type) {
            return None;
        }
        let (leave_type, eligible) = (self.rules.leave_type.clone(), eligible.clone());
        let figures = EligibilityFigures::EmploymentType { leave_type, employment_type, eligible };
        Some(self.new_violation("/leave_type", ViolationFigures::NotEligible(figures)))
    }

    fn check_end_of_employment(&self) -> Option<Violation> {
        let end_date = self.proposal.last;
        let termination_date = self.work.person.termination_date.filter(|last| *last < end_date)?;
        let figures = EligibilityFigures::EndOfEmployment { termination_date, end_date };
        Some(self.new_violation("/end_date", ViolationFigures::NotEligible(figures)))
    }

    fn check_length_of_service(&self) -> Option<Violation> {
        let (hire_date, service_days_min) = (self.work.person.service_from(), i64::from(self.rules.service_days_min));
        let service_days = days_between(hire_date, self.proposal.first);
        if service_days >= service_days_min {
            return None;
        }
        let figures = ServiceFigures { hire_date, service_days, service_days_min };
        Some(self.new_violation("/start_date", ViolationFigures::ServiceTooShort(figures)))
    }

    /// Checks the notice of leave from today on, and the age of past leave.
    fn check_notice_or_backdating(&self) -> Option<Violation> {
        let ProposedLeave { first, today, .. } = *self.proposal;
        let notice_days = days_between(today, first);
        if notice_days < 0 {
            return self.check_backdating(-notice_days);
        }
        let tiers = self.rules.notice_tiers.iter().filter(|tier| self.is_longer_than(tier.above_days));
        let needed = tiers.map(|tier| tier.notice_days).chain([self.rules.notice_days]).max().unwrap_or_default();
        let notice_days_needed = i64::from(needed);
        if notice_days >= notice_days_needed {
            return None;
        }
        let figures = NoticeFigures {
            today,
            notice_days,
            notice_days_needed,
            minutes: self.run.counted_minutes,
            day_minutes: self.day_minutes(),
        };
        Some(self.new_violation("/start_date", ViolationFigures::NoticeTooShort(figures)))
    }

    fn check_backdating(&self, days_back: i64) -> Option<Violation> {
        let today = self.proposal.today;
        let backdate_days = i64::from(self.rules.backdate_days);
        if days_back <= backdate_days {
            return None;
        }
        let figures = BackdateFigures { today, days_back, backdate_days };
        Some(self.new_violation("/start_date", ViolationFigures::BeginsInThePast(figures)))
    }

    fn check_run(&self) -> Option<Violation> {
        let run_days_max = self.rules.run_days_max?;
        let run_minutes_max = run_days_max.minutes(self.day_minutes());
        let Run { from, to, working_minutes, .. } = self.run;
        if working_minutes <= run_minutes_max {
            return None;
        }
        let figures = RunFigures {
            run_minutes: working_minutes,
            run_from: from,
            run_to: to,
            run_days_max,
            run_minutes_max,
            day_minutes: self.day_minutes(),
        };
        Some(self.new_violation("/end_date", ViolationFigures::RunTooLong(figures)))
    }

    fn check_attachment(&self) -> Option<Violation> {
        let limit = self.rules.attachment_above_days;
        let above = limit.filter(|above| !self.proposal.attachment && self.is_longer_than(*above))?;
        let (minutes, day_minutes) = (self.run.counted_minutes, self.day_minutes());
        let figures = AttachmentFigures { attachment_above_days: above, minutes, day_minutes };
        Some(self.new_violation("/attachment_id", ViolationFigures::AttachmentRequired(figures)))
    }

    /// Checks the blackout periods; days that count 0 minutes do not violate one.
    fn check_blackouts(&self) -> impl Iterator<Item = Violation> {
        self.rules.blackouts.iter().filter_map(|blackout| {
            let within = |date: &Date| (blackout.from..=blackout.to).contains(date);
            let counted = self.count.days.iter().filter(|day| day.minutes > Minutes::ZERO).map(|day| day.date);
            let dates: Vec<Date> = counted.filter(within).collect();
            if dates.is_empty() {
                return None;
            }
            let (from, to, reason) = (blackout.from, blackout.to, blackout.reason.clone());
            let figures = BlackoutFigures { from, to, reason, dates };
            Some(self.new_violation("/start_date", ViolationFigures::Blackout(figures)))
        })
    }

    /// Checks that the projected balance stays at or above the floor from the first day on (rule 5).
    pub(super) fn check_balance(&self, forecast: &Forecast) -> Option<Violation> {
        let (lowest_on, lowest) = forecast.lowest;
        let floor = self.rules.lowest_allowed_balance(day_minutes_on(self.work.person, lowest_on));
        if lowest >= floor || self.required == Minutes::ZERO {
            return None;
        }
        let figures = BalanceFigures {
            start_date: self.proposal.first,
            required_minutes: self.required,
            balance_minutes: forecast.available,
            lowest_minutes: lowest,
            lowest_on,
            floor_minutes: floor,
            day_minutes: self.day_minutes(),
        };
        Some(self.new_violation("/start_date", ViolationFigures::InsufficientBalance(figures)))
    }
}
