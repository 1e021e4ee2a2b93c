//! Schemas of local times, which JSON carries as strings.

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ArrayBuilder, ObjectBuilder, Ref, RefOr, Schema, schema::Type},
};

/// Schema of a local time of day: a string `HH:MM`, optionally with seconds.
#[derive(Debug)]
pub enum TimeOfDay {}

/// Schema of a span of local time: an array of exactly two times, start and end.
#[derive(Debug)]
pub enum TimeRange {}

impl PartialSchema for TimeOfDay {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"))
            .description(Some("Local time of day, `HH:MM` or `HH:MM:SS`. Responses include the seconds."))
            .examples(["09:00:00"])
            .into()
    }
}

impl ToSchema for TimeOfDay {}

impl PartialSchema for TimeRange {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new()
            .items(Ref::from_schema_name(TimeOfDay::name()))
            .min_items(Some(2))
            .max_items(Some(2))
            .description(Some(
                "Span of local time `[start, end)`. The end `00:00` means midnight at the end of the day.",
            ))
            .examples([["09:00:00", "12:30:00"]])
            .into()
    }
}

impl ToSchema for TimeRange {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((TimeOfDay::name().into_owned(), TimeOfDay::schema()));
    }
}
