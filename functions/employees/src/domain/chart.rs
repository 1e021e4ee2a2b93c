//! Org chart: a forest of employees, limited in depth and number.

use std::collections::HashMap;

use kernel::EmployeeId;

/// Levels of a chart by default, including the root.
pub const LEVELS_DEFAULT: u8 = 3;
/// Most levels of a chart, including the root.
pub const LEVELS_MAX: u8 = 6;
/// Most employees of a chart. A larger one is cut, and `truncated` is set.
pub const PEOPLE_MAX: usize = 500;

/// Employee of the org chart with their direct reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartNode<T> {
    pub person: T,
    pub reports: Vec<ChartNode<T>>,
}

/// Builds the forest from rows of id, manager and employee. In the rows, every manager comes before their reports, or
/// else the reports are lost. A row whose manager is not among the rows is a root.
pub fn build_forest<T>(rows: Vec<(EmployeeId, Option<EmployeeId>, T)>) -> Vec<ChartNode<T>> {
    let mut reports_of: HashMap<EmployeeId, Vec<ChartNode<T>>> = HashMap::new();
    let ids: std::collections::HashSet<_> = rows.iter().map(|(id, _, _)| *id).collect();
    let mut roots = Vec::new();
    // In reverse order the reports of each row are complete when it is reached.
    for (id, manager, person) in rows.into_iter().rev() {
        let mut reports = reports_of.remove(&id).unwrap_or_default();
        reports.reverse();
        let node = ChartNode { person, reports };
        match manager.filter(|manager| ids.contains(manager)) {
            Some(manager) => reports_of.entry(manager).or_default().push(node),
            None => roots.push(node),
        }
    }
    roots.reverse();
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> EmployeeId {
        EmployeeId::new(uuid::Uuid::from_u128(n))
    }

    fn to_text(nodes: &[ChartNode<u128>]) -> String {
        let text_of = |node: &ChartNode<u128>| match to_text(&node.reports).as_str() {
            "" => node.person.to_string(),
            reports => format!("{}({reports})", node.person),
        };
        nodes.iter().map(text_of).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn reports_are_placed_below_their_manager_in_row_order() {
        let rows = [(1, None), (2, Some(1)), (3, Some(1)), (4, Some(2)), (5, Some(3)), (6, Some(2)), (7, Some(5))];
        let chart = build_forest(rows.map(|(n, manager)| (id(n), manager.map(id), n)).to_vec());
        assert_eq!(to_text(&chart), "1(2(4 6) 3(5(7)))");
    }

    #[test]
    fn rows_without_a_manager_in_the_chart_are_roots() {
        let rows = [(1, None), (2, None), (3, Some(9))];
        assert_eq!(to_text(&build_forest(rows.map(|(n, manager)| (id(n), manager.map(id), n)).to_vec())), "1 2 3");
    }
}
