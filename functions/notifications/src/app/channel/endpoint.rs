//! Where browsers can be written to: an URL from outside, so nothing about it is believed.

use axum::http::Uri;

const BYTES_MAX: usize = 2048;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The whole URL; whoever knows it can write to the browser, so it is nobody else's business.
    pub url: String,
    pub origin: String,
}

impl Endpoint {
    /// Reads an endpoint. Only push services that are named are believed, each with the hosts below it: whatever somebody sends
    /// us, we never call a machine of our own network. This very machine is believed only where it is named, over plain HTTP.
    ///
    /// # Errors
    /// Why it is refused, for its sender.
    pub fn parse(url: &str, hosts: &[String]) -> Result<Self, &'static str> {
        if url.len() > BYTES_MAX {
            return Err("is too long");
        }
        let uri: Uri = url.parse().map_err(|_| "is no URL")?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err("is no URL") };
        if authority.as_str().contains('@') {
            return Err("must not name a user");
        }
        let host = authority.host().to_ascii_lowercase();
        let known = hosts
            .iter()
            .any(|known| host == *known || host.strip_suffix(known.as_str()).is_some_and(|below| below.ends_with('.')));
        if !known {
            return Err("is of no push service that is known here");
        }
        let local = host == "127.0.0.1" && scheme == "http";
        if !local && (scheme != "https" || authority.port_u16().is_some_and(|port| port != 443)) {
            return Err("must begin with https://, without a port");
        }
        Ok(Self { url: url.to_owned(), origin: format!("{scheme}://{authority}") })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_known_push_services_are_ever_called() {
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
        fn no_text_leads_anywhere_but_to_a_known_service(url in "(https?://)?[a-z0-9.:@/\\[\\]#?-]{0,40}(push.example)?[/a-z:@.]{0,10}") {
            if let Ok(endpoint) = Endpoint::parse(&url, &["push.example".to_owned()]) {
                prop_assert!(endpoint.origin.ends_with("push.example") || endpoint.origin.ends_with("push.example:443"));
                prop_assert!(endpoint.origin.starts_with("https://"));
            }
        }
    }
}
