//! Compression of records and manifests in the table: most records take one write unit, and the manifest of a full batch another.
//!
//! Hashes, seals, archives and exports use the canonical JSON; compression only saves space. A record is compressed by deflate
//! (RFC 1951) with a preset dictionary of texts that occur in many records. A manifest entry is stored as its time, id and leaf
//! hash.

use std::io::{Read, Write as _};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use jiff::Timestamp;
use kernel::AuditId;
use uuid::Uuid;

use super::{hash::Hash, record::SealEntry};

/// First byte of a compressed record: the format, which determines the dictionary.
const FORMAT: u8 = 1;
/// Dictionary of format 1. It never changes, because every stored record needs it; a different dictionary would be format 2.
const DICTIONARY: &[u8; 7588] = include_bytes!("record_dictionary.txt");
/// Header of a stored deflate block that contains [`DICTIONARY`]: kind, length, complement of the length.
const DICTIONARY_BLOCK: [u8; 5] = [0, 0xa4, 0x1d, 0x5b, 0xe2];
/// Longest record that is decompressed, as a limit for records that were edited in the table.
const RECORD_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Bytes of a manifest entry: milliseconds since 1970, UUID, SHA-256.
const ENTRY_BYTES: usize = 8 + 16 + 32;

/// Compresses the canonical JSON of a record.
///
/// # Errors
/// I/O errors of the encoder, which do not occur in memory.
pub fn pack_record(text: &str) -> std::io::Result<Vec<u8>> {
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::default());
    deflate.write_all(DICTIONARY)?;
    // A flush ends on a whole byte, so that the record can be cut off here. It still refers to the dictionary before it.
    deflate.flush()?;
    let before = deflate.get_ref().len();
    deflate.write_all(text.as_bytes())?;
    let packed = deflate.finish()?;
    Ok(std::iter::once(FORMAT).chain(packed.into_iter().skip(before)).collect())
}

/// Canonical JSON of a compressed record; `None` if the bytes are damaged.
pub fn unpack_record(packed: &[u8]) -> Option<String> {
    let (&FORMAT, packed) = packed.split_first()? else { return None };
    let whole = DICTIONARY_BLOCK.chain(DICTIONARY.as_slice()).chain(packed);
    let mut text = Vec::new();
    DeflateDecoder::new(whole).take(RECORD_BYTES_MAX).read_to_end(&mut text).ok()?;
    String::from_utf8(text.split_off(DICTIONARY.len().min(text.len()))).ok()
}

/// Bytes of a manifest: its entries in their order, not compressed.
pub fn pack_entries(entries: &[SealEntry]) -> Vec<u8> {
    let bytes = |entry: &SealEntry| {
        let at = entry.timestamp.as_millisecond().to_be_bytes();
        at.into_iter().chain(entry.id.uuid().into_bytes()).chain(*entry.leaf.as_bytes())
    };
    entries.iter().flat_map(bytes).collect()
}

/// Entries of a manifest; `None` if the bytes are damaged.
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
    use crate::domain::record::{AuditRecord, tests::event};

    #[test]
    fn dictionary_block_has_the_length_of_the_dictionary() {
        let [_, low, high, not_low, not_high] = DICTIONARY_BLOCK;
        assert_eq!(usize::from(u16::from_le_bytes([low, high])), DICTIONARY.len());
        assert_eq!((not_low, not_high), (!low, !high));
        let empty = pack_record("").unwrap();
        assert_eq!(unpack_record(&empty).as_deref(), Some(""));
    }

    #[test]
    fn unknown_formats_and_truncated_records_are_unreadable() {
        let event = event("leave.request_created", json!({"reason": "none"}));
        let record = AuditRecord::from_event(event, "system:audit-on-event", Timestamp::UNIX_EPOCH);
        let packed = pack_record(&record.to_canonical().unwrap().text).unwrap();
        assert_eq!(unpack_record(&packed), Some(record.to_canonical().unwrap().text));
        let [_, body @ ..] = &packed[..] else { panic!("packed") };
        assert_eq!(unpack_record(&[&[2], body].concat()), None);
        assert_eq!(unpack_record(&packed[..packed.len() - 1]), None);
        assert_eq!((unpack_record(&[]), unpack_record(&[FORMAT])), (None, None));
    }

    proptest! {
        #[test]
        fn packed_text_round_trips(text in "\\PC{0,3000}") {
            prop_assert_eq!(unpack_record(&pack_record(&text).unwrap()), Some(text));
        }

        #[test]
        fn unpacking_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = unpack_record(&bytes);
            let _ = unpack_record(&[&[FORMAT], bytes.as_slice()].concat());
            let _ = unpack_entries(&bytes);
        }

        #[test]
        fn packed_entries_round_trip(of in prop::collection::vec((0_i64..4_000_000_000_000, any::<u128>(), any::<[u8; 32]>()), 0..40)) {
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
