//! The record of the person in the path, loaded and judged.

use access::{FieldGroup, ReadableFields, Relation};
use kernel::{Code, EmployeeId, Error, Result};
use lambda::http::{Caller, Reach};

use crate::{
    api::Api,
    domain::compensation::CompensationHistory,
    store::{Employee, Stored},
};

/// A record to show.
pub struct Record(pub(crate) Stored<Employee>);

impl Reach<Api> for Record {
    type Id = EmployeeId;

    async fn reach(api: &Api, caller: &Caller, id: EmployeeId) -> Result<Self> {
        let stored = api.store.get_employee(id).await?;
        caller.require_in_scope(&stored.value.person).await?;
        Ok(Self(stored))
    }
}

/// A record to change: read after every write that was answered before.
pub struct RecordToChange {
    pub(crate) stored: Stored<Employee>,
    pub(crate) fields: ReadableFields,
}

impl Reach<Api> for RecordToChange {
    type Id = EmployeeId;

    async fn reach(api: &Api, caller: &Caller, id: EmployeeId) -> Result<Self> {
        let stored = api.store.get_employee_for_update(id).await?;
        let fields = caller.require_in_scope(&stored.value.person).await?;
        Ok(Self { stored, fields })
    }
}

/// A record with pay, read in one round trip.
pub struct RecordWithPay {
    pub(crate) stored: Stored<Employee>,
    pub(crate) fields: ReadableFields,
    /// None where the caller may not read it.
    pub(crate) pay: Option<Stored<CompensationHistory>>,
}

impl Reach<Api> for RecordWithPay {
    type Id = EmployeeId;

    async fn reach(api: &Api, caller: &Caller, id: EmployeeId) -> Result<Self> {
        let nearest = if caller.id() == id { Relation::Oneself } else { Relation::Report };
        let pay = async {
            match caller.readable_fields(nearest).may_read(FieldGroup::Pay) {
                true => api.store.get_compensation(id).await.map(Some),
                false => Ok(None),
            }
        };
        let (stored, pay) = tokio::join!(api.store.get_employee(id), pay);
        let stored = stored?;
        let fields = caller.require_in_scope(&stored.value.person).await?;
        let pay = if fields.may_read(FieldGroup::Pay) { pay? } else { None };
        Ok(Self { stored, fields, pay })
    }
}

/// Somebody else's pay to change, with their record.
pub struct PayToChange {
    pub(crate) employee: Employee,
    pub(crate) pay: Stored<CompensationHistory>,
}

impl Reach<Api> for PayToChange {
    type Id = EmployeeId;

    async fn reach(api: &Api, caller: &Caller, id: EmployeeId) -> Result<Self> {
        if id == caller.id() {
            return Err(Error::new(Code::OwnPay, "Nobody sets their own pay."));
        }
        let (stored, pay) =
            tokio::join!(api.store.get_employee_for_update(id), api.store.get_compensation_for_update(id));
        let employee = stored?.value;
        caller.require_in_scope(&employee.person).await?;
        Ok(Self { employee, pay: pay? })
    }
}
