//! How a piece of work is taken in parts that fit into memory.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use kernel::EmployeeId;

use super::settlement_work::EmployeeDays;

/// People of one part...
const PEOPLE_PER_PART: usize = 100;
/// ...and days of one part: so many are in memory at a time.
const DAYS_PER_PART: usize = 400;

/// The days of one person.
pub type EmployeeDates = (EmployeeId, BTreeSet<Date>);

/// Days by person, each once and in order, in parts of bounded size that are the same whenever the work comes.
pub fn chunks(days: &[EmployeeDays]) -> Vec<Vec<EmployeeDates>> {
    let mut people: BTreeMap<EmployeeId, BTreeSet<Date>> = BTreeMap::new();
    for EmployeeDays { employee_id, from, to } in days {
        let dates = from.series(jiff::Span::new().days(1)).take_while(|date| date <= to);
        people.entry(*employee_id).or_default().extend(dates);
    }
    let (mut parts, mut days) = (Vec::<Vec<EmployeeDates>>::new(), 0);
    for (id, dates) in people {
        let fits = parts.last().is_some_and(|part| part.len() < PEOPLE_PER_PART && days + dates.len() <= DAYS_PER_PART);
        days = if fits { days + dates.len() } else { dates.len() };
        match parts.last_mut().filter(|_| fits) {
            Some(part) => part.push((id, dates)),
            None => parts.push(vec![(id, dates)]),
        }
    }
    parts
}

/// These dates, and each one's day before and after.
pub fn with_neighbours(dates: &BTreeSet<Date>) -> BTreeSet<Date> {
    let neighbours = |date: &Date| [date.yesterday().ok(), Some(*date), date.tomorrow().ok()];
    dates.iter().flat_map(neighbours).flatten().collect()
}
