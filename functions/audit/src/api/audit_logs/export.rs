//! `GET /api/v1/audit-logs/export`: records as a file behind a link that works for 15 minutes. Itself audited.
//!
//! Oldest first. A line of NDJSON is a record's canonical JSON, byte for byte, so that `muster verify-audit` can check
//! it. Where something had to be hidden from the caller, the line carries `redacted: true` and the record's `leaf_hash`
//! instead: then it can only be checked that this hash was sealed. CSV is for reading, not for verifying.

use access::{FieldGroup, ReadableFields};
use axum::{Json, extract::State};
use events::{LogType, Outcome};
use garde::Validate;
use jiff::{SignedDuration, Timestamp};
use kernel::{AuditId, Code, Error, ExportId, Origin, Result};
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
    redaction::{fields_for_all, redacted},
};
use crate::{
    api::Api,
    app::bucket::{Bucket, Upload},
    domain::{canonical::canonical, csv, hash::Hash, query::AuditQuery, record::Record},
    store::StoredRecord,
};

lambda::endpoint!(AUDIT_LOGS_EXPORT, get(handle), ExportApi);

const RECORDS_MAX: usize = 50_000;
/// One export takes at most so long; the gateway gives up after 30 s.
const TIME_MAX: SignedDuration = SignedDuration::from_secs(22);
const RECORDS_AT_ONCE: usize = 500;
const LINK_LIFE: SignedDuration = SignedDuration::from_mins(15);

/// How records are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// One JSON document per line; can be verified.
    #[default]
    Ndjson,
    /// For spreadsheets.
    Csv,
}

impl Format {
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

/// Which records, and how written.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// `ndjson` unless told.
    #[garde(skip)]
    #[serde(default)]
    #[param(inline)]
    format: Format,
    /// From this instant on.
    #[garde(skip)]
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Before this instant.
    #[garde(skip)]
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// By this user.
    #[garde(length(bytes, min = 1, max = 256))]
    user_id: Option<String>,
    /// Of this type.
    #[garde(skip)]
    #[param(value_type = Option<String>)]
    log_type: Option<LogType>,
    /// About such an entity.
    #[garde(length(bytes, min = 1, max = 128))]
    entity_type: Option<String>,
    /// About this entity.
    #[garde(length(bytes, min = 1, max = 256))]
    entity_id: Option<String>,
    /// Of this service.
    #[garde(length(bytes, min = 1, max = 128))]
    service_name: Option<String>,
    /// With this outcome.
    #[garde(skip)]
    #[param(value_type = Option<String>)]
    status: Option<Outcome>,
}

impl ExportQuery {
    fn to_query(self, now: Timestamp) -> Result<AuditQuery> {
        let Self { format: _, from, to, user_id, log_type, entity_type, entity_id, service_name, status } = self;
        Filter { from, to, user_id, log_type, entity_type, entity_id, service_name, status }.to_query(now)
    }
}

/// Where the file is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Export {
    /// The export, as the audit trail names it.
    pub export_id: ExportId,
    /// Reads the file until `expires_at`, without a token.
    pub url: String,
    /// When the link stops working.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// How it is written.
    pub format: Format,
    /// How many records it holds.
    pub records: u64,
    /// SHA-256 of the file.
    pub sha256: Hash,
    /// Whether something was hidden in it.
    pub redacted: bool,
}

#[derive(Clone)]
struct ExportApi {
    api: Api,
    bucket: Bucket,
}

/// A file and a link to it.
#[utoipa::path(get, path = "/api/v1/audit-logs/export", operation_id = "audit-logs-export", tag = "audit",
    params(ExportQuery),
    responses(
        (status = 200, description = "Oldest first; at most 50,000 records", body = Export),
        (status = 422, description = "A bad range, or more records than one file holds")))]
async fn handle(
    State(exporter): State<ExportApi>,
    caller: Caller,
    Valid(Query(wanted)): Valid<Query<ExportQuery>>,
) -> std::result::Result<Json<Export>, Problem> {
    let origin = caller.origin();
    let format = wanted.format;
    let question = wanted.to_query(origin.at)?;
    let export_id = ExportId::new(exporter.api.shell.ids.uuid(origin.at));
    let file = format!("{export_id}.{}", format.as_str());
    let key = format!("exports/{file}");
    let upload = exporter.bucket.upload(key.clone(), format.content_type());
    let (written, sha256) = exporter.write(upload, &question, format, fields_for_all(&caller), origin.at).await?;

    let export = Export {
        export_id,
        url: exporter.bucket.presigned_url(&key, &file, origin.at, LINK_LIFE).await?,
        expires_at: origin.at.saturating_add(LINK_LIFE).map_err(Error::internal)?,
        format,
        records: written.records as u64,
        sha256,
        redacted: written.redacted,
    };
    // Nobody gets a link that is not on record.
    let record = export_record(AuditId::new(exporter.api.shell.ids.uuid(origin.at)), origin, &export, &question);
    exporter.api.store.create_record_with_manifest(origin, &record, None, &()).await?;
    Ok(Json(export))
}

#[derive(Default)]
struct ExportedFile {
    records: usize,
    redacted: bool,
}

impl ExportApi {
    async fn write(
        &self,
        mut upload: Upload,
        question: &AuditQuery,
        format: Format,
        fields: ReadableFields,
        started: Timestamp,
    ) -> Result<(ExportedFile, Hash)> {
        let mut written = ExportedFile::default();
        if format == Format::Csv {
            upload.write(csv::header().as_bytes()).await?;
        }
        let mut feed = self.api.store.stream(question, Order::Ascending);
        while let Some(batch) = feed.records(RECORDS_AT_ONCE).await? {
            for (_, found) in batch.into_iter().filter(|(_, found)| question.matches(&found.record)) {
                let (line, redacted) = format_record(found, format, fields)?;
                written.records += 1;
                written.redacted |= redacted;
                upload.write(line.as_bytes()).await?;
            }
            let late = self.api.shell.now().duration_since(started) > TIME_MAX;
            if written.records > RECORDS_MAX || late {
                return Err(too_many());
            }
        }
        let (sha256, _) = upload.finish().await?;
        Ok((written, sha256))
    }
}

fn too_many() -> Error {
    let detail = format!("One export holds at most {RECORDS_MAX} records; ask for a shorter range.");
    Error::new(Code::Invalid, "The request breaks a rule.").with_field("query:from", "too_many_records", detail)
}

/// One record as the caller may read it, and whether something was hidden.
fn format_record(found: StoredRecord, format: Format, fields: ReadableFields) -> Result<(String, bool)> {
    let StoredRecord { record, written } = found;
    let everything = FieldGroup::ALL.into_iter().all(|group| fields.may_read(group));
    let shown = if everything { record.clone() } else { redacted(record.clone(), fields) };
    let hidden = shown != record;
    let line = match format {
        Format::Csv => csv::line(&shown, &written),
        Format::Ndjson if !hidden => format!("{}\n", written.text),
        Format::Ndjson => {
            let mut value = serde_json::to_value(&shown).map_err(Error::internal)?;
            if let Value::Object(members) = &mut value {
                members.insert("leaf_hash".to_owned(), json!(written.entry.leaf));
                members.insert("redacted".to_owned(), Value::Bool(true));
            }
            format!("{}\n", canonical(&value).map_err(Error::internal)?)
        }
    };
    Ok((line, hidden))
}

fn export_record(id: AuditId, origin: &Origin, export: &Export, question: &AuditQuery) -> Record {
    Record {
        action: "exported".to_owned(),
        entity_type: "AuditExport".to_owned(),
        entity_id: Some(export.export_id.to_string()),
        description: format!("{} audit records exported", export.records),
        new_values: Some(json!({
            "format": export.format,
            "records": export.records,
            "redacted": export.redacted,
            "sha256": export.sha256,
            "question": question,
            "link_expires_at": export.expires_at,
        })),
        ..Record::of_own(id, origin, LogType::DataExport, Outcome::Success)
    }
}

impl FromShell for ExportApi {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        let bucket = Bucket::new(shell, shell.env("EXPORTS_BUCKET")?);
        Ok(Self { api: Api::from_shell(shell)?, bucket })
    }
}
