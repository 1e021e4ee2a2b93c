//! `GET /api/v1/audit-logs/export`: exports records to a file with a download link of 15 minutes. The export is audited.
//!
//! Records are sorted from the oldest. A line of NDJSON is the canonical JSON of a record, so that `muster verify-audit` can check
//! it. If values are hidden from the caller, the line contains `redacted: true` and the `leaf_hash` of the record; only this hash
//! can then be verified. CSV cannot be verified.

use access::{FieldGroup, ReadableFields};
use axum::{Json, extract::State};
use events::{LogType, Outcome};
use garde::Validate;
use jiff::{SignedDuration, Timestamp};
use kernel::{AuditId, Error, ExportId, Origin, Result};
use lambda::{
    FromShell, InitError, Shell,
    http::{Caller, Problem, Query, Valid},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Order;
use utoipa::{IntoParams, ToSchema};

use super::{
    listing::Filter,
    redaction::{fields_of_others, redact_record},
};
use crate::{
    api::Api,
    app::bucket::{Bucket, Upload},
    domain::{canonical::canonical_text, csv, hash::Hash, query::AuditQuery, record::AuditRecord},
    messages,
    store::StoredRecord,
};

lambda::endpoint!(AUDIT_LOGS_EXPORT, get(handle), ExportApi);

/// Most records per export. A larger export is refused.
const RECORDS_MAX: usize = 50_000;
/// Longest time for writing an export. An export that takes longer is refused. The gateway times out after 30 s.
const DURATION_MAX: SignedDuration = SignedDuration::from_secs(22);
const RECORDS_PER_BATCH: usize = 500;
const LINK_TTL: SignedDuration = SignedDuration::from_mins(15);

/// File format of an export.
///
/// - `ndjson`: one JSON document per line; the file can be verified against the seals
/// - `csv`: comma-separated values for spreadsheets; the file cannot be verified
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// One JSON document per line, which can be verified.
    #[default]
    Ndjson,
    /// Comma-separated values for spreadsheets, which cannot be verified.
    Csv,
}

impl ExportFormat {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// Filter and file format of an export; all given values must match. Without a range, the last 30 days.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// File format of the export. Default: `ndjson`.
    #[garde(skip)]
    #[serde(default)]
    format: ExportFormat,
    /// Only records of actions at this time or later. Default: 30 days before `to`.
    #[garde(skip)]
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Only records of actions before this time, at most 366 days after `from`. Default: 5 minutes from now.
    #[garde(skip)]
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Only records of this user: an employee id, `system:` with the name of a function, or the id of an external user.
    #[garde(length(chars, min = 1, max = 256))]
    #[param(min_length = 1, max_length = 256)]
    user_id: Option<String>,
    /// Only records of this log type.
    #[garde(skip)]
    #[param(inline)]
    log_type: Option<LogType>,
    /// Only records about entities of this type, such as `LeaveRequest`.
    #[garde(length(chars, min = 1, max = 128))]
    #[param(min_length = 1, max_length = 128)]
    entity_type: Option<String>,
    /// Only records about the entity with this id.
    #[garde(length(chars, min = 1, max = 256))]
    #[param(min_length = 1, max_length = 256)]
    entity_id: Option<String>,
    /// Only records of this service or external system, such as `leave-management-service`.
    #[garde(length(chars, min = 1, max = 128))]
    #[param(min_length = 1, max_length = 128)]
    service_name: Option<String>,
    /// Only records of actions with this result.
    #[garde(skip)]
    #[param(inline)]
    status: Option<Outcome>,
}

impl ExportQuery {
    fn into_query(self, now: Timestamp) -> Result<AuditQuery> {
        let Self { format: _, from, to, user_id, log_type, entity_type, entity_id, service_name, status } = self;
        Filter { from, to, user_id, log_type, entity_type, entity_id, service_name, status }.into_query(now)
    }
}

/// Exported file and its download link.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuditExport {
    /// Id of the export, which is the `entity_id` of its audit record.
    pub export_id: ExportId,
    /// Download link. It needs no token and expires at `expires_at`.
    #[schema(format = "uri")]
    pub url: String,
    /// Time at which the link expires.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// File format of the export.
    pub format: ExportFormat,
    /// Number of records in the file.
    pub records: u64,
    /// SHA-256 digest of the file.
    pub sha256: Hash,
    /// Whether values were replaced by `[redacted]`, because the caller may not read them.
    pub redacted: bool,
}

#[derive(Clone)]
struct ExportApi {
    api: Api,
    bucket: Bucket,
}

/// Exports audit records to a file and returns a download link.
///
/// The file has at most 50,000 records, oldest first. Values that the caller may not read are replaced by `[redacted]`.
/// Each call writes a file and an audit record, although it is a GET.
#[utoipa::path(get, path = "/api/v1/audit-logs/export", operation_id = "audit-logs-export", tag = "audit",
    params(ExportQuery),
    responses(
        (status = 200, description = "Download link of the file, which expires after 15 minutes.", body = AuditExport),
        (status = 409, description = "`busy`: other requests won every attempt to record the export."),
        (status = 422, description = "`invalid`: the range is empty, longer than 366 days, or has too many records: more than \
            50,000, or more than the service can write in 22 seconds.")))]
async fn handle(
    State(api): State<ExportApi>,
    caller: Caller,
    Valid(Query(query)): Valid<Query<ExportQuery>>,
) -> std::result::Result<Json<AuditExport>, Problem> {
    let origin = caller.origin();
    let format = query.format;
    let query = query.into_query(origin.at)?;
    let export_id = ExportId::new(api.api.shell.ids.uuid(origin.at));
    let file_name = format!("{export_id}.{}", format.as_str());
    let key = format!("exports/{file_name}");
    let upload = api.bucket.start_upload(key.clone(), format.content_type());
    let (file, sha256) = api.upload_records(upload, &query, format, fields_of_others(&caller), origin.at).await?;

    let export = AuditExport {
        export_id,
        url: api.bucket.presigned_url(&key, &file_name, origin.at, LINK_TTL).await?,
        expires_at: origin.at.saturating_add(LINK_TTL).map_err(Error::internal)?,
        format,
        records: file.records as u64,
        sha256,
        redacted: file.redacted,
    };
    // The link is returned only after its audit record is stored.
    let record = record_of_export(AuditId::new(api.api.shell.ids.uuid(origin.at)), origin, &export, &query);
    api.api.store.create_record_with_manifest(origin, &record, None, &()).await?;
    Ok(Json(export))
}

#[derive(Default)]
struct ExportedFile {
    records: usize,
    redacted: bool,
}

impl ExportApi {
    /// Uploads the matching records, oldest first. Returns their number, whether values were hidden, and the digest of the file.
    ///
    /// # Errors
    /// 422 for more than [`RECORDS_MAX`] records or after [`DURATION_MAX`].
    async fn upload_records(
        &self,
        mut upload: Upload,
        query: &AuditQuery,
        format: ExportFormat,
        fields: ReadableFields,
        started: Timestamp,
    ) -> Result<(ExportedFile, Hash)> {
        let mut file = ExportedFile::default();
        if format == ExportFormat::Csv {
            upload.write(csv::csv_header_line().as_bytes()).await?;
        }
        let mut stream = self.api.store.stream_candidates(query, Order::Ascending);
        while let Some(batch) = stream.next_records(RECORDS_PER_BATCH).await? {
            for (_, stored) in batch.into_iter().filter(|(_, stored)| query.matches(&stored.record)) {
                let (line, redacted) = format_record(stored, format, fields)?;
                file.records += 1;
                file.redacted |= redacted;
                upload.write(line.as_bytes()).await?;
            }
            let is_late = self.api.shell.now().duration_since(started) > DURATION_MAX;
            if file.records > RECORDS_MAX || is_late {
                return Err(export_too_large_error());
            }
        }
        let (sha256, _) = upload.finish().await?;
        Ok((file, sha256))
    }
}

fn export_too_large_error() -> Error {
    Error::invalid("query:from", "too_many_records", messages::export_too_large(RECORDS_MAX))
}

/// Line of a record with the values that the caller may read, and whether values were hidden.
fn format_record(stored: StoredRecord, format: ExportFormat, fields: ReadableFields) -> Result<(String, bool)> {
    let StoredRecord { record, canonical: stored } = stored;
    let reads_everything = FieldGroup::ALL.into_iter().all(|group| fields.may_read(group));
    let readable = if reads_everything { record.clone() } else { redact_record(record.clone(), fields) };
    let is_redacted = readable != record;
    let line = match format {
        ExportFormat::Csv => csv::csv_record_line(&readable, &stored),
        ExportFormat::Ndjson if !is_redacted => format!("{}\n", stored.text),
        ExportFormat::Ndjson => {
            let mut value = serde_json::to_value(&readable).map_err(Error::internal)?;
            if let Value::Object(members) = &mut value {
                members.insert("leaf_hash".to_owned(), json!(stored.entry.leaf));
                members.insert("redacted".to_owned(), Value::Bool(true));
            }
            format!("{}\n", canonical_text(&value).map_err(Error::internal)?)
        }
    };
    Ok((line, is_redacted))
}

/// Audit record of the export itself, with its filter but without its link.
fn record_of_export(id: AuditId, origin: &Origin, export: &AuditExport, query: &AuditQuery) -> AuditRecord {
    AuditRecord {
        action: "exported".to_owned(),
        entity_type: "AuditExport".to_owned(),
        entity_id: Some(export.export_id.to_string()),
        description: format!("{} audit records exported", export.records),
        new_values: Some(json!({
            "format": export.format,
            "records": export.records,
            "redacted": export.redacted,
            "sha256": export.sha256,
            "question": query,
            "link_expires_at": export.expires_at,
        })),
        ..AuditRecord::blank(id, origin, LogType::DataExport, Outcome::Success)
    }
}

impl FromShell for ExportApi {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        let bucket = Bucket::new(shell, shell.env("EXPORTS_BUCKET")?);
        Ok(Self { api: Api::from_shell(shell)?, bucket })
    }
}
