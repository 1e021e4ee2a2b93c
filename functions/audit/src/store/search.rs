//! Search of records: index partitions are merged by time, and the records are read by key and filtered.

use std::{cmp::Ordering, collections::VecDeque};

use futures::{StreamExt, TryStreamExt, stream};
use kernel::{AuditId, Page, Result, to_sortable_text};
use store::{Item, Order, Pagination, Query, string_attribute};

use super::{AuditStore, StoredRecord};
use crate::domain::query::{AuditQuery, IndexPartition};

const PARTITION_CONCURRENCY: usize = 8;
/// Keys in the first request to one of several partitions; each further request reads twice as many.
const FIRST_BATCH_KEYS: usize = 10;
/// Records after which a page ends even if it is not full, because filters drop most of them.
const SCANNED_MAX: usize = 2000;
/// Records per read after the first, which reads one record more than the page size.
const RECORDS_PER_BATCH: usize = 100;

struct PartitionReader {
    query: Query,
    sort_key_attribute: String,
    keys: VecDeque<String>,
    batch_size: usize,
    exhausted: bool,
}

/// Records of the partitions and time range of a query, merged in time order. Its other filters are not applied.
pub struct RecordStream<'a> {
    store: &'a AuditStore,
    order: Order,
    low: String,
    high: String,
    after: Option<String>,
    steps: VecDeque<Vec<IndexPartition>>,
    readers: Vec<PartitionReader>,
}

/// Index of a partition and its key there.
fn index_and_key(partition: &IndexPartition) -> (&'static str, String) {
    match partition {
        IndexPartition::User(user) => ("by_user", user.clone()),
        IndexPartition::Entity(entity) => ("by_entity", entity.clone()),
        IndexPartition::Failure(month) => ("by_failure", month.to_string()),
        IndexPartition::Type(log_type, month) => ("by_type", format!("{log_type}#{month}")),
    }
}

fn record_id_of(sort_key: &str) -> Option<AuditId> {
    sort_key.split_once('#')?.1.parse().ok()
}

impl<'a> RecordStream<'a> {
    fn new(store: &'a AuditStore, query: &AuditQuery, order: Order, after: Option<&str>) -> Self {
        // `<instant>` sorts before `<instant>#<id>`, so the lower bound is inclusive and the upper bound exclusive.
        let (mut low, mut high) = (to_sortable_text(query.from), to_sortable_text(query.to));
        if let Some(after) = after {
            match order {
                Order::Descending => high = high.min(after.to_owned()),
                Order::Ascending => low = low.max(after.to_owned()),
            }
        }
        let mut steps: VecDeque<_> = query.partition_steps().into();
        if order == Order::Ascending {
            steps.make_contiguous().reverse();
        }
        Self { store, order, low, high, after: after.map(str::to_owned), steps, readers: Vec::new() }
    }

    fn new_reader(&self, partition: &IndexPartition, batch_size: usize) -> PartitionReader {
        let (index, pk) = index_and_key(partition);
        let mut query = Query::index(index, pk).between(&self.low, &self.high);
        if self.order == Order::Descending {
            query = query.descending();
        }
        let sort_key_attribute = format!("ix_{index}_sk");
        PartitionReader { query, sort_key_attribute, keys: VecDeque::new(), batch_size, exhausted: false }
    }

    /// The next `count` sort keys in order; fewer only at the end.
    async fn next_keys(&mut self, count: usize) -> Result<Vec<String>> {
        let mut keys = Vec::new();
        while keys.len() < count {
            self.refill_readers().await?;
            self.readers.retain(|reader| !reader.keys.is_empty());
            if self.readers.is_empty() {
                let Some(partitions) = self.steps.pop_front() else { break };
                if self.low <= self.high {
                    let batch_size = if partitions.len() > 1 { FIRST_BATCH_KEYS } else { count };
                    self.readers = partitions.iter().map(|partition| self.new_reader(partition, batch_size)).collect();
                }
                continue;
            }
            let order = self.order;
            let first =
                |a: &&mut PartitionReader, b: &&mut PartitionReader| match (order, a.keys.front().cmp(&b.keys.front()))
                {
                    (Order::Descending, ordering) => ordering.reverse(),
                    (Order::Ascending, ordering) => ordering,
                };
            let foremost = self.readers.iter_mut().min_by(|a, b| -> Ordering { first(a, b) });
            let key = foremost.and_then(|reader| reader.keys.pop_front());
            keys.extend(key.filter(|key| self.after.as_ref() != Some(key)));
        }
        Ok(keys)
    }

    /// Reads further keys for each reader that has no unread keys and is not at the end of its partition.
    async fn refill_readers(&mut self) -> Result<()> {
        let table = &self.store.table;
        let (empty, full): (Vec<_>, Vec<_>) = std::mem::take(&mut self.readers)
            .into_iter()
            .partition(|reader| reader.keys.is_empty() && !reader.exhausted);
        let refilled = stream::iter(empty.into_iter().map(|mut reader| async move {
            let query = reader.query.clone().limit(reader.batch_size);
            let (items, next) = table.query(&query).await?;
            let key = |item: &Item| string_attribute(item, &reader.sort_key_attribute).map(str::to_owned);
            reader.keys = items.iter().filter_map(key).collect();
            reader.batch_size = (reader.batch_size * 2).min(1000);
            match next {
                Some(position) => reader.query = reader.query.after(position),
                None => reader.exhausted = true,
            }
            Ok::<_, kernel::Error>(reader)
        }));
        let refilled: Vec<_> = refilled.buffer_unordered(PARTITION_CONCURRENCY).try_collect().await?;
        self.readers = full.into_iter().chain(refilled).collect();
        Ok(())
    }

    /// At most `count` further records in order, with their sort keys; `None` at the end. Deleted and unreadable records are left
    /// out, so that the list may be empty before the end.
    pub async fn next_records(&mut self, count: usize) -> Result<Option<Vec<(String, StoredRecord)>>> {
        let keys = self.next_keys(count).await?;
        if keys.is_empty() {
            return Ok(None);
        }
        let mut stored = self.store.find_records(keys.iter().filter_map(|key| record_id_of(key))).await?;
        let take = |key: String| Some((key.clone(), stored.remove(&record_id_of(&key)?)?));
        Ok(Some(keys.into_iter().filter_map(take).collect()))
    }
}

impl AuditStore {
    /// Stream of records, to which the caller must apply [`AuditQuery::matches`].
    pub fn stream_candidates(&self, query: &AuditQuery, order: Order) -> RecordStream<'_> {
        RecordStream::new(self, query, order, None)
    }

    /// Page of matching records, newest first. If filters drop most records, a page may be short or empty and still have a next
    /// page.
    pub async fn search(&self, query: &AuditQuery, page: &Pagination) -> Result<Page<StoredRecord>> {
        let mut stream = RecordStream::new(self, query, Order::Descending, page.position()?.as_deref());
        let (mut items, mut last, mut scanned) = (Vec::new(), None::<String>, 0);
        'page: while scanned < SCANNED_MAX {
            let count = if scanned == 0 { page.size() + 1 } else { RECORDS_PER_BATCH };
            let Some(batch) = stream.next_records(count).await? else { return Ok(Page { items, next_cursor: None }) };
            scanned += count;
            for (key, stored) in batch {
                if query.matches(&stored.record) {
                    if items.len() == page.size() {
                        break 'page;
                    }
                    items.push(stored);
                }
                last = Some(key);
            }
        }
        let next_cursor = last.map(|last| page.cursor_after(&last)).transpose()?;
        Ok(Page { items, next_cursor })
    }
}
