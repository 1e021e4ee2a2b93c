//! Searching: lanes of the indexes merged by time, records fetched by key, the rest filtered out.

use std::{cmp::Ordering, collections::VecDeque};

use futures::{StreamExt, TryStreamExt, stream};
use kernel::{AuditId, Page, Result, to_sortable_text};
use store::{Item, Order, Pagination, Query, string_attribute};

use super::{AuditStore, StoredRecord};
use crate::domain::query::{AuditQuery, IndexPartition};

const PARTITION_CONCURRENCY: usize = 8;
/// How many keys the first request to one of several lanes reads; later ones read twice as many each.
const FIRST_BATCH_KEYS: usize = 10;
/// How many records one page may look at when filters drop most of them.
const SCANNED_MAX: usize = 2000;
/// How many records are fetched at once when filters may drop some.
const FETCHED_AT_ONCE: usize = 100;

struct PartitionReader {
    query: Query,
    column: String,
    keys: VecDeque<String>,
    chunk: usize,
    exhausted: bool,
}

pub struct RecordStream<'a> {
    trail: &'a AuditStore,
    order: Order,
    low: String,
    high: String,
    behind: Option<String>,
    steps: VecDeque<Vec<IndexPartition>>,
    sources: Vec<PartitionReader>,
}

fn index_of(lane: &IndexPartition) -> (&'static str, String) {
    match lane {
        IndexPartition::User(user) => ("by_user", user.clone()),
        IndexPartition::Entity(entity) => ("by_entity", entity.clone()),
        IndexPartition::Failure(month) => ("by_failure", month.to_string()),
        IndexPartition::Type(log_type, month) => ("by_type", format!("{log_type}#{month}")),
    }
}

fn id_of(sort_key: &str) -> Option<AuditId> {
    sort_key.split_once('#')?.1.parse().ok()
}

impl<'a> RecordStream<'a> {
    fn new(trail: &'a AuditStore, question: &AuditQuery, order: Order, behind: Option<&str>) -> Self {
        // `<instant>` sorts before `<instant>#<id>`: the lower bound is included, the upper one is not.
        let (mut low, mut high) = (to_sortable_text(question.from), to_sortable_text(question.to));
        if let Some(behind) = behind {
            match order {
                Order::Descending => high = high.min(behind.to_owned()),
                Order::Ascending => low = low.max(behind.to_owned()),
            }
        }
        let mut steps: VecDeque<_> = question.plan().into();
        if order == Order::Ascending {
            steps.make_contiguous().reverse();
        }
        Self { trail, order, low, high, behind: behind.map(str::to_owned), steps, sources: Vec::new() }
    }

    fn source(&self, lane: &IndexPartition, chunk: usize) -> PartitionReader {
        let (index, pk) = index_of(lane);
        let mut query = Query::index(index, pk).between(&self.low, &self.high);
        if self.order == Order::Descending {
            query = query.descending();
        }
        PartitionReader { query, column: format!("ix_{index}_sk"), keys: VecDeque::new(), chunk, exhausted: false }
    }

    /// The next keys, at most `wanted`; none at the end.
    async fn next(&mut self, wanted: usize) -> Result<Vec<String>> {
        let mut keys = Vec::new();
        while keys.len() < wanted {
            self.refill().await?;
            self.sources.retain(|source| !source.keys.is_empty());
            if self.sources.is_empty() {
                let Some(lanes) = self.steps.pop_front() else { break };
                if self.low <= self.high {
                    let chunk = if lanes.len() > 1 { FIRST_BATCH_KEYS } else { wanted };
                    self.sources = lanes.iter().map(|lane| self.source(lane, chunk)).collect();
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
            let foremost = self.sources.iter_mut().min_by(|a, b| -> Ordering { first(a, b) });
            let key = foremost.and_then(|source| source.keys.pop_front());
            keys.extend(key.filter(|key| self.behind.as_ref() != Some(key)));
        }
        Ok(keys)
    }

    /// Asks every lane that has no key in hand for more, several at once.
    async fn refill(&mut self) -> Result<()> {
        let table = &self.trail.table;
        let (empty, full): (Vec<_>, Vec<_>) = std::mem::take(&mut self.sources)
            .into_iter()
            .partition(|source| source.keys.is_empty() && !source.exhausted);
        let asked = stream::iter(empty.into_iter().map(|mut source| async move {
            let query = source.query.clone().limit(source.chunk);
            let (items, next) = table.query(&query).await?;
            let key = |item: &Item| string_attribute(item, &source.column).map(str::to_owned);
            source.keys = items.iter().filter_map(key).collect();
            source.chunk = (source.chunk * 2).min(1000);
            match next {
                Some(position) => source.query = source.query.after(position),
                None => source.exhausted = true,
            }
            Ok::<_, kernel::Error>(source)
        }));
        let asked: Vec<_> = asked.buffer_unordered(PARTITION_CONCURRENCY).try_collect().await?;
        self.sources = full.into_iter().chain(asked).collect();
        Ok(())
    }

    /// The next records in order, at most `wanted` (fewer where a hand has removed some); `None` at the end. With each
    /// comes its sort key.
    pub async fn records(&mut self, wanted: usize) -> Result<Option<Vec<(String, StoredRecord)>>> {
        let keys = self.next(wanted).await?;
        if keys.is_empty() {
            return Ok(None);
        }
        let mut found = self.trail.get_many(keys.iter().filter_map(|key| id_of(key))).await?;
        let take = |key: String| Some((key.clone(), found.remove(&id_of(&key)?)?));
        Ok(Some(keys.into_iter().filter_map(take).collect()))
    }
}

impl AuditStore {
    pub fn stream(&self, question: &AuditQuery, order: Order) -> RecordStream<'_> {
        RecordStream::new(self, question, order, None)
    }

    /// One page, newest first. A page may be short, even empty, and still have a next one when filters drop most of what is
    /// looked at.
    pub async fn search(&self, question: &AuditQuery, page: &Pagination) -> Result<Page<StoredRecord>> {
        let mut feed = RecordStream::new(self, question, Order::Descending, page.position()?.as_deref());
        let (mut items, mut last, mut looked_at) = (Vec::new(), None::<String>, 0);
        'page: while looked_at < SCANNED_MAX {
            let wanted = if looked_at == 0 { page.size() + 1 } else { FETCHED_AT_ONCE };
            let Some(batch) = feed.records(wanted).await? else { return Ok(Page { items, next_cursor: None }) };
            looked_at += wanted;
            for (key, found) in batch {
                if question.matches(&found.record) {
                    if items.len() == page.size() {
                        break 'page;
                    }
                    items.push(found);
                }
                last = Some(key);
            }
        }
        let next_cursor = last.map(|last| page.cursor_after(&last)).transpose()?;
        Ok(Page { items, next_cursor })
    }
}
