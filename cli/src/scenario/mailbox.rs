//! Sent mails, printed by a command, because only the cloud's own tools know where it stores them.

use std::process::Command;

use serde_json::Value;

use super::json::{array, text};

/// Command that prints mails as JSON: `[{"id", "to": [], "subject", "text", "html"}]`, oldest first.
#[derive(Debug)]
pub struct Mailbox {
    command: String,
    ignored: Vec<Value>,
}

impl Mailbox {
    /// Mailbox that reads the output of a shell command.
    pub const fn new(command: String) -> Self {
        Self { command, ignored: Vec::new() }
    }

    /// Ignores the mails that are already in it.
    pub(crate) fn ignore_existing(mut self) -> Result<Self, String> {
        self.ignored = self.mails()?;
        Ok(self)
    }

    /// Mails other than the ignored ones.
    pub(crate) fn mails(&self) -> Result<Vec<Value>, String> {
        let what = &self.command;
        let output = Command::new("sh").args(["-c", what]).output().map_err(|error| format!("{what}: {error}"))?;
        if !output.status.success() {
            return Err(format!("{what}: {}", String::from_utf8_lossy(&output.stderr)));
        }
        let mails: Result<Vec<Value>, _> = serde_json::from_slice(&output.stdout);
        let mut mails = mails.map_err(|error| format!("{what} does not print a JSON list of mails: {error}"))?;
        mails.retain(|mail| !self.ignored.contains(mail));
        Ok(mails)
    }
}

/// Whether a mail was sent to this address and contains this text.
pub(crate) fn is_mail_about(mail: &Value, to: &str, about: &str) -> bool {
    array(mail, "/to").iter().any(|address| address.as_str().is_some_and(|address| address.contains(to)))
        && ["/subject", "/text", "/html"].iter().any(|part| text(mail, part).contains(about))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailbox_reads_mails_from_a_command() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("mails.json");
        std::fs::write(&file, r#"[{"id": "1", "to": ["Ada <ada@example.com>"], "subject": "Hi", "html": null}]"#)
            .unwrap();
        let mailbox = Mailbox::new(format!("cat {}", file.display()));
        let mails = mailbox.mails().unwrap();
        assert!(
            is_mail_about(&mails[0], "ada@example.com", "Hi") && !is_mail_about(&mails[0], "eve@example.com", "Hi")
        );
        assert!(mailbox.ignore_existing().unwrap().mails().unwrap().is_empty());
        for command in ["cat /nowhere", ""] {
            assert!(Mailbox::new(command.to_owned()).mails().is_err());
        }
    }
}
