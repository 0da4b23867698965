//! `[limits]`, `[alerts]` and `[files]`: what an operator tunes, hears and supplies.

use std::path::PathBuf;

use domain::token::Secret;
use toml::Value;

use super::mistake::Wrong;
use super::parse;
use super::reader::Reader;

/// How many links may be started in 10 minutes; 0 switches a limit off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitSettings {
    /// In one session.
    pub link_starts_session: u32,
    /// By one user.
    pub link_starts_user: u32,
    /// From one network (/24, /64).
    pub link_starts_network: u32,
}

/// A Discord channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelId(i64);

impl std::fmt::Display for ChannelId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Where the operator is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertSettings {
    /// A channel the bot may write to.
    pub discord_channel: Option<ChannelId>,
    /// A URL that alerts are posted to; it may hold a token.
    pub webhook_url: Option<Secret>,
}

/// The operator's own definitions and texts. Relative paths start at the working directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSettings {
    /// A folder of platform definitions; it need not exist unless it was set.
    pub platforms: PathBuf,
    /// The text of `/privacy`.
    pub privacy: Option<PathBuf>,
    /// The text of `/terms`.
    pub terms: Option<PathBuf>,
}

pub(super) fn limits(reader: &mut Reader) -> LimitSettings {
    LimitSettings {
        link_starts_session: reader.or("limits.link_starts_session", 10, parse::count),
        link_starts_user: reader.or("limits.link_starts_user", 20, parse::count),
        link_starts_network: reader.or("limits.link_starts_network", 300, parse::count),
    }
}

pub(super) fn alerts(reader: &mut Reader) -> AlertSettings {
    AlertSettings {
        discord_channel: reader.optional("alerts.discord_channel", channel),
        webhook_url: reader.optional("alerts.webhook_url", webhook),
    }
}

pub(super) fn files(reader: &mut Reader) -> FileSettings {
    FileSettings {
        platforms: reader.or("files.platforms", "platforms.d".into(), folder),
        privacy: reader.optional("files.privacy", file),
        terms: reader.optional("files.terms", file),
    }
}

fn channel(value: &Value) -> Result<ChannelId, Wrong> {
    let wrong = Wrong::new("the value is not a channel id", "copy the id of the channel from Discord");
    let id = parse::one(value, wrong)?;
    if id > 0 { Ok(ChannelId(id)) } else { Err(wrong) }
}

fn webhook(value: &Value) -> Result<Secret, Wrong> {
    parse::url(value).map(|url| Secret::new(url.into()))
}

fn folder(value: &Value) -> Result<PathBuf, Wrong> {
    let path = PathBuf::from(parse::text(value)?);
    if path.is_dir() {
        Ok(path)
    } else {
        Err(Wrong::new("there is no such folder", "make it, or take the setting out"))
    }
}

fn file(value: &Value) -> Result<PathBuf, Wrong> {
    let path = PathBuf::from(parse::text(value)?);
    if path.is_file() {
        Ok(path)
    } else {
        Err(Wrong::new("there is no such file", "write it, or take the setting out"))
    }
}
