//! Calendars: rule 1 (docs/rules.md).

use jiff::civil::{Date, Time, date, time};
use kernel::Minutes;
use policy::{Calendar, DayPattern, Half, Holiday, Portion, WorkedHalves};

use crate::fixtures::{DAY, calendar, counted_minutes, holiday, week, worked};

fn at(hour: i8, minute: i8) -> Time {
    time(hour, minute, 0, 0)
}

fn monday() -> Date {
    date(2026, 11, 2)
}

#[test]
fn odd_minute_belongs_to_the_morning() {
    let (both, am, pm) =
        (DayPattern::Full.worked_halves(), DayPattern::Am.worked_halves(), DayPattern::Pm.worked_halves());
    assert_eq!(both.minutes(Minutes(455)), Minutes(455));
    assert_eq!(am.minutes(Minutes(455)), Minutes(228));
    assert_eq!(pm.minutes(Minutes(455)), Minutes(227));
    assert_eq!(WorkedHalves::default().minutes(Minutes(455)), Minutes(0));
}

#[test]
fn portion_counts_its_worked_part() {
    let half = Holiday { half: Some(Half::Pm), ..holiday("Christmas Eve", monday()) };
    let open = calendar(vec![]);
    let short = calendar(vec![half]);
    let saturday = date(2026, 11, 7);
    for (calendar, on, portion, minutes) in [
        (&open, monday(), Portion::Full, 480),
        (&open, monday(), Portion::Half(Half::Am), 240),
        (&open, saturday, Portion::Full, 0),
        (&open, saturday, Portion::Hours(at(9, 0), at(12, 0)), 0),
        (&short, monday(), Portion::Full, 240),
        (&short, monday(), Portion::Half(Half::Am), 240),
        (&short, monday(), Portion::Half(Half::Pm), 0),
        (&open, monday(), Portion::Hours(at(10, 0), at(12, 0)), 120),
        (&open, monday(), Portion::Hours(at(11, 0), at(14, 0)), 120),
        (&open, monday(), Portion::Hours(at(7, 0), at(8, 0)), 0),
        (&open, monday(), Portion::Hours(at(0, 0), at(0, 0)), 480),
        (&short, monday(), Portion::Hours(at(11, 0), at(15, 0)), 120),
    ] {
        assert_eq!(counted_minutes(calendar, on, portion), Minutes(minutes), "{on} {portion:?}");
    }
}

#[test]
fn hours_without_opening_hours_count_up_to_the_whole_day() {
    let mut calendar = calendar(vec![]);
    calendar.week.monday.hours.clear();
    assert_eq!(counted_minutes(&calendar, monday(), Portion::Hours(at(6, 0), at(8, 0))), Minutes(120));
    assert_eq!(counted_minutes(&calendar, monday(), Portion::Hours(at(6, 0), at(20, 0))), DAY);
}

#[test]
fn yearly_holiday_crosses_the_new_year_from_its_first_year() {
    let closure = Holiday { to: Some(date(2025, 1, 2)), yearly: true, ..holiday("Closure", date(2024, 12, 24)) };
    for (on, free) in [
        (date(2023, 12, 27), false),
        (date(2024, 1, 2), false),
        (date(2024, 12, 23), false),
        (date(2024, 12, 24), true),
        (date(2025, 1, 2), true),
        (date(2025, 1, 3), false),
        (date(2030, 12, 31), true),
        (date(2031, 1, 1), true),
        (date(2031, 1, 3), false),
    ] {
        assert_eq!(closure.covers(on), free, "{on}");
    }
}

#[test]
fn yearly_29_february_occurs_in_leap_years_only() {
    let leap = Holiday { yearly: true, ..holiday("Leap day", date(2024, 2, 29)) };
    assert!(leap.covers(date(2028, 2, 29)));
    assert!(!leap.covers(date(2025, 2, 28)) && !leap.covers(date(2025, 3, 1)));
    let until = Holiday { to: Some(date(2024, 2, 29)), ..Holiday { from: date(2024, 2, 27), ..leap } };
    assert!(until.covers(date(2025, 2, 28)) && !until.covers(date(2025, 3, 1)));
}

#[test]
fn two_half_holidays_make_a_full_holiday() {
    let half = |half| Holiday { half: Some(half), ..holiday("Half", monday()) };
    let calendar = calendar(vec![half(Half::Am), half(Half::Pm)]);
    assert!(calendar.worked_halves(monday()).is_off());
    assert_eq!(calendar.holidays_on(monday()).len(), 2);
    assert_eq!(counted_minutes(&calendar, monday(), Portion::Hours(at(9, 0), at(18, 0))), Minutes::ZERO);
}

#[test]
fn half_holiday_keeps_the_hours_of_the_other_half_of_the_work() {
    let half = |half| calendar(vec![Holiday { half: Some(half), ..holiday("Half", monday()) }]);
    let hours = |calendar: &Calendar, from, to| counted_minutes(calendar, monday(), Portion::Hours(from, to));
    let (morning, afternoon) = (half(Half::Pm), half(Half::Am));
    assert_eq!(hours(&morning, at(9, 0), at(12, 0)), Minutes(180));
    assert_eq!(hours(&morning, at(13, 0), at(18, 0)), Minutes(60), "half of the work is done at 14:00");
    assert_eq!(hours(&afternoon, at(9, 0), at(14, 0)), Minutes::ZERO);
    assert_eq!(hours(&afternoon, at(14, 0), at(18, 0)), Minutes(240));
    let mut through = half(Half::Am);
    through.week.monday.hours = vec![(at(8, 0), at(0, 0))];
    assert_eq!(hours(&through, at(8, 0), at(17, 0)), Minutes(60), "half of 08:00 to 24:00 is 16:00");
    through.week.monday.hours = vec![(at(9, 0), at(12, 30)), (at(13, 30), at(17, 0))];
    assert_eq!(hours(&through, at(9, 0), at(14, 0)), Minutes(30));
}

#[test]
fn half_working_day_keeps_its_written_hours() {
    let mut calendar = calendar(vec![]);
    calendar.week.friday.pattern = DayPattern::Am;
    calendar.week.friday.hours = vec![(at(8, 0), at(13, 0))];
    let friday = date(2026, 11, 6);
    assert_eq!(counted_minutes(&calendar, friday, Portion::Hours(at(12, 0), at(14, 0))), Minutes(60));
    assert_eq!(counted_minutes(&calendar, friday, Portion::Full), Minutes(240));
}

fn pointers(change: impl FnOnce(&mut Calendar)) -> Vec<String> {
    let mut calendar = calendar(vec![holiday("New Year", date(2026, 1, 1))]);
    change(&mut calendar);
    let faults = Calendar::validate(&calendar.week, &calendar.holidays);
    faults.into_iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect()
}

#[test]
fn calendar_errors_point_at_the_field() {
    assert!(pointers(|_| {}).is_empty());
    assert_eq!(pointers(|c| c.week.tuesday.hours[1].1 = at(13, 0)), ["/week/tuesday/hours/1 ends_before_it_begins"]);
    assert_eq!(pointers(|c| c.week.tuesday.hours[1].0 = at(11, 0)), ["/week/tuesday/hours/1 overlaps"]);
    assert_eq!(pointers(|c| c.week.friday.hours.clear()), ["/week/friday/hours required"]);
    assert!(pointers(|c| c.week.saturday.hours = week().monday.hours).is_empty());
    let off = |c: &mut Calendar| {
        let off = || worked(DayPattern::Off);
        c.week = policy::Week {
            monday: off(),
            tuesday: off(),
            wednesday: off(),
            thursday: off(),
            friday: off(),
            saturday: off(),
            sunday: off(),
        };
    };
    assert_eq!(pointers(off), ["/week never_works"]);
    assert_eq!(pointers(|c| c.holidays[0].name = " ".into()), ["/holidays/0/name required"]);
    assert_eq!(pointers(|c| c.holidays[0].to = Some(date(2025, 12, 31))), ["/holidays/0/to ends_before_it_begins"]);
    assert_eq!(pointers(|c| c.holidays[0].to = Some(date(2027, 1, 2))), ["/holidays/0/to too_long"]);
    assert!(pointers(|c| c.holidays[0].to = Some(date(2027, 1, 1))).is_empty());
    assert_eq!(pointers(|c| c.holidays = vec![c.holidays[0].clone(); 401]), ["/holidays too_many"]);
}

#[test]
fn holiday_outside_the_years_1900_to_2200_is_refused() {
    let dates = |from, to| pointers(|c| c.holidays = vec![Holiday { to, ..holiday("Day", from) }]);
    assert!(dates(date(1900, 1, 1), None).is_empty());
    assert!(dates(date(2200, 12, 31), Some(date(2200, 12, 31))).is_empty());
    assert_eq!(dates(date(1899, 12, 31), None), ["/holidays/0/from out_of_range"]);
    assert_eq!(dates(date(1899, 12, 31), Some(date(1900, 1, 1))), ["/holidays/0/from out_of_range"]);
    assert_eq!(dates(date(2200, 12, 31), Some(date(2201, 1, 1))), ["/holidays/0/to out_of_range"]);
    let errors = ["/holidays/0/from out_of_range", "/holidays/0/to out_of_range", "/holidays/0/to too_long"];
    assert_eq!(dates(Date::MIN, Some(Date::MAX)), errors);
}

#[test]
fn day_is_holiday_if_holidays_take_all_its_work() {
    let half = |half| Holiday { half: Some(half), ..holiday("Short", monday()) };
    let is = |calendar: &Calendar, on| calendar.worked_halves_and_holiday(on).1;
    assert!(is(&calendar(vec![holiday("All", monday())]), monday()));
    assert!(is(&calendar(vec![holiday("All", date(2026, 11, 7))]), date(2026, 11, 7)), "a holiday on a Saturday");
    assert!(!is(&calendar(vec![half(Half::Am)]), monday()));
    assert!(is(&calendar(vec![half(Half::Am), half(Half::Pm)]), monday()));
    let mut short = calendar(vec![half(Half::Am)]);
    short.week.monday = worked(DayPattern::Am);
    assert!(is(&short, monday()));
    assert!(!is(&short, date(2026, 11, 7)), "a rest day is no holiday");
}
