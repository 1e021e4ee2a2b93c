//! How records and manifests lie in the table: packed, so that nearly every record takes one write unit and a manifest of a full
//! batch another.
//!
//! What is hashed, sealed, archived and exported is a record's canonical JSON, byte for byte; packing only spares room. A record is
//! deflated (RFC 1951) behind a text that records resemble: what it shares with that text, such as the names of its fields, takes
//! next to nothing. An entry of a manifest is its time, its id and its leaf hash, one after the other.

use std::io::{Read, Write as _};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use jiff::Timestamp;
use kernel::AuditId;
use uuid::Uuid;

use super::{hash::Hash, record::SealEntry};

/// The first byte of a packed record: which text stands before it.
const FORMAT: u8 = 1;
/// What records of form 1 stand behind. Every one of them needs it to be read, so it never changes: a better text would be form 2.
const DICTIONARY: &[u8; 7588] = include_bytes!("resembled.txt");
/// A stored block of deflate that holds [`RESEMBLED`]: kind, length, the length's complement.
const DICTIONARY_BLOCK: [u8; 5] = [0, 0xa4, 0x1d, 0x5b, 0xe2];
/// No record is longer, whatever a hand has put into the table.
const RECORD_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// The bytes of an entry: milliseconds since 1970, UUID, SHA-256.
const ENTRY_BYTES: usize = 8 + 16 + 32;

/// A record's canonical JSON as it lies in the table.
///
/// # Errors
/// Never, as long as there is memory.
pub fn pack(text: &str) -> std::io::Result<Vec<u8>> {
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::default());
    deflate.write_all(DICTIONARY)?;
    // A flush ends on a whole byte: what comes behind can be cut off here, and still refers to what stood before.
    deflate.flush()?;
    let before = deflate.get_ref().len();
    deflate.write_all(text.as_bytes())?;
    let packed = deflate.finish()?;
    Ok(std::iter::once(FORMAT).chain(packed.into_iter().skip(before)).collect())
}

/// What was packed; nothing where a hand has made it unreadable.
pub fn unpack(packed: &[u8]) -> Option<String> {
    let (&FORMAT, packed) = packed.split_first()? else { return None };
    let whole = DICTIONARY_BLOCK.chain(DICTIONARY.as_slice()).chain(packed);
    let mut text = Vec::new();
    DeflateDecoder::new(whole).take(RECORD_BYTES_MAX).read_to_end(&mut text).ok()?;
    String::from_utf8(text.split_off(DICTIONARY.len().min(text.len()))).ok()
}

pub fn pack_entries(entries: &[SealEntry]) -> Vec<u8> {
    let bytes = |entry: &SealEntry| {
        let at = entry.timestamp.as_millisecond().to_be_bytes();
        at.into_iter().chain(entry.id.uuid().into_bytes()).chain(*entry.leaf.as_bytes())
    };
    entries.iter().flat_map(bytes).collect()
}

/// What a manifest lists; nothing where a hand has made it unreadable.
pub fn unpack_entries(packed: &[u8]) -> Option<Vec<SealEntry>> {
    let (entries, rest) = packed.as_chunks::<ENTRY_BYTES>();
    let entry = |bytes: &[u8; ENTRY_BYTES]| {
        let (at, rest) = bytes.split_first_chunk::<8>()?;
        let (id, leaf) = rest.split_first_chunk::<16>()?;
        Some(SealEntry {
            timestamp: Timestamp::from_millisecond(i64::from_be_bytes(*at)).ok()?,
            id: AuditId::new(Uuid::from_bytes(*id)),
            leaf: Hash::from_bytes(leaf.first_chunk::<32>().copied()?),
        })
    };
    rest.is_empty().then(|| entries.iter().map(entry).collect())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::domain::record::{Record, tests::event};

    #[test]
    fn the_block_before_a_record_holds_what_it_resembles() {
        let [_, low, high, not_low, not_high] = DICTIONARY_BLOCK;
        assert_eq!(usize::from(u16::from_le_bytes([low, high])), DICTIONARY.len());
        assert_eq!((not_low, not_high), (!low, !high));
        let empty = pack("").unwrap();
        assert_eq!(unpack(&empty).as_deref(), Some(""));
    }

    #[test]
    fn a_record_of_a_form_that_nobody_knows_or_that_was_cut_does_not_read() {
        let event = event("leave.request_created", json!({"reason": "none"}));
        let record = Record::from_event(event, "system:audit-on-event", Timestamp::UNIX_EPOCH);
        let packed = pack(&record.to_canonical().unwrap().text).unwrap();
        assert_eq!(unpack(&packed), Some(record.to_canonical().unwrap().text));
        let [_, body @ ..] = &packed[..] else { panic!("packed") };
        assert_eq!(unpack(&[&[2], body].concat()), None);
        assert_eq!(unpack(&packed[..packed.len() - 1]), None);
        assert_eq!((unpack(&[]), unpack(&[FORMAT])), (None, None));
    }

    proptest! {
        #[test]
        fn whatever_was_packed_reads_back(text in "\\PC{0,3000}") {
            prop_assert_eq!(unpack(&pack(&text).unwrap()), Some(text));
        }

        #[test]
        fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = unpack(&bytes);
            let _ = unpack(&[&[FORMAT], bytes.as_slice()].concat());
            let _ = unpack_entries(&bytes);
        }

        #[test]
        fn entries_read_back(of in prop::collection::vec((0_i64..4_000_000_000_000, any::<u128>(), any::<[u8; 32]>()), 0..40)) {
            let entry = |(at, id, leaf)| SealEntry {
                timestamp: Timestamp::from_millisecond(at).unwrap(),
                id: AuditId::new(Uuid::from_u128(id)),
                leaf: Hash::from_bytes(leaf),
            };
            let entries: Vec<_> = of.into_iter().map(entry).collect();
            let packed = pack_entries(&entries);
            prop_assert_eq!(packed.len(), entries.len() * ENTRY_BYTES);
            prop_assert_eq!(unpack_entries(&packed), Some(entries));
            prop_assert_eq!(unpack_entries(&[packed.as_slice(), &[0]].concat()), None);
        }
    }
}
