//! Available leave: the most that can be taken on a day (rule 5, docs/rules.md). It can exceed the lowest later
//! balance, because leave that is taken before the end of a leave year cannot expire with it.

use directory::Person;
use jiff::civil::Date;
use kernel::Minutes;

use super::{Account, DayRange, day_length::convert_day_length, projection::project_with_leave, projector::Projector};
use crate::PolicySet;

/// Most minutes that can be taken on a day without the balance falling below the floor on that day or later. Negative
/// if it falls below already: the shortage. The floor is in minutes of the standard day of `on`; on later days with
/// another standard day it is the same number of days.
pub fn available_minutes(
    policies: &PolicySet,
    person: &Person,
    account: &Account,
    on: Date,
    floor: Minutes,
) -> Minutes {
    let ends = [account.last_day(), person.termination_date, Some(on)];
    let until = ends.into_iter().flatten().max().unwrap_or(on);
    let projector = Projector::new(policies, person, account, until);
    let without = project_with_leave(&projector, &[]);
    let standard_day = projector.day_minutes(on);
    let floor_on = |day: Date| convert_day_length(floor, standard_day, projector.day_minutes(day));
    let missing = without.lowest_margin_from(on, floor_on);
    if missing < Minutes::ZERO {
        return missing;
    }
    let keeps_floor = |minutes: i64| {
        let taken = DayRange { from: on, to: on, minutes: Minutes(minutes) };
        project_with_leave(&projector, &[taken]).lowest_margin_from(on, floor_on) >= Minutes::ZERO
    };
    // A minute taken before the standard day grows costs more than a minute afterwards.
    let day_changes = projector.day_length_changes.keys().any(|day| *day > on);
    let feasible = if day_changes { Minutes::ZERO } else { missing };
    largest_feasible(feasible.0, (without.balance_on(on) - floor).0, keeps_floor)
}

/// Largest number of minutes from `feasible` to `most` that keeps the floor. Every smaller number must keep it, too.
fn largest_feasible(feasible: i64, most: i64, keeps_floor: impl Fn(i64) -> bool) -> Minutes {
    if feasible >= most || keeps_floor(most) {
        return Minutes(feasible.max(most));
    }
    let (mut feasible, mut too_much) = (feasible, most);
    while too_much - feasible > 1 {
        let middle = feasible + (too_much - feasible) / 2;
        if keeps_floor(middle) { feasible = middle } else { too_much = middle }
    }
    Minutes(feasible)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn largest_feasible_number_is_found() {
        for feasible in 0..60 {
            for limit in feasible..60 {
                assert_eq!(largest_feasible(feasible, 60, |minutes| minutes <= limit), Minutes(limit));
            }
        }
    }
}
