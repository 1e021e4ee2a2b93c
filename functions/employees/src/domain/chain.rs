//! Chains of managers and of parent departments: limited in length and free of loops.

use kernel::{Code, Error, Result};

use crate::messages;

/// Most levels of employees in a chain of managers, with both ends. The read view of employees walks as far.
pub const MANAGER_LEVELS_MAX: usize = 20;
/// Most levels of departments, from the top level down.
pub const DEPARTMENT_LEVELS_MAX: usize = 10;

/// Node of a chain: an employee with their manager, or a department with its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainLink<T> {
    pub id: T,
    /// Manager or parent department; `None` at the top.
    pub parent: Option<T>,
}

/// Checks that `child` may be placed under a chain, without a loop and within `levels_max`. The chain begins with the
/// new parent and ends at the top, or where the walk stopped; it is empty for a place at the top. `child` is `None` for
/// a new node. Levels below `child` are not counted.
///
/// # Errors
/// 409 `loop` if the chain contains `child`; 409 `too_deep` if it has `levels_max` levels or more, or does not reach
/// the top; both with `pointer`.
pub fn check_placement<T: PartialEq + Copy>(
    child: Option<T>,
    chain: &[ChainLink<T>],
    levels_max: usize,
    pointer: &str,
) -> Result<()> {
    let contains_child =
        |link: &ChainLink<T>| child.is_some_and(|child| link.id == child || link.parent == Some(child));
    if chain.iter().any(contains_child) {
        let error = Error::new(Code::Loop, messages::would_be_cycle());
        return Err(error.with_field(pointer, "loop", messages::own_subtree()));
    }
    let is_incomplete = chain.last().is_some_and(|last| last.parent.is_some());
    if chain.len() >= levels_max || is_incomplete {
        let error = Error::new(Code::TooDeep, messages::too_many_levels(levels_max));
        return Err(error.with_field(pointer, "too_deep", messages::nearer_to_top()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn walk(parents: &BTreeMap<u8, u8>, from: u8) -> Vec<ChainLink<u8>> {
        let mut chain = Vec::new();
        let mut at = Some(from);
        while let Some(id) = at
            && chain.len() < 20
        {
            at = parents.get(&id).copied();
            chain.push(ChainLink { id, parent: at });
        }
        chain
    }

    #[test]
    fn loops_are_rejected_at_any_distance() {
        let parents = BTreeMap::from([(2, 1), (3, 2), (4, 3)]);
        for parent in [1, 2, 3, 4] {
            let refusal = check_placement(Some(1), &walk(&parents, parent), 20, "/manager_id").unwrap_err();
            assert_eq!((refusal.code(), refusal.fields()[0].pointer.as_str()), ("loop", "/manager_id"));
        }
        assert!(check_placement(Some(4), &walk(&parents, 1), 20, "/manager_id").is_ok());
        assert!(check_placement(None, &walk(&parents, 4), 20, "/manager_id").is_ok(), "a new node has no children");
    }

    #[test]
    fn chains_longer_than_the_limit_are_rejected() {
        let parents: BTreeMap<u8, u8> = (2..40).map(|n| (n, n - 1)).collect();
        assert!(check_placement(Some(99), &walk(&parents, 19), 20, "/p").is_ok());
        assert_eq!(check_placement(Some(99), &walk(&parents, 20), 20, "/p").unwrap_err().code(), "too_deep");
        assert_eq!(check_placement(Some(99), &walk(&parents, 39), 20, "/p").unwrap_err().code(), "too_deep");
    }

    proptest! {
        #[test]
        fn no_order_of_moves_creates_a_loop(moves in proptest::collection::vec((0u8..12, 0u8..12), 0..200)) {
            let mut parents = BTreeMap::new();
            for (child, parent) in moves {
                if check_placement(Some(child), &walk(&parents, parent), 20, "/p").is_ok() {
                    parents.insert(child, parent);
                }
                for id in 0..12 {
                    prop_assert!(walk(&parents, id).len() <= 12, "every chain reaches a top");
                }
            }
        }
    }
}
