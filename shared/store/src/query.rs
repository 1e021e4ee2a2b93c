//! Query of one partition of a table or of a secondary index.

use aws_sdk_dynamodb::{operation::query::builders::QueryFluentBuilder, types::AttributeValue};
use serde::Serialize;

use crate::{
    item::{Item, to_attribute},
    write::attribute_names_in,
};

/// Query of one partition, in ascending order of sort keys unless [`Query::descending`].
///
/// In [`Query::filter`], `#name` stands for the attribute `name` and `:name` for a value given with [`Query::value`].
#[derive(Debug, Clone)]
pub struct Query {
    index: Option<String>,
    condition: String,
    filter: Option<String>,
    values: Item,
    descending: bool,
    consistent: bool,
    limit: Option<i32>,
    after: Option<Item>,
}

impl Query {
    /// Query of a partition of the table.
    pub fn partition(pk: impl Into<String>) -> Self {
        Self::of(None, pk.into())
    }

    /// Query of a partition of a secondary index.
    pub fn index(index: &str, pk: impl Into<String>) -> Self {
        Self::of(Some(index.to_owned()), pk.into())
    }

    fn of(index: Option<String>, pk: String) -> Self {
        let name = index.as_ref().map_or_else(|| "#pk".to_owned(), |index| format!("#ix_{index}_pk"));
        Self {
            index,
            condition: format!("{name} = :pk"),
            filter: None,
            values: Item::from([(":pk".to_owned(), AttributeValue::S(pk))]),
            descending: false,
            consistent: false,
            limit: None,
            after: None,
        }
    }

    fn sort_key_placeholder(&self) -> String {
        self.index.as_ref().map_or_else(|| "#sk".to_owned(), |index| format!("#ix_{index}_sk"))
    }

    fn with_key_condition(mut self, condition: &str, values: &[(&str, &str)]) -> Self {
        self.condition = format!("{} AND {condition}", self.condition);
        for (name, value) in values {
            self.values.insert((*name).to_owned(), AttributeValue::S((*value).to_owned()));
        }
        self
    }

    /// Limits the query to sort keys with this prefix. A query has one such limit: this or [`Query::between`].
    #[must_use]
    pub fn begins_with(self, prefix: &str) -> Self {
        let condition = format!("begins_with({}, :prefix)", self.sort_key_placeholder());
        self.with_key_condition(&condition, &[(":prefix", prefix)])
    }

    /// Limits the query to sort keys from `low` to `high`, both included. A query has one such limit: this or
    /// [`Query::begins_with`].
    #[must_use]
    pub fn between(self, low: &str, high: &str) -> Self {
        let condition = format!("{} BETWEEN :low AND :high", self.sort_key_placeholder());
        self.with_key_condition(&condition, &[(":low", low), (":high", high)])
    }

    /// Keeps only items for which this expression holds. The others are read and paid for as well. All filters must hold.
    #[must_use]
    pub fn filter(mut self, expression: &str) -> Self {
        self.filter = Some(match self.filter {
            Some(before) => format!("({before}) AND ({expression})"),
            None => expression.to_owned(),
        });
        self
    }

    /// Sets the value of a placeholder in the filter, such as `:status`.
    #[must_use]
    pub fn value(mut self, placeholder: &str, value: &impl Serialize) -> Self {
        // A filter value that has no DynamoDB form matches nothing.
        let attribute = to_attribute(value).unwrap_or(AttributeValue::Null(true));
        self.values.insert(placeholder.to_owned(), attribute);
        self
    }

    /// Reverses the order: largest sort key first.
    #[must_use]
    pub const fn descending(mut self) -> Self {
        self.descending = true;
        self
    }

    /// Reads consistently: sees every write that was acknowledged before. Not possible for indexes.
    #[must_use]
    pub const fn consistent(mut self) -> Self {
        self.consistent = true;
        self
    }

    /// Limits the items that one request reads, before the filter. [`Table::query_all`](crate::Table::query_all) reads to the
    /// end nevertheless.
    #[must_use]
    pub fn limit(mut self, items: usize) -> Self {
        self.limit = i32::try_from(items).ok();
        self
    }

    /// Continues after this position: the key attributes of an item.
    #[must_use]
    pub fn after(mut self, position: Item) -> Self {
        self.after = Some(position);
        self
    }

    /// Position after an item in this query: its key attributes.
    pub(crate) fn position_after(&self, item: &Item) -> Item {
        let mut names = vec!["pk".to_owned(), "sk".to_owned()];
        if let Some(index) = &self.index {
            names.extend([format!("ix_{index}_pk"), format!("ix_{index}_sk")]);
        }
        names.into_iter().filter_map(|name| item.get(&name).map(|value| (name, value.clone()))).collect()
    }

    /// Writes the query into a request to DynamoDB.
    pub(crate) fn apply_to(&self, request: QueryFluentBuilder) -> QueryFluentBuilder {
        let names = attribute_names_in(std::iter::once(&self.condition).chain(&self.filter));
        request
            .set_index_name(self.index.clone())
            .key_condition_expression(&self.condition)
            .set_filter_expression(self.filter.clone())
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(Some(self.values.clone()))
            .scan_index_forward(!self.descending)
            .consistent_read(self.consistent)
            .set_limit(self.limit)
            .set_exclusive_start_key(self.after.clone())
    }
}
