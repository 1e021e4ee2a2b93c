//! Inbox pages: unread and read notifications are separate segments of one index, merged into one list.

use std::collections::VecDeque;

/// Read or unread part of an inbox, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxSegment<T> {
    pub items: VecDeque<T>,
    /// Whether the segment continues after `items`.
    pub has_more: bool,
}

/// Merges segments into one page of at most `page_size` items, and tells whether more follow. The page ends early where the
/// items of a segment are used up but the segment continues: its next item may be newer than those of the others.
pub fn merge_into_page<T, K: Ord>(
    mut segments: Vec<InboxSegment<T>>,
    page_size: usize,
    key: impl Fn(&T) -> K,
) -> (Vec<T>, bool) {
    let mut page = Vec::new();
    while page.len() < page_size {
        if segments.iter().any(|segment| segment.items.is_empty() && segment.has_more) {
            return (page, true);
        }
        let newest = segments.iter_mut().max_by_key(|segment| segment.items.front().map(&key));
        let Some(item) = newest.and_then(|segment| segment.items.pop_front()) else { return (page, false) };
        page.push(item);
    }
    let more = segments.iter().any(|segment| !segment.items.is_empty() || segment.has_more);
    (page, more)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// Segment with the first `size` items below a position.
    fn segment(all: &BTreeSet<u32>, below: Option<u32>, size: usize) -> InboxSegment<u32> {
        let mut rest = all.iter().rev().copied().filter(|item| below.is_none_or(|below| *item < below));
        let items = rest.by_ref().take(size).collect();
        InboxSegment { items, has_more: rest.next().is_some() }
    }

    proptest! {
        #[test]
        fn pages_contain_every_item_once_and_in_order(
            new in prop::collection::btree_set(0_u32..60, 0..25),
            read in prop::collection::btree_set(0_u32..60, 0..25),
            page_size in 1_usize..8,
            segment_size in 1_usize..10,
        ) {
            let read: BTreeSet<_> = read.difference(&new).copied().collect();
            let (mut seen, mut below) = (Vec::new(), None);
            loop {
                let segments = vec![segment(&new, below, segment_size), segment(&read, below, segment_size)];
                let (page, more) = merge_into_page(segments, page_size, |item| *item);
                prop_assert!(page.len() <= page_size && (!more || !page.is_empty()));
                below = page.last().copied().or(below);
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
