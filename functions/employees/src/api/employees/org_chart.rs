//! `GET /api/v1/employees/org-chart`: org chart of at most 6 levels and 500 employees.

use axum::extract::State;
use futures::{StreamExt, TryStreamExt, stream};
use garde::Validate;
use kernel::{EmployeeId, Error};
use lambda::http::{Caller, Problem, Query, Valid};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    api::Api,
    domain::chart::{ChartNode, LEVELS_DEFAULT, LEVELS_MAX, PEOPLE_MAX, build_forest},
    store::{Employee, is_current},
};

lambda::endpoint!(EMPLOYEES_ORG_CHART, get(handle), Api);

/// Most queries of one level at the same time.
const QUERY_CONCURRENCY: usize = 16;

/// Root and depth of the org chart.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OrgChartQuery {
    /// Id of the current employee at the top. Default: all current employees without a manager are at the top.
    #[garde(skip)]
    pub root: Option<EmployeeId>,
    /// Number of levels, including that of `root`: 1 to 6. Default: 3.
    #[serde(default = "levels_default")]
    #[garde(range(min = 1, max = LEVELS_MAX))]
    #[param(value_type = u8, required = false, minimum = 1, maximum = 6, default = 3)]
    pub levels: u8,
}

const fn levels_default() -> u8 {
    LEVELS_DEFAULT
}

/// Org chart: current employees with their direct reports, level by level.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrgChart {
    /// Employees at the top of the chart.
    pub items: Vec<OrgChartNode>,
    /// Whether the chart was cut at 500 employees. Request a leaf as `root` to continue. The limit of `levels` does not
    /// count.
    pub truncated: bool,
}

/// Node of the org chart, with public fields only.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrgChartNode {
    /// Id of the employee.
    pub id: EmployeeId,
    /// Given name of the employee.
    pub first_name: String,
    /// Family name of the employee.
    pub last_name: String,
    /// Job title of the employee.
    pub role: String,
    /// Name of the department, even if it was deleted; null if it is unknown.
    #[schema(required = true)]
    pub department: Option<String>,
    /// Code of the site, such as `berlin`.
    pub site: String,
    /// Current direct reports, each with their own reports; empty at the last of `levels`, and where the chart was cut.
    #[schema(no_recursion)]
    pub reports: Vec<OrgChartNode>,
}

/// Returns the org chart below an employee, or of the whole organisation.
#[utoipa::path(get, path = "/api/v1/employees/org-chart", operation_id = "employees-org-chart", tag = "employees",
    params(OrgChartQuery),
    responses(
        (status = 200, body = OrgChart, description = "Org chart."),
        (status = 404, description = "`not_found`: no current employee has the id `root`.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(query)): Valid<Query<OrgChartQuery>>,
) -> Result<axum::Json<OrgChart>, Problem> {
    let (mut level, mut truncated) = match query.root {
        None => api.store.list_current_direct_reports(None, PEOPLE_MAX).await?,
        Some(root) => {
            let employee = api.store.get_employee(root).await?.value;
            if !is_current(employee.person.status) {
                return Err(Error::employee_not_found().into());
            }
            (vec![employee], false)
        }
    };
    let mut people = Vec::new();
    for _ in 1..query.levels {
        let managers: Vec<_> = level.iter().map(|employee| employee.person.id).collect();
        people.append(&mut level);
        let room = PEOPLE_MAX.saturating_sub(people.len());
        let cut;
        (level, cut) = load_next_level(&api, managers, room).await?;
        truncated |= cut;
        if level.is_empty() {
            break;
        }
    }
    people.append(&mut level);
    let departments = people.iter().map(|employee| employee.person.department_id);
    let names = api.store.find_department_names(departments, caller.origin().at).await?;
    let rows = people.into_iter().map(|employee| (employee.person.id, employee.person.manager_id, employee)).collect();
    let name_of = |employee: &Employee| names.get(&employee.person.department_id).cloned();
    let items = build_forest(rows).into_iter().map(|node| to_org_chart_node(node, &name_of)).collect();
    Ok(axum::Json(OrgChart { items, truncated }))
}

/// Next level: the current direct reports of these managers in their order, and whether it was cut at `room` employees.
async fn load_next_level(api: &Api, managers: Vec<EmployeeId>, room: usize) -> Result<(Vec<Employee>, bool), Error> {
    let queries = stream::iter(managers).map(|id| api.store.list_current_direct_reports(Some(id), room));
    let answers: Vec<_> = queries.buffered(QUERY_CONCURRENCY).try_collect().await?;
    let cut = answers.iter().any(|(_, cut)| *cut);
    let mut level: Vec<_> = answers.into_iter().flat_map(|(people, _)| people).collect();
    let cut = cut || level.len() > room;
    level.truncate(room);
    Ok((level, cut))
}

fn to_org_chart_node(node: ChartNode<Employee>, name_of: &impl Fn(&Employee) -> Option<String>) -> OrgChartNode {
    let department = name_of(&node.person);
    let person = node.person.person;
    OrgChartNode {
        id: person.id,
        first_name: person.first_name,
        last_name: person.last_name,
        role: person.job_title,
        department,
        site: person.site,
        reports: node.reports.into_iter().map(|report| to_org_chart_node(report, name_of)).collect(),
    }
}
