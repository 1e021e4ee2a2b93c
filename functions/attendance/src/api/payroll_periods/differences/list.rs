//! `GET /api/v1/payroll-periods/{site}/{month}/differences`: the differences that are posted in a month.

use axum::extract::State;
use kernel::Page;
use lambda::http::{Caller, PageQuery, Paged, Path, Problem};

use super::view::{DifferencesQuery, PayrollDifferenceView};
use crate::{api::Api, domain::month_totals::Month};

lambda::endpoint!(PAYROLL_PERIODS_DIFFERENCES_LIST, get(handle), Api);

/// Lists the differences that are posted in a payroll period, by date and employee, then oldest first.
///
/// A day of a closed month that changes is posted in the month that is open at the time, each time with the difference to
/// its figures before. The reported figures of a month and all differences of its days add up to the current figures.
#[utoipa::path(get, path = "/api/v1/payroll-periods/{site}/{month}/differences",
    operation_id = "payroll-periods-differences-list", tag = "payroll periods",
    params(("site" = String, Path, min_length = 1, max_length = 40, pattern = "^[a-z0-9-]+$",
        description = "Code of the site, as in employee records."),
        ("month" = String, Path, pattern = r"^\d{4}-(0[1-9]|1[0-2])$",
            description = "Month in which the differences are posted, as `YYYY-MM`."),
        DifferencesQuery, PageQuery),
    responses((status = 200, body = Page<PayrollDifferenceView>, description = "One page of differences."),
        (status = 404, description = "`not_found`: the site has neither settings nor a closed month, or the month is not valid.")))]
pub async fn handle(
    State(api): State<Api>,
    _: Caller,
    Path((site, month)): Path<(String, Month)>,
    Paged { filter, page }: Paged<DifferencesQuery>,
) -> Result<axum::Json<Page<PayrollDifferenceView>>, Problem> {
    let dates = filter.dates()?;
    let (_, posted) =
        tokio::try_join!(api.store.get_site_payroll(&site), api.store.list_differences((&site, month), dates, &page),)?;
    Ok(axum::Json(posted.map(PayrollDifferenceView::from)))
}
