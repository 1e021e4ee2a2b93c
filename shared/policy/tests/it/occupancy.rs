//! Overlap: rule 3 (docs/rules.md).

use jiff::civil::{date, time};
use policy::{
    Half, PolicySet, Portion,
    leave::{OccupiedMonth, Slot, months_between, occupied_month_key},
};

use crate::fixtures::{employee, expected_work, leave, occupy, person};

fn span(from: i8, to: i8) -> Portion {
    Portion::Hours(time(from, 0, 0, 0), time(to, 0, 0, 0))
}

#[test]
fn portions_overlap_by_local_time() {
    let (policies, person) = (PolicySet::default(), person());
    let day = expected_work(&policies, &person).day(date(2026, 11, 4));
    let (am, pm, full) = (Portion::Half(Half::Am), Portion::Half(Half::Pm), Portion::Full);
    for (a, b, meet) in [
        (am, pm, false),
        (am, am, true),
        (pm, pm, true),
        (full, am, true),
        (full, full, true),
        (span(10, 12), span(12, 14), false),
        (span(10, 13), span(12, 14), true),
        (span(10, 12), am, true),
        (span(10, 12), pm, false),
        (span(12, 14), am, false),
        (span(11, 13), pm, true),
        (full, span(20, 0), true),
    ] {
        assert_eq!(day.portions_overlap(a, b), meet, "{a:?} {b:?}");
        assert_eq!(day.portions_overlap(b, a), meet, "{b:?} {a:?}");
    }
}

#[test]
fn occupied_month_accepts_free_slots_and_names_conflicts() {
    let slot = |number, portion| Slot { leave_id: leave(number), leave_type: "annual".into(), portion };
    let on = date(2026, 11, 4);
    let mut month = OccupiedMonth::default();
    occupy(&mut month, on, slot(1, Portion::Half(Half::Am))).unwrap();
    occupy(&mut month, on, slot(2, Portion::Half(Half::Pm))).unwrap();
    let before = month.clone();
    let refused = occupy(&mut month, on, slot(3, Portion::Half(Half::Am))).unwrap_err();
    assert_eq!((refused.date, refused.slot.leave_id), (on, leave(1)));
    assert_eq!(month, before);
    occupy(&mut month, on, slot(1, Portion::Half(Half::Am))).unwrap();
    assert_eq!(month, before, "a request does not conflict with itself");
    month.release_from(leave(1), on);
    assert_eq!(month.slots_on(on), [slot(2, Portion::Half(Half::Pm))]);
    occupy(&mut month, on, slot(3, Portion::Half(Half::Am))).unwrap();
}

#[test]
fn slots_are_released_from_a_day_on() {
    let slot = Slot { leave_id: leave(1), leave_type: "annual".into(), portion: Portion::Full };
    let mut month = OccupiedMonth::default();
    (1..=30).for_each(|day| occupy(&mut month, date(2026, 11, day), slot.clone()).unwrap());
    month.release_from(leave(1), date(2026, 11, 11));
    assert_eq!(month.days.keys().copied().collect::<Vec<_>>(), (1..=10).collect::<Vec<u8>>());
    month.release_from(leave(1), date(2026, 11, 1));
    assert_eq!(month, OccupiedMonth::default());
}

#[test]
fn months_cover_the_days_of_a_request() {
    let firsts = months_between(date(2026, 11, 30), date(2027, 2, 1));
    assert_eq!(firsts, [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)]);
    assert_eq!(months_between(date(2026, 1, 1), date(2026, 12, 31)).len(), 12);
    assert_eq!(occupied_month_key(employee(1), date(2026, 11, 30)).sk, "CAL#2026-11");
}
