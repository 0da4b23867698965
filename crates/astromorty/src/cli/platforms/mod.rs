//! `astromorty platforms`: definitions on the operator's command line.

mod check;
mod list;
mod live;
mod rehearse;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::{Failure, say, start};
use crate::platform::definitions;

#[derive(Debug, Subcommand)]
pub(super) enum Platforms {
    /// Show every platform there is, what it tells, and what that costs
    List,
    /// Look for mistakes in definition files; settings are not read
    Check {
        /// The files; what they extend may be compiled in, or stand in the same folder
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
    /// Print the JSON Schema of definition files, for editors
    Schema,
    /// Try a definition: against recorded answers, or for real with the service credential
    Try(Try),
}

/// Both ways to try.
#[derive(Debug, Args)]
pub(super) struct Try {
    /// The platform's key, or a definition file
    #[arg(value_name = "NAME")]
    name: String,
    /// Recorded calls and the facts that they tell; nothing leaves this machine
    #[arg(long, value_name = "FILE", required_unless_present = "subject", conflicts_with = "subject")]
    fixtures: Option<PathBuf>,
    /// The id of an account to ask the platform about, as the settings say
    #[arg(long, value_name = "ID")]
    subject: Option<String>,
    /// The account's name, for requests that are made by name
    #[arg(long, value_name = "TEXT", requires = "subject", default_value = "")]
    username: String,
    /// The account's second id, where batches ask by one
    #[arg(long, value_name = "ID", requires = "subject")]
    node: Option<String>,
    /// A fact to ask for, such as `followers` or `hours(app: 440)` [default: all without arguments]
    #[arg(long = "fact", value_name = "FACT", requires = "subject")]
    facts: Vec<String>,
}

pub(super) async fn platforms(config: Option<&Path>, command: Platforms) -> Result<(), Failure> {
    match command {
        Platforms::List => list::list(&start::settings(config)?),
        Platforms::Check { files } => check::check(&files),
        Platforms::Schema => {
            say::say(definitions::schema().trim_end());
            Ok(())
        }
        Platforms::Try(Try { name, fixtures: Some(fixtures), .. }) => {
            rehearse::rehearse(config, &name, &fixtures).await
        }
        Platforms::Try(asked) => live::live(&start::settings(config)?, &asked).await,
    }
}
