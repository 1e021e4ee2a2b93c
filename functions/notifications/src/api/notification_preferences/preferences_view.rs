//! Answer of the preferences endpoints.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    channel::Channel,
    language::Language,
    preference::{Frequency, PreferenceKey, Preferences},
    quiet::QuietHours,
};

/// Notification preferences of a person, with the defaults of what was never set.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PreferencesView {
    /// Language of notifications and e-mails.
    pub language: Language,
    /// Enabled (true) and disabled (false) channels by notification type, or `all`. Other channels follow the type's default.
    #[schema(value_type = BTreeMap<PreferenceKey, BTreeMap<Channel, bool>>)]
    pub channels: BTreeMap<String, BTreeMap<Channel, bool>>,
    /// Daily interval in which only the inbox is used, in the time zone of the person's site. Urgent types and the digest are
    /// sent nevertheless. Absent if none is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub quiet_hours: Option<QuietHours>,
    /// Frequency of e-mails by notification type, or `all`. Other types are `immediate`.
    #[schema(value_type = BTreeMap<PreferenceKey, Frequency>)]
    pub digest: BTreeMap<String, Frequency>,
    /// Hour of the daily digest, 0 to 23, in the time zone of the person's site.
    #[schema(maximum = 23)]
    pub digest_hour: u8,
}

impl From<Preferences> for PreferencesView {
    fn from(from: Preferences) -> Self {
        Self {
            language: from.language,
            channels: from.channels,
            quiet_hours: from.quiet_hours,
            digest: from.digest,
            digest_hour: from.digest_hour,
        }
    }
}
