//! Loads the employee of the path and checks that they are in the scope of the caller.

use access::{FieldGroup, ReadableFields, Relation};
use kernel::{Code, EmployeeId, Error, Result};
use lambda::http::{Caller, LoadInScope};

use crate::{
    api::Api,
    domain::compensation::CompensationHistory,
    messages,
    store::{Employee, Stored},
};

/// Employee in the scope of the caller, to read; perhaps a few milliseconds old.
pub struct ScopedEmployee(pub(crate) Stored<Employee>);

impl LoadInScope<Api> for ScopedEmployee {
    type Id = EmployeeId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: EmployeeId) -> Result<Self> {
        let stored = api.store.get_employee(id).await?;
        caller.require_in_scope(&stored.value.person).await?;
        Ok(Self(stored))
    }
}

/// Employee in the scope of the caller, to change; read consistently.
pub struct EmployeeForUpdate {
    pub(crate) stored: Stored<Employee>,
    /// Restricted fields of the employee that the caller may read.
    pub(crate) fields: ReadableFields,
}

impl LoadInScope<Api> for EmployeeForUpdate {
    type Id = EmployeeId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: EmployeeId) -> Result<Self> {
        let stored = api.store.get_employee_for_update(id).await?;
        let fields = caller.require_in_scope(&stored.value.person).await?;
        Ok(Self { stored, fields })
    }
}

/// Employee in the scope of the caller with their compensation, read in one round trip; perhaps a few milliseconds old.
pub struct EmployeeWithCompensation {
    pub(crate) stored: Stored<Employee>,
    pub(crate) fields: ReadableFields,
    /// `None` if the caller may not read it.
    pub(crate) compensation: Option<Stored<CompensationHistory>>,
}

impl LoadInScope<Api> for EmployeeWithCompensation {
    type Id = EmployeeId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: EmployeeId) -> Result<Self> {
        let nearest = if caller.id() == id { Relation::Oneself } else { Relation::Report };
        let compensation = async {
            match caller.readable_fields(nearest).may_read(FieldGroup::Pay) {
                true => api.store.get_compensation_or_empty(id).await.map(Some),
                false => Ok(None),
            }
        };
        let (stored, compensation) = tokio::join!(api.store.get_employee(id), compensation);
        let stored = stored?;
        let fields = caller.require_in_scope(&stored.value.person).await?;
        let compensation = if fields.may_read(FieldGroup::Pay) { compensation? } else { None };
        Ok(Self { stored, fields, compensation })
    }
}

/// Compensation of an employee in the scope of the caller, to change, with their record. The caller's own is refused
/// with 403 `own_pay`.
pub struct CompensationForUpdate {
    pub(crate) employee: Employee,
    pub(crate) compensation: Stored<CompensationHistory>,
}

impl LoadInScope<Api> for CompensationForUpdate {
    type Id = EmployeeId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: EmployeeId) -> Result<Self> {
        if id == caller.id() {
            return Err(Error::new(Code::OwnPay, messages::own_compensation()));
        }
        let (stored, compensation) =
            tokio::join!(api.store.get_employee_for_update(id), api.store.get_compensation_or_empty_for_update(id));
        let employee = stored?.value;
        caller.require_in_scope(&employee.person).await?;
        Ok(Self { employee, compensation: compensation? })
    }
}
