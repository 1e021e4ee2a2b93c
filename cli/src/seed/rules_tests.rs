//! Properties of the demo rules.

use directory::Person;
use jiff::civil::{Date, date};
use policy::{Half, PolicyKind, PolicySet, WorkedHalves};

use super::*;
use crate::seed::organisation::demo_organisation;

const NOW: &str = "2026-11-22T08:00:00Z";
const TODAY: Date = date(2026, 11, 22);

fn demo_book() -> PolicySet {
    let at = NOW.parse().unwrap();
    PolicySet::new(demo_policies(at).unwrap(), demo_calendars(at).unwrap())
}

fn people() -> Vec<Person> {
    let demo = demo_organisation(60, TODAY, NOW.parse().unwrap()).unwrap();
    demo.people.into_iter().map(|member| member.employee.person).collect()
}

#[test]
fn demo_policies_do_not_overlap() {
    let book = demo_book();
    for (at, one) in book.policies().iter().enumerate() {
        for other in &book.policies()[at + 1..] {
            assert!(!one.conflicts_with(other), "{} and {}", one.name, other.name);
            assert_ne!(one.reference, other.reference);
        }
    }
}

#[test]
fn no_demo_policy_applies_before_2026() {
    assert!(demo_book().policies().iter().all(|policy| policy.effective.from >= date(2026, 1, 1)));
}

#[test]
fn every_employee_has_a_calendar_and_every_kind_of_policy() {
    let book = demo_book();
    for person in people() {
        assert!(book.calendar(&person.site).is_some(), "{}", person.site);
        for kind in [
            PolicyKind::Leave,
            PolicyKind::Attendance,
            PolicyKind::WorkingTime,
            PolicyKind::Overtime,
            PolicyKind::DataRetention,
            PolicyKind::Training,
        ] {
            assert!(!book.applicable_of_kind(kind, &person, TODAY).is_empty(), "{kind:?} for {}", person.first_name);
        }
        for leave_type in demo_leave_types(NOW.parse().unwrap()).unwrap() {
            let subject = format!("leave:{}", leave_type.code);
            assert!(book.applicable(&subject, &person, TODAY).is_some(), "{subject}");
        }
    }
}

#[test]
fn most_specific_leave_policy_applies() {
    let book = demo_book();
    let named = |person: &Person| book.applicable("leave:annual", person, TODAY).unwrap().name.clone();
    for person in people() {
        let finance = person.department_id == department_id("finance");
        let expected = match person.site.as_str() {
            _ if finance => "Annual leave, Finance",
            "new-york" => "Annual leave, New York",
            "pune" => "Earned leave, Pune",
            _ => "Annual leave",
        };
        assert_eq!(named(&person), expected);
    }
}

#[test]
fn holidays_follow_the_law_of_each_site() {
    let book = demo_book();
    let working = |site: &str, on: Date| book.calendar(site).unwrap().worked_halves(on);
    let (free, afternoon_off) = (WorkedHalves::default(), WorkedHalves { am: true, pm: false });
    for (site, on, expected) in [
        ("berlin", date(2026, 3, 8), free),
        ("berlin", date(2027, 3, 26), free),
        ("berlin", date(2027, 5, 6), free),
        ("berlin", date(2026, 10, 3), free),
        ("berlin", date(2026, 12, 24), afternoon_off),
        ("berlin", date(2026, 12, 31), afternoon_off),
        ("berlin", date(2027, 1, 1), free),
        ("new-york", date(2026, 11, 26), free),
        ("new-york", date(2026, 7, 3), free),
        ("new-york", date(2027, 7, 5), free),
        ("new-york", date(2026, 12, 24), afternoon_off),
        ("pune", date(2026, 11, 9), free),
        ("pune", date(2026, 11, 28), afternoon_off),
        ("pune", date(2027, 1, 26), free),
    ] {
        assert_eq!(working(site, on), expected, "{site} on {on}");
    }
    for site in ["berlin", "new-york", "pune"] {
        assert_eq!(
            working(site, date(2026, 11, 25)),
            WorkedHalves { am: true, pm: true },
            "an ordinary Wednesday in {site}"
        );
    }
    let halves = book.calendar("berlin").unwrap().holidays_on(date(2028, 12, 24));
    assert_eq!(halves.first().and_then(|holiday| holiday.half), Some(Half::Pm), "the half holiday recurs every year");
}

#[test]
fn no_day_has_two_holidays() {
    for calendar in demo_calendars(NOW.parse().unwrap()).unwrap() {
        for year in [2026, 2027] {
            for day in date(year, 1, 1).series(jiff::ToSpan::days(1)).take_while(|day| day.year() == year) {
                let names: Vec<_> = calendar.holidays_on(day).into_iter().map(|holiday| &holiday.name).collect();
                assert!(names.len() < 2, "{} on {day}: {names:?}", calendar.site);
            }
        }
    }
}

#[test]
fn rosters_cover_every_night_and_every_weekday_early_and_late_shift() {
    let rosters = demo_rosters(NOW.parse().unwrap()).unwrap();
    let works = |key: &str, on: Date| {
        let roster = rosters.iter().find(|one| one.roster.id == roster_id(key)).unwrap();
        roster.roster.shift_codes_on(on).to_vec()
    };
    for day in TODAY.series(jiff::ToSpan::days(1)).take(84) {
        let nights: Vec<_> = ["nights-a", "nights-b"].iter().flat_map(|key| works(key, day)).collect();
        assert!(!nights.is_empty() && nights.iter().all(|code| code == "night"), "{day}: {nights:?}");
        let mut day_shifts: Vec<_> = ["early-late-a", "early-late-b"].iter().flat_map(|key| works(key, day)).collect();
        day_shifts.sort();
        let weekend = matches!(day.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday);
        assert_eq!(day_shifts, if weekend { vec![] } else { vec!["early", "late"] }, "{day}");
    }
}

#[test]
fn fences_lie_in_the_hemisphere_of_their_site() {
    let sites = demo_sites(NOW.parse().unwrap()).unwrap();
    assert_eq!(sites.iter().map(|site| site.site.as_str()).collect::<Vec<_>>(), ["berlin", "new-york", "pune"]);
    for site in sites {
        assert!(!site.fences.is_empty() && site.fences.iter().all(|fence| (50..=500).contains(&fence.radius_m)));
        let east = site.fences.iter().all(|fence| fence.longitude_e6 > 0);
        assert_eq!(east, site.site != "new-york", "{}", site.site);
    }
}

#[test]
fn policy_ids_are_equal_in_every_run() {
    let again = |at: &str| demo_policies(at.parse().unwrap()).unwrap().into_iter().map(|policy| policy.reference);
    assert!(again(NOW).eq(again("2027-01-01T00:00:00Z")));
}
