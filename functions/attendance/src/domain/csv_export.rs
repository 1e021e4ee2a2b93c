//! Days as CSV (RFC 4180), safe to open in a spreadsheet.

use csv::{Terminator, Writer, WriterBuilder};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{EmployeeId, Error, Minutes, Result};
use policy::Person;
use policy::{
    LeaveAmount,
    attendance::{DayOutcome, EmploymentSnapshot},
};
use serde_json::json;

/// Maximum size of a file. A function may answer with 6 MB, and line ends take more bytes in its JSON.
pub const FILE_BYTES_MAX: usize = 5_000_000;

/// Column names of an export of settled days, in the order of the cells.
pub const COLUMNS: [&str; 24] = [
    "date",
    "employee_id",
    "employee_code",
    "name",
    "department_id",
    "site",
    "status",
    "kind",
    "shifts",
    "check_in_time",
    "check_out_time",
    "expected_minutes",
    "worked_minutes",
    "worked_hours",
    "break_minutes",
    "late_minutes",
    "early_minutes",
    "missing_minutes",
    "leave_minutes",
    "overtime_minutes",
    "overtime_not_counted_minutes",
    "night_minutes",
    "overtime_by_rate",
    "deducted_break_minutes",
];

/// One settled day of an employee. The cells `employee_code` and `name` are empty if the person is unknown.
#[derive(Debug, Clone, Copy)]
pub struct SheetRow<'a> {
    pub date: Date,
    pub employee_id: EmployeeId,
    /// The person as they are now.
    pub person: Option<&'a Person>,
    /// Employment of the person when the day was first settled.
    pub home: &'a EmploymentSnapshot,
    pub outcome: &'a DayOutcome,
}

/// CSV file that is being written.
#[derive(Debug)]
pub struct CsvSheet {
    writer: Writer<Vec<u8>>,
    rows: usize,
}

impl CsvSheet {
    /// File with a header of these columns.
    pub fn begin(columns: &[&str]) -> Result<Self> {
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
        writer.write_record(columns).map_err(Error::internal)?;
        Ok(Self { writer, rows: 0 })
    }

    /// Writes a row with these cells.
    pub fn add(&mut self, cells: &[String]) -> Result<()> {
        self.rows += 1;
        self.writer.write_record(cells.iter().map(|cell| escape_formula(cell))).map_err(Error::internal)
    }

    /// Number of rows below the header.
    pub const fn row_count(&self) -> usize {
        self.rows
    }

    /// Bytes written so far, without those still in the buffer.
    pub fn byte_count(&self) -> usize {
        self.writer.get_ref().len()
    }

    /// Text of the whole file.
    pub fn end(self) -> Result<String> {
        let bytes = self.writer.into_inner().map_err(|error| Error::internal(error.to_string()))?;
        String::from_utf8(bytes).map_err(Error::internal)
    }
}

/// Cell with an apostrophe in front if a spreadsheet would read it as a formula (OWASP, CSV injection). A whole number is
/// none, although a negative one begins like one.
fn escape_formula(text: &str) -> String {
    let number = text.parse::<i64>().is_ok_and(|number| number.to_string() == text);
    let formula = text.trim_start().starts_with(['=', '+', '-', '@']) || text.starts_with(['\t', '\r', '\n']);
    if formula && !number { format!("'{text}") } else { text.to_owned() }
}

/// Cells of a row in the order of [`COLUMNS`].
pub fn cells_of(row: &SheetRow<'_>) -> [String; 24] {
    let SheetRow { outcome, home, person, .. } = row;
    let zone = policy::zone_or_utc(&home.time_zone);
    let minutes = |minutes: Minutes| minutes.0.to_string();
    let night = outcome.pieces.iter().filter(|piece| piece.night).map(|piece| piece.minutes).sum();
    let codes: Vec<&str> = outcome.spans.iter().map(|span| span.code.as_str()).collect();
    [
        row.date.to_string(),
        row.employee_id.to_string(),
        person.map(|person| person.employee_code.clone()).unwrap_or_default(),
        person.map(|person| format!("{} {}", person.first_name, person.last_name)).unwrap_or_default(),
        home.department_id.to_string(),
        home.site.clone(),
        variant_name(&json!(outcome.status)),
        variant_name(&json!(outcome.kind)),
        codes.join(" "),
        local_time_text(outcome.first_in, &zone),
        local_time_text(outcome.last_out, &zone),
        minutes(outcome.expected_minutes),
        minutes(outcome.worked_minutes),
        LeaveAmount::from_minutes(outcome.worked_minutes, Minutes(60)).days.to_string(),
        minutes(outcome.break_minutes),
        minutes(outcome.late_minutes),
        minutes(outcome.early_minutes),
        minutes(outcome.missing_minutes),
        minutes(outcome.leave_minutes),
        minutes(outcome.overtime.minutes),
        minutes(outcome.overtime.not_counted_minutes),
        minutes(night),
        overtime_by_rate_text(outcome),
        minutes(outcome.deducted_break_minutes),
    ]
}

/// Name of a serialized enum value without data.
fn variant_name(value: &serde_json::Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Local time with its offset: `2026-11-20T08:59:12+01:00`.
fn local_time_text(at: Option<Timestamp>, zone: &TimeZone) -> String {
    at.map(|at| at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()).unwrap_or_default()
}

/// Counted overtime as `12500:90 15000:30`: rate in basis points, and minutes.
fn overtime_by_rate_text(outcome: &DayOutcome) -> String {
    let mut sums = crate::domain::month_totals::OvertimeSums::default();
    sums.add(outcome);
    let tiers: Vec<_> = sums.tiers.iter().map(|tier| format!("{}:{}", tier.rate_bp, tier.minutes.0)).collect();
    tiers.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formula_cells_get_an_apostrophe() {
        for text in ["=1+1", "+1", "-1+1", "@SUM(A1)", " =1", "\t=1", "\r=1"] {
            assert!(escape_formula(text).starts_with('\''), "{text:?}");
        }
        for text in ["Ada Lovelace-King", "-90", "0"] {
            assert_eq!(escape_formula(text), text);
        }
    }

    #[test]
    fn header_names_every_column() {
        assert_eq!(CsvSheet::begin(&COLUMNS).unwrap().end().unwrap(), format!("{}\r\n", COLUMNS.join(",")));
    }
}
