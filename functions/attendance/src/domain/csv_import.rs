//! Punches from a device's file: CSV with a header, one punch per line. Each line is read by itself, so that an invalid
//! one does not affect the others; a quoted value must therefore end on its line.

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone},
};
use kernel::{Argument, Error, Message, Result};
use policy::attendance::PunchKind;

use super::submission::{PunchError, SubmissionCode};
use crate::messages;

/// Maximum rows of a file.
pub const ROWS_MAX: usize = 5_000;
/// Maximum characters of an employee code.
const CODE_CHARS_MAX: usize = 40;
/// Maximum characters of a location or device.
const TEXT_CHARS_MAX: usize = 120;
/// Maximum characters of a time.
const TIME_CHARS_MAX: usize = 35;

/// Names of the columns, in the order of [`Columns`].
const COLUMN_NAMES: [&str; 5] = ["employee_code", "time", "kind", "device", "location"];
/// Number of required columns; they come first.
const REQUIRED_COLUMNS: usize = 2;

/// Index of each column in a row, in the order of [`COLUMN_NAMES`].
type Columns = [Option<usize>; 5];

/// Time of a punch as the file gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordedTime {
    /// Instant, by its UTC offset.
    At(Timestamp),
    /// Local time without offset.
    Local(DateTime),
}

impl RecordedTime {
    /// Instant of the time. `zone` is the zone of a local time; a time with an offset ignores it.
    ///
    /// # Errors
    /// `bad_time` for a local time that a clock change skips or that is outside the supported range, `ambiguous_time` for one
    /// that a clock change repeats.
    pub fn to_instant(self, zone: &TimeZone) -> std::result::Result<Timestamp, PunchError> {
        let local = match self {
            Self::At(at) => return Ok(at),
            Self::Local(local) => local,
        };
        let ambiguous = zone.to_ambiguous_timestamp(local);
        match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => ambiguous
                .unambiguous()
                .map_err(|_| PunchError::new(SubmissionCode::BadTime, messages::time_out_of_range(local.to_string()))),
            AmbiguousOffset::Gap { .. } => {
                Err(PunchError::new(SubmissionCode::BadTime, messages::skipped_time(local.to_string())))
            }
            AmbiguousOffset::Fold { .. } => {
                Err(PunchError::new(SubmissionCode::AmbiguousTime, messages::repeated_time(local.to_string())))
            }
        }
    }
}

/// Punch of one row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PunchRow {
    pub employee_code: String,
    /// Kind of the punch; `None` if it must be inferred.
    pub kind: Option<PunchKind>,
    pub when: RecordedTime,
    pub device: Option<String>,
    pub location: Option<String>,
}

/// Line of a file below the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvLine {
    /// Line number from 1; the header counts.
    pub number: usize,
    /// Employee code as written, at most 40 characters of it; empty if it cannot be read.
    pub employee_code: String,
    /// The punch, or the reason why the line has none.
    pub row: std::result::Result<PunchRow, PunchError>,
}

/// Reads the lines of a file below its header; blank lines are skipped, and an invalid line has its own error.
///
/// # Errors
/// 422 at `/csv` for a file without a known header, without rows or with too many.
pub fn parse_csv(csv: &str) -> Result<Vec<CsvLine>> {
    let text = csv.strip_prefix('\u{feff}').unwrap_or(csv);
    let mut lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    let (header, _) = lines.next().ok_or_else(|| csv_file_error("no_header", messages::file_empty()))?;
    let separator = if header.contains(',') { ',' } else { ';' };
    let names = split_values(header, separator).map_err(|error| csv_file_error("no_header", error.detail))?;
    let columns = parse_header(&names)?;
    let lines: Vec<CsvLine> = lines
        .take(ROWS_MAX + 1)
        .map(|(text, number)| parse_line(text, number, separator, &columns, names.len()))
        .collect();
    match lines.len() {
        0 => Err(csv_file_error("no_rows", messages::file_without_rows())),
        1..=ROWS_MAX => Ok(lines),
        _ => Err(csv_file_error("too_many_rows", messages::file_too_long(ROWS_MAX))),
    }
}

/// The 422 for a file that cannot be read as a whole.
fn csv_file_error(code: &'static str, detail: Message) -> Error {
    Error::invalid("/csv", code, detail)
}

/// Index of each column by the header.
///
/// # Errors
/// 422 for an unknown, repeated or missing column.
fn parse_header(names: &[String]) -> Result<Columns> {
    let mut columns = [None; 5];
    for (at, name) in names.iter().enumerate() {
        let name = name.trim().to_lowercase();
        let known = COLUMN_NAMES.iter().position(|known| *known == name).and_then(|known| columns.get_mut(known));
        match known {
            None => {
                let shown: String = name.chars().take(CODE_CHARS_MAX).collect();
                let detail = messages::unknown_column(shown, Argument::list(COLUMN_NAMES));
                return Err(csv_file_error("unknown_column", detail));
            }
            Some(Some(_)) => {
                return Err(csv_file_error("duplicate_column", messages::duplicate_column(name)));
            }
            Some(column) => *column = Some(at),
        }
    }
    let missing = COLUMN_NAMES.iter().zip(columns).take(REQUIRED_COLUMNS).find(|(_, column)| column.is_none());
    match missing {
        Some((name, _)) => Err(csv_file_error("missing_column", messages::missing_column(*name))),
        None => Ok(columns),
    }
}

fn parse_line(text: &str, number: usize, separator: char, columns: &Columns, width: usize) -> CsvLine {
    let values = split_values(text, separator);
    let [code, ..] = columns;
    let of_values =
        |values: &Vec<String>| trimmed_value(values, *code).unwrap_or_default().chars().take(CODE_CHARS_MAX).collect();
    CsvLine {
        number,
        employee_code: values.as_ref().map(of_values).unwrap_or_default(),
        row: values.and_then(|values| parse_row(&values, columns, width)),
    }
}

fn parse_row(values: &[String], columns: &Columns, width: usize) -> std::result::Result<PunchRow, PunchError> {
    if values.len() > width {
        return Err(PunchError::new(SubmissionCode::BrokenRow, messages::row_too_long(values.len(), width)));
    }
    let [code, time, kind, device, location] = *columns;
    let needed = |column, name: &str| {
        trimmed_value(values, column)
            .ok_or_else(|| PunchError::new(SubmissionCode::MissingColumn, messages::value_missing(name)))
    };
    let employee_code = needed(code, "employee_code")?.to_owned();
    let when = parse_time(needed(time, "time")?)?;
    Ok(PunchRow {
        employee_code,
        kind: parse_kind(trimmed_value(values, kind).unwrap_or_default())?,
        when,
        device: parse_text(trimmed_value(values, device), "device")?,
        location: parse_text(trimmed_value(values, location), "location")?,
    })
}

/// Value without surrounding white space; `None` if blank.
fn trimmed_value(values: &[String], column: Option<usize>) -> Option<&str> {
    values.get(column?).map(|value| value.trim()).filter(|value| !value.is_empty())
}

/// Kind of a punch; `None` for an empty one or `auto`, which is inferred.
fn parse_kind(text: &str) -> std::result::Result<Option<PunchKind>, PunchError> {
    match text.to_lowercase().as_str() {
        "" | "auto" => Ok(None),
        "in" | "check_in" => Ok(Some(PunchKind::CheckIn)),
        "out" | "check_out" => Ok(Some(PunchKind::CheckOut)),
        "break_start" => Ok(Some(PunchKind::BreakStart)),
        "break_end" => Ok(Some(PunchKind::BreakEnd)),
        _ => Err(PunchError::new(SubmissionCode::UnknownKind, messages::unknown_kind())),
    }
}

/// Location or device.
///
/// # Errors
/// `bad_text` if it is too long or has control characters.
fn parse_text(text: Option<&str>, name: &str) -> std::result::Result<Option<String>, PunchError> {
    match text {
        Some(text) if text.chars().count() > TEXT_CHARS_MAX || text.chars().any(char::is_control) => {
            Err(PunchError::new(SubmissionCode::BadText, messages::value_not_one_line(name, TEXT_CHARS_MAX)))
        }
        text => Ok(text.map(str::to_owned)),
    }
}

/// Time such as `2026-11-20T08:59:12+01:00`, or without offset `2026-11-20 08:59:12`.
fn parse_time(text: &str) -> std::result::Result<RecordedTime, PunchError> {
    let bad = || PunchError::new(SubmissionCode::BadTime, messages::unreadable_time());
    if text.len() > TIME_CHARS_MAX {
        return Err(bad());
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(RecordedTime::At(at));
    }
    // A date with a zone name would parse, but its zone would be ignored.
    let allowed = |c: char| c.is_ascii_digit() || matches!(c, '-' | ':' | '.' | ' ' | 'T');
    let plain = text.chars().all(allowed) && text.matches(':').count() >= 1;
    text.parse().ok().filter(|_| plain).map(RecordedTime::Local).ok_or_else(bad)
}

/// Values of a line by RFC 4180. The reader is strict: a misplaced quote means that other values are wrong, too.
fn split_values(line: &str, separator: char) -> std::result::Result<Vec<String>, PunchError> {
    let broken = |detail: Message| Err(PunchError::new(SubmissionCode::BrokenRow, detail));
    let (mut values, mut rest) = (Vec::new(), Some(line));
    while let Some(text) = rest {
        let Some(mut quoted) = text.strip_prefix('"') else {
            let (value, after) = text.split_once(separator).map_or((text, None), |(value, after)| (value, Some(after)));
            if value.contains('"') {
                return broken(messages::quote_inside_value());
            }
            values.push(value.to_owned());
            rest = after;
            continue;
        };
        let mut value = String::new();
        loop {
            let Some((part, after)) = quoted.split_once('"') else {
                return broken(messages::quote_not_closed());
            };
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
        rest = match quoted.strip_prefix(separator) {
            Some(after) => Some(after),
            None if quoted.is_empty() => None,
            None => return broken(messages::text_after_quote()),
        };
    }
    Ok(values)
}

#[cfg(test)]
#[path = "csv_import_tests.rs"]
mod tests;
