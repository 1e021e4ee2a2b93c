//! `muster verify-audit`: checks archived or exported audit records against the seals. Offline: no AWS, no network.

use std::{
    fs,
    path::{Path, PathBuf},
};

use audit::domain::{
    seal::{PublicKey, SealDocument},
    verify::{File, Finding, VerificationReport, VerificationScope, verify},
};
use clap::Args;
use jiff::Timestamp;

/// What is checked against what.
///
/// Get the seals with `aws s3 sync s3://<seals bucket>/seals seals`, the archive likewise, and the key with
/// `aws kms get-public-key --key-id <seal key> --query PublicKey --output text` between PEM lines.
#[derive(Debug, Args)]
pub(crate) struct VerifyAudit {
    /// NDJSON files of records, as archived (gzip or not) or exported.
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    pub(crate) export: Vec<PathBuf>,
    /// Directory of seals; read with everything below it.
    #[arg(long, value_name = "DIR")]
    pub(crate) seals: PathBuf,
    /// PEM files of the public keys that may have signed.
    #[arg(long, value_name = "PEM", num_args = 1.., required = true)]
    pub(crate) public_key: Vec<PathBuf>,
    /// The files hold the records from this instant on; the chain may begin at its hour.
    #[arg(long, value_name = "INSTANT")]
    pub(crate) from: Option<Timestamp>,
    /// The files hold the records before this instant; every hour up to it must be sealed.
    #[arg(long, value_name = "INSTANT")]
    pub(crate) until: Option<Timestamp>,
    /// The files hold a selection: do not ask for sealed records that are not in them.
    #[arg(long)]
    pub(crate) partial: bool,
}

/// Checks; answers the sentence to print.
pub(crate) fn run(args: &VerifyAudit) -> Result<String, String> {
    let keys = args.public_key.iter().map(|path| key(path)).collect::<Result<Vec<_>, _>>()?;
    let mut seals = Vec::new();
    read_seals(&args.seals, &mut seals)?;
    let files = args.export.iter().map(|path| file(path)).collect::<Result<Vec<_>, _>>()?;
    let bounds = VerificationScope { from: args.from, until: args.until, partial: args.partial };
    verify(&files, &seals, &keys, &bounds).map(|report| success_message(&report)).map_err(|finding| bad(&finding))
}

fn success_message(report: &VerificationReport) -> String {
    let hours = report.hours.map_or_else(|| "no hour".to_owned(), |(first, last)| format!("hours {first} to {last}"));
    let mut sentence =
        format!("OK: {} records are exactly as sealed ({} seals, {hours}).", report.records, report.seals);
    if report.redacted > 0 {
        sentence.push_str(&format!(
            " {} redacted records state a hash that is sealed; their content is unproven.",
            report.redacted
        ));
    }
    if report.not_yet_sealed > 0 {
        sentence.push_str(&format!(" {} records are younger than the last seal and unproven.", report.not_yet_sealed));
    }
    sentence
}

fn bad(finding: &Finding) -> String {
    let what = finding.what.as_str().to_uppercase();
    let id = finding.id.map_or_else(String::new, |id| format!(", record {id}"));
    let hour = finding.hour.map_or_else(String::new, |hour| format!(", hour {hour}"));
    format!("{what}{id}{hour}: {}", finding.detail)
}

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn key(path: &Path) -> Result<PublicKey, String> {
    let pem = String::from_utf8(bytes(path)?).unwrap_or_default();
    PublicKey::of_pem(&pem).ok_or_else(|| format!("{}: no `BEGIN PUBLIC KEY` in it", path.display()))
}

fn file(path: &Path) -> Result<File, String> {
    let name = path.display().to_string();
    let bytes = audit::decompressed(bytes(path)?).map_err(|error| format!("{name}: damaged gzip: {error}"))?;
    Ok(File { name, bytes })
}

/// Reads every `*.json` below a directory; one that is no seal is as bad as a forged one.
fn read_seals(directory: &Path, seals: &mut Vec<SealDocument>) -> Result<(), String> {
    let entries = fs::read_dir(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    for entry in entries {
        let path = entry.map_err(|error| format!("{}: {error}", directory.display()))?.path();
        if path.is_dir() {
            read_seals(&path, seals)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            let seal = serde_json::from_slice(&bytes(&path)?);
            seals.push(
                seal.map_err(|error| format!("SEAL FORGED: {} does not read as a seal: {error}", path.display()))?,
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use audit::domain::{
        hour::Hour,
        record::{CanonicalRecord, Record},
        seal::{Algorithm, SealInputs, SealStatement, SignedSeal},
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
        Record::from_event(event, "system:test", "2024-06-10T10:30:00Z".parse().unwrap()).to_canonical().unwrap()
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
                let (key_id, algorithm, at) = ("key".to_owned(), Algorithm::EcdsaSha256, hour.next().start());
                let seal = SealStatement::over(hour, &entries, SealInputs { key_id, algorithm, previous, at });
                previous = Some(seal.hash());
                let signature = STANDARD.encode(key.sign(&SystemRandom::new(), &seal.bytes()).unwrap());
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
    fn the_sentence_names_what_was_done_to_which_record_in_which_hour() {
        let evidence = Evidence::new();
        let lines: Vec<_> = evidence.records.iter().map(|written| written.text.as_str()).collect();
        let [a, b, c] = [lines[0], lines[1], lines[2]];
        let good = "OK: 3 records are exactly as sealed (2 seals, hours 2024-06-10T10 to 2024-06-10T11).";
        assert_eq!(evidence.run(&lines).as_deref(), Ok(good));

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
    fn what_cannot_be_read_is_named() {
        let evidence = Evidence::new();
        let seal = evidence.directory.path().join("seals/2024/06/10/11.json");
        fs::write(&seal, "{}").unwrap();
        assert!(evidence.run(&[]).unwrap_err().contains("11.json"));
        fs::remove_file(&seal).unwrap();
        fs::write(evidence.directory.path().join("key.pem"), "no key").unwrap();
        assert!(evidence.run(&[]).unwrap_err().contains("key.pem"));
    }
}
