//! What somebody wants to hear, in which language, through which channel, and when not.

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    channel::Channel,
    language::Language,
    notification_type,
    quiet::{self, QuietHours},
    reason,
};

pub const ALL: &str = "all";

/// When e-mails of a type go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Frequency {
    /// As things happen.
    Immediate,
    /// Once a day, together.
    Daily,
}

/// What somebody wants. Empty until they say so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Preferences {
    /// The language of everything; English unless told.
    #[serde(default)]
    pub language: Language,
    /// By notification type, or `all`: which channels are wanted or not. What is not said is as the type has it.
    #[serde(default)]
    pub channels: BTreeMap<String, BTreeMap<Channel, bool>>,
    /// When nothing but the inbox may be used, in the person's own zone; urgent types go through.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quiet_hours: Option<QuietHours>,
    /// By notification type, or `all`: whether e-mails wait for the daily summary.
    #[serde(default)]
    pub digest: BTreeMap<String, Frequency>,
    /// The hour of the daily summary, 0 to 23; 8 unless told.
    #[serde(default = "morning")]
    pub digest_hour: u8,
}

const fn morning() -> u8 {
    8
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelTiming {
    Now,
    Later { due_at: Timestamp, reason: &'static str },
    Never { reason: &'static str },
}

impl Preferences {
    /// What somebody has who never said anything.
    pub fn initial() -> Self {
        Self { digest_hour: morning(), ..Self::default() }
    }

    /// What was said of this type and channel: of the type itself, or else of all.
    fn channel_preference(&self, topic: &str, channel: Channel) -> Option<bool> {
        let of = |name: &str| self.channels.get(name).and_then(|channels| channels.get(&channel)).copied();
        of(topic).or_else(|| of(ALL))
    }

    fn frequency(&self, topic: &str) -> Frequency {
        let of = |name: &str| self.digest.get(name).copied();
        of(topic).or_else(|| of(ALL)).unwrap_or(Frequency::Immediate)
    }

    /// What becomes of this channel: `None` when neither the type has it nor the person asked for it.
    pub fn channel_timing(
        &self,
        topic: &str,
        channel: Channel,
        usual: bool,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Option<ChannelTiming> {
        if notification_type::is_mandatory(topic) {
            return usual.then_some(ChannelTiming::Now);
        }
        match (usual, self.channel_preference(topic, channel)) {
            (_, Some(true)) | (true, None) => {}
            (true, Some(false)) => return Some(ChannelTiming::Never { reason: reason::PREFERENCE }),
            (false, Some(false) | None) => return None,
        }
        if channel == Channel::InApp || notification_type::is_urgent(topic) {
            return Some(ChannelTiming::Now);
        }
        if channel == Channel::Email && self.frequency(topic) == Frequency::Daily {
            let due_at = quiet::next_hour(now, zone, self.digest_hour);
            return Some(ChannelTiming::Later { due_at, reason: reason::DIGEST });
        }
        let due_at = quiet::next_allowed(now, zone, self.quiet_hours);
        Some(if due_at > now {
            ChannelTiming::Later { due_at, reason: reason::QUIET_HOURS }
        } else {
            ChannelTiming::Now
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    fn said(topic: &str, channel: Channel, wanted: bool) -> Preferences {
        let channels = BTreeMap::from([(topic.to_owned(), BTreeMap::from([(channel, wanted)]))]);
        Preferences { channels, ..Preferences::initial() }
    }

    const LEAVE: &str = "leave.request_approved";

    #[test]
    fn what_is_not_said_is_as_the_type_has_it() {
        let nothing = Preferences::initial();
        for channel in Channel::ALL {
            assert_eq!(
                nothing.channel_timing(LEAVE, channel, true, at("2024-06-10T10:00:00Z"), &berlin()),
                Some(ChannelTiming::Now)
            );
            assert_eq!(nothing.channel_timing(LEAVE, channel, false, at("2024-06-10T10:00:00Z"), &berlin()), None);
        }
    }

    #[test]
    fn the_table_of_wishes() {
        let now = at("2024-06-10T10:00:00Z");
        let never = Some(ChannelTiming::Never { reason: reason::PREFERENCE });
        for (preferences, channel, usual, expected) in [
            (said(LEAVE, Channel::Email, false), Channel::Email, true, never.clone()),
            (said(LEAVE, Channel::Email, false), Channel::InApp, true, Some(ChannelTiming::Now)),
            (said(ALL, Channel::Email, false), Channel::Email, true, never.clone()),
            (said(LEAVE, Channel::Push, true), Channel::Push, false, Some(ChannelTiming::Now)),
            (said("leave.request_rejected", Channel::Email, false), Channel::Email, true, Some(ChannelTiming::Now)),
            (said(LEAVE, Channel::InApp, false), Channel::InApp, true, never),
        ] {
            assert_eq!(
                preferences.channel_timing(LEAVE, channel, usual, now, &berlin()),
                expected,
                "{preferences:?} {channel}"
            );
        }
        let mut both = said(ALL, Channel::Email, false);
        both.channels.insert(LEAVE.to_owned(), BTreeMap::from([(Channel::Email, true)]));
        let ruling = both.channel_timing(LEAVE, Channel::Email, true, now, &berlin());
        assert_eq!(ruling, Some(ChannelTiming::Now), "the type itself counts more than all");
    }

    #[test]
    fn quiet_hours_hold_back_everything_but_the_inbox_and_what_is_urgent() {
        let quiet_hours = Some(QuietHours { from: time(22, 0, 0, 0), to: time(7, 0, 0, 0) });
        let preferences = Preferences { quiet_hours, ..Preferences::initial() };
        let night = at("2024-06-10T21:30:00Z");
        let later = Some(ChannelTiming::Later { due_at: at("2024-06-11T05:00:00Z"), reason: reason::QUIET_HOURS });
        for channel in [Channel::Email, Channel::Sms, Channel::Push] {
            assert_eq!(preferences.channel_timing(LEAVE, channel, true, night, &berlin()), later);
        }
        assert_eq!(preferences.channel_timing(LEAVE, Channel::InApp, true, night, &berlin()), Some(ChannelTiming::Now));
        let urgent = preferences.channel_timing("audit.critical_event", Channel::Email, true, night, &berlin());
        assert_eq!(urgent, Some(ChannelTiming::Now));
        let day = preferences.channel_timing(LEAVE, Channel::Email, true, at("2024-06-10T10:00:00Z"), &berlin());
        assert_eq!(day, Some(ChannelTiming::Now));
    }

    #[test]
    fn a_daily_summary_takes_the_mails_of_its_types() {
        let digest =
            BTreeMap::from([(ALL.to_owned(), Frequency::Daily), ("employee.updated".to_owned(), Frequency::Immediate)]);
        let preferences = Preferences { digest, digest_hour: 18, ..Preferences::initial() };
        let now = at("2024-06-10T10:00:00Z");
        let later = Some(ChannelTiming::Later { due_at: at("2024-06-10T16:00:00Z"), reason: reason::DIGEST });
        assert_eq!(preferences.channel_timing(LEAVE, Channel::Email, true, now, &berlin()), later);
        assert_eq!(preferences.channel_timing(LEAVE, Channel::Push, true, now, &berlin()), Some(ChannelTiming::Now));
        assert_eq!(
            preferences.channel_timing("employee.updated", Channel::Email, true, now, &berlin()),
            Some(ChannelTiming::Now)
        );
    }

    #[test]
    fn a_security_mail_cannot_be_switched_off_or_delayed() {
        let mut preferences = said(ALL, Channel::Email, false);
        preferences.quiet_hours = Some(QuietHours { from: time(0, 0, 0, 0), to: time(23, 59, 0, 0) });
        preferences.digest.insert(ALL.to_owned(), Frequency::Daily);
        let now = at("2024-06-10T10:00:00Z");
        assert_eq!(
            preferences.channel_timing(notification_type::PASSWORD_RESET, Channel::Email, true, now, &berlin()),
            Some(ChannelTiming::Now)
        );
        assert_eq!(
            preferences.channel_timing(notification_type::PASSWORD_RESET, Channel::Sms, false, now, &berlin()),
            None
        );
    }
}
