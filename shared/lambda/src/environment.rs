//! Environment variables, read once at init. A missing variable fails the init with its name.

use std::{collections::HashMap, fmt};

/// Reason why a function cannot start; it is logged before the process exits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitError(pub String);

impl fmt::Display for InitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InitError {}

impl From<kernel::Error> for InitError {
    fn from(error: kernel::Error) -> Self {
        Self(format!("{error} ({})", error.log_detail().unwrap_or_default()))
    }
}

/// Environment variables of the process, or of a test.
#[derive(Debug, Clone, Default)]
pub struct Environment(HashMap<String, String>);

impl Environment {
    /// Variables that the process was started with.
    pub fn from_process() -> Self {
        Self(std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))).collect())
    }

    /// Value of a variable that must be set and not empty.
    pub fn required(&self, name: &str) -> Result<String, InitError> {
        self.optional(name).ok_or_else(|| InitError(format!("the environment variable {name} is missing")))
    }

    /// Value of an optional variable; an empty value counts as missing.
    pub fn optional(&self, name: &str) -> Option<String> {
        self.0.get(name).filter(|value| !value.is_empty()).cloned()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_and_empty_variables_are_reported_by_name() {
        let env: Environment = [("EMPTY", ""), ("SET", "x")].into_iter().collect();
        assert_eq!(env.required("SET"), Ok("x".to_owned()));
        for name in ["EMPTY", "AUTH_TABLE"] {
            assert!(env.required(name).unwrap_err().to_string().contains(name));
        }
    }
}
