//! Audience of a bulk message, in requests and answers.

use garde::Validate;
use kernel::{DepartmentId, Error};
use lambda::http::validators::not_null;
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

use crate::{api::fields, domain::request::Audience};

/// Audience as a client sends it, before the check that exactly one field is given.
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct AudienceInput {
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    department: Option<DepartmentId>,
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    #[garde(inner(custom(fields::site)))]
    site: Option<String>,
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    all: Option<bool>,
}

impl AudienceInput {
    /// The single audience of the request.
    ///
    /// # Errors
    /// 422 `invalid` unless exactly one field is given.
    pub(super) fn into_audience(self) -> kernel::Result<Audience> {
        match (self.department, self.site, self.all) {
            (Some(department), None, None) => Ok(Audience::Department(department)),
            (None, Some(site), None) => Ok(Audience::Site(site)),
            (None, None, Some(true)) => Ok(Audience::All),
            _ => {
                let detail = "Enter exactly one of `department`, `site` and `all: true`.";
                Err(Error::invalid("/audience", "invalid", detail))
            }
        }
    }
}

/// Audience of a bulk message: the employees of a department, of a site, or all.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged, deny_unknown_fields)]
pub enum BulkAudience {
    /// Employees of a department.
    Department {
        /// Department whose employees are notified.
        department: DepartmentId,
    },
    /// Employees of a site.
    Site {
        /// Site whose employees are notified.
        #[schema(pattern = "^[a-z0-9-]{1,40}$")]
        site: String,
    },
    /// All employees.
    All {
        /// Selects all employees: always `true`.
        #[schema(value_type = True)]
        all: bool,
    },
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

/// Schema of the value `true`.
#[derive(Debug)]
pub struct True;

impl PartialSchema for True {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([true])).into()
    }
}

impl ToSchema for True {}
