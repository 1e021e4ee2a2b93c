//! Schemas of template contexts: the values that a template is rendered with.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ArrayBuilder, ObjectBuilder, OneOfBuilder, Ref, RefOr, Schema,
        schema::{AdditionalProperties, SchemaType, Type},
    },
};

use super::notification_type::NotificationType;

/// Most values of a context at its first level.
pub const ENTRIES_MAX: usize = 50;
/// Bound of the absolute value of a number: DynamoDB stores no larger one.
pub const MAGNITUDE_BOUND: f64 = 1e126;

/// Schema of a context that a client sends.
#[derive(Debug)]
pub struct TemplateContext;

impl PartialSchema for TemplateContext {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some(
                "Values by name that a template is rendered with: at most 50, with at most 16 nested levels and 8 KiB of JSON.",
            ))
            .additional_properties(Some(context_value_reference()))
            .max_properties(Some(ENTRIES_MAX))
            .into()
    }
}

impl ToSchema for TemplateContext {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((ContextValue::name().into_owned(), ContextValue::schema()));
    }
}

/// Schema of one value of a context.
#[derive(Debug)]
pub struct ContextValue;

impl PartialSchema for ContextValue {
    fn schema() -> RefOr<Schema> {
        let plain = |kind| ObjectBuilder::new().schema_type(kind);
        OneOfBuilder::new()
            .description(Some(
                "Value of a template context: a text, a number, a boolean, null, or a list or object of them.",
            ))
            .item(plain(Type::String))
            .item(plain(Type::Number).exclusive_minimum(Some(-1e126)).exclusive_maximum(Some(MAGNITUDE_BOUND)))
            .item(plain(Type::Boolean))
            .item(plain(Type::Null))
            .item(ArrayBuilder::new().items(ObjectBuilder::new().schema_type(SchemaType::AnyValue)))
            .item(plain(Type::Object).additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(true))))
            .into()
    }
}

impl ToSchema for ContextValue {}

fn context_value_reference() -> Ref {
    Ref::from_schema_name(ContextValue::name())
}

/// Values that the template of a notification was rendered with. Further members depend on the template, such as
/// `start_date`, `employee_name` and `changed`.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationContext {
    /// Name of the recipient, for the salutation.
    pub recipient: RecipientName,
    /// Type of the notification, the same as outside the context.
    pub notification_type: NotificationType,
    #[serde(flatten)]
    #[schema(value_type = BTreeMap<String, ContextValue>)]
    pub other: BTreeMap<String, serde_json::Value>,
}

/// Name of a recipient in a template context.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecipientName {
    /// Given name of the recipient.
    pub first_name: String,
    /// Given and family name of the recipient.
    pub name: String,
}
