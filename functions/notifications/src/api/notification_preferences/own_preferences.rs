//! The caller's own preferences.

use kernel::{EmployeeId, Result};
use lambda::http::{Caller, Reach};

use crate::{
    api::{Api, require_own},
    domain::preference::Preferences,
    store::Stored,
};

pub(super) struct OwnPreferences(pub(super) Stored<Preferences>);

impl Reach<Api> for OwnPreferences {
    type Id = EmployeeId;

    async fn reach(api: &Api, caller: &Caller, id: EmployeeId) -> Result<Self> {
        require_own(caller, id, "preferences")?;
        api.store.preferences(id).await.map(Self)
    }
}
