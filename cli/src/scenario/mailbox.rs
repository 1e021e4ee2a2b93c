//! The mails that were sent, as a command prints them: only the cloud's own tools know where it keeps them.

use std::process::Command;

use serde_json::Value;

use super::json::{array, text};

/// A command that prints mails: `[{"id", "to": [], "subject", "text", "html"}]`, oldest first.
#[derive(Debug)]
pub struct Mailbox {
    command: String,
    before: Vec<Value>,
}

impl Mailbox {
    /// The mailbox behind a command of the shell.
    pub const fn new(command: String) -> Self {
        Self { command, before: Vec::new() }
    }

    /// Leaves out what is there already.
    pub(crate) fn emptied(mut self) -> Result<Self, String> {
        self.before = self.mails()?;
        Ok(self)
    }

    /// Every mail that was sent since.
    pub(crate) fn mails(&self) -> Result<Vec<Value>, String> {
        let what = &self.command;
        let output = Command::new("sh").args(["-c", what]).output().map_err(|error| format!("{what}: {error}"))?;
        if !output.status.success() {
            return Err(format!("{what}: {}", String::from_utf8_lossy(&output.stderr)));
        }
        let mails: Result<Vec<Value>, _> = serde_json::from_slice(&output.stdout);
        let mut mails = mails.map_err(|error| format!("{what} prints no mails: {error}"))?;
        mails.retain(|mail| !self.before.contains(mail));
        Ok(mails)
    }
}

/// Whether a mail went to this address and contains this text.
pub(crate) fn is_about(mail: &Value, to: &str, about: &str) -> bool {
    array(mail, "/to").iter().any(|address| address.as_str().is_some_and(|address| address.contains(to)))
        && ["/subject", "/text", "/html"].iter().any(|part| text(mail, part).contains(about))
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
        let mailbox = Mailbox::new(format!("cat {}", file.display()));
        let mails = mailbox.mails().unwrap();
        assert!(is_about(&mails[0], "ada@example.com", "Hi") && !is_about(&mails[0], "eve@example.com", "Hi"));
        assert!(mailbox.emptied().unwrap().mails().unwrap().is_empty());
        for command in ["cat /nowhere", ""] {
            assert!(Mailbox::new(command.to_owned()).mails().is_err());
        }
    }
}
