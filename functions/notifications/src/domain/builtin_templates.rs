//! Built-in templates: version 0 of every template, in every language.

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use super::{
    language::Language,
    names::{choice_schema, names},
    template::TemplateSource,
};

macro_rules! templates {
    ($($variant:ident = $name:literal,)*) => {
        names! {
            /// Name of a template. Each template has a built-in version 0; newer versions can be created.
            TemplateName { $($variant = $name,)* }
        }

        const fn template_text(name: TemplateName, language: Language) -> &'static str {
            match (name, language) {
                $(
                    (TemplateName::$variant, Language::En) => {
                        include_str!(concat!("../../templates/", $name, ".en.txt"))
                    }
                    (TemplateName::$variant, Language::De) => {
                        include_str!(concat!("../../templates/", $name, ".de.txt"))
                    }
                )*
            }
        }
    };
}

templates! {
    AttendanceAbsent = "attendance_absent",
    AttendanceCheckedIn = "attendance_checked_in",
    AttendanceCheckedOut = "attendance_checked_out",
    AttendanceCorrection = "attendance_correction",
    AttendanceCorrectionRejected = "attendance_correction_rejected",
    AttendanceCorrectionRequested = "attendance_correction_requested",
    AttendanceIncomplete = "attendance_incomplete",
    AttendanceLate = "attendance_late",
    AttendanceOutsideWindow = "attendance_outside_window",
    AuditCriticalEvent = "audit_critical_event",
    CompliancePolicyUpdated = "compliance_policy_updated",
    ComplianceTrainingDue = "compliance_training_due",
    ComplianceViolationDetected = "compliance_violation_detected",
    Digest = "digest",
    EmployeeCreated = "employee_created",
    EmployeeDeleted = "employee_deleted",
    EmployeeStatusChanged = "employee_status_changed",
    EmployeeUpdated = "employee_updated",
    EmployeeWelcome = "employee_welcome",
    LeaveCreditApproved = "leave_credit_approved",
    LeaveCreditProposed = "leave_credit_proposed",
    LeaveCreditRejected = "leave_credit_rejected",
    LeaveRequestApprovalNeeded = "leave_request_approval_needed",
    LeaveRequestApproved = "leave_request_approved",
    LeaveRequestCancelled = "leave_request_cancelled",
    LeaveRequestConfirmation = "leave_request_confirmation",
    LeaveRequestCreated = "leave_request_created",
    LeaveRequestEscalated = "leave_request_escalated",
    LeaveRequestMoved = "leave_request_moved",
    LeaveRequestRejected = "leave_request_rejected",
    Message = "message",
    More = "more",
    PasswordReset = "password_reset",
}

impl TemplateName {
    /// Whether only the system uses the template.
    pub const fn is_reserved(self) -> bool {
        matches!(self, Self::Digest | Self::More | Self::PasswordReset)
    }
}

/// Schema of the templates that a message may name.
#[derive(Debug)]
pub struct MessageTemplateName;

impl PartialSchema for MessageTemplateName {
    fn schema() -> RefOr<Schema> {
        let open = TemplateName::ALL.iter().filter(|name| !name.is_reserved());
        choice_schema(
            "Name of a template for messages: every template but those of the system.",
            open.map(|name| name.as_str()),
        )
    }
}

impl ToSchema for MessageTemplateName {}

/// Built-in source of a template: the first line is the title, the rest is the text, from which the HTML part is generated.
pub fn builtin_source(name: TemplateName, language: Language) -> TemplateSource {
    let (title, text) = template_text(name, language).split_once('\n').unwrap_or_default();
    TemplateSource { title: title.to_owned(), text: text.trim().to_owned(), html: None }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::template::{check_template, render, sample_context};

    #[test]
    fn built_in_templates_render_in_every_language_with_and_without_values() {
        for name in TemplateName::ALL.iter().copied() {
            for language in Language::ALL {
                let source = builtin_source(name, language);
                check_template(&source, language).unwrap_or_else(|error| panic!("{name}.{language}: {error:?}"));
                let rendered = render(&source, language, &sample_context()).unwrap();
                assert!(!rendered.title.is_empty() && !rendered.text.is_empty(), "{name}.{language}");
                for part in [&rendered.title, &rendered.text, &rendered.html] {
                    assert!(!part.contains("{{") && !part.contains("{%"), "{name}.{language}: {part}");
                }
                render(&source, language, &json!({})).unwrap_or_else(|error| panic!("{name}.{language}: {error:?}"));
            }
        }
        assert!(sample_context().is_object());
    }
}
