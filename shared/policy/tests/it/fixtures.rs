//! People, calendars, policies and ledger entries for tests.

use std::collections::BTreeMap;

use access::Role;
use directory::{ContractTerms, EmploymentStatus, EmploymentType, Person};
use jiff::{
    Timestamp,
    civil::{Date, date, time},
};
use kernel::{Actor, DepartmentId, EmployeeId, LeaveId, Minutes, PolicyId};
use policy::{
    Calendar, CarryOver, DayHours, DayPattern, EffectivePeriod, ExpectedWork, HalfDays, Holiday, Policy, PolicyRef,
    PolicyRules, PolicyScope, PolicySet, Portion, Week,
    attendance::{Rosters, Schedule},
    leave::{
        Account, AccrualRules, AccrualSchedule, Approver, DayRange, EntryKind, LeaveCount, LeaveRules, LeaveUnit,
        LedgerEntry, OccupiedMonth, OtherSlots, Overlap, PeriodStart, PostedAt, RoundTo, Sandwich, Slot, Step,
        count_leave, due_entries, recount_leave,
    },
};
use proptest::prelude::ProptestConfig;
use serde_json::json;
use uuid::Uuid;

/// Configuration with 500 cases, or the number in `PROPTEST_CASES`.
pub(crate) fn cases() -> ProptestConfig {
    let default = ProptestConfig::default();
    let cases = if default.cases == 256 { 500 } else { default.cases };
    ProptestConfig { cases, failure_persistence: None, ..default }
}

pub(crate) const DAY: Minutes = Minutes(480);

pub(crate) fn days(days: i64) -> Minutes {
    Minutes(days * 480)
}

pub(crate) fn employee(number: u128) -> EmployeeId {
    EmployeeId::new(Uuid::from_u128(number))
}

pub(crate) fn leave(number: u128) -> LeaveId {
    LeaveId::new(Uuid::from_u128(number))
}

pub(crate) fn department(number: u128) -> DepartmentId {
    DepartmentId::new(Uuid::from_u128(number))
}

pub(crate) fn moment() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

/// Full-time employee in Berlin since 2020, with a standard day of eight hours.
pub(crate) fn person() -> Person {
    Person {
        id: employee(1),
        employee_code: "E-1".into(),
        first_name: "Erin".into(),
        last_name: "Doe".into(),
        email: "erin@example.com".into(),
        status: EmploymentStatus::Active,
        department_id: department(1),
        job_title: "Engineer".into(),
        manager_id: Some(employee(2)),
        site: "berlin".into(),
        time_zone: "Europe/Berlin".into(),
        contract: ContractTerms { employment_type: EmploymentType::FullTime, fte_bp: 10_000, day_minutes: DAY },
        work_pattern: None,
        terms: Vec::new(),
        hire_date: date(2020, 1, 1),
        earlier_service_from: None,
        termination_date: None,
        roles: [Role::Employee].into_iter().collect(),
        role_version: 1,
    }
}

pub(crate) fn worked(pattern: DayPattern) -> DayHours {
    let morning = (time(9, 0, 0, 0), time(12, 0, 0, 0));
    let afternoon = (time(13, 0, 0, 0), time(18, 0, 0, 0));
    let hours = match pattern {
        DayPattern::Full => vec![morning, afternoon],
        DayPattern::Am => vec![morning],
        DayPattern::Pm => vec![afternoon],
        DayPattern::Off => vec![],
    };
    DayHours { pattern, hours }
}

/// Week with opening hours from Monday to Friday, 9 to 12 and 13 to 18.
pub(crate) fn week() -> Week {
    let day = || worked(DayPattern::Full);
    Week {
        monday: day(),
        tuesday: day(),
        wednesday: day(),
        thursday: day(),
        friday: day(),
        saturday: worked(DayPattern::Off),
        sunday: worked(DayPattern::Off),
    }
}

pub(crate) fn holiday(name: &str, from: Date) -> Holiday {
    Holiday { name: name.into(), from, to: None, yearly: false, half: None }
}

pub(crate) fn calendar(holidays: Vec<Holiday>) -> Calendar {
    let (site, created_by) = ("berlin".into(), Actor::Unknown);
    Calendar { site, version: 1, week: week(), holidays, created_at: moment(), created_by }
}

static NO_ROSTERS: Rosters = Rosters(BTreeMap::new());
static NO_SCHEDULE: Schedule = Schedule(Vec::new());

/// Expected work of a person without shift plans.
pub(crate) fn expected_work<'a>(policies: &'a PolicySet, person: &'a Person) -> ExpectedWork<'a> {
    ExpectedWork { policies, rosters: &NO_ROSTERS, schedule: &NO_SCHEDULE, person }
}

/// Person with a standard day of these minutes.
pub(crate) fn person_with_day(day_minutes: Minutes) -> Person {
    Person { contract: ContractTerms { day_minutes, ..person().contract }, ..person() }
}

/// Count of a request at the site of this calendar, beside no other request.
pub(crate) fn count_by(
    calendar: &Calendar,
    dates: (Date, Date),
    portion: Portion,
    day_minutes: Minutes,
    sandwich: Sandwich,
) -> LeaveCount {
    let (policies, person) = (PolicySet::new(vec![], vec![calendar.clone()]), person_with_day(day_minutes));
    count_leave(&expected_work(&policies, &person), dates, portion, sandwich, OtherSlots::default())
}

/// Minutes that a portion of a date counts by a calendar, for a standard day.
pub(crate) fn counted_minutes(calendar: &Calendar, on: Date, portion: Portion) -> Minutes {
    let (policies, person) = (PolicySet::new(vec![], vec![calendar.clone()]), person());
    expected_work(&policies, &person).day(on).counted_minutes(portion)
}

/// Recount of a request by a calendar.
pub(crate) fn recount_by(
    calendar: &Calendar,
    frozen: &LeaveCount,
    day_minutes: Minutes,
    sandwich: Sandwich,
    from: Date,
) -> (LeaveCount, Vec<(Date, Minutes)>) {
    let (policies, person) = (PolicySet::new(vec![], vec![calendar.clone()]), person_with_day(day_minutes));
    let dates = (frozen.days[0].date, frozen.days[frozen.days.len() - 1].date);
    recount_leave(&expected_work(&policies, &person), (frozen, dates), sandwich, from, OtherSlots::default())
}

/// Occupies a slot on a date whose work has no fixed times: the halves meet at 12:00.
pub(crate) fn occupy(month: &mut OccupiedMonth, on: Date, slot: Slot) -> Result<(), Overlap> {
    let (policies, person) = (PolicySet::default(), person());
    month.occupy(&expected_work(&policies, &person).day(on), slot)
}

/// Rules of annual leave with an entitlement in half days, posted monthly by the calendar year, without other limits.
pub(crate) fn annual(half_days: u16) -> LeaveRules {
    LeaveRules {
        leave_type: "annual".into(),
        entitlement_days: Some(HalfDays(half_days).into()),
        accrual: AccrualRules {
            schedule: AccrualSchedule::Monthly,
            posted_at: PostedAt::Start,
            round_to: RoundTo::Minute,
            worked_share: None,
        },
        period_start: PeriodStart::Month(1),
        prorate_by_fte: false,
        full_day_minutes: None,
        carry_over: None,
        negative_days: HalfDays(0),
        interrupts: vec![],
        adjoins: vec![],
        notice_days: 0,
        notice_tiers: vec![],
        backdate_days: 366,
        run_days_max: None,
        service_days_min: 0,
        sandwich: Sandwich::None,
        blackouts: vec![],
        eligible: vec![],
        attachment_above_days: None,
        unit: LeaveUnit::HalfDay,
        approval: vec![step(Approver::Manager)],
        encashment: None,
        credit_expires_days: None,
    }
}

/// Rules of annual leave that is posted on the first day of the leave year.
pub(crate) fn yearly(half_days: u16) -> LeaveRules {
    let rules = annual(half_days);
    LeaveRules { accrual: AccrualRules { schedule: AccrualSchedule::Yearly, ..rules.accrual }, ..rules }
}

pub(crate) fn carry(cap_days: u16, expires_after_months: Option<u8>) -> Option<CarryOver> {
    Some(CarryOver { cap_days: HalfDays(cap_days * 2), expires_after_months })
}

pub(crate) fn step(by: Approver) -> Step {
    Step { by, needed: 1, above_days: None, escalate_after_hours: None }
}

pub(crate) fn policy_id(number: u128) -> PolicyId {
    PolicyId::new(Uuid::from_u128(number))
}

/// Version 1 of a policy for all people since 2020.
pub(crate) fn policy(number: u128, rules: PolicyRules) -> Policy {
    Policy {
        reference: PolicyRef { policy_id: policy_id(number), policy_version: 1 },
        name: "A policy".into(),
        effective: EffectivePeriod { from: date(2020, 1, 1), to: None },
        scope: PolicyScope::default(),
        rules,
        warn_only: vec![],
        created_at: moment(),
        created_by: Actor::Unknown,
    }
}

pub(crate) fn leave_policy(number: u128, rules: LeaveRules) -> Policy {
    policy(number, PolicyRules::Leave(Box::new(rules)))
}

/// One leave policy and Berlin's calendar without holidays.
pub(crate) fn policy_set(rules: LeaveRules) -> PolicySet {
    PolicySet::new(vec![leave_policy(1, rules)], vec![calendar(vec![])])
}

pub(crate) fn entry(id: &str, kind: EntryKind, on: Date, minutes: Minutes) -> LedgerEntry {
    LedgerEntry {
        id: id.into(),
        kind,
        leave_type: "annual".into(),
        on,
        minutes,
        days: vec![],
        expires_on: None,
        leave_id: None,
        policy: None,
        rule: "manual".into(),
        inputs: json!({}),
        posted_at: moment(),
        posted_by: Actor::Unknown,
    }
}

/// Entry of a request with `each` minutes per day; negative minutes are taken.
pub(crate) fn of_leave(name: &str, kind: EntryKind, id: LeaveId, (from, to): (Date, Date), each: i64) -> LedgerEntry {
    let range = DayRange { from, to, minutes: Minutes(each) };
    let days = vec![range];
    LedgerEntry { days, leave_id: Some(id), ..entry(&format!("{name}#{id}"), kind, from, range.minutes_until(to)) }
}

/// Holds whole days of leave, including weekends.
pub(crate) fn take(account: &mut Account, number: u128, from: Date, to: Date) {
    account.post_if_missing(&of_leave("hold", EntryKind::Hold, leave(number), (from, to), -480));
}

/// Releases days of a request.
pub(crate) fn release(account: &mut Account, number: u128, from: Date, to: Date) {
    account.post_if_missing(&of_leave("release", EntryKind::Release, leave(number), (from, to), 480));
}

/// Posts the due entries and returns them.
pub(crate) fn post_due(
    policy_set: &PolicySet,
    person: &Person,
    account: &mut Account,
    today: Date,
) -> Vec<LedgerEntry> {
    let lines = due_entries(policy_set, person, account, today);
    let entries = lines.iter().map(|line| line.to_ledger_entry("annual", moment(), Actor::Unknown));
    entries.inspect(|entry| account.post_if_missing(entry)).collect()
}
