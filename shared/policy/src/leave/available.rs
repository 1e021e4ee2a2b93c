//! What can be taken: not the lowest balance ahead, because leave that is taken before a leave year ends is leave that does not
//! end with it. Rule 5.

use directory::Person;
use jiff::civil::Date;
use kernel::Minutes;

use super::{Account, DayRange, plan::Projector, projection::project_with};
use crate::PolicySet;

/// The most that could be taken on a day so that no day from then on falls below the floor; negative where one does already:
/// what is missing.
pub fn available(book: &PolicySet, person: &Person, account: &Account, on: Date, floor: Minutes) -> Minutes {
    let ends = [account.last_day(), person.termination_date, Some(on)];
    let until = ends.into_iter().flatten().max().unwrap_or(on);
    let plan = Projector { book, person, account, until };
    let without = project_with(&plan, &[]);
    let missing = without.lowest(on).1 - floor;
    if missing < Minutes::ZERO {
        return missing;
    }
    let bears = |minutes: i64| {
        let taken = DayRange { from: on, to: on, minutes: Minutes(minutes) };
        project_with(&plan, &[taken]).lowest(on).1 >= floor
    };
    largest_feasible(missing.0, (without.balance_on(on) - floor).0, bears)
}

/// The greatest number from `borne` to `most` that is borne, where whatever is less than one that is borne is borne too.
fn largest_feasible(borne: i64, most: i64, bears: impl Fn(i64) -> bool) -> Minutes {
    if borne >= most || bears(most) {
        return Minutes(borne.max(most));
    }
    let (mut borne, mut too_much) = (borne, most);
    while too_much - borne > 1 {
        let middle = borne + (too_much - borne) / 2;
        if bears(middle) { borne = middle } else { too_much = middle }
    }
    Minutes(borne)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_that_is_borne_is_found() {
        for borne in 0..60 {
            for limit in borne..60 {
                assert_eq!(largest_feasible(borne, 60, |minutes| minutes <= limit), Minutes(limit));
            }
        }
    }
}
