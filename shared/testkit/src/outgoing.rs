//! Recorded mails of SES, text messages of SNS and queue messages of SQS.

use std::time::Duration;

use axum::{
    body::Bytes,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// E-mail accepted by SES.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Sender in the envelope.
    pub from: String,
    /// Recipients in the envelope.
    pub to: Vec<String>,
    /// Complete MIME message.
    pub raw: String,
}

impl Mail {
    /// Value of a header of the message, unfolded and decoded; empty if it is missing.
    pub fn header(&self, name: &str) -> String {
        let head = self.raw.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ").replace("\r\n\t", " ");
        let line = head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        });
        decode_header_words(&line.unwrap_or_default())
    }

    /// Decoded text of the part with this content type, such as `text/plain`; empty if there is none.
    pub fn part(&self, content_type: &str) -> String {
        let at = self.raw.find(&format!("Content-Type: {content_type}"));
        let Some((head, rest)) = at.and_then(|at| self.raw.get(at..)).and_then(|part| part.split_once("\r\n\r\n"))
        else {
            return String::new();
        };
        let body = rest.split("\r\n--").next().unwrap_or_default();
        let bytes = if head.contains("base64") {
            STANDARD.decode(body.split_whitespace().collect::<String>()).unwrap_or_default()
        } else if head.contains("quoted-printable") {
            decode_quoted_printable(body)
        } else {
            body.as_bytes().to_vec()
        };
        String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
    }
}

/// Decodes the encoded words of a mail header (RFC 2047): `=?utf-8?B?...?=` and `=?utf-8?Q?...?=`.
fn decode_header_words(text: &str) -> String {
    let mut parts = text.split("=?");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut fields = part.splitn(4, '?');
        let (_, coding, word) = (fields.next(), fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        let bytes = if coding.eq_ignore_ascii_case("b") {
            STANDARD.decode(word).unwrap_or_default()
        } else {
            decode_quoted_printable(&word.replace('_', " "))
        };
        whole.push_str(&String::from_utf8_lossy(&bytes));
        whole.push_str(fields.next().unwrap_or_default().strip_prefix('=').unwrap_or_default().trim_start());
    }
    whole
}

/// Decodes quoted-printable text of RFC 2045.
fn decode_quoted_printable(text: &str) -> Vec<u8> {
    let mut parts = text.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        if let Some(joined) = part.strip_prefix("\r\n") {
            bytes.extend(joined.as_bytes());
            continue;
        }
        let (code, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        bytes.extend(u8::from_str_radix(code, 16));
        bytes.extend(rest.as_bytes());
    }
    bytes
}

/// Message accepted by a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// Last segment of the queue's URL.
    pub queue: String,
    /// Body as JSON, or as a string if it is not JSON.
    pub body: Value,
    /// Delay before the message becomes visible, in seconds.
    pub delay_s: i64,
}

/// Mails, text messages and queue messages that the stubs have accepted.
#[derive(Debug, Clone, Default)]
pub(crate) struct OutgoingMessages {
    pub(crate) mails: Vec<Mail>,
    pub(crate) texts: Vec<(String, String)>,
    pub(crate) queued: Vec<Queued>,
}

/// Target of a request in the query protocol: `SES.SendRawEmail`, `SNS.Publish`; `None` for other protocols.
pub(crate) fn query_target(headers: &HeaderMap, body: &Bytes) -> Option<String> {
    let form = headers.get("content-type")?.to_str().ok()?.starts_with("application/x-www-form-urlencoded");
    let action = form_field(body, "Action").filter(|_| form)?;
    let signed = headers.get("authorization")?.to_str().ok()?;
    let service = if signed.contains("/ses/") { "SES" } else { "SNS" };
    Some(format!("{service}.{action}"))
}

/// First value of a form field.
fn form_field(body: &[u8], name: &str) -> Option<String> {
    form_fields(body, name).into_iter().next()
}

/// Values of the form fields `name` and `name.<n>`.
fn form_fields(body: &[u8], name: &str) -> Vec<String> {
    let text = String::from_utf8_lossy(body);
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    let ours =
        pairs.filter(|(found, _)| *found == name || found.strip_prefix(name).is_some_and(|n| n.starts_with('.')));
    ours.map(|(_, value)| percent_decode(value)).collect()
}

fn percent_decode(text: &str) -> String {
    String::from_utf8_lossy(&decode_quoted_printable(&text.replace('+', " ").replace('%', "="))).into_owned()
}

/// Response in the query protocol.
pub(crate) fn xml_response(status: StatusCode, text: String) -> Response {
    (status, [("content-type", "text/xml")], text).into_response()
}

/// Error response in the query protocol.
pub(crate) fn xml_error_response(status: StatusCode, code: &str, message: &str) -> Response {
    let text = format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
         <RequestId>test</RequestId></ErrorResponse>"
    );
    xml_response(status, text)
}

/// Records a mail or a text message, and responds; refuses other actions.
pub(crate) fn answer_query(name: &str, body: &Bytes, outgoing: &mut OutgoingMessages) -> Response {
    match name {
        "SES.SendRawEmail" => {
            let raw = STANDARD.decode(form_field(body, "RawMessage.Data").unwrap_or_default()).unwrap_or_default();
            outgoing.mails.push(Mail {
                from: form_field(body, "Source").unwrap_or_default(),
                to: form_fields(body, "Destinations.member"),
                raw: String::from_utf8_lossy(&raw).into_owned(),
            });
        }
        "SNS.Publish" => {
            let (number, text) = (form_field(body, "PhoneNumber"), form_field(body, "Message"));
            outgoing.texts.push((number.unwrap_or_default(), text.unwrap_or_default()));
        }
        other => return xml_error_response(StatusCode::BAD_REQUEST, "InvalidAction", other),
    }
    let action = name.split('.').next_back().unwrap_or_default();
    xml_response(
        StatusCode::OK,
        format!("<{action}Response><{action}Result><MessageId>test</MessageId></{action}Result></{action}Response>"),
    )
}

/// Records messages to a queue, and responds like SQS.
pub(crate) fn record_queue_messages(input: &Value, outgoing: &mut OutgoingMessages) -> Value {
    let url = input.get("QueueUrl").and_then(Value::as_str).unwrap_or_default();
    let queue = url.rsplit('/').next().unwrap_or_default();
    let mut take = |entry: &Value| {
        let text = entry.get("MessageBody").and_then(Value::as_str).unwrap_or_default();
        outgoing.queued.push(Queued {
            queue: queue.to_owned(),
            body: serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)),
            delay_s: entry.get("DelaySeconds").and_then(Value::as_i64).unwrap_or_default(),
        });
        json!({"Id": entry.get("Id"), "MessageId": "test", "MD5OfMessageBody": ""})
    };
    match input.get("Entries").and_then(Value::as_array) {
        Some(entries) => json!({"Successful": entries.iter().map(take).collect::<Vec<_>>(), "Failed": []}),
        None => take(input),
    }
}

/// Delay of a dropped response, longer than any test.
pub(crate) const NEVER: Duration = Duration::from_secs(600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_headers_and_parts_are_decoded() {
        let raw = "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe_aus?=\r\n =?utf-8?B?IEvDtmxu?=\r\nTo: x\r\n\r\n--a\r\n\
            Content-Type: text/plain; charset=\"utf-8\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
            sch=C3=B6n=\r\n und gut\r\n--a--";
        let mail = Mail { from: String::new(), to: Vec::new(), raw: raw.to_owned() };
        assert_eq!(mail.header("subject"), "Grüße aus Köln");
        assert_eq!(mail.part("text/plain"), "schön und gut");
        assert_eq!(mail.part("text/html"), "");
    }

    #[test]
    fn form_fields_are_read_by_name() {
        let body = b"Action=Publish&Destinations.member.1=a%40b&Destinations.member.2=c+d";
        assert_eq!(form_field(body, "Action").as_deref(), Some("Publish"));
        assert_eq!(form_fields(body, "Destinations.member"), ["a@b", "c d"]);
    }
}
