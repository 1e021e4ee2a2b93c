//! Checks of a person's own work pattern.

use directory::{PatternDay, WorkPattern};
use jiff::civil::Time;
use kernel::{Error, Message, Minutes, Result, YEARS};

use super::messages;

/// Seconds of a civil day.
const DAY_S: i64 = 86_400;

/// Checks the cycle of a work pattern and each of its days.
///
/// # Errors
/// 422 with a pointer to each wrong value below `/work_pattern`.
pub fn check_work_pattern(pattern: &WorkPattern) -> Result<()> {
    let mut faults = Vec::new();
    if !YEARS.contains(&pattern.starts_on.year()) {
        faults.push(("starts_on".to_owned(), "out_of_range", messages::pattern_start_range()));
    }
    if (1..=WorkPattern::CYCLE_DAYS_MAX).contains(&pattern.cycle.len()) {
        let days = pattern.cycle.iter().enumerate();
        faults.extend(days.filter_map(|(nth, day)| {
            find_first_fault(day).map(|(field, code, detail)| (format!("cycle/{nth}/{field}"), code, detail))
        }));
        if pattern.cycle.iter().all(|day| day.minutes.0 == 0) {
            faults.push(("cycle".to_owned(), "no_work", messages::pattern_without_work()));
        }
    } else {
        let detail = messages::pattern_cycle_length(WorkPattern::CYCLE_DAYS_MAX);
        faults.push(("cycle".to_owned(), "out_of_range", detail));
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(faults.into_iter().fold(Error::invalid_values(), |error, (field, code, detail)| {
        error.with_field(format!("/work_pattern/{field}"), code, detail)
    }))
}

/// First fault of a day: its field, the code and the detail.
fn find_first_fault(day: &PatternDay) -> Option<(&'static str, &'static str, Message)> {
    if !(0..=Minutes::CIVIL_DAY.0).contains(&day.minutes.0) {
        return Some(("minutes", "out_of_range", messages::pattern_minutes_range()));
    }
    match (day.from, day.to) {
        (None, None) => None,
        (Some(_), None) => Some(("to", "required", messages::pattern_times_incomplete())),
        (None, Some(_)) => Some(("from", "required", messages::pattern_times_incomplete())),
        (Some(_), Some(_)) if day.minutes.0 == 0 => Some(("from", "day_off", messages::pattern_times_of_day_off())),
        (Some(from), Some(to)) => {
            let is_too_short = span_s(from, to) < day.minutes.0.saturating_mul(60);
            is_too_short.then(|| ("to", "too_short", messages::pattern_span_too_short()))
        }
    }
}

/// Seconds from one time to another, which is on the next day if it is not after the first.
fn span_s(from: Time, to: Time) -> i64 {
    match to.duration_since(from).as_secs() {
        seconds if seconds > 0 => seconds,
        seconds => seconds + DAY_S,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    fn day(minutes: i64, times: Option<(i8, i8)>) -> PatternDay {
        PatternDay {
            minutes: Minutes(minutes),
            from: times.map(|(from, _)| time(from, 0, 0, 0)),
            to: times.map(|(_, to)| time(to, 0, 0, 0)),
        }
    }

    fn pointers(cycle: Vec<PatternDay>) -> Vec<String> {
        let checked = check_work_pattern(&WorkPattern { starts_on: date(2024, 6, 3), cycle });
        checked.err().map_or_else(Vec::new, |error| error.fields().iter().map(|one| one.pointer.clone()).collect())
    }

    #[test]
    fn weeks_alternating_weeks_and_nights_are_accepted() {
        let week = || vec![day(480, Some((8, 17))), day(240, None), day(0, None)];
        let nights = vec![day(480, Some((22, 6))), day(1440, Some((7, 7))), day(0, None)];
        for cycle in [week(), nights, vec![day(1, None)], week().repeat(18)] {
            assert_eq!(pointers(cycle), Vec::<String>::new());
        }
    }

    #[test]
    fn wrong_days_are_named_with_their_pointer() {
        let work = day(480, None);
        let half = |from, to| PatternDay { minutes: Minutes(60), from, to };
        let noon = Some(time(12, 0, 0, 0));
        for (cycle, expected) in [
            (vec![], vec!["/work_pattern/cycle"]),
            (vec![work; 57], vec!["/work_pattern/cycle"]),
            (vec![day(0, None); 7], vec!["/work_pattern/cycle"]),
            (
                vec![work, day(-1, None), day(1441, None)],
                vec!["/work_pattern/cycle/1/minutes", "/work_pattern/cycle/2/minutes"],
            ),
            (vec![half(noon, None), half(None, noon)], vec!["/work_pattern/cycle/0/to", "/work_pattern/cycle/1/from"]),
            (vec![work, work, work, day(480, Some((9, 16)))], vec!["/work_pattern/cycle/3/to"]),
            (vec![work, day(0, Some((9, 16)))], vec!["/work_pattern/cycle/1/from"]),
        ] {
            assert_eq!(pointers(cycle), expected);
        }
        let early = WorkPattern { starts_on: date(1899, 12, 31), cycle: vec![work] };
        assert_eq!(check_work_pattern(&early).unwrap_err().fields()[0].pointer, "/work_pattern/starts_on");
    }
}
