//! The mails that were sent, as a command prints them: only the cloud's own tools know where it keeps them.

use std::process::Command;

use serde::Deserialize;

/// A command that prints mails.
#[derive(Debug)]
pub(crate) struct Mailbox {
    command: String,
}

/// One mail.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Mail {
    /// Message id.
    pub(crate) id: String,
    /// Addresses.
    pub(crate) to: Vec<String>,
    /// Subject.
    pub(crate) subject: String,
    /// The part in plain text.
    #[serde(default)]
    pub(crate) text: Option<String>,
}

impl Mailbox {
    /// The mailbox behind a command of the shell.
    pub(crate) fn new(command: &str) -> Self {
        Self { command: command.to_owned() }
    }

    /// Everything sent so far, oldest first.
    ///
    /// # Errors
    /// What the command complains of.
    pub(crate) fn mails(&self) -> Result<Vec<Mail>, String> {
        let what = &self.command;
        let output = Command::new("sh").args(["-c", what]).output().map_err(|error| format!("{what}: {error}"))?;
        if !output.status.success() {
            return Err(format!("{what}: {}", String::from_utf8_lossy(&output.stderr)));
        }
        serde_json::from_slice(&output.stdout).map_err(|error| format!("{what} prints no mails: {error}"))
    }
}

impl Mail {
    /// Whether it went to this address.
    pub(crate) fn is_to(&self, address: &str) -> bool {
        self.to.iter().any(|to| to.contains(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_whatever_prints_mails() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("mails.json");
        std::fs::write(&file, r#"[{"id": "1", "to": ["Ada <ada@example.com>"], "subject": "Hi", "html": null}]"#)
            .unwrap();
        let mails = Mailbox::new(&format!("cat {}", file.display())).mails().unwrap();
        assert_eq!(
            mails.first().map(|mail| (mail.is_to("ada@example.com"), mail.subject.as_str())),
            Some((true, "Hi"))
        );
        assert!(Mailbox::new("cat /nowhere").mails().is_err());
        assert!(Mailbox::new("").mails().is_err());
    }
}
