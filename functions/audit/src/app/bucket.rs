//! S3 bucket: objects that are written once, and multipart uploads of growing files.

use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use aws_sdk_s3::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    presigning::PresigningConfig,
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart},
};
use jiff::{SignedDuration, Timestamp};
use kernel::{Error, Result};
use lambda::{
    Shell,
    records_bucket::{s3_client, s3_error},
};

use crate::domain::hash::Hash;

/// Smallest part of a multipart upload. S3 requires 5 MiB.
const PART_BYTES: usize = 8 * 1024 * 1024;
#[derive(Clone)]
pub struct Bucket {
    client: Client,
    name: String,
}

/// Whether the error means that the object exists or is being written by another request.
fn is_existing_object<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
    matches!(code, Some("PreconditionFailed" | "ConditionalRequestConflict"))
}

impl Bucket {
    pub fn new(shell: &Shell, name: String) -> Self {
        Self { client: s3_client(shell), name }
    }

    /// Reads an object; `None` if it does not exist.
    pub async fn find_object(&self, key: &str) -> Result<Option<Vec<u8>>> {
        match self.client.get_object().bucket(&self.name).key(key).send().await {
            Ok(object) => {
                let body =
                    object.body.collect().await.map_err(|error| Error::unavailable(format!("GetObject: {error}")))?;
                Ok(Some(body.into_bytes().to_vec()))
            }
            Err(error) if error.as_service_error().is_some_and(|error| error.is_no_such_key()) => Ok(None),
            Err(error) => Err(s3_error("GetObject", &error)),
        }
    }

    /// Writes an object unless it exists. Returns whether it was written: not if it exists or another request is writing it.
    pub async fn create_object_if_missing(&self, key: &str, content_type: &str, bytes: Vec<u8>) -> Result<bool> {
        let put = self.client.put_object().bucket(&self.name).key(key).content_type(content_type);
        match put.if_none_match("*").body(ByteStream::from(bytes)).send().await {
            Ok(_) => Ok(true),
            Err(error) if is_existing_object(&error) => Ok(false),
            Err(error) => Err(s3_error("PutObject", &error)),
        }
    }

    /// Starts the upload of a file. The object does not exist before [`Upload::finish`].
    pub fn start_upload(&self, key: String, content_type: &'static str) -> Upload {
        Upload {
            bucket: self.clone(),
            key,
            content_type,
            pending: Vec::new(),
            digest: Context::new(&SHA256),
            parts: Vec::new(),
            id: None,
        }
    }

    /// Download link for one object, valid for a limited time.
    ///
    /// # Errors
    /// 500 for an invalid time or duration, 503 if the link cannot be signed.
    pub async fn presigned_url(
        &self,
        key: &str,
        file_name: &str,
        at: Timestamp,
        ttl: SignedDuration,
    ) -> Result<String> {
        let expires_in = Duration::from_secs(u64::try_from(ttl.as_secs()).unwrap_or_default());
        let config = PresigningConfig::builder().start_time(at.into()).expires_in(expires_in).build();
        let request = self
            .client
            .get_object()
            .bucket(&self.name)
            .key(key)
            .response_content_disposition(format!("attachment; filename=\"{file_name}\""))
            .presigned(config.map_err(Error::internal)?)
            .await
            .map_err(|error| s3_error("presign", &error))?;
        Ok(request.uri().to_owned())
    }
}

/// File that is being uploaded: a small one by a single request at the end, a large one in parts of 8 MiB.
pub struct Upload {
    bucket: Bucket,
    key: String,
    content_type: &'static str,
    pending: Vec<u8>,
    digest: Context,
    parts: Vec<CompletedPart>,
    id: Option<String>,
}

impl Upload {
    /// Appends bytes. They are buffered until they fill a part.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.digest.update(bytes);
        self.pending.extend_from_slice(bytes);
        if self.pending.len() >= PART_BYTES { self.send_part().await } else { Ok(()) }
    }

    /// Sends the pending bytes as the next part, and starts the multipart upload before the first one.
    async fn send_part(&mut self) -> Result<()> {
        let id = match self.id.clone() {
            Some(id) => id,
            None => self.begin_multipart().await?,
        };
        let number = i32::try_from(self.parts.len().saturating_add(1)).map_err(Error::internal)?;
        let sent = self
            .bucket
            .client
            .upload_part()
            .bucket(&self.bucket.name)
            .key(&self.key)
            .upload_id(&id)
            .part_number(number)
            .body(ByteStream::from(std::mem::take(&mut self.pending)))
            .send()
            .await
            .map_err(|error| s3_error("UploadPart", &error))?;
        self.parts.push(
            CompletedPart::builder()
                .part_number(number)
                .set_e_tag(sent.e_tag)
                .set_checksum_crc32(sent.checksum_crc32)
                .set_checksum_crc64_nvme(sent.checksum_crc64_nvme)
                .build(),
        );
        Ok(())
    }

    /// Starts the multipart upload and returns its id.
    async fn begin_multipart(&mut self) -> Result<String> {
        let begun = self
            .bucket
            .client
            .create_multipart_upload()
            .bucket(&self.bucket.name)
            .key(&self.key)
            .content_type(self.content_type)
            .send()
            .await
            .map_err(|error| s3_error("CreateMultipartUpload", &error))?;
        let id = begun.upload_id.ok_or_else(|| Error::unavailable("CreateMultipartUpload: no id"))?;
        self.id = Some(id.clone());
        Ok(id)
    }

    /// Creates the object unless it exists. Returns the SHA-256 digest of the uploaded bytes and whether they were written.
    pub async fn finish(mut self) -> Result<(Hash, bool)> {
        let hash = Hash::from_digest(&self.digest.clone().finish());
        if self.id.is_none() {
            let written = self.bucket.create_object_if_missing(&self.key, self.content_type, self.pending).await?;
            return Ok((hash, written));
        }
        if !self.pending.is_empty() {
            self.send_part().await?;
        }
        let parts = CompletedMultipartUpload::builder().set_parts(Some(self.parts)).build();
        let completed = self
            .bucket
            .client
            .complete_multipart_upload()
            .bucket(&self.bucket.name)
            .key(&self.key)
            .set_upload_id(self.id)
            .multipart_upload(parts)
            .if_none_match("*")
            .send()
            .await;
        match completed {
            Ok(_) => Ok((hash, true)),
            Err(error) if is_existing_object(&error) => Ok((hash, false)),
            Err(error) => Err(s3_error("CompleteMultipartUpload", &error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use axum::{Router, extract::Request, response::IntoResponse};

    use super::*;

    type Calls = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

    /// Bucket that accepts multipart uploads and records every call.
    #[expect(clippy::disallowed_methods, reason = "the server runs beside the test")]
    async fn bucket() -> (Bucket, Calls) {
        let calls = Calls::default();
        let seen = Arc::clone(&calls);
        let answer = async move |request: Request| {
            let (parts, body) = request.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
            let (method, query) = (parts.method.to_string(), parts.uri.query().unwrap_or_default().to_owned());
            let xml = match (method.as_str(), query.contains("uploadId")) {
                ("POST", false) => {
                    "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>"
                }
                ("POST", true) => {
                    "<CompleteMultipartUploadResult><ETag>\"whole\"</ETag></CompleteMultipartUploadResult>"
                }
                _ => "",
            };
            seen.lock().unwrap().push((format!("{method} {query}"), body));
            ([("etag", "\"part\"")], xml).into_response()
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
        let mut shell = testkit::world().await.shell;
        shell.aws = testkit::sdk_config(&endpoint);
        (Bucket::new(&shell, "exports".to_owned()), calls)
    }

    #[tokio::test]
    async fn large_file_is_uploaded_in_parts() {
        let (bucket, calls) = bucket().await;
        let mut upload = bucket.start_upload("exports/large".to_owned(), "text/csv");
        let mut whole = Vec::new();
        for n in 0..5_u8 {
            let chunk = vec![n; 4 * 1024 * 1024];
            upload.write(&chunk).await.unwrap();
            whole.extend(chunk);
        }
        let (hash, written) = upload.finish().await.unwrap();
        assert_eq!((hash, written), (Hash::of(&[&whole]), true));
        let calls = calls.lock().unwrap();
        let parts: Vec<_> = calls.iter().filter(|(call, _)| call.contains("partNumber")).collect();
        assert_eq!(
            parts.iter().map(|(_, body)| body.len()).collect::<Vec<_>>(),
            [PART_BYTES, PART_BYTES, PART_BYTES / 2]
        );
        assert_eq!(parts.iter().flat_map(|(_, body)| body.clone()).collect::<Vec<_>>(), whole);
        let (last, list) = calls.last().unwrap();
        let list = String::from_utf8_lossy(list);
        assert!(last.starts_with("POST") && list.matches("<PartNumber>").count() == 3, "{last}: {list}");
    }

    #[tokio::test]
    async fn small_file_is_uploaded_by_one_request() {
        let (bucket, calls) = bucket().await;
        let mut upload = bucket.start_upload("exports/small".to_owned(), "text/csv");
        upload.write(b"a,b\r\n").await.unwrap();
        assert_eq!(upload.finish().await.unwrap(), (Hash::of(&[b"a,b\r\n"]), true));
        let calls = calls.lock().unwrap();
        assert_eq!((calls.len(), calls[0].1.as_slice()), (1, b"a,b\r\n".as_slice()));
    }
}
