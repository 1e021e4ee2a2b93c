//! `GET /api/v1/employees/org-chart`: the tree of people below somebody; at most 6 levels and 500 people.

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

/// How many questions of one level are under way at a time.
const QUERY_CONCURRENCY: usize = 16;

/// Which part of the chart.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OrgChartQuery {
    /// At the top of the chart; those who report to nobody when not given.
    #[garde(skip)]
    pub root: Option<EmployeeId>,
    /// Levels shown, the top included: 1 to 6, 3 unless told.
    #[serde(default = "levels_default")]
    #[garde(range(min = 1, max = LEVELS_MAX))]
    #[param(value_type = Option<u8>)]
    pub levels: u8,
}

const fn levels_default() -> u8 {
    LEVELS_DEFAULT
}

/// The chart.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrgChart {
    /// Those at the top.
    pub items: Vec<OrgChartNode>,
    /// Whether people were left out because there are more than 500. Ask again with one of those at the edge as `root`.
    pub truncated: bool,
}

/// One place in the chart: only what everybody may know.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrgChartNode {
    /// Id.
    pub id: EmployeeId,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Title.
    pub role: String,
    /// Name of the department.
    pub department: Option<String>,
    /// Work site.
    pub site: String,
    /// Those below.
    #[schema(no_recursion)]
    pub reports: Vec<OrgChartNode>,
}

/// Draws the tree of people below somebody.
#[utoipa::path(get, path = "/api/v1/employees/org-chart", operation_id = "employees-org-chart", tag = "employees",
    params(OrgChartQuery),
    responses((status = 200, body = OrgChart), (status = 404, description = "Nobody works here under this id")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(part)): Valid<Query<OrgChartQuery>>,
) -> Result<axum::Json<OrgChart>, Problem> {
    let (mut level, mut truncated) = match part.root {
        None => api.store.list_direct_reports(None, PEOPLE_MAX).await?,
        Some(root) => {
            let found = api.store.get_employee(root).await?.value;
            if !is_current(found.person.status) {
                return Err(Error::not_found("person").into());
            }
            (vec![found], false)
        }
    };
    let mut people = Vec::new();
    for _ in 1..part.levels {
        let above: Vec<_> = level.iter().map(|employee| employee.person.id).collect();
        people.append(&mut level);
        let room = PEOPLE_MAX.saturating_sub(people.len());
        let cut;
        (level, cut) = load_level(&api, above, room).await?;
        truncated |= cut;
        if level.is_empty() {
            break;
        }
    }
    people.append(&mut level);
    let departments = people.iter().map(|employee| employee.person.department_id);
    let names = api.store.department_names(departments, caller.origin().at).await?;
    let found = people.into_iter().map(|employee| (employee.person.id, employee.person.manager_id, employee)).collect();
    let name_of = |employee: &Employee| names.get(&employee.person.department_id).cloned();
    let items = build_forest(found).into_iter().map(|node| to_node(node, &name_of)).collect();
    Ok(axum::Json(OrgChart { items, truncated }))
}

/// The next level: those below each of these people, in their order.
async fn load_level(api: &Api, above: Vec<EmployeeId>, room: usize) -> Result<(Vec<Employee>, bool), Error> {
    let questions = stream::iter(above).map(|id| api.store.list_direct_reports(Some(id), room));
    let answers: Vec<_> = questions.buffered(QUERY_CONCURRENCY).try_collect().await?;
    let cut = answers.iter().any(|(_, cut)| *cut);
    let mut level: Vec<_> = answers.into_iter().flat_map(|(people, _)| people).collect();
    let cut = cut || level.len() > room;
    level.truncate(room);
    Ok((level, cut))
}

fn to_node(node: ChartNode<Employee>, name_of: &impl Fn(&Employee) -> Option<String>) -> OrgChartNode {
    let department = name_of(&node.person);
    let person = node.person.person;
    OrgChartNode {
        id: person.id,
        first_name: person.first_name,
        last_name: person.last_name,
        role: person.job_title,
        department,
        site: person.site,
        reports: node.reports.into_iter().map(|report| to_node(report, name_of)).collect(),
    }
}
