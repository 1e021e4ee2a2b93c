//! An inbox: what is new and what was read lie apart in one index, and are read as one list.

use std::collections::VecDeque;

/// Part of an inbox, the newest first, as far as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxSegment<T> {
    pub items: VecDeque<T>,
    pub has_more: bool,
}

/// The newest of all lanes, at most `wanted`, and whether there is more. Where one lane was not read far enough the page ends
/// early: what it goes on with may be newer than all that is left of the others.
pub fn merge_newest<T, K: Ord>(
    mut lanes: Vec<InboxSegment<T>>,
    wanted: usize,
    key: impl Fn(&T) -> K,
) -> (Vec<T>, bool) {
    let mut page = Vec::new();
    while page.len() < wanted {
        if lanes.iter().any(|lane| lane.items.is_empty() && lane.has_more) {
            return (page, true);
        }
        let foremost = lanes.iter_mut().max_by_key(|lane| lane.items.front().map(&key));
        let Some(item) = foremost.and_then(|lane| lane.items.pop_front()) else { return (page, false) };
        page.push(item);
    }
    let more = lanes.iter().any(|lane| !lane.items.is_empty() || lane.has_more);
    (page, more)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// A lane of these, of which so many were read, behind a position.
    fn lane(of: &BTreeSet<u32>, behind: Option<u32>, read: usize) -> InboxSegment<u32> {
        let mut rest = of.iter().rev().copied().filter(|item| behind.is_none_or(|behind| *item < behind));
        let items = rest.by_ref().take(read).collect();
        InboxSegment { items, has_more: rest.next().is_some() }
    }

    proptest! {
        #[test]
        fn page_by_page_everything_comes_once_and_in_order(
            new in prop::collection::btree_set(0_u32..60, 0..25),
            read in prop::collection::btree_set(0_u32..60, 0..25),
            wanted in 1_usize..8,
            depth in 1_usize..10,
        ) {
            let read: BTreeSet<_> = read.difference(&new).copied().collect();
            let (mut seen, mut behind) = (Vec::new(), None);
            loop {
                let (page, more) = merge_newest(vec![lane(&new, behind, depth), lane(&read, behind, depth)], wanted, |item| *item);
                prop_assert!(page.len() <= wanted && (!more || !page.is_empty()));
                behind = page.last().copied().or(behind);
                seen.extend(page);
                if !more {
                    break;
                }
            }
            seen.reverse();
            prop_assert_eq!(seen, new.union(&read).copied().collect::<Vec<_>>());
        }
    }
}
