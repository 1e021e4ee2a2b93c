//! Dated terms of employment: inserting a change, and the terms that hold at an instant. Rule 6 (docs/rules.md).

use directory::{DatedTerms, EmploymentType, Person, WorkPattern, zone_or_utc};
use jiff::{Timestamp, ToSpan, civil::Date};
use kernel::{DepartmentId, EmployeeId, Minutes};

/// Change of terms from a date on. `None` leaves a field unchanged; `Some(None)` clears it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TermsChange {
    /// Code of the site.
    pub site: Option<String>,
    /// IANA time zone of the site.
    pub time_zone: Option<String>,
    /// Department of the employee.
    pub department_id: Option<DepartmentId>,
    /// Manager of the employee.
    pub manager_id: Option<Option<EmployeeId>>,
    /// Type of the employment contract.
    pub employment_type: Option<EmploymentType>,
    /// Full-time equivalent in basis points.
    pub fte_bp: Option<u16>,
    /// Standard day length in minutes.
    pub day_minutes: Option<Minutes>,
    /// Own work pattern.
    pub work_pattern: Option<Option<WorkPattern>>,
}

impl TermsChange {
    /// Whether it leaves all fields unchanged.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Start of a date in a time zone, given by its IANA name; in UTC if the name is unknown.
fn start_of_day(date: Date, time_zone: &str) -> Timestamp {
    date.to_zoned(zone_or_utc(time_zone)).map_or(Timestamp::MAX, |start| start.timestamp())
}

/// Start of the first day of dated terms, in the time zone of their own site.
fn begins_at(terms: &DatedTerms) -> Timestamp {
    start_of_day(terms.from, &terms.time_zone)
}

/// Dated terms that hold at an instant: the last that have begun, or else the first. `None` if the current terms hold
/// on all days.
fn terms_at(person: &Person, at: Timestamp) -> Option<&DatedTerms> {
    let begun = person.terms.iter().rev().find(|terms| begins_at(terms) <= at);
    begun.or_else(|| person.terms.first())
}

/// Dated terms of a person that begin after an instant, next first.
pub fn upcoming_terms(person: &Person, at: Timestamp) -> impl Iterator<Item = &DatedTerms> {
    person.terms.iter().filter(move |terms| begins_at(terms) > at)
}

/// The person with the terms that hold at an instant as the current ones; unchanged without dated terms.
#[must_use]
pub fn with_current_terms(person: &Person, at: Timestamp) -> Person {
    terms_at(person, at).map_or_else(|| person.clone(), |terms| terms.apply_to(person))
}

/// The person with a change of terms from a date on, which is not before the hire date. The current terms are then those
/// of the instant `at`.
///
/// A changed field keeps its new value up to the next terms that change the same field. Terms that change nothing
/// disappear.
#[must_use]
pub fn with_terms_change(person: &Person, from: Date, change: &TermsChange, at: Timestamp) -> Person {
    let mut terms = person.terms.clone();
    if terms.is_empty() {
        terms.push(DatedTerms::current(person, person.hire_date));
    }
    let begun = terms.partition_point(|known| known.from <= from);
    let mut later = terms.split_off(begun);
    match terms.last() {
        Some(known) if known.from < from => terms.push(DatedTerms { from, ..known.clone() }),
        Some(_) | None => {}
    }
    let (earlier, mut changed) = match terms.pop() {
        Some(first) => (terms, vec![first]),
        None => (Vec::new(), Vec::new()),
    };
    changed.append(&mut later);
    set_until_next_change(&mut changed, |terms| &mut terms.site, change.site.as_ref());
    set_until_next_change(&mut changed, |terms| &mut terms.time_zone, change.time_zone.as_ref());
    set_until_next_change(&mut changed, |terms| &mut terms.department_id, change.department_id.as_ref());
    set_until_next_change(&mut changed, |terms| &mut terms.manager_id, change.manager_id.as_ref());
    set_until_next_change(&mut changed, |terms| &mut terms.contract.employment_type, change.employment_type.as_ref());
    set_until_next_change(&mut changed, |terms| &mut terms.contract.fte_bp, change.fte_bp.as_ref());
    set_until_next_change(&mut changed, |terms| &mut terms.contract.day_minutes, change.day_minutes.as_ref());
    set_until_next_change(&mut changed, |terms| &mut terms.work_pattern, change.work_pattern.as_ref());
    with_terms(person, earlier.into_iter().chain(changed).collect(), at)
}

/// Sets one field of the first terms, and of those after them up to the next that change the field.
fn set_until_next_change<T: Clone + PartialEq>(
    terms: &mut [DatedTerms],
    field: fn(&mut DatedTerms) -> &mut T,
    value: Option<&T>,
) {
    let Some(value) = value else { return };
    let mut fields = terms.iter_mut().map(field);
    let Some(first) = fields.next() else { return };
    let before = std::mem::replace(first, value.clone());
    for unchanged in fields.take_while(|later| **later == before) {
        value.clone_into(unchanged);
    }
}

/// The person with another hire date, on which the first terms begin. Terms that end before it are removed. The current terms
/// are then those of the instant `at`.
#[must_use]
pub fn with_hire_date(person: &Person, hire_date: Date, at: Timestamp) -> Person {
    let ended = person.terms.iter().skip(1).take_while(|terms| terms.from <= hire_date).count();
    let mut terms: Vec<_> = person.terms.iter().skip(ended).cloned().collect();
    if let Some(first) = terms.first_mut() {
        first.from = hire_date;
    }
    with_terms(&Person { hire_date, ..person.clone() }, terms, at)
}

/// The person with these terms and those of an instant as the current ones. Equal neighbours become one; if one is
/// left, it only becomes the current terms.
fn with_terms(person: &Person, mut terms: Vec<DatedTerms>, at: Timestamp) -> Person {
    terms.dedup_by(|later, earlier| DatedTerms { from: earlier.from, ..later.clone() } == *earlier);
    let mut person = with_current_terms(&Person { terms, ..person.clone() }, at);
    if person.terms.len() <= 1 {
        person.terms.clear();
    }
    person
}

/// Instant at which the current terms of a person change next. If they are not those that hold at `at`, the change is overdue
/// and the instant is `at` or before. `None` if they hold and no terms are upcoming.
pub fn next_terms_at(person: &Person, at: Timestamp) -> Option<Timestamp> {
    let due = terms_at(person, at)?;
    if DatedTerms::current(person, due.from) != *due {
        return Some(begins_at(due).min(at));
    }
    upcoming_terms(person, at).map(begins_at).min()
}

/// End of the last day of the employment at the site of that day, which is the start of the next day; `None` without a
/// last day.
pub fn employment_ends_at(person: &Person) -> Option<Timestamp> {
    let last_day = person.termination_date?;
    Some(start_of_day(last_day.saturating_add(1.day()), &person.as_of(last_day).time_zone))
}

#[cfg(test)]
mod tests {
    use directory::{ContractTerms, EmploymentStatus};
    use jiff::civil::date;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const HIRED: Date = date(2024, 1, 1);

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn person() -> Person {
        Person {
            id: EmployeeId::new(Uuid::from_u128(7)),
            employee_code: "E-7".into(),
            first_name: "Ada".into(),
            last_name: "Test".into(),
            email: "ada@example.com".into(),
            status: EmploymentStatus::Active,
            department_id: DepartmentId::new(Uuid::from_u128(1)),
            job_title: "Engineer".into(),
            manager_id: None,
            site: "berlin".into(),
            time_zone: "Europe/Berlin".into(),
            contract: ContractTerms {
                employment_type: EmploymentType::FullTime,
                fte_bp: 10_000,
                day_minutes: Minutes(480),
            },
            work_pattern: None,
            terms: Vec::new(),
            hire_date: HIRED,
            earlier_service_from: None,
            termination_date: None,
            roles: access::Roles::default(),
            role_version: 1,
        }
    }

    fn fte(fte_bp: u16) -> TermsChange {
        TermsChange { fte_bp: Some(fte_bp), ..TermsChange::default() }
    }

    fn move_to(site: &str, time_zone: &str) -> TermsChange {
        TermsChange { site: Some(site.into()), time_zone: Some(time_zone.into()), ..TermsChange::default() }
    }

    fn fte_by_date(person: &Person) -> Vec<(Date, u16)> {
        person.terms.iter().map(|terms| (terms.from, terms.contract.fte_bp)).collect()
    }

    #[test]
    fn change_holds_from_its_date_and_not_before() {
        let now = at("2024-06-10T12:00:00Z");
        let past = with_terms_change(&person(), date(2024, 5, 1), &fte(8_000), now);
        assert_eq!(fte_by_date(&past), [(HIRED, 10_000), (date(2024, 5, 1), 8_000)]);
        assert_eq!(past.contract.fte_bp, 8_000, "it has begun");
        let future = with_terms_change(&person(), date(2024, 7, 1), &fte(8_000), now);
        assert_eq!((future.contract.fte_bp, future.as_of(date(2024, 7, 1)).contract.fte_bp), (10_000, 8_000));
        let whole = with_terms_change(&person(), HIRED, &fte(8_000), now);
        assert_eq!((whole.terms.len(), whole.contract.fte_bp), (0, 8_000), "the current terms hold on all days");
    }

    #[test]
    fn backdated_change_of_another_field_reaches_the_terms_after_it() {
        let now = at("2024-06-10T12:00:00Z");
        let planned = with_terms_change(&person(), date(2024, 9, 1), &fte(8_000), now);
        let moved = with_terms_change(&planned, date(2024, 4, 1), &move_to("lisbon", "Europe/Lisbon"), now);
        let sites: Vec<_> = moved.terms.iter().map(|terms| (terms.from, terms.site.as_str())).collect();
        assert_eq!(sites, [(HIRED, "berlin"), (date(2024, 4, 1), "lisbon"), (date(2024, 9, 1), "lisbon")]);
        assert_eq!(moved.as_of(date(2024, 9, 1)).contract.fte_bp, 8_000);
        let earlier = with_terms_change(&moved, date(2024, 2, 1), &fte(9_000), now);
        assert_eq!(earlier.contract.fte_bp, 9_000);
        assert_eq!(earlier.as_of(date(2024, 9, 1)).contract.fte_bp, 8_000, "the later change of the field stays");
    }

    #[test]
    fn change_back_on_the_same_date_withdraws_a_planned_one() {
        let now = at("2024-06-10T12:00:00Z");
        let planned = with_terms_change(&person(), date(2024, 7, 1), &fte(8_000), now);
        assert_eq!(with_terms_change(&planned, date(2024, 7, 1), &fte(10_000), now), person());
    }

    #[test]
    fn terms_begin_with_the_day_at_their_own_site() {
        let change = move_to("new-york", "America/New_York");
        let before = with_terms_change(&person(), date(2024, 7, 1), &change, at("2024-06-10T12:00:00Z"));
        let begins = at("2024-07-01T04:00:00Z");
        assert_eq!(next_terms_at(&before, at("2024-06-30T22:00:00Z")), Some(begins), "not with midnight in Berlin");
        assert_eq!(with_current_terms(&before, at("2024-07-01T03:59:59Z")).site, "berlin");
        let after = with_current_terms(&before, begins);
        assert_eq!((after.site.as_str(), after.today(begins)), ("new-york", date(2024, 7, 1)));
        assert_eq!(next_terms_at(&before, at("2024-07-03T00:00:00Z")), Some(begins), "overdue until it is applied");
        assert_eq!(next_terms_at(&after, begins), None);
    }

    #[test]
    fn first_terms_begin_with_a_moved_hire_date() {
        let now = at("2024-06-10T12:00:00Z");
        let changed = with_terms_change(&person(), date(2024, 3, 1), &fte(8_000), now);
        let changed = with_terms_change(&changed, date(2024, 5, 1), &fte(6_000), now);
        let earlier = with_hire_date(&changed, date(2023, 12, 1), now);
        assert_eq!(
            fte_by_date(&earlier),
            [(date(2023, 12, 1), 10_000), (date(2024, 3, 1), 8_000), (date(2024, 5, 1), 6_000)]
        );
        let later = with_hire_date(&changed, date(2024, 4, 1), now);
        assert_eq!(fte_by_date(&later), [(date(2024, 4, 1), 8_000), (date(2024, 5, 1), 6_000)]);
        let last = with_hire_date(&changed, date(2024, 5, 1), now);
        assert_eq!((last.terms.len(), last.contract.fte_bp), (0, 6_000));
    }

    #[test]
    fn employment_ends_after_the_last_day_at_the_site_of_that_day() {
        let leaver = Person { termination_date: Some(date(2024, 7, 31)), ..person() };
        assert_eq!(employment_ends_at(&leaver), Some(at("2024-07-31T22:00:00Z")));
        let change = move_to("new-york", "America/New_York");
        let moved = with_terms_change(&leaver, date(2024, 7, 1), &change, at("2024-06-10T12:00:00Z"));
        assert_eq!(employment_ends_at(&moved), Some(at("2024-08-01T04:00:00Z")));
        assert_eq!(employment_ends_at(&person()), None);
    }

    /// Change of one of three fields, `days` after the hire date, to the value number `value`.
    fn numbered_change(field: usize, days: i32, value: usize) -> (Date, TermsChange) {
        let mut change = TermsChange::default();
        match field {
            0 => change.fte_bp = u16::try_from(value + 1).ok(),
            1 => change.site = Some(format!("site-{value}")),
            _ => change.manager_id = Some(Some(EmployeeId::new(Uuid::from_u128(value as u128 + 100)))),
        }
        (HIRED.saturating_add(days.days()), change)
    }

    fn apply<'a>(changes: impl IntoIterator<Item = &'a (Date, TermsChange)>, now: Timestamp) -> Person {
        changes.into_iter().fold(person(), |person, (from, change)| with_terms_change(&person, *from, change, now))
    }

    proptest! {
        #[test]
        fn terms_do_not_depend_on_the_order_of_entry(
            places in proptest::collection::btree_set((0usize..3, 0i32..60), 0..12),
            keys in proptest::collection::vec(any::<u64>(), 12),
            now in 0i64..60,
        ) {
            let now = at("2024-01-01T12:00:00Z") + jiff::SignedDuration::from_hours(24 * now);
            let mut by_date: Vec<_> =
                places.iter().enumerate().map(|(nth, &(field, days))| numbered_change(field, days, nth)).collect();
            let mut shuffled: Vec<_> = keys.iter().zip(by_date.clone()).collect();
            shuffled.sort_by_key(|(key, _)| **key);
            by_date.sort_by_key(|(from, _)| *from);
            let expected = apply(&by_date, now);
            let person = apply(shuffled.iter().map(|(_, change)| change), now);
            prop_assert_eq!(&person, &expected);
            prop_assert_eq!(&*person.as_of(person.today(now)), &person, "the current terms are those of today");
            prop_assert!(person.terms.first().is_none_or(|first| first.from == HIRED));
        }

        #[test]
        fn each_field_follows_its_own_changes(
            changes in proptest::collection::vec((0usize..3, 0i32..20, 0usize..3), 0..20),
            now in 0i64..20,
        ) {
            let now = at("2024-01-01T12:00:00Z") + jiff::SignedDuration::from_hours(24 * now);
            let mut together = person();
            let mut alone = [person(), person(), person()];
            for (field, days, value) in changes {
                let (from, change) = numbered_change(field, days, value);
                together = with_terms_change(&together, from, &change, now);
                alone[field] = with_terms_change(&alone[field], from, &change, now);
            }
            for days in 0..25 {
                let day = HIRED.saturating_add(days.days());
                let terms = together.as_of(day);
                prop_assert_eq!(terms.contract.fte_bp, alone[0].as_of(day).contract.fte_bp);
                prop_assert_eq!(&terms.site, &alone[1].as_of(day).site);
                prop_assert_eq!(terms.manager_id, alone[2].as_of(day).manager_id);
            }
            prop_assert_eq!(&*together.as_of(together.today(now)), &together);
            prop_assert_eq!(&with_current_terms(&together, now), &together);
            prop_assert!(together.terms.windows(2).all(|pair| pair[0].from < pair[1].from));
        }

        #[test]
        fn current_terms_follow_the_days_one_by_one(
            places in proptest::collection::btree_set((0usize..3, 0i32..30), 0..8),
        ) {
            let start = at("2024-01-01T12:00:00Z");
            let changes: Vec<_> =
                places.iter().enumerate().map(|(nth, &(field, days))| numbered_change(field, days, nth)).collect();
            let mut person = apply(&changes, start);
            for day in 0..35 {
                let now = start + jiff::SignedDuration::from_hours(24 * day);
                let is_due = next_terms_at(&person, now).is_some_and(|due| due <= now);
                let current = with_current_terms(&person, now);
                prop_assert_eq!(is_due, current != person);
                person = current;
            }
            prop_assert_eq!(next_terms_at(&person, start + jiff::SignedDuration::from_hours(24 * 40)), None);
        }
    }
}
