//! `muster verify-audit`: verifies archived or exported audit records against the seals, without AWS or network.

use std::{
    fs,
    path::{Path, PathBuf},
};

use audit::domain::{
    seal::{PublicKey, SealDocument},
    verify::{Finding, RecordFile, VerificationReport, VerificationScope, verify},
};
use clap::Args;
use jiff::Timestamp;

/// Arguments of `muster verify-audit`.
#[derive(Debug, Args)]
pub(crate) struct VerifyAudit {
    /// NDJSON files of audit records, from the archive (plain or gzip) or from an export.
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    pub(crate) export: Vec<PathBuf>,
    /// Directory of the seals, including its subdirectories.
    #[arg(long, value_name = "DIR")]
    pub(crate) seals: PathBuf,
    /// PEM files of the public keys that may have signed the seals.
    #[arg(long, value_name = "PEM", num_args = 1.., required = true)]
    pub(crate) public_key: Vec<PathBuf>,
    /// Start of the records in the files; the chain of seals may begin at its hour.
    #[arg(long, value_name = "INSTANT")]
    pub(crate) from: Option<Timestamp>,
    /// End of the records in the files (exclusive); every hour before it must be sealed.
    #[arg(long, value_name = "INSTANT")]
    pub(crate) until: Option<Timestamp>,
    /// The files contain only some of the records, so sealed records may be missing from them.
    #[arg(long)]
    pub(crate) partial: bool,
}

/// Verifies the records and returns the sentence to print.
pub(crate) fn run(args: &VerifyAudit) -> Result<String, String> {
    let keys = args.public_key.iter().map(|path| read_key(path)).collect::<Result<Vec<_>, _>>()?;
    let mut seals = Vec::new();
    read_seals(&args.seals, &mut seals)?;
    let files = args.export.iter().map(|path| read_file(path)).collect::<Result<Vec<_>, _>>()?;
    let scope = VerificationScope { from: args.from, until: args.until, partial: args.partial };
    verify(&files, &seals, &keys, &scope)
        .map(|report| success_message(&report))
        .map_err(|finding| failure_message(&finding))
}

fn success_message(report: &VerificationReport) -> String {
    let hours = report.hours.map_or_else(|| "no hour".to_owned(), |(first, last)| format!("hours {first} to {last}"));
    let mut sentence = format!("OK: {} records match their seals ({} seals, {hours}).", report.records, report.seals);
    if report.redacted > 0 {
        sentence.push_str(&format!(
            " The content of {} redacted records is unproven; only their stated hashes match the seals.",
            report.redacted
        ));
    }
    if report.not_yet_sealed > 0 {
        sentence
            .push_str(&format!(" {} records are newer than the last seal and not yet proven.", report.not_yet_sealed));
    }
    sentence
}

fn failure_message(finding: &Finding) -> String {
    let what = finding.tampering.as_str().to_uppercase();
    let id = finding.id.map_or_else(String::new, |id| format!(", record {id}"));
    let hour = finding.hour.map_or_else(String::new, |hour| format!(", hour {hour}"));
    format!("{what}{id}{hour}: {}", finding.detail)
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn read_key(path: &Path) -> Result<PublicKey, String> {
    let pem = String::from_utf8(read_bytes(path)?).unwrap_or_default();
    PublicKey::from_pem(&pem)
        .ok_or_else(|| format!("{}: the file contains no `BEGIN PUBLIC KEY` block", path.display()))
}

fn read_file(path: &Path) -> Result<RecordFile, String> {
    let name = path.display().to_string();
    let bytes = audit::gunzip_if_compressed(read_bytes(path)?)
        .map_err(|error| format!("{name}: the gzip data is damaged: {error}"))?;
    Ok(RecordFile { name, bytes })
}

/// Reads every `*.json` file of a directory tree. An unreadable seal is as serious as a forged one.
fn read_seals(directory: &Path, seals: &mut Vec<SealDocument>) -> Result<(), String> {
    let entries = fs::read_dir(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    for entry in entries {
        let path = entry.map_err(|error| format!("{}: {error}", directory.display()))?.path();
        if path.is_dir() {
            read_seals(&path, seals)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            let seal = serde_json::from_slice(&read_bytes(&path)?);
            seals.push(seal.map_err(|error| format!("SEAL FORGED: {} is not a valid seal: {error}", path.display()))?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use audit::domain::{
        hour::Hour,
        record::{AuditRecord, CanonicalRecord},
        seal::{SealAlgorithm, SealInputs, SealStatement, SignedSeal},
    };
    use aws_lc_rs::{
        encoding::AsDer,
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
    };
    use base64::{Engine, engine::general_purpose::STANDARD};
    use serde_json::json;

    use super::*;

    /// A directory with an export of three records, the seals of two hours and the public key.
    struct Evidence {
        directory: tempfile::TempDir,
        records: Vec<CanonicalRecord>,
    }

    fn record(n: u128) -> CanonicalRecord {
        let event = json!({
            "id": format!("evt_{n:032x}"), "type": "employee.updated", "entity_type": "Employee", "entity_id": "emp_1",
            "actor": "unknown", "request_id": "r", "at": format!("2024-06-10T10:0{n}:00Z"),
            "service": "employee-management-service", "version": n, "old_values": {"title": "Engineer"},
            "new_values": {"title": "Manager"},
        });
        let event = serde_json::from_value(event).unwrap();
        AuditRecord::from_event(event, "system:test", "2024-06-10T10:30:00Z".parse().unwrap()).to_canonical().unwrap()
    }

    impl Evidence {
        fn new() -> Self {
            let directory = tempfile::tempdir().unwrap();
            let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
            let der = STANDARD.encode(key.public_key().as_der().unwrap().as_ref());
            let pem = format!("-----BEGIN PUBLIC KEY-----\n{der}\n-----END PUBLIC KEY-----\n");
            fs::write(directory.path().join("key.pem"), pem).unwrap();
            let records: Vec<_> = (1..=3).map(record).collect();
            let mut previous = None;
            let hour: Hour = "2024-06-10T10".parse().unwrap();
            for (hour, records) in [(hour, records.as_slice()), (hour.next(), &[])] {
                let entries: Vec<_> = records.iter().map(|written| written.entry).collect();
                let (key_id, algorithm, at) = ("key".to_owned(), SealAlgorithm::EcdsaSha256, hour.next().start());
                let seal = SealStatement::new(hour, &entries, SealInputs { key_id, algorithm, previous, at });
                previous = Some(seal.hash());
                let signature = STANDARD.encode(key.sign(&SystemRandom::new(), &seal.signed_bytes()).unwrap());
                let path = directory.path().join("seals").join(format!("{}.json", hour.path()));
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                let sealed = SealDocument { signed: SignedSeal { seal, signature }, entries };
                fs::write(path, serde_json::to_vec(&sealed).unwrap()).unwrap();
            }
            Self { directory, records }
        }

        fn run(&self, lines: &[&str]) -> Result<String, String> {
            let path = |name: &str| self.directory.path().join(name);
            let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
            fs::write(path("export.ndjson"), text).unwrap();
            run(&VerifyAudit {
                export: vec![path("export.ndjson")],
                seals: path("seals"),
                public_key: vec![path("key.pem")],
                from: None,
                until: None,
                partial: false,
            })
        }
    }

    #[test]
    fn finding_names_the_tampering_the_record_and_the_hour() {
        let evidence = Evidence::new();
        let lines: Vec<_> = evidence.records.iter().map(|written| written.text.as_str()).collect();
        let [a, b, c] = [lines[0], lines[1], lines[2]];
        let ok = "OK: 3 records match their seals (2 seals, hours 2024-06-10T10 to 2024-06-10T11).";
        assert_eq!(evidence.run(&lines).as_deref(), Ok(ok));

        let edited = b.replace("Manager", "Director");
        let of = |n: u128| format!(", record audit_{n:032x}, hour 2024-06-10T10: ");
        let another = record(4).text;
        let cases: [(&[&str], String); 5] = [
            (&[a, &edited, c], format!("EDITED{}", of(2))),
            (&[a, c], format!("DELETED{}", of(2))),
            (&[a, b], format!("TRUNCATED{}", of(3))),
            (&[a, b, c, &another], format!("INSERTED{}", of(4))),
            (&[a, c, b], format!("REORDERED{}", of(2))),
        ];
        for (lines, expected) in cases {
            let sentence = evidence.run(lines).unwrap_err();
            assert!(sentence.starts_with(&expected), "{sentence}");
        }
    }

    #[test]
    fn unreadable_files_are_named() {
        let evidence = Evidence::new();
        let seal = evidence.directory.path().join("seals/2024/06/10/11.json");
        fs::write(&seal, "{}").unwrap();
        assert!(evidence.run(&[]).unwrap_err().contains("11.json"));
        fs::remove_file(&seal).unwrap();
        fs::write(evidence.directory.path().join("key.pem"), "no key").unwrap();
        assert!(evidence.run(&[]).unwrap_err().contains("key.pem"));
    }
}
