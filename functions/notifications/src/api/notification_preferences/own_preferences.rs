//! Preferences of the caller.

use kernel::{EmployeeId, Result};
use lambda::http::{Caller, LoadInScope};

use crate::{
    api::{Api, require_own},
    domain::preference::Preferences,
    messages,
    store::Stored,
};

/// Preferences of the caller, or the defaults if none are stored. Those of any other employee are 404.
pub(super) struct OwnPreferences(pub(super) Stored<Preferences>);

impl LoadInScope<Api> for OwnPreferences {
    type Id = EmployeeId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: EmployeeId) -> Result<Self> {
        require_own(caller, id, messages::preferences())?;
        api.store.preferences_or_defaults(id).await.map(Self)
    }
}
