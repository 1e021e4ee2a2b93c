//! Closed sets of names, and their schemas.

use utoipa::openapi::{ObjectBuilder, RefOr, Schema, schema::Type};

/// Declares an enum whose variants have a fixed text in JSON, in stored items and in the OpenAPI document.
macro_rules! names {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)*
        }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        // The derive of `ToSchema` does not see a `rename` whose text comes from a macro.
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let names = Self::ALL.iter().map(|name| name.as_str());
                $crate::domain::names::choice_schema(concat!($($doc, "\n"),+), names)
            }
        }

        impl utoipa::ToSchema for $name {}

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|name| name.as_str() == text).ok_or(())
            }
        }
    };
}

pub(crate) use names;

/// Schema of a text that must be one of `values`.
pub(crate) fn choice_schema(
    description: &'static str,
    values: impl IntoIterator<Item = &'static str>,
) -> RefOr<Schema> {
    let lines: Vec<_> = description.lines().map(str::trim).collect();
    let description = lines.join("\n").trim().to_owned();
    let choice = ObjectBuilder::new().schema_type(Type::String).description(Some(description));
    choice.enum_values(Some(values)).into()
}
