//! The part of a scenario file that fills a Steam.

use serde::Deserialize;

use super::{Account, EconomyBan, Game, Steam};
use crate::Millis;

/// What a Steam knows when it starts. Unknown fields are refused.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Part {
    keys: Vec<String>,
    accounts: Vec<AccountPart>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "it mirrors the account")]
struct AccountPart {
    id: u64,
    name: String,
    /// Unix milliseconds.
    created_at: Option<Millis>,
    #[serde(default = "yes")]
    visible: bool,
    #[serde(default = "yes")]
    games_visible: bool,
    #[serde(default = "yes")]
    playtime_visible: bool,
    #[serde(default)]
    level: u64,
    #[serde(default)]
    games: Vec<Game>,
    country: Option<String>,
    #[serde(default)]
    vac_bans: u64,
    #[serde(default)]
    game_bans: u64,
    #[serde(default)]
    days_since_last_ban: u64,
    #[serde(default)]
    community_banned: bool,
    #[serde(default)]
    economy_ban: EconomyBan,
}

fn yes() -> bool {
    true
}

impl Part {
    /// Fills a Steam with it.
    pub(crate) fn play(self, steam: &Steam) {
        self.keys.iter().for_each(|key| steam.key(key));
        self.accounts.into_iter().for_each(|account| steam.account(account.into()));
    }
}

impl From<AccountPart> for Account {
    fn from(part: AccountPart) -> Account {
        Account {
            id: part.id,
            name: part.name,
            created_at: part.created_at,
            visible: part.visible,
            games_visible: part.games_visible,
            playtime_visible: part.playtime_visible,
            level: part.level,
            games: part.games,
            country: part.country,
            vac_bans: part.vac_bans,
            game_bans: part.game_bans,
            days_since_last_ban: part.days_since_last_ban,
            community_banned: part.community_banned,
            economy_ban: part.economy_ban,
        }
    }
}
