//! Pages: for any limit, the pages of a list contain each item exactly once, in order.

use std::sync::Arc;

use kernel::{ErrorKind, PageLimit};
use serde_json::json;
use store::{CursorCipher, CursorScope, Key, Pagination, Query, Table, Write, string_attribute};
use testkit::origin;

use crate::table;

const THINGS: usize = 37;

async fn fill(table: &Table) {
    for n in 0..THINGS {
        let body = json!({"n": n, "even": n % 2 == 0});
        let write =
            Write::create(Key::new("LIST", format!("{n:04}")), &body).index("by_kind", "KIND#x", format!("{n:04}"));
        table.commit(&origin(), write).await.unwrap();
    }
}

fn pagination(limit: PageLimit, cursor: Option<String>, scope: &CursorScope) -> Pagination {
    Pagination::new(limit, cursor, Arc::new(CursorCipher::new(&[7; 32]).unwrap()), scope.clone())
}

/// Reads all pages; returns the sort keys in order and the number of pages.
async fn walk(table: &Table, query: impl Fn() -> Query, limit: u16) -> (Vec<String>, usize) {
    let (mut keys, mut pages, mut cursor) = (Vec::new(), 0, None::<String>);
    let scope = CursorScope::new("emp_1", "things-list");
    loop {
        let limit = PageLimit::new(limit).unwrap();
        let page = table.page(query(), &pagination(limit, cursor, &scope)).await.unwrap();
        assert!(page.items.len() <= usize::from(limit.get()));
        keys.extend(page.items.iter().map(|item| string_attribute(item, "sk").unwrap().to_owned()));
        pages += 1;
        cursor = page.next_cursor;
        if cursor.is_none() {
            return (keys, pages);
        }
    }
}

#[tokio::test]
async fn pages_contain_each_item_once_for_any_limit() {
    let (_dynamo, table) = table().await;
    fill(&table).await;
    let all: Vec<_> = (0..THINGS).map(|n| format!("{n:04}")).collect();
    let backwards: Vec<_> = all.iter().rev().cloned().collect();
    for limit in 1..=40 {
        let (keys, pages) = walk(&table, || Query::partition("LIST"), limit).await;
        assert_eq!((&keys, pages), (&all, THINGS.div_ceil(usize::from(limit))), "limit {limit}");
        let (keys, _) = walk(&table, || Query::index("by_kind", "KIND#x"), limit).await;
        assert_eq!(keys, all, "by index, limit {limit}");
        let (keys, _) = walk(&table, || Query::partition("LIST").descending(), limit).await;
        assert_eq!(keys, backwards, "backwards, limit {limit}");
    }
}

#[tokio::test]
async fn filtered_pages_lose_no_item() {
    let (_dynamo, table) = table().await;
    fill(&table).await;
    let even: Vec<_> = (0..THINGS).filter(|n| n % 2 == 0).map(|n| format!("{n:04}")).collect();
    for limit in [1, 2, 3, 5, 18, 19, 20, 100] {
        let query = || Query::partition("LIST").filter("#even = :yes").value(":yes", &true);
        assert_eq!(walk(&table, query, limit).await.0, even, "limit {limit}");
    }
}

#[tokio::test]
async fn cursor_is_rejected_for_another_caller_or_query() {
    let (_dynamo, table) = table().await;
    fill(&table).await;
    let limit = PageLimit::new(5).unwrap();
    let mine = CursorScope::new("emp_1", "things-list");
    let page = table.page(Query::partition("LIST"), &pagination(limit, None, &mine)).await.unwrap();
    let cursor = page.next_cursor.unwrap();
    for (scope, text) in [
        (CursorScope::new("emp_2", "things-list"), cursor.as_str()),
        (CursorScope::new("emp_1", "things-list?kind=x"), cursor.as_str()),
        (mine.clone(), "bm9uc2Vuc2U"),
        (mine.clone(), ""),
        (mine, "%%%"),
    ] {
        let error =
            table.page(Query::partition("LIST"), &pagination(limit, Some(text.to_owned()), &scope)).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Malformed, "invalid_cursor"));
    }
}

#[tokio::test]
async fn bounded_query_fails_beyond_its_bound() {
    let (_dynamo, table) = table().await;
    fill(&table).await;
    assert_eq!(table.query_all(Query::partition("LIST"), THINGS).await.unwrap().len(), THINGS);
    let error = table.query_all(Query::partition("LIST"), THINGS - 1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal);
    assert_eq!(table.query_all(Query::partition("LIST").between("0003", "0005"), 9).await.unwrap().len(), 3);
    assert_eq!(table.query_all(Query::partition("LIST").begins_with("001"), 99).await.unwrap().len(), 10);
}

#[tokio::test]
async fn batch_read_returns_all_existing_items() {
    let (_dynamo, table) = table().await;
    for n in 0..130 {
        table.commit(&origin(), Write::create(Key::new("LIST", n.to_string()), &json!({}))).await.unwrap();
    }
    let keys: Vec<_> = (0..140).map(|n| Key::new("LIST", n.to_string())).collect();
    assert_eq!(table.get_many(&keys).await.unwrap().len(), 130);
    assert!(table.get_many(&[]).await.unwrap().is_empty());
}
