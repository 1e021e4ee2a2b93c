//! Preferences of a person: language, channels, quiet hours and digests.

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use super::{
    channel::Channel,
    language::Language,
    names::choice_schema,
    notification_type::NotificationType,
    quiet::{self, QuietHours},
    reasons::DeliveryReason,
};

/// Key of preferences for all notification types.
pub const ALL: &str = "all";

/// Frequency of e-mails of a notification type: one per notification (`immediate`), or one with all of a day (`daily`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Frequency {
    /// One e-mail per notification, at once.
    Immediate,
    /// One e-mail per day with all notifications.
    Daily,
}

/// Notification preferences of a person. Omitted fields are set to their defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Preferences {
    /// Language of notifications and e-mails. Default: `en`.
    #[serde(default)]
    pub language: Language,
    /// Enabled (true) and disabled (false) channels by notification type, or `all`. Other channels follow the type's default.
    #[serde(default)]
    #[schema(value_type = BTreeMap<PreferenceKey, BTreeMap<Channel, bool>>)]
    pub channels: BTreeMap<String, BTreeMap<Channel, bool>>,
    /// Daily interval in which only the inbox is used, in the time zone of the person's site. Urgent types and the digest are
    /// sent nevertheless. Default: none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quiet_hours: Option<QuietHours>,
    /// Frequency of e-mails by notification type, or `all`. Default: `immediate`.
    #[serde(default)]
    #[schema(value_type = BTreeMap<PreferenceKey, Frequency>)]
    pub digest: BTreeMap<String, Frequency>,
    /// Hour of the daily digest, 0 to 23, in the time zone of the person's site. Default: 8.
    #[serde(default = "default_digest_hour")]
    #[schema(maximum = 23)]
    pub digest_hour: u8,
}

const fn default_digest_hour() -> u8 {
    8
}

/// Schema of the keys of [`Preferences::channels`] and [`Preferences::digest`].
#[derive(Debug)]
pub struct PreferenceKey;

impl PartialSchema for PreferenceKey {
    fn schema() -> RefOr<Schema> {
        let types = NotificationType::ALL.iter().filter(|kind| kind.is_selectable()).map(|kind| kind.as_str());
        choice_schema(
            "Notification type, or `all` for every type without an entry of its own.",
            [ALL].into_iter().chain(types),
        )
    }
}

impl ToSchema for PreferenceKey {}

/// Time at which a channel is used for a notification, or the reason why it is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelTiming {
    Now,
    Later { due_at: Timestamp, reason: DeliveryReason },
    Never { reason: DeliveryReason },
}

impl Preferences {
    /// Preferences of a person who has set none.
    pub fn initial() -> Self {
        Self {
            language: Language::default(),
            channels: BTreeMap::new(),
            quiet_hours: None,
            digest: BTreeMap::new(),
            digest_hour: default_digest_hour(),
        }
    }

    /// Setting of a channel for this type, or else for `all`.
    fn channel_preference(&self, notification_type: NotificationType, channel: Channel) -> Option<bool> {
        let setting = |key: &str| self.channels.get(key).and_then(|channels| channels.get(&channel)).copied();
        setting(notification_type.as_str()).or_else(|| setting(ALL))
    }

    /// Frequency of e-mails of this type, or else of `all`, or else `immediate`.
    fn email_frequency(&self, notification_type: NotificationType) -> Frequency {
        let setting = |key: &str| self.digest.get(key).copied();
        setting(notification_type.as_str()).or_else(|| setting(ALL)).unwrap_or(Frequency::Immediate)
    }

    /// Timing of a channel; none if neither the type (`by_default`) nor the person's preferences use it.
    pub fn channel_timing(
        &self,
        notification_type: NotificationType,
        channel: Channel,
        by_default: bool,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Option<ChannelTiming> {
        if notification_type.is_mandatory() {
            return by_default.then_some(ChannelTiming::Now);
        }
        match (by_default, self.channel_preference(notification_type, channel)) {
            (_, Some(true)) | (true, None) => {}
            (true, Some(false)) => return Some(ChannelTiming::Never { reason: DeliveryReason::Preference }),
            (false, Some(false) | None) => return None,
        }
        if channel == Channel::InApp || notification_type.is_urgent() {
            return Some(ChannelTiming::Now);
        }
        if channel == Channel::Email && self.email_frequency(notification_type) == Frequency::Daily {
            let due_at = quiet::next_local_hour(now, zone, self.digest_hour);
            return Some(ChannelTiming::Later { due_at, reason: DeliveryReason::Digest });
        }
        let due_at = quiet::next_outside_quiet_hours(now, zone, self.quiet_hours);
        Some(if due_at > now {
            ChannelTiming::Later { due_at, reason: DeliveryReason::QuietHours }
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

    fn with_channel(key: &str, channel: Channel, enabled: bool) -> Preferences {
        let channels = BTreeMap::from([(key.to_owned(), BTreeMap::from([(channel, enabled)]))]);
        Preferences { channels, ..Preferences::initial() }
    }

    const LEAVE: NotificationType = NotificationType::LeaveRequestApproved;

    #[test]
    fn unset_channels_follow_the_default_of_the_type() {
        let initial = Preferences::initial();
        for channel in Channel::ALL {
            assert_eq!(
                initial.channel_timing(LEAVE, channel, true, at("2024-06-10T10:00:00Z"), &berlin()),
                Some(ChannelTiming::Now)
            );
            assert_eq!(initial.channel_timing(LEAVE, channel, false, at("2024-06-10T10:00:00Z"), &berlin()), None);
        }
    }

    #[test]
    fn preferences_enable_and_disable_channels() {
        let now = at("2024-06-10T10:00:00Z");
        let never = Some(ChannelTiming::Never { reason: DeliveryReason::Preference });
        for (preferences, channel, by_default, expected) in [
            (with_channel(LEAVE.as_str(), Channel::Email, false), Channel::Email, true, never.clone()),
            (with_channel(LEAVE.as_str(), Channel::Email, false), Channel::InApp, true, Some(ChannelTiming::Now)),
            (with_channel(ALL, Channel::Email, false), Channel::Email, true, never.clone()),
            (with_channel(LEAVE.as_str(), Channel::Push, true), Channel::Push, false, Some(ChannelTiming::Now)),
            (
                with_channel("leave.request_rejected", Channel::Email, false),
                Channel::Email,
                true,
                Some(ChannelTiming::Now),
            ),
            (with_channel(LEAVE.as_str(), Channel::InApp, false), Channel::InApp, true, never),
        ] {
            assert_eq!(
                preferences.channel_timing(LEAVE, channel, by_default, now, &berlin()),
                expected,
                "{preferences:?} {channel}"
            );
        }
        let mut both = with_channel(ALL, Channel::Email, false);
        both.channels.insert(LEAVE.to_string(), BTreeMap::from([(Channel::Email, true)]));
        let timing = both.channel_timing(LEAVE, Channel::Email, true, now, &berlin());
        assert_eq!(timing, Some(ChannelTiming::Now), "the type has precedence over `all`");
    }

    #[test]
    fn quiet_hours_postpone_all_but_the_inbox_and_urgent_types() {
        let quiet_hours = Some(QuietHours { from: time(22, 0, 0, 0), to: time(7, 0, 0, 0) });
        let preferences = Preferences { quiet_hours, ..Preferences::initial() };
        let night = at("2024-06-10T21:30:00Z");
        let later =
            Some(ChannelTiming::Later { due_at: at("2024-06-11T05:00:00Z"), reason: DeliveryReason::QuietHours });
        for channel in [Channel::Email, Channel::Sms, Channel::Push] {
            assert_eq!(preferences.channel_timing(LEAVE, channel, true, night, &berlin()), later);
        }
        assert_eq!(preferences.channel_timing(LEAVE, Channel::InApp, true, night, &berlin()), Some(ChannelTiming::Now));
        let urgent =
            preferences.channel_timing(NotificationType::AuditCriticalEvent, Channel::Email, true, night, &berlin());
        assert_eq!(urgent, Some(ChannelTiming::Now));
        let day = preferences.channel_timing(LEAVE, Channel::Email, true, at("2024-06-10T10:00:00Z"), &berlin());
        assert_eq!(day, Some(ChannelTiming::Now));
    }

    #[test]
    fn daily_digest_takes_the_emails_of_its_types() {
        let digest =
            BTreeMap::from([(ALL.to_owned(), Frequency::Daily), ("employee.updated".to_owned(), Frequency::Immediate)]);
        let preferences = Preferences { digest, digest_hour: 18, ..Preferences::initial() };
        let now = at("2024-06-10T10:00:00Z");
        let later = Some(ChannelTiming::Later { due_at: at("2024-06-10T16:00:00Z"), reason: DeliveryReason::Digest });
        assert_eq!(preferences.channel_timing(LEAVE, Channel::Email, true, now, &berlin()), later);
        assert_eq!(preferences.channel_timing(LEAVE, Channel::Push, true, now, &berlin()), Some(ChannelTiming::Now));
        assert_eq!(
            preferences.channel_timing(NotificationType::EmployeeUpdated, Channel::Email, true, now, &berlin()),
            Some(ChannelTiming::Now)
        );
    }

    #[test]
    fn security_emails_cannot_be_disabled_or_postponed() {
        let mut preferences = with_channel(ALL, Channel::Email, false);
        preferences.quiet_hours = Some(QuietHours { from: time(0, 0, 0, 0), to: time(23, 59, 0, 0) });
        preferences.digest.insert(ALL.to_owned(), Frequency::Daily);
        let now = at("2024-06-10T10:00:00Z");
        assert_eq!(
            preferences.channel_timing(NotificationType::PasswordReset, Channel::Email, true, now, &berlin()),
            Some(ChannelTiming::Now)
        );
        assert_eq!(
            preferences.channel_timing(NotificationType::PasswordReset, Channel::Sms, false, now, &berlin()),
            None
        );
    }
}
