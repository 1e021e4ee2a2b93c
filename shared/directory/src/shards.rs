//! Everybody, spread over partitions, and how one walks through all of them.

use futures::future::try_join_all;
use kernel::{EmployeeId, Result};

/// Everybody lies in so many partitions, so that no one of them is hot.
pub const SHARDS: u8 = 16;

/// So many shards are read at a time when the first does not fill a page: where few work, each has a few of them.
const SHARDS_PER_ROUND: u8 = 5;

/// Where somebody lies. Ids are random in their last byte.
pub fn shard_of(id: EmployeeId) -> u8 {
    id.uuid().as_bytes().last().copied().unwrap_or_default() % SHARDS
}

/// The partition of everybody in a shard, in a service's own index of people.
pub fn shard_partition(shard: u8) -> String {
    format!("MEMBERS#{shard:02}")
}

/// Where a page of people ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MemberPosition {
    /// In which shard.
    pub shard: u8,
    /// Behind whom in it.
    pub after: Option<EmployeeId>,
}

impl MemberPosition {
    /// As a cursor holds it.
    pub fn parse(text: &str) -> Option<Self> {
        let (shard, after) = text.split_once('#')?;
        let after = if after.is_empty() { None } else { Some(after.parse().ok()?) };
        Some(Self { shard: shard.parse().ok()?, after })
    }

    /// For a cursor.
    pub fn to_text(self) -> String {
        format!("{}#{}", self.shard, self.after.map(|id| id.to_string()).unwrap_or_default())
    }

    /// The first `wanted` behind here and before the shard `end`, each with the shard they lie in. `some` reads the first so many of
    /// a shard behind somebody: of the first shard by itself, of the others several at a time.
    ///
    /// # Errors
    /// Those of `some`.
    pub async fn collect_from<T, F>(
        self,
        end: u8,
        wanted: usize,
        some: impl Fn(u8, Option<EmployeeId>, usize) -> F,
    ) -> Result<Vec<(u8, T)>>
    where
        F: Future<Output = Result<Vec<T>>>,
    {
        let Self { mut shard, mut after } = self;
        let (mut found, mut at_once) = (Vec::new(), 1);
        loop {
            let (shards, rest) = (shard..end.min(shard + at_once), wanted - found.len());
            let read = shards.clone().map(|at| some(at, after.filter(|_| at == shard), rest));
            let read = try_join_all(read).await?;
            found.extend(shards.clone().zip(read).flat_map(|(at, some)| some.into_iter().map(move |one| (at, one))));
            found.truncate(wanted);
            if found.len() == wanted || shards.end == end {
                return Ok(found);
            }
            (shard, after, at_once) = (shards.end, None, SHARDS_PER_ROUND);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use uuid::Uuid;

    use super::*;

    fn person(bits: u128) -> EmployeeId {
        EmployeeId::new(Uuid::from_u128(bits))
    }

    #[test]
    fn everybody_is_in_one_of_the_shards() {
        assert!((0..64).all(|bits| shard_of(person(bits)) < SHARDS));
        assert_eq!(shard_partition(7), "MEMBERS#07");
    }

    #[test]
    fn a_position_reads_back_and_nothing_else_does() {
        for after in [None, Some(person(5))] {
            let position = MemberPosition { shard: 5, after };
            assert_eq!(MemberPosition::parse(&position.to_text()), Some(position));
        }
        assert!(["", "5", "x#", "5#nobody", "300#"].iter().all(|text| MemberPosition::parse(text).is_none()));
    }

    /// Three people in every shard, in their order.
    async fn read_shard(shard: u8, after: Option<EmployeeId>, wanted: usize) -> Result<Vec<EmployeeId>> {
        let all = (0..3).map(|row| person(u128::from(shard) + 16 * row));
        Ok(all.filter(|id| after.is_none_or(|after| *id > after)).take(wanted).collect())
    }

    #[tokio::test]
    async fn page_by_page_everybody_comes_once_and_in_order() {
        let whole: Vec<_> = MemberPosition::default().collect_from(SHARDS, 1000, read_shard).await.unwrap();
        assert_eq!(whole.len(), 48);
        for wanted in 1..=7 {
            let (mut position, mut seen) = (MemberPosition::default(), Vec::new());
            loop {
                let page = position.collect_from(SHARDS, wanted, read_shard).await.unwrap();
                seen.extend(page.iter().copied());
                match page.last() {
                    Some((shard, id)) if page.len() == wanted => {
                        position = MemberPosition { shard: *shard, after: Some(*id) }
                    }
                    _ => break,
                }
            }
            assert_eq!(seen, whole, "{wanted} at a time");
        }
    }

    #[tokio::test]
    async fn the_first_shard_is_read_by_itself_and_the_walk_ends_when_it_has_enough() {
        let read = RefCell::new(Vec::new());
        let noted = |shard, after, wanted| {
            read.borrow_mut().push(shard);
            read_shard(shard, after, wanted)
        };
        assert_eq!(MemberPosition::default().collect_from(SHARDS, 3, noted).await.unwrap().len(), 3);
        assert_eq!(read.take(), [0]);
        assert_eq!(MemberPosition::default().collect_from(SHARDS, 4, noted).await.unwrap().len(), 4);
        assert_eq!(read.take(), [0, 1, 2, 3, 4, 5]);
        assert_eq!(MemberPosition { shard: 2, after: None }.collect_from(3, 9, noted).await.unwrap().len(), 3);
        assert_eq!(read.take(), [2]);
    }
}
