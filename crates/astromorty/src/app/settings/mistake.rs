//! What is wrong with the settings, where, and what to do about it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// Where a setting stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A line of a settings file; the first is 1.
    Line(Arc<PathBuf>, usize),
    /// A variable of the environment, by its name.
    Variable(String),
    /// Nowhere: a setting by its key that nobody made.
    Unset(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(file, line) => write!(f, "{}:{line}", file.display()),
            Self::Variable(name) => f.write_str(name),
            Self::Unset(key) => f.write_str(key),
        }
    }
}

/// One mistake in the settings. It never quotes a value, because any value may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{place}: {what}; {cure}")]
pub struct SettingsError {
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub cure: String,
}

/// What is wrong with a value, before it is known where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wrong {
    pub what: &'static str,
    pub cure: &'static str,
}

impl Wrong {
    pub(super) const fn new(what: &'static str, cure: &'static str) -> Self {
        Self { what, cure }
    }
}
