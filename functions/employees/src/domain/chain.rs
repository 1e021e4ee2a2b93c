//! Chains upwards: managers and parent departments. Short, and without a loop.

use kernel::{Code, Error, Result};

/// A chain of managers is never longer. The read view of people walks as far.
pub const MANAGERS_MAX: usize = 20;
/// Departments are never nested deeper.
pub const DEPARTMENTS_MAX: usize = 10;

/// One step of a chain: who stands there, and who stands above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainLink<T> {
    pub id: T,
    /// Above whom; nobody at the top.
    pub parent: Option<T>,
}

/// Insists that `below` can be put under a chain: `walked` begins with its new superior and goes up to the top, or for
/// as long as was walked.
///
/// # Errors
/// 409 `loop` when the chain comes back to `below`, `too_deep` when it has more than `links_max` links; both with `pointer`.
pub fn check_chain<T: PartialEq + Copy>(
    below: Option<T>,
    walked: &[ChainLink<T>],
    links_max: usize,
    pointer: &str,
) -> Result<()> {
    let comes_back = |link: &ChainLink<T>| below.is_some_and(|below| link.id == below || link.parent == Some(below));
    if walked.iter().any(comes_back) {
        return Err(Error::new(Code::Loop, "Nobody can stand above themselves, not even through others.").with_field(
            pointer,
            "loop",
            "stands below already",
        ));
    }
    let unfinished = walked.last().is_some_and(|last| last.parent.is_some());
    if walked.len() >= links_max || unfinished {
        return Err(Error::new(Code::TooDeep, format!("A chain has at most {links_max} links.")).with_field(
            pointer,
            "too_deep",
            "choose somebody nearer to the top",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn walk(above: &BTreeMap<u8, u8>, from: u8) -> Vec<ChainLink<u8>> {
        let mut walked = Vec::new();
        let mut at = Some(from);
        while let Some(id) = at
            && walked.len() < 20
        {
            at = above.get(&id).copied();
            walked.push(ChainLink { id, parent: at });
        }
        walked
    }

    #[test]
    fn a_loop_is_refused_at_any_distance() {
        let above = BTreeMap::from([(2, 1), (3, 2), (4, 3)]);
        for superior in [1, 2, 3, 4] {
            let refusal = check_chain(Some(1), &walk(&above, superior), 20, "/manager_id").unwrap_err();
            assert_eq!((refusal.code(), refusal.fields()[0].pointer.as_str()), ("loop", "/manager_id"));
        }
        assert!(check_chain(Some(4), &walk(&above, 1), 20, "/manager_id").is_ok());
        assert!(check_chain(None, &walk(&above, 4), 20, "/manager_id").is_ok(), "a new person is above nobody");
    }

    #[test]
    fn a_chain_ends_somewhere() {
        let above: BTreeMap<u8, u8> = (2..40).map(|n| (n, n - 1)).collect();
        assert!(check_chain(Some(99), &walk(&above, 19), 20, "/p").is_ok());
        assert_eq!(check_chain(Some(99), &walk(&above, 20), 20, "/p").unwrap_err().code(), "too_deep");
        assert_eq!(check_chain(Some(99), &walk(&above, 39), 20, "/p").unwrap_err().code(), "too_deep");
    }

    proptest! {
        #[test]
        fn no_order_of_moves_ever_makes_a_loop(moves in proptest::collection::vec((0u8..12, 0u8..12), 0..200)) {
            let mut above = BTreeMap::new();
            for (below, superior) in moves {
                if check_chain(Some(below), &walk(&above, superior), 20, "/p").is_ok() {
                    above.insert(below, superior);
                }
                for id in 0..12 {
                    prop_assert!(walk(&above, id).len() <= 12, "everybody reaches a top");
                }
            }
        }
    }
}
