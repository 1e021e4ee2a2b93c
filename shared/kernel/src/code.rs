//! Catalogue of problem codes: text on the wire, kind (which decides the HTTP status), meaning and remedy of each.
//!
//! The table in `docs/api.md` and `x-problems` in the OpenAPI document are generated from it.

use std::fmt;

/// Kind of an error. Each kind has one HTTP status, given by `lambda::http::status_of`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The request cannot be read: bad JSON, wrong types or an invalid cursor.
    Malformed,
    /// The caller is not identified.
    Unauthenticated,
    /// The caller is identified, but not allowed to do this.
    Forbidden,
    /// The object does not exist, or the caller may not see it.
    NotFound,
    /// The request contradicts the current state.
    Conflict,
    /// `If-Match` names a version that is no longer current.
    PreconditionFailed,
    /// The body exceeds the size limit.
    TooLarge,
    /// The content type is not JSON.
    UnsupportedMedia,
    /// The request is readable, but its values are not allowed.
    Invalid,
    /// Too many attempts in a short time.
    Throttled,
    /// A dependency failed; the request may be repeated. A write that got no answer may still have been applied.
    Unavailable,
    /// Bug or broken data of the server.
    Internal,
}

macro_rules! codes {
    ($($kind:ident { $($name:ident = $text:literal: $meaning:literal, $remedy:literal;)+ })+) => {
        /// Stable code of a problem: the last segment of its `type`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $($(#[doc = $meaning] $name,)+)+
        }

        impl Code {
            /// All codes, grouped by kind in the order of their statuses.
            pub const ALL: &'static [Self] = &[$($(Self::$name,)+)+];

            /// Text on the wire, in snake_case: `not_found`.
            pub const fn as_str(self) -> &'static str {
                match self { $($(Self::$name => $text,)+)+ }
            }

            /// Kind of the problem, which decides its HTTP status.
            pub const fn kind(self) -> ErrorKind {
                match self { $($(Self::$name => ErrorKind::$kind,)+)+ }
            }

            /// Meaning of the problem, for the documentation.
            pub const fn meaning(self) -> &'static str {
                match self { $($(Self::$name => $meaning,)+)+ }
            }

            /// Remedy for the caller, for the documentation.
            pub const fn remedy(self) -> &'static str {
                match self { $($(Self::$name => $remedy,)+)+ }
            }
        }
    };
}

codes! {
    Malformed {
        Malformed = "malformed": "The path, query, headers or body cannot be read.", "Correct the places named in `errors`.";
        InvalidCursor = "invalid_cursor": "The cursor does not belong to this list, filter or caller.", "Start again without `cursor`.";
    }
    Unauthenticated {
        TokenMissing = "token_missing": "The request carries no access token.", "Send `Authorization: Bearer <token>`.";
        TokenRefused = "token_refused": "The access token is invalid or has expired.", "Refresh it or sign in again.";
        TokenSuperseded = "token_superseded": "Roles or status have changed since the token was issued; the sessions ended.", "Sign in again.";
        LoginRefused = "login_refused": "The login name or the password is wrong.", "Check both, or reset the password.";
        RefreshRefused = "refresh_refused": "The refresh token is invalid, expired or already used.", "Sign in again.";
    }
    Forbidden {
        Forbidden = "forbidden": "The access roles of the caller do not allow this operation.", "Ask somebody whose role allows it.";
        OwnRequest = "own_request": "The caller made this request or is its subject, and cannot decide it.", "Let another approver decide.";
        SelfApproval = "self_approval": "The caller cannot decide a correction of their own attendance.", "Let the manager or HR decide.";
        OwnEntry = "self": "The caller cannot enter attendance for themselves.", "Request a correction instead.";
        NotYourStep = "not_your_step": "The caller is not an approver of the current step.", "Wait for the approvers in `current`.";
        OwnViolation = "own_violation": "The caller cannot acknowledge their own violation.", "Let the manager or HR acknowledge it.";
        OwnPay = "own_pay": "The caller cannot change their own compensation.", "Let another HR officer change it.";
    }
    NotFound {
        NotFound = "not_found": "It does not exist, or the caller may not see it.", "Check the method, the path and the id.";
    }
    Conflict {
        ChangedMeanwhile = "changed_meanwhile": "Another request changed it at the same time.", "Read it again and repeat the change.";
        Busy = "busy": "Other requests changed the same data in every attempt.", "Send the request again.";
        ChainMoved = "chain_moved": "A manager or department higher up changed at the same time.", "Send the request again.";
        PasswordChanged = "password_changed": "The password was changed at the same time.", "Sign in with the new password.";
        EmailTaken = "email_taken": "Another person has this e-mail address.", "Use a different address.";
        CodeTaken = "code_taken": "Another record has this code.", "Use a different code.";
        NameTaken = "name_taken": "Another record has this name.", "Use a different name.";
        IllegalTransition = "illegal_transition": "The current status does not allow this change.", "See the current status in `current`.";
        Terminated = "terminated": "The employment has ended.", "Reinstate the employee within 30 days, or create a new one.";
        HasReports = "has_reports": "Employees still report to this person.", "Assign them another manager first.";
        InUse = "in_use": "Other records still refer to it.", "Move or delete the records in `current` first.";
        Loop = "loop": "The change would place a person or department below itself.", "Choose a parent outside its own subtree.";
        TooDeep = "too_deep": "The hierarchy would have too many levels.", "Choose a parent higher up.";
        AlreadyEffective = "already_effective": "The current compensation is in effect from that day or a later one.", "Choose a day after the one in `current`.";
        HistoryFull = "history_full": "The compensation history has reached its limit.", "Ask the operator.";
        OwnAdminRight = "own_admin_right": "The caller cannot remove their own role `admin`.", "Let another administrator do it.";
        NoPassword = "no_password": "The account signs in through an external provider.", "Change the password there.";
        Overlap = "overlap": "An existing request or assignment covers one of these days.", "Change or end the one in `current` first.";
        AlreadyDecided = "already_decided": "The request was decided before.", "See the decision in `current`.";
        Over = "over": "The leave has ended.", "Ask HR for an adjustment.";
        EmploymentEnded = "employment_ended": "The leave has days after the last day of the employment.", "Approve it after these days were returned by themselves, or reject it.";
        AlreadyAcknowledged = "already_acknowledged": "The violation was acknowledged before.", "See `current`.";
        AlreadyDone = "already_done": "The training was completed before.", "See `current`.";
        AlreadyAssigned = "already_assigned": "The training is assigned to this person already.", "See `current`.";
        AlreadyCheckedIn = "already_checked_in": "The employee is checked in.", "Check out first; the open punch is in `current`.";
        NotCheckedIn = "not_checked_in": "The employee is not checked in.", "Check in first.";
        AlreadyOnBreak = "already_on_break": "The employee is on a break.", "End the break first; its punch is in `current`.";
        NotOnBreak = "not_on_break": "The employee is not on a break.", "Start a break first.";
        OpenTooLong = "open_too_long": "The check-in is too long ago for a check-out.", "Request a correction of that day.";
        PunchGone = "punch_gone": "Another correction has voided a punch that this one names.", "Reject it and request a new correction.";
        PunchesStand = "punches_stand": "The entry contradicts the punches of the day.", "See the punches in `current`; request a correction.";
        Duplicate = "duplicate": "The same punch is recorded already.", "No action is needed.";
        RosterInUse = "roster_in_use": "Employees are or were assigned to this roster.", "Create a new roster and assign it from a day on.";
        PolicyOverlaps = "policy_overlaps": "Another policy applies to the same people on the same days.", "End the policy in `current` first, or narrow the scope.";
        TooOld = "too_old": "The days lie before the first day that may still be changed.", "Choose a later first day; reject a correction of such a day.";
        MonthClosed = "month_closed": "The payroll period was closed before.", "No action is needed: later changes are differences in the open period.";
        EarlierMonthOpen = "earlier_month_open": "An earlier payroll period of the site is open.", "Close the month in `current` first.";
        MonthNotSettled = "month_not_settled": "Days of the payroll period may not be settled yet.", "Close it later; `detail` says when.";
        TooManyFeeds = "too_many_feeds": "The caller has the maximum number of calendar feeds.", "Revoke one first.";
        TooManySubscriptions = "too_many_subscriptions": "The caller has the maximum number of push subscriptions.", "Delete one first.";
        TooManyPunches = "too_many_punches": "The day has the maximum number of punches.", "Ask HR: the day takes no more punches, voided ones included.";
        TooMany = "too_many": "The maximum number of records of this type exists.", "Reuse or delete one; `detail` explains the limit.";
        NotSealedYet = "not_sealed_yet": "The hour of the record is not sealed yet.", "Try again 15 minutes after the end of the hour.";
        Tampered = "tampered": "The record differs from the one that was sealed.", "Inform the auditor.";
    }
    PreconditionFailed {
        Stale = "stale": "`If-Match` names an older version.", "Read it again and repeat the change.";
    }
    TooLarge {
        TooLarge = "too_large": "The body is larger than 64 KiB, or 2 MiB for imports.", "Split the request.";
    }
    UnsupportedMedia {
        UnsupportedMediaType = "unsupported_media_type": "The content type is not `application/json`.", "Send JSON with that content type.";
    }
    Invalid {
        Invalid = "invalid": "Values of the request are not allowed.", "Correct the places named in `errors`.";
        PolicyViolation = "policy_violation": "Policies do not allow this leave.", "Correct the places named in `errors`; the figures are in `current`.";
        BelowFloor = "below_floor": "The change takes the balance below the floor of its policy.", "Send `override` with a reason; the figures are in `current`.";
        IdempotencyKeyReused = "idempotency_key_reused": "The key belongs to a different request.", "Use a new key.";
    }
    Throttled {
        Throttled = "throttled": "Too many attempts.", "Wait for the seconds in `Retry-After`.";
    }
    Internal {
        Internal = "internal": "The server failed.", "Report the `request_id`.";
    }
    Unavailable {
        Unavailable = "unavailable": "A dependency does not answer; a change may have been saved already.", "Repeat it after `Retry-After` with the same `Idempotency-Key`.";
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
