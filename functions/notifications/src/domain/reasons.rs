//! Reasons in routing decisions and deliveries, as traces show them.

use super::names::names;

names! {
    /// Reason why a person was not notified, or not as usual.
    ///
    /// - `nobody`: the routing rule has no recipient in this event
    /// - `unknown_person`: the person has no record
    /// - `left`: the person is terminated, or suspended and not the subject of the event
    /// - `own_action`: the person caused the event
    /// - `already_told`: an earlier routing rule notifies the same person
    /// - `too_old`: the event was republished more than 24 hours after it happened
    /// - `preference`: the person's preferences disable all channels
    /// - `storm`: too many notifications of one type; this one is counted in a collapsed notification
    /// - `template_broken`: the template cannot be rendered
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
    ///
    /// - `quiet_hours`: waits for the end of the recipient's quiet hours
    /// - `digest`: waits for the recipient's daily digest, or was sent with it
    /// - `breaker_open`: waits, because the provider fails
    /// - `provider_unavailable`: not accepted by the provider; it is tried again, or failed after the last attempt
    /// - `rejected`: refused by the provider permanently
    /// - `outcome_unknown`: the result of the provider is not known; a second attempt could send it twice
    /// - `expired`: the content is no longer valid, such as a reset link
    /// - `not_configured`: the stage has no provider for the channel
    /// - `no_address`: the person has no address for the channel
    /// - `template_broken`: the template cannot be rendered
    /// - `preference`: the person's preferences disable the channel
    /// - `storm`: the notification is counted in a collapsed one
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
