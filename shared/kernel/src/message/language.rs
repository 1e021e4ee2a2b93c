//! Languages of the product, and the language of the current request.

use std::{cell::Cell, cmp::Reverse, future::poll_fn, pin::pin};

thread_local! {
    static CURRENT: Cell<Language> = const { Cell::new(Language::English) };
}

/// Language of the texts that people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, the default.
    English,
    /// German.
    German,
    /// Hindi.
    Hindi,
}

impl Language {
    /// All languages, the default first.
    pub const ALL: [Self; 3] = [Self::English, Self::German, Self::Hindi];

    /// Language tag: `en`, `de` or `hi`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Hindi => "hi",
        }
    }

    /// Most preferred language of an `Accept-Language` header (RFC 9110) that the product has, or the default. Of equally
    /// preferred ones, the first.
    ///
    /// A range matches by its first part: `de-AT` is German.
    pub fn from_accept_language(ranges: &str) -> Self {
        let ranges: Vec<_> = ranges.split(',').filter_map(parse_language_range).collect();
        let refused =
            |language: &Self| ranges.iter().any(|(range, quality)| *range == Some(*language) && *quality == 0);
        let any = Self::ALL.into_iter().find(|language| !refused(language));
        let mut accepted: Vec<_> = ranges.iter().filter(|(_, quality)| *quality > 0).collect();
        accepted.sort_by_key(|(_, quality)| Reverse(*quality));
        accepted.first().and_then(|(range, _)| range.or(any)).unwrap_or(Self::English)
    }

    /// Language of the request that the current task answers; English outside a request.
    pub fn current() -> Self {
        CURRENT.get()
    }

    /// Runs a future in which [`Language::current`] is this language.
    pub async fn scope<F: Future>(self, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|context| {
            let _outer = RestoredLanguage(CURRENT.replace(self));
            future.as_mut().poll(context)
        })
        .await
    }
}

/// Guard that makes this language the current one again when a poll ends, also by a panic.
struct RestoredLanguage(Language);

impl Drop for RestoredLanguage {
    fn drop(&mut self) {
        CURRENT.set(self.0);
    }
}

/// Language and quality in thousandths of a range such as `de-AT;q=0.8`. The range `*` has no language; `None` for a
/// language that the product does not have, or an invalid quality.
fn parse_language_range(range: &str) -> Option<(Option<Language>, u16)> {
    let mut parts = range.split(';').map(str::trim);
    let tag = parts.next()?;
    let primary = tag.split('-').next().unwrap_or(tag);
    let language = match primary {
        "*" => None,
        _ => Some(Language::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))?),
    };
    let quality = match parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q="))) {
        Some(weight) => parse_thousandths(weight)?,
        None => 1000,
    };
    Some((language, quality))
}

/// Thousandths of a weight from 0 to 1 with at most three decimals; `None` for any other text.
fn parse_thousandths(weight: &str) -> Option<u16> {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    let digits = format!("{whole}{decimals:0<3}");
    let is_weight = decimals.len() <= 3 && digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|thousandths| is_weight && *thousandths <= 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_preferred_known_language_wins() {
        use Language::{English, German, Hindi};
        for (ranges, expected) in [
            ("", English),
            ("de", German),
            ("de-AT, en;q=0.8", German),
            ("fr, hi;q=0.7, de;q=0.4", Hindi),
            ("en;q=0.2, DE;q=0.9", German),
            ("fr-CH, *;q=0.5", English),
            ("de;q=0, hi;q=0.001", Hindi),
            ("de, hi", German),
            ("de;q=2, hi;q=x", English),
            (";;,,q=1", English),
            ("en;q=0, *", German),
            ("hi;Q=0.5, de", German),
            ("de;q=0.1, hi;q=0.125, en;q=0.", Hindi),
            ("de;q=1.001, hi;q=NaN, en;q=0.1", English),
        ] {
            assert_eq!(Language::from_accept_language(ranges), expected, "{ranges}");
        }
    }

    #[tokio::test]
    async fn a_language_ends_with_its_request() {
        let current = || async {
            tokio::task::yield_now().await;
            Language::current()
        };
        let both = Language::German.scope(async { (Language::Hindi.scope(current()).await, current().await) });
        assert_eq!(tokio::join!(both, current()), ((Language::Hindi, Language::German), Language::English));
    }
}
