//! `GET /api/v1/payroll-periods/{site}/{month}/differences/export`: the differences of a month as CSV. Publishes
//! `attendance.exported`: every export is recorded.

use std::collections::HashMap;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use kernel::{Error, ExportId, Result};
use lambda::http::{Caller, Path, Problem, Query, Valid};

use super::view::DifferencesQuery;
use crate::{
    api::{Api, people_selection::add_missing_people},
    domain::{
        csv_differences::{DIFFERENCE_COLUMNS, add_difference},
        csv_export::{CsvSheet, FILE_BYTES_MAX},
        month_totals::Month,
    },
    messages,
    store::PayrollExportRecord,
};

lambda::endpoint!(PAYROLL_PERIODS_DIFFERENCES_EXPORT, get(handle), Api);

/// Exports the differences that are posted in a payroll period as CSV.
///
/// The file has one row for each figure that changed, ordered by date and employee, after a header with the column names.
/// A figure by leave type or rate names it in `detail`. A file larger than 5 MB is refused with 422 `invalid`. Each export
/// is recorded in the audit trail.
#[utoipa::path(get, path = "/api/v1/payroll-periods/{site}/{month}/differences/export",
    operation_id = "payroll-periods-differences-export", tag = "payroll periods",
    params(("site" = String, Path, min_length = 1, max_length = 40, pattern = "^[a-z0-9-]+$",
        description = "Code of the site, as in employee records."),
        ("month" = String, Path, pattern = r"^\d{4}-(0[1-9]|1[0-2])$",
            description = "Month in which the differences are posted, as `YYYY-MM`."),
        DifferencesQuery),
    responses((status = 200, body = String, content_type = "text/csv", description = "CSV file (RFC 4180) in UTF-8, at most 5 MB."),
        (status = 404, description = "`not_found`: the site has neither settings nor a closed month, or the month is not valid.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path((site, month)): Path<(String, Month)>,
    Valid(Query(query)): Valid<Query<DifferencesQuery>>,
) -> std::result::Result<Response, Problem> {
    let dates = query.dates()?;
    let (_, sheet) = tokio::try_join!(api.store.get_site_payroll(&site), build_sheet(&api, (&site, month), dates))?;
    let name = format!("attachment; filename=\"differences-{site}-{month}.csv\"");
    let id = ExportId::new(api.shell.ids.uuid(caller.origin().at));
    let export = PayrollExportRecord {
        id,
        site,
        month,
        from: dates.0,
        to: dates.1,
        rows: sheet.row_count(),
        created_at: caller.origin().at,
        created_by: caller.id(),
    };
    api.store.create_export_record(caller.origin(), id, &export).await?;
    let about = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((about, sheet.end()?).into_response())
}

/// CSV file with the differences that are posted in a period, about days from the first to the last of `dates`.
///
/// # Errors
/// 422 `too_many` for more than 5 MB.
async fn build_sheet(api: &Api, period: (&str, Month), dates: (Option<Date>, Option<Date>)) -> Result<CsvSheet> {
    let (mut sheet, mut people, mut after) = (CsvSheet::begin(&DIFFERENCE_COLUMNS)?, HashMap::new(), None);
    loop {
        let (differences, next) = api.store.read_differences(period, dates, after).await?;
        add_missing_people(api, &mut people, differences.iter().map(|posted| posted.employee_id)).await?;
        for posted in &differences {
            add_difference(&mut sheet, posted, people.get(&posted.employee_id).map(|member| &member.person))?;
        }
        if sheet.byte_count() > FILE_BYTES_MAX {
            return Err(Error::invalid("query:from", "too_many", messages::differences_too_large()));
        }
        match next {
            Some(next) => after = Some(next),
            None => return Ok(sheet),
        }
    }
}
