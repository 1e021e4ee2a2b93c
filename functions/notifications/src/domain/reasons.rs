//! Reasons in routing decisions and deliveries, as traces show them.

use super::names::names;

names! {
    /// Reason why a person was not notified, or not as usual.
    SkipReason {
        /// The routing rule has no recipient in this event.
        NoRecipient = "nobody",
        UnknownPerson = "unknown_person",
        /// The person is terminated, or suspended and not the subject of the event.
        Inactive = "left",
        OwnAction = "own_action",
        /// An earlier routing rule notifies the same person.
        AlreadyNotified = "already_told",
        /// The event was republished more than 24 hours after it happened.
        TooOld = "too_old",
        Preference = "preference",
        /// Too many notifications of one type: this one is counted in a collapsed notification.
        Collapsed = "storm",
        TemplateBroken = "template_broken",
    }
}

names! {
    /// Reason why a delivery is parked, failed or suppressed.
    DeliveryReason {
        QuietHours = "quiet_hours",
        /// The delivery waits for the recipient's daily digest, or was sent with it.
        Digest = "digest",
        BreakerOpen = "breaker_open",
        /// The provider did not accept the message; the delivery is retried, or failed after the last attempt.
        ProviderUnavailable = "provider_unavailable",
        /// The provider refused the message permanently.
        Rejected = "rejected",
        /// The provider was called and its result is not known. A second call could send the message twice.
        OutcomeUnknown = "outcome_unknown",
        /// The content is no longer valid, such as a reset link.
        Expired = "expired",
        NotConfigured = "not_configured",
        NoAddress = "no_address",
        TemplateBroken = "template_broken",
        Preference = "preference",
        /// The notification is counted in a collapsed one.
        Collapsed = "storm",
    }
}
