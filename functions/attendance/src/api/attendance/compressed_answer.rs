//! Compression of answers that are too large to be stored uncompressed under their idempotency key.

use std::io::{Read, Write};

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use kernel::{Error, Result};
use serde::Serialize;
use serde_json::{Value, json};

/// Maximum size of a decompressed answer.
const BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Compresses an answer as JSON with zlib; the result is an object with base64 text.
pub(crate) fn compress_answer(answer: &impl Serialize) -> Result<Value> {
    let text = serde_json::to_vec(answer).map_err(Error::internal)?;
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
    packer.write_all(&text).map_err(Error::internal)?;
    Ok(json!({ "packed": STANDARD.encode(packer.finish().map_err(Error::internal)?) }))
}

/// Restores the answer from a result of [`compress_answer`].
pub(crate) fn decompress_answer(closed: &Value) -> Result<Value> {
    let text = closed.get("packed").and_then(Value::as_str).unwrap_or_default();
    let bytes = STANDARD.decode(text).map_err(Error::internal)?;
    let mut answer = Vec::new();
    ZlibDecoder::new(bytes.as_slice()).take(BYTES_MAX).read_to_end(&mut answer).map_err(Error::internal)?;
    serde_json::from_slice(&answer).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compression_is_lossless_and_shrinks_answers() {
        let item = json!({"line": 2, "fate": "accepted", "at": "2024-06-10T08:59:12Z", "employee_code": "E0001"});
        let answer = json!({ "items": vec![item; 5000] });
        let packed = compress_answer(&answer).unwrap();
        assert!(packed.to_string().len() < 10_000, "{}", packed.to_string().len());
        assert_eq!(decompress_answer(&packed).unwrap(), answer);
        assert!(decompress_answer(&json!({})).is_err());
    }
}
