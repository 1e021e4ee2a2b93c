//! The record of the person in the path, loaded and judged.

use access::{FieldGroup, Fields, Relation};
use kernel::{EmployeeId, Error, Kind, Result};
use lambda::http::{Caller, Reach};

use crate::{
    api::Api,
    domain::compensation::History,
    store::{Employee, Stored},
};

/// A record to show.
pub struct Record(pub(crate) Stored<Employee>);

impl Reach<Api> for Record {
    type Id = EmployeeId;

    async fn reach(api: &Api, caller: &Caller, id: EmployeeId) -> Result<Self> {
        let stored = api.store.person(id).await?;
        caller.may_reach(&stored.value.person).await?;
        Ok(Self(stored))
    }
}

/// A record to change: read after every write that was answered before.
pub struct RecordToChange {
    pub(crate) stored: Stored<Employee>,
    pub(crate) fields: Fields,
}

impl Reach<Api> for RecordToChange {
    type Id = EmployeeId;

    async fn reach(api: &Api, caller: &Caller, id: EmployeeId) -> Result<Self> {
        let stored = api.store.person_to_change(id).await?;
        let fields = caller.may_reach(&stored.value.person).await?;
        Ok(Self { stored, fields })
    }
}

/// A record with pay, read in one round trip.
pub struct RecordWithPay {
    pub(crate) stored: Stored<Employee>,
    pub(crate) fields: Fields,
    /// None where the caller may not read it.
    pub(crate) pay: Option<Stored<History>>,
}

impl Reach<Api> for RecordWithPay {
    type Id = EmployeeId;

    async fn reach(api: &Api, caller: &Caller, id: EmployeeId) -> Result<Self> {
        let nearest = if caller.id() == id { Relation::Own } else { Relation::Report };
        let pay = async {
            match caller.fields(nearest).may_read(FieldGroup::Pay) {
                true => api.store.pay(id).await.map(Some),
                false => Ok(None),
            }
        };
        let (stored, pay) = tokio::join!(api.store.person(id), pay);
        let stored = stored?;
        let fields = caller.may_reach(&stored.value.person).await?;
        let pay = if fields.may_read(FieldGroup::Pay) { pay? } else { None };
        Ok(Self { stored, fields, pay })
    }
}

/// Somebody else's pay to change, with their record.
pub struct PayToChange {
    pub(crate) employee: Employee,
    pub(crate) pay: Stored<History>,
}

impl Reach<Api> for PayToChange {
    type Id = EmployeeId;

    async fn reach(api: &Api, caller: &Caller, id: EmployeeId) -> Result<Self> {
        if id == caller.id() {
            return Err(Error::new(Kind::Forbidden, "own_pay", "Nobody sets their own pay."));
        }
        let (stored, pay) = tokio::join!(api.store.person_to_change(id), api.store.pay_to_change(id));
        let employee = stored?.value;
        caller.may_reach(&employee.person).await?;
        Ok(Self { employee, pay: pay? })
    }
}
