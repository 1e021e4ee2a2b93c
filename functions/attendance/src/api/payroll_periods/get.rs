//! `GET /api/v1/payroll-periods/{site}`: the closed months of a site, newest first, and the open one.

use axum::extract::State;
use kernel::Page;
use lambda::http::{Caller, PageQuery, Paged, Path, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::view::PayrollClosingView;
use crate::{api::Api, domain::month_totals::Month};

lambda::endpoint!(PAYROLL_PERIODS_GET, get(handle), Api);

/// Payroll periods of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PayrollPeriodsView {
    /// Code of the site, as in employee records.
    pub site: String,
    /// Last closed month as `YYYY-MM`; all earlier months are closed, too. Null if no month is closed.
    #[schema(value_type = Option<String>, pattern = r"^\d{4}-(0[1-9]|1[0-2])$")]
    pub closed_through: Option<Month>,
    /// Month after the last closed one as `YYYY-MM`, in which differences are posted; null if no month is closed.
    #[schema(value_type = Option<String>, pattern = r"^\d{4}-(0[1-9]|1[0-2])$")]
    pub open_month: Option<Month>,
    /// Months that were closed by a request of their own, newest first.
    #[serde(flatten)]
    pub page: Page<PayrollClosingView>,
}

/// Returns the closed payroll periods of a site, newest first.
///
/// The first closed month closes all months before it, which have no entry of their own.
#[utoipa::path(get, path = "/api/v1/payroll-periods/{site}", operation_id = "payroll-periods-get", tag = "payroll periods",
    params(("site" = String, Path, min_length = 1, max_length = 40, pattern = "^[a-z0-9-]+$",
        description = "Code of the site, as in employee records."), PageQuery),
    responses((status = 200, body = PayrollPeriodsView, description = "One page of closed months, and the open month."),
        (status = 404, description = "`not_found`: the site has neither settings nor a closed month.")))]
pub async fn handle(
    State(api): State<Api>,
    _: Caller,
    Path(site): Path<String>,
    Paged { page, .. }: Paged,
) -> Result<axum::Json<PayrollPeriodsView>, Problem> {
    let (payroll, page) = tokio::try_join!(api.store.get_site_payroll(&site), api.store.list_closings(&site, &page))?;
    let closed_through = payroll.map(|payroll| payroll.value.closed_through);
    let (open_month, page) = (closed_through.map(Month::next), page.map(PayrollClosingView::from));
    Ok(axum::Json(PayrollPeriodsView { site, closed_through, open_month, page }))
}
