//! The command line: reads what was asked, builds `App`, starts parts.
//!
//! One file per command. `start` goes from settings to an `App`, `running` runs the parts until a
//! signal, `log` writes what happens, `failure` says what went wrong and with which exit code.
//! Nothing secret is ever an argument: other users of a machine can read those.

#[cfg(feature = "demo")]
mod demo;
mod failure;
mod keys;
mod listening;
mod lock;
mod log;
mod migrate;
mod platforms;
mod register;
mod rules;
mod running;
mod say;
mod serve;
mod signals;
mod start;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

use failure::Failure;
use log::Format;

/// Links outside accounts to Discord accounts, and keeps Discord's roles true to them.
#[derive(Debug, Parser)]
#[command(name = "astromorty", version, propagate_version = true)]
#[command(after_help = "Exit codes: 0 done, 1 failed, 2 a mistake in the arguments or settings.")]
struct Cli {
    /// The settings file [default: what `ASTROMORTY_CONFIG` names, else astromorty.toml]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How log lines are written, on standard error; `RUST_LOG` says which
    #[arg(long, global = true, value_enum, default_value_t = Format::Plain)]
    log: Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the web pages and the worker until SIGTERM or Ctrl-C
    Serve,
    /// Try everything on this machine, against made-up copies of Discord and GitHub
    #[cfg(feature = "demo")]
    Demo(demo::Ports),
    /// Bring the database's tables up to date, then stop
    Migrate,
    /// Keys that seal what the database keeps secret
    Keys {
        #[command(subcommand)]
        command: keys::Keys,
    },
    /// Give Discord the metadata records that linked roles ask for
    Register(register::Register),
    /// Platform definitions: what there is, what is wrong, what they tell
    Platforms {
        #[command(subcommand)]
        command: platforms::Platforms,
    },
    /// Rules: which role a server gives for what
    Rules {
        #[command(subcommand)]
        command: rules::Rules,
    },
}

/// How long what is left may hold up the end of the process.
const LEFTOVERS: Duration = Duration::from_millis(500);

/// Does what the arguments say. The exit code is 0 when it is done, 1 when it failed and 2 for a
/// mistake in the arguments or settings.
#[must_use]
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer) => {
            // Help and version come this way too. Nobody can be told that the terminal is gone.
            let _ = answer.print();
            return u8::try_from(answer.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from);
        }
    };
    match carry_out(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say::aloud(&format!("error: {failure}"));
            ExitCode::from(failure.exit_code())
        }
    }
}

fn carry_out(cli: Cli) -> Result<(), Failure> {
    log::start(cli.log, cli.command.level())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Failed(format!("no threads can be started: {error}")))?;
    let result = runtime.block_on(one(cli));
    runtime.shutdown_timeout(LEFTOVERS);
    result
}

async fn one(Cli { config, command, log: _ }: Cli) -> Result<(), Failure> {
    let config = config.as_deref();
    match command {
        Command::Serve => serve::serve(config).await,
        #[cfg(feature = "demo")]
        Command::Demo(ports) => demo::demo(&ports).await,
        Command::Migrate => migrate::migrate(config).await,
        Command::Keys { command } => {
            keys::keys(&command);
            Ok(())
        }
        Command::Register(register) => register::register(config, &register).await,
        Command::Platforms { command } => platforms::platforms(config, command).await,
        Command::Rules { command } => rules::rules(config, command).await,
    }
}

impl Command {
    /// What is logged unless `RUST_LOG` says otherwise. Short commands speak for themselves.
    fn level(&self) -> &'static str {
        match self {
            Self::Serve => "info",
            #[cfg(feature = "demo")]
            Self::Demo(_) => "warn",
            Self::Migrate
            | Self::Keys { .. }
            | Self::Register(_)
            | Self::Platforms { .. }
            | Self::Rules { .. } => "warn",
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_fit_together_and_each_is_explained() {
        Cli::command().debug_assert();
        let mut commands = vec![Cli::command()];
        while let Some(command) = commands.pop() {
            assert!(command.get_about().is_some(), "{} says nothing of itself", command.get_name());
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{} of {}", argument.get_id(), command.get_name());
            }
            commands.extend(command.get_subcommands().cloned());
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for wrong in [
            &["astromorty"] as &[&str],
            &["astromorty", "srve"],
            &["astromorty", "rules", "add", "--guild", "0", "--role", "1", "github linked"],
            &["astromorty", "rules", "add", "--guild", "1", "--role", "1"],
            &["astromorty", "rules", "add", "--guild", "1", "--role", "1", "--grace", "1x", "github linked"],
            &["astromorty", "rules", "list"],
            &["astromorty", "rules", "remove", "--guild", "1", "0"],
            &["astromorty", "demo", "--port", "65536"],
            &["astromorty", "serve", "--log", "xml"],
        ] {
            let answer = Cli::try_parse_from(wrong).unwrap_err();
            assert_eq!(answer.exit_code(), 2, "{wrong:?}");
        }
    }
}
