//! The mails that the cloud has sent. Where it keeps them only its own tools know: `MUSTER_MAILBOX` is a command that prints them.

use std::{process::Command, time::Duration};

use lambda::Environment;
use serde_json::Value;

use super::{
    cloud::{Cloud, eventually},
    people::Someone,
};

/// No mail may take longer from the request to the mailbox.
const MAILED_WITHIN: Duration = Duration::from_secs(30);
/// If a second one were on its way, it would be there after so long.
const QUIET_FOR: Duration = Duration::from_secs(3);

impl Cloud {
    /// Every mail to somebody whose subject or text contains this, oldest first.
    pub(crate) fn mails(&self, to: &Someone, about: &str) -> Vec<Value> {
        let command = Environment::of_process().required("MUSTER_MAILBOX").unwrap();
        let output = Command::new("sh").args(["-c", &command]).output().expect("the mailbox");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mails: Vec<Value> = serde_json::from_slice(&output.stdout).expect("mails as JSON");
        let is_to = |mail: &Value| mail["to"].to_string().contains(&to.email);
        let is_about = |mail: &Value| {
            let text = |name: &str| mail[name].as_str().is_some_and(|text| text.contains(about));
            text("subject") || text("text") || text("html")
        };
        mails.into_iter().filter(|mail| is_to(mail) && is_about(mail)).collect()
    }

    /// The one such mail: there is one soon, and no second one after it.
    pub(crate) async fn the_mail(&self, to: &Someone, about: &str) -> Value {
        let what = format!("a mail to {} about {about}", to.email);
        let look = async || (!self.mails(to, about).is_empty()).then_some(());
        let ((), took) = eventually(&what, MAILED_WITHIN, look).await;
        eprintln!("{what} after {} ms", took.as_millis());
        tokio::time::sleep(QUIET_FOR).await;
        let mut mails = self.mails(to, about);
        assert_eq!(mails.len(), 1, "exactly one: {mails:#?}");
        mails.remove(0)
    }
}
