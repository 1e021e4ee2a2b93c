//! Punches from a device's file: comma separated values with a header, one punch a line. Each line is read by itself, so that a broken
//! one harms no other; for that a quoted value ends on the line on which it begins.

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone},
};
use kernel::{Error, Result};
use policy::attendance::PunchKind;

use super::punch_allocator::PunchError;

/// No file has more punches.
pub const ROWS_MAX: usize = 5_000;
/// No code of an employee is longer.
const CODE_CHARS_MAX: usize = 40;
/// No place and no device is longer.
const WORDS_CHARS_MAX: usize = 120;
/// No instant is written longer.
const TIME_CHARS_MAX: usize = 35;

/// The columns, in the order of [`Columns`].
const NAMES: [&str; 5] = ["employee_code", "time", "kind", "device", "location"];
/// So many of them are needed.
const NEEDED: usize = 2;

/// Where each column is, by [`NAMES`].
type Columns = [Option<usize>; 5];

/// When a punch was made, as the file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordedTime {
    At(Timestamp),
    /// What the clock on the wall said; where that was, the file does not say.
    Local(DateTime),
}

impl RecordedTime {
    /// The instant, in a zone. What a clock shows twice, or never, when it is changed is not guessed at.
    ///
    /// # Errors
    /// Why it is no instant.
    pub fn instant(self, zone: &TimeZone) -> std::result::Result<Timestamp, PunchError> {
        let local = match self {
            Self::At(at) => return Ok(at),
            Self::Local(local) => local,
        };
        let ambiguous = zone.to_ambiguous_timestamp(local);
        match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => {
                ambiguous.unambiguous().map_err(|_| PunchError::new("bad_time", format!("{local} is out of range.")))
            }
            AmbiguousOffset::Gap { .. } => {
                let detail = format!("The clocks skip {local} that day; write it with its offset.");
                Err(PunchError::new("bad_time", detail))
            }
            AmbiguousOffset::Fold { .. } => {
                let detail = format!("The clocks show {local} twice that day; write it with its offset.");
                Err(PunchError::new("ambiguous_time", detail))
            }
        }
    }
}

/// A punch as a file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PunchRow {
    pub employee_code: String,
    /// What was done; to be found out where the file does not say.
    pub kind: Option<PunchKind>,
    pub when: RecordedTime,
    pub device: Option<String>,
    pub location: Option<String>,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvLine {
    /// From 1; the header is one, too.
    pub number: usize,
    /// The employee's code as it stands there, cut; empty where it could not be read.
    pub employee_code: String,
    /// The punch, or why it is none.
    pub row: std::result::Result<PunchRow, PunchError>,
}

/// Reads a file; blank lines are nothing.
///
/// # Errors
/// 422 for a file that has no header that we know, no punch, or too many.
pub fn read(csv: &str) -> Result<Vec<CsvLine>> {
    let text = csv.strip_prefix('\u{feff}').unwrap_or(csv);
    let mut lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    let (header, _) = lines.next().ok_or_else(|| unreadable("no_header", "The file is empty."))?;
    let mark = if header.contains(',') { ',' } else { ';' };
    let names = values(header, mark).map_err(|flaw| unreadable("no_header", flaw.detail))?;
    let columns = columns(&names)?;
    let lines: Vec<CsvLine> =
        lines.take(ROWS_MAX + 1).map(|(text, number)| line(text, number, mark, &columns, names.len())).collect();
    match lines.len() {
        0 => Err(unreadable("no_rows", "The file has a header and nothing else.")),
        1..=ROWS_MAX => Ok(lines),
        _ => Err(unreadable("too_many_rows", format!("A file has at most {ROWS_MAX} punches; split it."))),
    }
}

fn unreadable(code: &'static str, detail: impl Into<String>) -> Error {
    Error::invalid("/csv", code, detail)
}

/// Where the columns are that the header names.
fn columns(names: &[String]) -> Result<Columns> {
    let mut columns = [None; 5];
    for (at, name) in names.iter().enumerate() {
        let name = name.trim().to_lowercase();
        let known = NAMES.iter().position(|known| *known == name).and_then(|known| columns.get_mut(known));
        match known {
            None => {
                let shown: String = name.chars().take(CODE_CHARS_MAX).collect();
                let detail = format!("There is no column `{shown}`; there are {}.", NAMES.join(", "));
                return Err(unreadable("unknown_column", detail));
            }
            Some(Some(_)) => return Err(unreadable("duplicate_column", format!("`{name}` is there twice."))),
            Some(column) => *column = Some(at),
        }
    }
    let missing = NAMES.iter().zip(columns).take(NEEDED).find(|(_, column)| column.is_none());
    match missing {
        Some((name, _)) => Err(unreadable("missing_column", format!("The header lacks `{name}`."))),
        None => Ok(columns),
    }
}

fn line(text: &str, number: usize, mark: char, columns: &Columns, width: usize) -> CsvLine {
    let values = values(text, mark);
    let [code, ..] = columns;
    let of_values =
        |values: &Vec<String>| value(values, *code).unwrap_or_default().chars().take(CODE_CHARS_MAX).collect();
    CsvLine {
        number,
        employee_code: values.as_ref().map(of_values).unwrap_or_default(),
        row: values.and_then(|values| row(&values, columns, width)),
    }
}

fn row(values: &[String], columns: &Columns, width: usize) -> std::result::Result<PunchRow, PunchError> {
    if values.len() > width {
        let detail = format!("It has {} values where the header has {width}.", values.len());
        return Err(PunchError::new("broken_row", detail));
    }
    let [code, time, kind, device, location] = *columns;
    let needed = |column, name: &str| {
        value(values, column).ok_or_else(|| PunchError::new("missing_column", format!("It has no `{name}`.")))
    };
    let employee_code = needed(code, "employee_code")?.to_owned();
    let when = when(needed(time, "time")?)?;
    Ok(PunchRow {
        employee_code,
        kind: kind_of(value(values, kind).unwrap_or_default())?,
        when,
        device: words(value(values, device), "device")?,
        location: words(value(values, location), "location")?,
    })
}

/// A value without the space around it; nothing where it is blank.
fn value(values: &[String], column: Option<usize>) -> Option<&str> {
    values.get(column?).map(|value| value.trim()).filter(|value| !value.is_empty())
}

fn kind_of(text: &str) -> std::result::Result<Option<PunchKind>, PunchError> {
    match text.to_lowercase().as_str() {
        "" | "auto" => Ok(None),
        "in" | "check_in" => Ok(Some(PunchKind::CheckIn)),
        "out" | "check_out" => Ok(Some(PunchKind::CheckOut)),
        "break_start" => Ok(Some(PunchKind::BreakStart)),
        "break_end" => Ok(Some(PunchKind::BreakEnd)),
        _ => Err(PunchError::new("unknown_kind", "The kind is in, out, break_start, break_end or auto.")),
    }
}

fn words(text: Option<&str>, name: &str) -> std::result::Result<Option<String>, PunchError> {
    match text {
        Some(text) if text.chars().count() > WORDS_CHARS_MAX || text.chars().any(char::is_control) => {
            Err(PunchError::new("bad_text", format!("`{name}` has at most {WORDS_CHARS_MAX} characters, on one line.")))
        }
        text => Ok(text.map(str::to_owned)),
    }
}

/// `2026-11-20T08:59:12+01:00`, or without an offset what the clock on the wall said: `2026-11-20 08:59:12`.
fn when(text: &str) -> std::result::Result<RecordedTime, PunchError> {
    let bad =
        || PunchError::new("bad_time", "The time is written as 2026-11-20 08:59:12 or 2026-11-20T08:59:12+01:00.");
    if text.len() > TIME_CHARS_MAX {
        return Err(bad());
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(RecordedTime::At(at));
    }
    // Anything else that a date may carry, such as the name of a zone, would be left out of account.
    let sign = |c: char| c.is_ascii_digit() || matches!(c, '-' | ':' | '.' | ' ' | 'T');
    let plain = text.chars().all(sign) && text.matches(':').count() >= 1;
    text.parse().ok().filter(|_| plain).map(RecordedTime::Local).ok_or_else(bad)
}

/// The values of a line by RFC 4180; strictly, because a quote out of place means that something else is out of place, too.
fn values(line: &str, mark: char) -> std::result::Result<Vec<String>, PunchError> {
    let broken = |detail: &str| Err(PunchError::new("broken_row", detail));
    let (mut values, mut rest) = (Vec::new(), Some(line));
    while let Some(text) = rest {
        let Some(mut quoted) = text.strip_prefix('"') else {
            let (value, after) = text.split_once(mark).map_or((text, None), |(value, after)| (value, Some(after)));
            if value.contains('"') {
                return broken("A quote stands within a value that does not begin with one.");
            }
            values.push(value.to_owned());
            rest = after;
            continue;
        };
        let mut value = String::new();
        loop {
            let Some((part, after)) = quoted.split_once('"') else { return broken("A quote is not closed.") };
            value.push_str(part);
            match after.strip_prefix('"') {
                Some(more) => {
                    value.push('"');
                    quoted = more;
                }
                None => {
                    quoted = after;
                    break;
                }
            }
        }
        values.push(value);
        rest = match quoted.strip_prefix(mark) {
            Some(after) => Some(after),
            None if quoted.is_empty() => None,
            None => return broken("Something follows a closing quote."),
        };
    }
    Ok(values)
}

#[cfg(test)]
#[path = "csv_import_tests.rs"]
mod tests;
