//! Shards of an index over all people, and paging through them.

use futures::future::try_join_all;
use kernel::{EmployeeId, Result};

/// Number of shards: partitions of the index of all people, so that none of them is hot.
pub const SHARDS: u8 = 16;

/// Number of shards with those of former employees, which only the retention of records reads: shard `SHARDS + n` has the
/// former employees of shard `n`.
pub const SHARDS_WITH_FORMER: u8 = 2 * SHARDS;

/// Shards read in parallel when the first one does not fill a page. In a small organisation each shard has few people.
const SHARDS_PER_ROUND: u8 = 5;

/// Shard of a person, by the last byte of the id, which is random.
pub fn shard_of(id: EmployeeId) -> u8 {
    id.uuid().as_bytes().last().copied().unwrap_or_default() % SHARDS
}

/// Partition key of a shard in the index of people of a service.
pub fn shard_partition(shard: u8) -> String {
    match shard.checked_sub(SHARDS) {
        None => format!("MEMBERS#{shard:02}"),
        Some(former) => format!("FORMER#{former:02}"),
    }
}

/// Position in a list of people by shard and id: the end of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MemberPosition {
    /// Shard of the last person of the page.
    pub shard: u8,
    /// Last person of the page; none at the start of the shard.
    pub after: Option<EmployeeId>,
}

impl MemberPosition {
    /// Inverse of [`Self::to_text`]; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let (shard, after) = text.split_once('#')?;
        let after = if after.is_empty() { None } else { Some(after.parse().ok()?) };
        Some(Self { shard: shard.parse().ok()?, after })
    }

    /// Text for a cursor: `<shard>#<last id>`.
    pub fn to_text(self) -> String {
        format!("{}#{}", self.shard, self.after.map(|id| id.to_string()).unwrap_or_default())
    }

    /// Collects the next `wanted` people after this position in the shards before `end_shard`, each with its shard; fewer only
    /// if these have no more.
    ///
    /// `read_shard` reads the first people of a shard after an id. The first shard is read alone, the others in parallel.
    ///
    /// # Errors
    /// Those of `read_shard`.
    pub async fn collect_next<T, F>(
        self,
        end_shard: u8,
        wanted: usize,
        read_shard: impl Fn(u8, Option<EmployeeId>, usize) -> F,
    ) -> Result<Vec<(u8, T)>>
    where
        F: Future<Output = Result<Vec<T>>>,
    {
        let Self { mut shard, mut after } = self;
        let (mut people, mut parallel) = (Vec::new(), 1);
        loop {
            let (shards, rest) = (shard..end_shard.min(shard + parallel), wanted - people.len());
            let read = shards.clone().map(|at| read_shard(at, after.filter(|_| at == shard), rest));
            let read = try_join_all(read).await?;
            people.extend(
                shards.clone().zip(read).flat_map(|(at, people)| people.into_iter().map(move |person| (at, person))),
            );
            people.truncate(wanted);
            if people.len() == wanted || shards.end == end_shard {
                return Ok(people);
            }
            (shard, after, parallel) = (shards.end, None, SHARDS_PER_ROUND);
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
    fn every_person_is_in_one_of_the_shards() {
        assert!((0..64).all(|bits| shard_of(person(bits)) < SHARDS));
        assert_eq!([7, SHARDS + 7].map(shard_partition), ["MEMBERS#07", "FORMER#07"]);
    }

    #[test]
    fn positions_round_trip_and_other_texts_are_rejected() {
        for after in [None, Some(person(5))] {
            let position = MemberPosition { shard: 5, after };
            assert_eq!(MemberPosition::parse(&position.to_text()), Some(position));
        }
        assert!(["", "5", "x#", "5#unknown", "300#"].iter().all(|text| MemberPosition::parse(text).is_none()));
    }

    /// Three people in every shard, in the order of their ids.
    async fn read_shard(shard: u8, after: Option<EmployeeId>, wanted: usize) -> Result<Vec<EmployeeId>> {
        let all = (0..3).map(|row| person(u128::from(shard) + 16 * row));
        Ok(all.filter(|id| after.is_none_or(|after| *id > after)).take(wanted).collect())
    }

    #[tokio::test]
    async fn pages_contain_each_person_once_in_order() {
        let whole: Vec<_> = MemberPosition::default().collect_next(SHARDS, 1000, read_shard).await.unwrap();
        assert_eq!(whole.len(), 48);
        for wanted in 1..=7 {
            let (mut position, mut seen) = (MemberPosition::default(), Vec::new());
            loop {
                let page = position.collect_next(SHARDS, wanted, read_shard).await.unwrap();
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
    async fn first_shard_is_read_alone_and_reading_ends_with_the_page() {
        let read = RefCell::new(Vec::new());
        let recorded = |shard, after, wanted| {
            read.borrow_mut().push(shard);
            read_shard(shard, after, wanted)
        };
        assert_eq!(MemberPosition::default().collect_next(SHARDS, 3, recorded).await.unwrap().len(), 3);
        assert_eq!(read.take(), [0]);
        assert_eq!(MemberPosition::default().collect_next(SHARDS, 4, recorded).await.unwrap().len(), 4);
        assert_eq!(read.take(), [0, 1, 2, 3, 4, 5]);
        assert_eq!(MemberPosition { shard: 2, after: None }.collect_next(3, 9, recorded).await.unwrap().len(), 3);
        assert_eq!(read.take(), [2]);
    }
}
