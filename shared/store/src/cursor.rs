//! Encrypted cursors: opaque, tamper-proof, and valid only for the caller and the query they were issued for.

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Code, Error, Page, PageLimit, Result};

use crate::{
    item::{Item, from_item},
    messages,
    query::Query,
    table::Table,
};

/// Maximum queries for one page, when a filter drops most of the items read.
const QUERIES_PER_PAGE_MAX: usize = 10;
/// Maximum length of a cursor; documented as `maxLength` of the parameter.
const CURSOR_BYTES_MAX: usize = 2048;

/// Caller and query that a cursor is valid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CursorScope(String);

impl CursorScope {
    /// Scope of a caller and of a query, which is the operation with its filters.
    pub fn new(caller: impl ToString, query: impl ToString) -> Self {
        Self(format!("{}\n{}", caller.to_string(), query.to_string()))
    }
}

/// Encrypts and decrypts cursors (AES-256-GCM). The key is stored with the published keys.
pub struct CursorCipher(RandomizedNonceKey);

impl std::fmt::Debug for CursorCipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CursorCipher(hidden)")
    }
}

fn invalid_cursor_error() -> Error {
    Error::new(Code::InvalidCursor, messages::invalid_cursor()).with_field(
        "query:cursor",
        "invalid_cursor",
        messages::start_again(),
    )
}

impl CursorCipher {
    /// Cipher with a key of 32 bytes.
    ///
    /// # Errors
    /// 500 for a key of another length.
    pub fn new(key: &[u8]) -> Result<Self> {
        RandomizedNonceKey::new(&AES_256_GCM, key).map(Self).map_err(|_| Error::internal("cursor key is not 32 bytes"))
    }

    /// Encrypts a position for one scope.
    ///
    /// # Errors
    /// 500 if the cipher fails.
    pub fn encrypt(&self, scope: &CursorScope, position: &str) -> Result<String> {
        let mut bytes = position.as_bytes().to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(scope.0.as_bytes()), &mut bytes)
            .map_err(|_| Error::internal("cursor cannot be encrypted"))?;
        bytes.extend_from_slice(nonce.as_ref());
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Inverse of [`CursorCipher::encrypt`], for the same scope.
    ///
    /// # Errors
    /// 400 `invalid_cursor` for any other text or scope.
    pub fn decrypt(&self, scope: &CursorScope, cursor: &str) -> Result<String> {
        if cursor.len() > CURSOR_BYTES_MAX {
            return Err(invalid_cursor_error());
        }
        let mut bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| invalid_cursor_error())?;
        let split = bytes.len().checked_sub(NONCE_LEN).ok_or_else(invalid_cursor_error)?;
        let nonce = Nonce::try_assume_unique_for_key(&bytes.split_off(split)).map_err(|_| invalid_cursor_error())?;
        let text = self
            .0
            .open_in_place(nonce, Aad::from(scope.0.as_bytes()), &mut bytes)
            .map_err(|_| invalid_cursor_error())?;
        String::from_utf8(text.to_vec()).map_err(|_| invalid_cursor_error())
    }

    fn encrypt_position(&self, scope: &CursorScope, position: &Item) -> Result<String> {
        let texts: std::collections::BTreeMap<_, _> =
            position.iter().filter_map(|(name, value)| Some((name, value.as_s().ok()?))).collect();
        self.encrypt(scope, &serde_json::to_string(&texts).map_err(Error::internal)?)
    }

    fn decrypt_position(&self, scope: &CursorScope, cursor: &str) -> Result<Item> {
        let texts: std::collections::BTreeMap<String, String> =
            serde_json::from_str(&self.decrypt(scope, cursor)?).map_err(|_| invalid_cursor_error())?;
        Ok(texts.into_iter().map(|(name, text)| (name, aws_sdk_dynamodb::types::AttributeValue::S(text))).collect())
    }
}

/// Requested page of a list: size, cursor, and the cipher and scope of cursors.
#[derive(Debug, Clone)]
pub struct Pagination {
    limit: PageLimit,
    cursor: Option<String>,
    cipher: Arc<CursorCipher>,
    scope: CursorScope,
}

impl Pagination {
    /// Page of at most `limit` items after `cursor`.
    pub const fn new(limit: PageLimit, cursor: Option<String>, cipher: Arc<CursorCipher>, scope: CursorScope) -> Self {
        Self { limit, cursor, cipher, scope }
    }

    /// Makes cursors valid only for the same `value`. Use it for defaults that the query does not name, such as today.
    #[must_use]
    pub fn bind_cursors_to(mut self, value: impl ToString) -> Self {
        self.scope = CursorScope::new(self.scope.0, value);
        self
    }

    /// Maximum number of items on the page.
    pub fn size(&self) -> usize {
        usize::from(self.limit.get())
    }

    /// Position in the cursor of the request, as given to [`Self::cursor_after`]; `None` for the first page.
    ///
    /// # Errors
    /// 400 `invalid_cursor`.
    pub fn position(&self) -> Result<Option<String>> {
        self.cursor.as_ref().map(|cursor| self.cipher.decrypt(&self.scope, cursor)).transpose()
    }

    /// Cursor of the page after this position.
    pub fn cursor_after(&self, position: &str) -> Result<String> {
        self.cipher.encrypt(&self.scope, position)
    }

    /// Page of a complete list, which must be sorted by `key` in this order. No two items may have the same key.
    ///
    /// # Errors
    /// 400 `invalid_cursor`.
    pub fn page_of_all<T>(&self, sorted_items: Vec<T>, key: impl Fn(&T) -> String, order: Order) -> Result<Page<T>> {
        let position = self.position()?;
        let is_after = |item: &T| match (&position, order) {
            (None, _) => true,
            (Some(position), Order::Ascending) => key(item) > *position,
            (Some(position), Order::Descending) => key(item) < *position,
        };
        let mut rest = sorted_items.into_iter().filter(is_after);
        let items: Vec<T> = rest.by_ref().take(self.size()).collect();
        let more = rest.next().is_some();
        let last = items.last().filter(|_| more).map(&key);
        let next_cursor = last.map(|last| self.cursor_after(&last)).transpose()?;
        Ok(Page { items, next_cursor })
    }
}

/// Sort order of a list by its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Smallest key first.
    Ascending,
    /// Largest key first.
    Descending,
}

impl Table {
    /// Page of the items that match a query.
    ///
    /// Reads one item more than the page has, so that the last page has no cursor. When a filter drops most items, a page may
    /// be short or empty and still have a cursor.
    ///
    /// # Errors
    /// 400 `invalid_cursor`.
    pub async fn page(&self, query: Query, page: &Pagination) -> Result<Page<Item>> {
        let size = page.size();
        let mut query = query.limit(size + 1);
        if let Some(cursor) = &page.cursor {
            query = query.after(page.cipher.decrypt_position(&page.scope, cursor)?);
        }
        let mut items: Vec<Item> = Vec::new();
        let mut unread = None;
        for _ in 0..QUERIES_PER_PAGE_MAX {
            let (read, next) = self.query(&query).await?;
            items.extend(read);
            unread = next;
            match &unread {
                Some(position) if items.len() <= size => query = query.after(position.clone()),
                _ => break,
            }
        }
        let position = if items.len() > size {
            items.truncate(size);
            items.last().map(|last| query.position_after(last))
        } else {
            unread
        };
        let next_cursor = position.map(|position| page.cipher.encrypt_position(&page.scope, &position)).transpose()?;
        Ok(Page { items, next_cursor })
    }

    /// Page of the items that match a query, deserialised; see [`Table::page`].
    ///
    /// # Errors
    /// 400 `invalid_cursor`.
    pub async fn typed_page<T: serde::de::DeserializeOwned>(&self, query: Query, page: &Pagination) -> Result<Page<T>> {
        let page = self.page(query, page).await?;
        let items = page.items.into_iter().map(from_item).collect::<Result<Vec<T>>>()?;
        Ok(Page { items, next_cursor: page.next_cursor })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cipher() -> CursorCipher {
        CursorCipher::new(&[7; 32]).unwrap()
    }

    #[test]
    fn cursor_is_valid_only_for_its_caller_and_query() {
        let scope = CursorScope::new("emp_a", "employees-list?status=active");
        let cursor = cipher().encrypt(&scope, "EMP#1").unwrap();
        assert_eq!(cipher().decrypt(&scope, &cursor).unwrap(), "EMP#1");
        for other in [
            CursorScope::new("emp_b", "employees-list?status=active"),
            CursorScope::new("emp_a", "employees-list?status=left"),
        ] {
            assert_eq!(cipher().decrypt(&other, &cursor).unwrap_err().kind(), kernel::ErrorKind::Malformed);
        }
        assert!(!cursor.contains("EMP"), "the position must not be readable");
    }

    proptest! {
        #[test]
        fn random_text_is_no_valid_cursor(text in "[A-Za-z0-9_-]{0,80}") {
            prop_assert_eq!(cipher().decrypt(&CursorScope::new("a", "b"), &text).unwrap_err().kind(), kernel::ErrorKind::Malformed);
        }

        #[test]
        fn changed_cursor_is_rejected(at in 0usize..40, bit in 0u8..6) {
            let scope = CursorScope::new("a", "b");
            let cursor = cipher().encrypt(&scope, "a position of some length").unwrap();
            let mut bytes = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
            bytes[at] ^= 1 << bit;
            prop_assert!(cipher().decrypt(&scope, &URL_SAFE_NO_PAD.encode(bytes)).is_err());
        }
    }
}
