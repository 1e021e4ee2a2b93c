//! Audience of a bulk message, in requests and answers.

use garde::Validate;
use kernel::{DepartmentId, Error};
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, OneOfBuilder, RefOr, Schema,
        schema::{AdditionalProperties, RefBuilder, Type},
    },
};

use crate::{api::fields, domain::request::Audience, messages};

/// Audience as a client sends it, before the check that exactly one field is given.
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct AudienceInput {
    #[serde(skip_serializing_if = "Option::is_none")]
    department: Option<DepartmentId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(inner(custom(fields::check_site_code)))]
    site: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    all: Option<bool>,
}

impl AudienceInput {
    /// The single audience of the request.
    ///
    /// # Errors
    /// 422 `invalid` unless exactly one field is given, and for `all: false`.
    pub(super) fn into_audience(self) -> kernel::Result<Audience> {
        match (self.department, self.site, self.all) {
            (Some(department), None, None) => Ok(Audience::Department(department)),
            (None, Some(site), None) => Ok(Audience::Site(site)),
            (None, None, Some(true)) => Ok(Audience::All),
            _ => Err(Error::invalid("/audience", "invalid", messages::one_audience())),
        }
    }
}

/// Audience of a bulk message.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum BulkAudience {
    Department { department: DepartmentId },
    Site { site: String },
    All { all: bool },
}

impl From<Audience> for BulkAudience {
    fn from(from: Audience) -> Self {
        match from {
            Audience::Department(department) => Self::Department { department },
            Audience::Site(site) => Self::Site { site },
            Audience::All => Self::All { all: true },
        }
    }
}

// The derive of `ToSchema` cannot close the objects of an enum.
impl PartialSchema for BulkAudience {
    fn schema() -> RefOr<Schema> {
        let only = |name: &str, value: RefOr<Schema>| {
            ObjectBuilder::new()
                .schema_type(Type::Object)
                .property(name, value)
                .required(name)
                .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)))
        };
        let department = RefBuilder::new()
            .ref_location_from_schema_name(DepartmentId::name())
            .description(Some(
                "Id of the department whose employees are notified, without those of its sub-departments.",
            ))
            .build();
        let site = ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("Code of the site whose employees are notified."))
            .pattern(Some("^[a-z0-9-]{1,40}$"));
        let all = ObjectBuilder::new()
            .schema_type(Type::Boolean)
            .description(Some("Selects all employees: always `true`."))
            .enum_values(Some([true]));
        OneOfBuilder::new()
            .description(Some(
                "Audience of a bulk message: the employees of one department, of one site, or all. Employees who may not \
                    sign in, because they are suspended or terminated, are left out.",
            ))
            .item(only("department", department.into()))
            .item(only("site", site.into()))
            .item(only("all", all.into()))
            .into()
    }
}

impl ToSchema for BulkAudience {}
