//! Accounts, their games, and the switches of their privacy.

use serde::Deserialize;

use crate::Millis;

/// Somebody's Steam account. By default everything is visible.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own on the site")]
pub struct Account {
    /// The `SteamID64`, 17 digits.
    pub id: u64,
    /// The name shown; anybody may take the same.
    pub name: String,
    /// When it was made; shown on visible profiles, and there not always.
    pub created_at: Option<Millis>,
    /// *My profile* is public.
    pub visible: bool,
    /// *Game details* are public; only matters on a visible profile.
    pub games_visible: bool,
    /// *Always keep my total playtime private* is off. If it is on, games are listed with 0 minutes.
    pub playtime_visible: bool,
    /// The level.
    pub level: u64,
    /// The library.
    pub games: Vec<Game>,
    /// The country shown on a visible profile, two letters.
    pub country: Option<String>,
    /// Bans by Valve Anti-Cheat.
    pub vac_bans: u64,
    /// Bans by games.
    pub game_bans: u64,
    /// Days since the last of these bans.
    pub days_since_last_ban: u64,
    /// Banned from the community.
    pub community_banned: bool,
    /// Banned from trading.
    pub economy_ban: EconomyBan,
}

impl Default for Account {
    fn default() -> Account {
        Account {
            id: 0,
            name: String::new(),
            created_at: None,
            visible: true,
            games_visible: true,
            playtime_visible: true,
            level: 0,
            games: Vec::new(),
            country: None,
            vac_bans: 0,
            game_bans: 0,
            days_since_last_ban: 0,
            community_banned: false,
            economy_ban: EconomyBan::None,
        }
    }
}

impl Account {
    /// The library, if everybody may see it.
    pub(crate) fn shown_games(&self) -> Option<&[Game]> {
        (self.visible && self.games_visible).then_some(&self.games)
    }
}

/// A game in a library.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Game {
    /// The number of the game.
    pub app_id: u32,
    /// Minutes played ever.
    #[serde(default)]
    pub minutes: u64,
    /// Minutes played in the last two weeks.
    #[serde(default)]
    pub minutes_two_weeks: u64,
    /// When it was last played.
    #[serde(default)]
    pub last_played: Option<Millis>,
    /// Whether it costs nothing. Free games are listed only if they are asked for and were played.
    #[serde(default)]
    pub free: bool,
}

/// Whether an account may trade.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EconomyBan {
    /// It may.
    #[default]
    None,
    /// It may under watch.
    Probation,
    /// It may not.
    Banned,
}

impl EconomyBan {
    pub(crate) fn word(self) -> &'static str {
        match self {
            EconomyBan::None => "none",
            EconomyBan::Probation => "probation",
            EconomyBan::Banned => "banned",
        }
    }
}
