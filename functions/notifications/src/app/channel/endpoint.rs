//! Endpoints of browsers: untrusted URLs, which must belong to an allowed push service.

use axum::http::Uri;
use kernel::Message;

use crate::messages;

const BYTES_MAX: usize = 2048;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Secret URL: anyone who has it can send messages to the browser.
    pub url: String,
    /// Scheme, host and port of the URL, which are not secret.
    pub origin: String,
}

impl Endpoint {
    /// Parses an endpoint. Its host must be one of `hosts` or a subdomain of one, so that no machine of the own network is
    /// called. It must use HTTPS on the default port; plain HTTP is allowed for 127.0.0.1 only, if it is listed.
    ///
    /// # Errors
    /// Reason for the client.
    pub fn parse(url: &str, hosts: &[String]) -> Result<Self, Message> {
        if url.len() > BYTES_MAX {
            return Err(messages::endpoint_too_long(BYTES_MAX));
        }
        let uri: Uri = url.parse().map_err(|_| messages::endpoint_not_absolute())?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(messages::endpoint_not_absolute());
        };
        if authority.as_str().contains('@') {
            return Err(messages::endpoint_with_user());
        }
        let host = authority.host().to_ascii_lowercase();
        let is_allowed = |allowed: &String| {
            host == *allowed || host.strip_suffix(allowed.as_str()).is_some_and(|below| below.ends_with('.'))
        };
        if !hosts.iter().any(is_allowed) {
            return Err(messages::endpoint_not_supported());
        }
        let local = host == "127.0.0.1" && scheme == "http";
        if !local && (scheme != "https" || authority.port_u16().is_some_and(|port| port != 443)) {
            return Err(messages::endpoint_not_secure());
        }
        Ok(Self { url: url.to_owned(), origin: format!("{scheme}://{authority}") })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_allowed_push_services_are_accepted() {
        let hosts = ["fcm.googleapis.com".to_owned(), "notify.windows.com".to_owned()];
        for good in [
            "https://fcm.googleapis.com/fcm/send/abc:def",
            "https://wns2-par02p.notify.windows.com/w/?token=x",
            "https://FCM.googleapis.com:443/x",
        ] {
            assert!(Endpoint::parse(good, &hosts).is_ok(), "{good}");
        }
        for bad in [
            "http://fcm.googleapis.com/x",
            "https://fcm.googleapis.com:8443/x",
            "https://user@fcm.googleapis.com/x",
            "https://fcm.googleapis.com@169.254.169.254/x",
            "https://evilnotify.windows.com/x",
            "https://fcm.googleapis.com.evil.example/x",
            "https://169.254.169.254/latest/meta-data",
            "https://localhost/x",
            "https://[::1]/x",
            "http://127.0.0.1:8080/x",
            "file:///etc/passwd",
            "/relative",
            "",
            "no url",
        ] {
            assert!(Endpoint::parse(bad, &hosts).is_err(), "{bad}");
        }
        assert!(Endpoint::parse(&format!("https://fcm.googleapis.com/{}", "x".repeat(2048)), &hosts).is_err());
        let here = ["127.0.0.1".to_owned()];
        assert_eq!(Endpoint::parse("http://127.0.0.1:80/x", &here).unwrap().origin, "http://127.0.0.1:80");
    }

    proptest! {
        #[test]
        fn accepted_endpoints_always_belong_to_an_allowed_service(url in "(https?://)?[a-z0-9.:@/\\[\\]#?-]{0,40}(push.example)?[/a-z:@.]{0,10}") {
            if let Ok(endpoint) = Endpoint::parse(&url, &["push.example".to_owned()]) {
                prop_assert!(endpoint.origin.ends_with("push.example") || endpoint.origin.ends_with("push.example:443"));
                prop_assert!(endpoint.origin.starts_with("https://"));
            }
        }
    }
}
