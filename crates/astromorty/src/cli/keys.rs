//! `astromorty keys`: makes what `secrets.keys` takes.

use clap::Subcommand;

use super::say;
use crate::app::seam::{Clock, Random};
use crate::vault::Vault;

#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Print a new key as id:base64, for secrets.keys; keep it like a password
    Generate {
        /// What sealed values name the key by: 1 to 32 letters, digits, - _ or . [default: this month]
        #[arg(long, value_parser = id)]
        id: Option<String>,
    },
}

pub(super) fn keys(command: &Keys) {
    let Keys::Generate { id } = command;
    let id = id.clone().unwrap_or_else(month);
    say::say(Vault::generate(&id, &Random::System).expose());
}

/// The month a key is made in, such as `2026-11`.
fn month() -> String {
    Clock::System.now().rfc3339().chars().take("2026-11".len()).collect()
}

fn id(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if text.is_empty() || text.len() > 32 || !text.chars().all(plain) {
        return Err("a key's id is 1 to 32 letters, digits, - _ or .".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_the_settings_accept() {
        assert!(["2026-11", "a_b.c", &"x".repeat(32)].iter().all(|text| id(text).is_ok()));
        assert!(["", "a:b", "ä", "a b", &"x".repeat(33)].iter().all(|text| id(text).is_err()));
        assert!(id(&month()).is_ok());
    }
}
