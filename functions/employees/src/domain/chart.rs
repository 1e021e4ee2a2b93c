//! The org chart: people hung below one another, to a bounded depth and number.

use std::collections::HashMap;

use kernel::EmployeeId;

/// Levels shown unless told otherwise, the root included.
pub const LEVELS_DEFAULT: u8 = 3;
/// Levels shown at most.
pub const LEVELS_MAX: u8 = 6;
/// People shown at most; the chart says when it was cut.
pub const PEOPLE_MAX: usize = 500;

/// One place in the chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartNode<T> {
    pub person: T,
    pub reports: Vec<ChartNode<T>>,
}

/// Hangs people below one another. `found` is in the order of levels, so that everybody's superior comes earlier;
/// whoever's superior is not in it is a root.
pub fn build_forest<T>(found: Vec<(EmployeeId, Option<EmployeeId>, T)>) -> Vec<ChartNode<T>> {
    let mut below: HashMap<EmployeeId, Vec<ChartNode<T>>> = HashMap::new();
    let known: std::collections::HashSet<_> = found.iter().map(|(id, _, _)| *id).collect();
    let mut roots = Vec::new();
    // From the lowest level up: whoever is taken has all their reports hung already.
    for (id, above, person) in found.into_iter().rev() {
        let mut reports = below.remove(&id).unwrap_or_default();
        reports.reverse();
        let node = ChartNode { person, reports };
        match above.filter(|above| known.contains(above)) {
            Some(above) => below.entry(above).or_default().push(node),
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

    fn written(nodes: &[ChartNode<u128>]) -> String {
        let one = |node: &ChartNode<u128>| match written(&node.reports).as_str() {
            "" => node.person.to_string(),
            below => format!("{}({below})", node.person),
        };
        nodes.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn everybody_hangs_below_their_manager_in_the_order_found() {
        let found = [(1, None), (2, Some(1)), (3, Some(1)), (4, Some(2)), (5, Some(3)), (6, Some(2)), (7, Some(5))];
        let chart = build_forest(found.map(|(n, above)| (id(n), above.map(id), n)).to_vec());
        assert_eq!(written(&chart), "1(2(4 6) 3(5(7)))");
    }

    #[test]
    fn whoever_has_no_manager_in_the_chart_is_a_root() {
        let found = [(1, None), (2, None), (3, Some(9))];
        assert_eq!(written(&build_forest(found.map(|(n, above)| (id(n), above.map(id), n)).to_vec())), "1 2 3");
    }
}
