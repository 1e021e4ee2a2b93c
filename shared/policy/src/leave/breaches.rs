//! Each rule of a leave policy against one request, with its own code. Rule 8.

use directory::Person;
use jiff::civil::Date;
use kernel::Minutes;
use serde_json::{Value, json};

use super::{
    LeaveCount, LeaveRules, LeaveUnit, OccupiedMonth, Step,
    ask::{ProposedLeave, Violation},
    forecast::Forecast,
    streak::AbsentHalves,
};
use crate::{Calendar, HalfDays, Policy, Portion, calendar::minute_range, days::describe_days};

/// Hours are asked for in multiples of this.
const STEP_MINUTES: i64 = 15;

/// A request and what it is judged by.
pub(super) struct RequestCheck<'a> {
    pub(super) policy: &'a Policy,
    pub(super) rules: &'a LeaveRules,
    pub(super) calendar: &'a Calendar,
    pub(super) person: &'a Person,
    pub(super) months: &'a [(Date, OccupiedMonth)],
    pub(super) ask: &'a ProposedLeave<'a>,
    pub(super) count: &'a LeaveCount,
    pub(super) required: Minutes,
}

/// From one day to another.
fn days_between(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

fn in_days(days: i64) -> String {
    format!("{days} {}", if days == 1 { "day" } else { "days" })
}

impl RequestCheck<'_> {
    /// Every breach but that of the balance.
    pub(super) fn violations(&self) -> Vec<Violation> {
        let one = [
            self.nothing(),
            self.unit(),
            self.eligible(),
            self.employed(),
            self.service(),
            self.notice(),
            self.run(),
            self.attachment(),
        ];
        one.into_iter().flatten().chain(self.blackouts()).collect()
    }

    /// The steps that its length calls for.
    pub(super) fn steps(&self) -> Vec<Step> {
        let called = |step: &&Step| step.above_days.is_none_or(|days| self.is_longer(days));
        self.rules.approval.iter().filter(called).cloned().collect()
    }

    fn violation(&self, code: &str, pointer: &str, explanation: String, figures: Value) -> Violation {
        let blocking = code == "nothing_to_take" || !self.policy.warn_only.iter().any(|warning| warning == code);
        let (code, pointer) = (code.to_owned(), pointer.to_owned());
        Violation { code, policy: self.policy.reference, blocking, explanation, figures, pointer }
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

    /// The days asked for, for a sentence.
    fn when(&self) -> String {
        let ProposedLeave { first, last, portion, .. } = self.ask;
        match portion {
            _ if first != last => format!("{first} to {last}"),
            Portion::Full => first.to_string(),
            Portion::Half(crate::Half::Am) => format!("the first half of {first}"),
            Portion::Half(crate::Half::Pm) => format!("the second half of {first}"),
            Portion::Hours(from, to) => format!("{first} from {} to {}", from.strftime("%H:%M"), to.strftime("%H:%M")),
        }
    }

    fn nothing(&self) -> Option<Violation> {
        if self.required > Minutes::ZERO {
            return None;
        }
        let mut reasons: Vec<String> = Vec::new();
        for day in &self.count.days {
            let reason = match day.why.as_deref() {
                Some("rest_day") => "a rest day".to_owned(),
                Some("half_day") => "a half of a day that is not worked".to_owned(),
                Some("outside_hours") => "outside the opening hours".to_owned(),
                Some(why) => why.replacen("holiday: ", "the holiday ", 1),
                None => continue,
            };
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        let text = format!("There is nothing to take: {} is {}.", self.when(), reasons.join(" and "));
        let figures = json!({"days": self.count.days, "minutes": 0});
        Some(self.violation("nothing_to_take", "/start_date", text, figures))
    }

    fn unit(&self) -> Option<Violation> {
        let (fits, pointer, least) = match (self.rules.unit, self.ask.portion) {
            (LeaveUnit::Day, Portion::Half(_)) => (false, "/half", "a whole day"),
            (LeaveUnit::Day, Portion::Hours(..)) => (false, "/from", "a whole day"),
            (LeaveUnit::HalfDay, Portion::Hours(..)) => (false, "/from", "half a day"),
            (LeaveUnit::Hour, Portion::Hours(from, to)) => {
                let (from, to) = minute_range((from, to));
                let fits = from < to && (to - from) % STEP_MINUTES == 0;
                (fits, "/to", "a multiple of 15 minutes")
            }
            _ => (true, "", ""),
        };
        let text = || format!("Of {} {} at least can be asked for.", self.rules.leave_type, least);
        (!fits).then(|| {
            self.violation(
                "unit_too_small",
                pointer,
                text(),
                json!({"unit": self.rules.unit, "portion": self.ask.portion}),
            )
        })
    }

    fn eligible(&self) -> Option<Violation> {
        let kind = self.person.contract.employment_type;
        if self.rules.eligible.is_empty() || self.rules.eligible.contains(&kind) {
            return None;
        }
        let name = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let figures = json!({"employment_type": kind, "eligible": self.rules.eligible});
        let mine = figures.get("employment_type").map(name).unwrap_or_default();
        let these =
            figures.get("eligible").and_then(Value::as_array).into_iter().flatten().map(name).collect::<Vec<_>>();
        let text = format!("{} is for {}; the employment is {mine}.", self.rules.leave_type, these.join(", "));
        Some(self.violation("not_eligible", "/leave_type", text, figures))
    }

    /// Leave ends with the employment.
    fn employed(&self) -> Option<Violation> {
        let last = self.person.termination_date.filter(|last| *last < self.ask.last)?;
        let text = format!("The last day at work is {last}; the request ends on {}.", self.ask.last);
        let figures = json!({"termination_date": last, "end_date": self.ask.last});
        Some(self.violation("not_eligible", "/end_date", text, figures))
    }

    fn service(&self) -> Option<Violation> {
        let (hired, least) = (self.person.hire_date, i64::from(self.rules.service_days_min));
        let served = days_between(hired, self.ask.first);
        if served >= least {
            return None;
        }
        let (served_days, first) = (in_days(served), self.ask.first);
        let text =
            format!("{first} is {served_days} after the first day at work, {hired}; {} are needed.", in_days(least));
        let figures = json!({"hire_date": hired, "service_days": served, "service_days_min": least});
        Some(self.violation("service_too_short", "/start_date", text, figures))
    }

    /// Enough notice; of days past, not too many of them.
    fn notice(&self) -> Option<Violation> {
        let (first, today) = (self.ask.first, self.ask.today);
        let given = days_between(today, first);
        if given < 0 {
            let most = i64::from(self.rules.backdate_days);
            let text =
                || format!("{first} is {} ago; at most {} back can be asked for.", in_days(-given), in_days(most));
            let figures = || json!({"today": today, "days_back": -given, "backdate_days": most});
            return (-given > most).then(|| self.violation("begins_in_the_past", "/start_date", text(), figures()));
        }
        let tiers = self.rules.notice_tiers.iter().filter(|tier| self.is_longer(tier.above_days));
        let needed = tiers.map(|tier| tier.notice_days).chain([self.rules.notice_days]).max().unwrap_or_default();
        let needed = i64::from(needed);
        if given >= needed {
            return None;
        }
        let text = format!(
            "{first} is {} after {today}; {} need {} of notice.",
            in_days(given),
            self.describe(self.required),
            in_days(needed)
        );
        let figures =
            json!({"today": today, "notice_days": given, "notice_days_needed": needed, "minutes": self.required});
        Some(self.violation("notice_too_short", "/start_date", text, figures))
    }

    fn run(&self) -> Option<Violation> {
        let most = self.rules.run_days_max?;
        let ProposedLeave { leave_id, leave_type, first, last, portion, .. } = *self.ask;
        let away = AbsentHalves::of(self.calendar, self.months, leave_type, leave_id, self.day());
        let streak = away.extended_by(first, last, portion);
        if streak.minutes <= most.minutes(self.day()) {
            return None;
        }
        let text = format!(
            "With it, {} in one piece from {} to {} would be away; {most} are allowed.",
            self.describe(streak.minutes),
            streak.from,
            streak.to
        );
        let figures = json!({
            "run_minutes": streak.minutes, "run_from": streak.from, "run_to": streak.to,
            "run_days_max": most, "run_minutes_max": most.minutes(self.day()),
        });
        Some(self.violation("run_too_long", "/end_date", text, figures))
    }

    fn attachment(&self) -> Option<Violation> {
        let above = self.rules.attachment_above_days.filter(|above| !self.ask.attachment && self.is_longer(*above))?;
        let text = format!("More than {above} need an attachment; {} are asked for.", self.describe(self.required));
        let figures = json!({"attachment_above_days": above, "minutes": self.required});
        Some(self.violation("attachment_required", "/attachment_id", text, figures))
    }

    /// Only days that count are in the way of a blackout.
    fn blackouts(&self) -> impl Iterator<Item = Violation> {
        self.rules.blackouts.iter().filter_map(|blackout| {
            let within = |date: &Date| (blackout.from..=blackout.to).contains(date);
            let counted = self.count.days.iter().filter(|day| day.minutes > Minutes::ZERO).map(|day| day.date);
            let dates: Vec<Date> = counted.filter(within).collect();
            let (first, last) = (dates.first()?, dates.last()?);
            let named = if first == last { format!("{first} is") } else { format!("{first} to {last} are") };
            let text = format!(
                "{named} within {} to {}, when nobody may be away: {}.",
                blackout.from, blackout.to, blackout.reason
            );
            let figures = json!({"from": blackout.from, "to": blackout.to, "reason": blackout.reason, "dates": dates});
            Some(self.violation("blackout", "/start_date", text, figures))
        })
    }

    /// The balance may not fall below the floor on any day from the first on. Rule 5.
    pub(super) fn check_balance(&self, forecast: &Forecast) -> Option<Violation> {
        let (on, lowest) = forecast.with;
        let floor = self.rules.floor(self.day());
        if lowest >= floor || self.required == Minutes::ZERO {
            return None;
        }
        let text = format!(
            "{} are asked for, and {} can be taken on {}; the balance would be {} on {on}, and it may not fall below {}.",
            self.describe(self.required),
            self.describe(forecast.available),
            self.ask.first,
            self.describe(lowest),
            self.describe(floor)
        );
        let figures = json!({
            "required_minutes": self.required, "balance_minutes": forecast.available,
            "lowest_minutes": lowest, "lowest_on": on, "floor_minutes": floor,
        });
        Some(self.violation("insufficient_balance", "/start_date", text, figures))
    }
}
