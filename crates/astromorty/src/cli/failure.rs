//! Why a command did not do what was asked, for the person at the terminal.

use std::fmt::Write;

use crate::app::OpenError;
use crate::app::settings::SettingsError;
use crate::discord::DiscordError;
use crate::flow::rules::RuleError;
use crate::store::StoreError;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The settings are wrong; every mistake is told.
    #[error("{}", all(.0))]
    Settings(Vec<SettingsError>),
    /// The product does not start with these settings.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A rule is not stored.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// Discord.
    #[error(transparent)]
    Discord(#[from] DiscordError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An argument or a variable does not fit.
    #[error("{0}")]
    Usage(String),
    /// Anything else; a sentence with its cure.
    #[error("{0}")]
    Failed(String),
}

impl Failure {
    /// 2 for a mistake that the same command would make again, else 1.
    pub(super) fn exit_code(&self) -> u8 {
        const FAILED: u8 = 1;
        const USAGE: u8 = 2;
        match self {
            Self::Settings(_)
            | Self::Usage(_)
            | Self::Rule(RuleError::Mistake(_))
            | Self::Open(
                OpenError::NoKey
                | OpenError::WrongKey(_)
                | OpenError::Definitions(_)
                | OpenError::Platform { .. }
                | OpenError::NoDefinition(_)
                | OpenError::Vocabulary(_)
                | OpenError::Metadata { .. }
                | OpenError::Text { .. },
            ) => USAGE,
            Self::Open(OpenError::Store(_))
            | Self::Rule(
                RuleError::Role(_)
                | RuleError::NotThere(_)
                | RuleError::TooMany
                | RuleError::TooCostly(_)
                | RuleError::NoRule(..)
                | RuleError::NoHold(_)
                | RuleError::Discord(_)
                | RuleError::Store(_),
            )
            | Self::Discord(_)
            | Self::Store(_)
            | Self::Failed(_) => FAILED,
        }
    }
}

/// One mistake is a sentence, several are a list.
fn all(mistakes: &[SettingsError]) -> String {
    match mistakes {
        [one] => one.to_string(),
        many => many.iter().fold(format!("the settings have {} mistakes", many.len()), |mut text, one| {
            let _ = write!(text, "\n  {one}");
            text
        }),
    }
}
