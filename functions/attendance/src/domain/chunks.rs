//! Splitting of a settlement page into chunks that fit into memory.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use kernel::EmployeeId;

use super::settlement_page::EmployeeDays;

const PEOPLE_PER_CHUNK: usize = 100;
const DAYS_PER_CHUNK: usize = 400;

/// An employee and dates of attendance days.
pub type EmployeeDates = (EmployeeId, BTreeSet<Date>);

/// Chunks of at most 100 employees and 400 days, more days only if one employee has more. Employees and their dates are
/// unique and in order, so every delivery of the page has the same chunks.
pub fn split_into_chunks(days: &[EmployeeDays]) -> Vec<Vec<EmployeeDates>> {
    let mut people: BTreeMap<EmployeeId, BTreeSet<Date>> = BTreeMap::new();
    for EmployeeDays { employee_id, from, to } in days {
        let dates = from.series(jiff::Span::new().days(1)).take_while(|date| date <= to);
        people.entry(*employee_id).or_default().extend(dates);
    }
    let (mut chunks, mut days) = (Vec::<Vec<EmployeeDates>>::new(), 0);
    for (id, dates) in people {
        let fits =
            chunks.last().is_some_and(|chunk| chunk.len() < PEOPLE_PER_CHUNK && days + dates.len() <= DAYS_PER_CHUNK);
        days = if fits { days + dates.len() } else { dates.len() };
        match chunks.last_mut().filter(|_| fits) {
            Some(chunk) => chunk.push((id, dates)),
            None => chunks.push(vec![(id, dates)]),
        }
    }
    chunks
}

/// The dates, each with the day before and after.
pub fn with_neighbours(dates: &BTreeSet<Date>) -> BTreeSet<Date> {
    let neighbours = |date: &Date| [date.yesterday().ok(), Some(*date), date.tomorrow().ok()];
    dates.iter().flat_map(neighbours).flatten().collect()
}
