//! Sealed cursors: opaque, tamper-proof, useless to another caller or for another question.

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Code, Error, Page, PageLimit, Result};

use crate::{
    item::{Item, from_item},
    query::Query,
    table::Table,
};

/// How many requests one page may cost when a filter drops most of what is read.
const QUERIES_PER_PAGE_MAX: usize = 10;
/// No cursor of ours is longer.
const CURSOR_BYTES_MAX: usize = 2048;

/// Who asks what: a cursor opens only under the same view that it was sealed under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CursorScope(String);

impl CursorScope {
    /// `caller` is the one who asks, `question` the operation with its filters.
    pub fn new(caller: impl ToString, question: impl ToString) -> Self {
        Self(format!("{}\n{}", caller.to_string(), question.to_string()))
    }
}

/// Seals and opens cursors with a key that lives as long as the published keys do.
pub struct CursorCipher(RandomizedNonceKey);

impl std::fmt::Debug for CursorCipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(hidden)")
    }
}

fn invalid_cursor() -> Error {
    Error::new(Code::InvalidCursor, "The cursor is broken, too old, or belongs to another list.").with_field(
        "query:cursor",
        "invalid_cursor",
        "start again without a cursor",
    )
}

impl CursorCipher {
    /// A sealer with a key of 32 bytes.
    ///
    /// # Errors
    /// Internal, for a key of another length.
    pub fn new(key: &[u8]) -> Result<Self> {
        RandomizedNonceKey::new(&AES_256_GCM, key).map(Self).map_err(|_| Error::internal("cursor key is not 32 bytes"))
    }

    /// Seals a text for one view.
    ///
    /// # Errors
    /// Internal, when the cipher fails.
    pub fn encrypt(&self, view: &CursorScope, position: &str) -> Result<String> {
        let mut sealed = position.as_bytes().to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(view.0.as_bytes()), &mut sealed)
            .map_err(|_| Error::internal("cursor cannot be sealed"))?;
        sealed.extend_from_slice(nonce.as_ref());
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Opens what [`Sealer::seal`] sealed for the same view.
    ///
    /// # Errors
    /// 400 with the code `invalid_cursor` for anything else.
    pub fn decrypt(&self, view: &CursorScope, cursor: &str) -> Result<String> {
        if cursor.len() > CURSOR_BYTES_MAX {
            return Err(invalid_cursor());
        }
        let mut sealed = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| invalid_cursor())?;
        let split = sealed.len().checked_sub(NONCE_LEN).ok_or_else(invalid_cursor)?;
        let nonce = Nonce::try_assume_unique_for_key(&sealed.split_off(split)).map_err(|_| invalid_cursor())?;
        let open =
            self.0.open_in_place(nonce, Aad::from(view.0.as_bytes()), &mut sealed).map_err(|_| invalid_cursor())?;
        String::from_utf8(open.to_vec()).map_err(|_| invalid_cursor())
    }

    fn encrypt_position(&self, view: &CursorScope, position: &Item) -> Result<String> {
        let texts: std::collections::BTreeMap<_, _> =
            position.iter().filter_map(|(name, value)| Some((name, value.as_s().ok()?))).collect();
        self.encrypt(view, &serde_json::to_string(&texts).map_err(Error::internal)?)
    }

    fn decrypt_position(&self, view: &CursorScope, cursor: &str) -> Result<Item> {
        let texts: std::collections::BTreeMap<String, String> =
            serde_json::from_str(&self.decrypt(view, cursor)?).map_err(|_| invalid_cursor())?;
        Ok(texts.into_iter().map(|(name, text)| (name, aws_sdk_dynamodb::types::AttributeValue::S(text))).collect())
    }
}

/// Which page of a list: its size, where it begins, and what its cursors are sealed for.
#[derive(Debug, Clone)]
pub struct Pagination {
    limit: PageLimit,
    cursor: Option<String>,
    sealer: Arc<CursorCipher>,
    view: CursorScope,
}

impl Pagination {
    /// A page of at most `limit` items, after the cursor of the page before.
    pub const fn new(limit: PageLimit, cursor: Option<String>, sealer: Arc<CursorCipher>, view: CursorScope) -> Self {
        Self { limit, cursor, sealer, view }
    }

    /// The same page, with cursors that open only for the same `value`: for what the query leaves to a default, such as today.
    #[must_use]
    pub fn bound_to(mut self, value: impl ToString) -> Self {
        self.view = CursorScope::new(self.view.0, value);
        self
    }

    /// Number of items at most.
    pub fn size(&self) -> usize {
        usize::from(self.limit.get())
    }

    /// Where the page before ended, as it was given to [`Self::cursor_after`]; `None` for the first page.
    ///
    /// # Errors
    /// 400 for a cursor that does not open.
    pub fn position(&self) -> Result<Option<String>> {
        self.cursor.as_ref().map(|cursor| self.sealer.decrypt(&self.view, cursor)).transpose()
    }

    /// The cursor of the page after this position.
    pub fn cursor_after(&self, position: &str) -> Result<String> {
        self.sealer.encrypt(&self.view, position)
    }

    /// One page of a list that was read whole and is sorted by `key`, ascending or descending.
    ///
    /// # Errors
    /// 400 for a cursor that does not open.
    pub fn page_of_all<T>(&self, items: Vec<T>, key: impl Fn(&T) -> String, order: Order) -> Result<Page<T>> {
        let position = self.position()?;
        let is_after = |item: &T| match (&position, order) {
            (None, _) => true,
            (Some(position), Order::Ascending) => key(item) > *position,
            (Some(position), Order::Descending) => key(item) < *position,
        };
        let mut rest = items.into_iter().filter(is_after);
        let items: Vec<T> = rest.by_ref().take(self.size()).collect();
        let more = rest.next().is_some();
        let last = items.last().filter(|_| more).map(&key);
        let next_cursor = last.map(|last| self.cursor_after(&last)).transpose()?;
        Ok(Page { items, next_cursor })
    }
}

/// Order of a list by its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Smallest key first.
    Ascending,
    /// Largest key first.
    Descending,
}

impl Table {
    /// A page of the items that a query finds. Asks for one item more than wanted, so that the last page carries no cursor.
    ///
    /// # Errors
    /// 400 for a cursor that does not open; otherwise as [`Table::query`].
    pub async fn page(&self, query: Query, page: &Pagination) -> Result<Page<Item>> {
        let wanted = page.size();
        let mut query = query.limit(wanted + 1);
        if let Some(cursor) = &page.cursor {
            query = query.after(page.sealer.decrypt_position(&page.view, cursor)?);
        }
        let mut items: Vec<Item> = Vec::new();
        let mut unread = None;
        for _ in 0..QUERIES_PER_PAGE_MAX {
            let (found, next) = self.query(&query).await?;
            items.extend(found);
            unread = next;
            match &unread {
                Some(position) if items.len() <= wanted => query = query.after(position.clone()),
                _ => break,
            }
        }
        let position = if items.len() > wanted {
            items.truncate(wanted);
            items.last().map(|last| query.position_after(last))
        } else {
            unread
        };
        let next_cursor = position.map(|position| page.sealer.encrypt_position(&page.view, &position)).transpose()?;
        Ok(Page { items, next_cursor })
    }

    /// The same, typed.
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

    fn sealer() -> CursorCipher {
        CursorCipher::new(&[7; 32]).unwrap()
    }

    #[test]
    fn a_cursor_opens_only_for_the_caller_and_the_question_it_was_sealed_for() {
        let view = CursorScope::new("emp_a", "employees-list?status=active");
        let cursor = sealer().encrypt(&view, "EMP#1").unwrap();
        assert_eq!(sealer().decrypt(&view, &cursor).unwrap(), "EMP#1");
        for other in [
            CursorScope::new("emp_b", "employees-list?status=active"),
            CursorScope::new("emp_a", "employees-list?status=left"),
        ] {
            assert_eq!(sealer().decrypt(&other, &cursor).unwrap_err().kind(), kernel::ErrorKind::Malformed);
        }
        assert!(!cursor.contains("EMP"), "opaque");
    }

    proptest! {
        #[test]
        fn no_text_opens_by_chance(text in "[A-Za-z0-9_-]{0,80}") {
            prop_assert_eq!(sealer().decrypt(&CursorScope::new("a", "b"), &text).unwrap_err().kind(), kernel::ErrorKind::Malformed);
        }

        #[test]
        fn a_changed_byte_breaks_the_seal(at in 0usize..40, bit in 0u8..6) {
            let view = CursorScope::new("a", "b");
            let cursor = sealer().encrypt(&view, "a position of some length").unwrap();
            let mut bytes = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
            bytes[at] ^= 1 << bit;
            prop_assert!(sealer().decrypt(&view, &URL_SAFE_NO_PAD.encode(bytes)).is_err());
        }
    }
}
