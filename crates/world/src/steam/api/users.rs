//! `ISteamUser`: many accounts at once, in the order of their ids; those that do not exist are missing.

use axum::Json;
use axum::extract::{RawQuery, State};
use serde_json::{Value, json};

use super::call;
use crate::steam::Steam;
use crate::steam::account::Account;
use crate::steam::site::Page;

/// `GetPlayerSummaries/v2`.
pub(crate) async fn summaries(
    State(steam): State<Steam>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Page> {
    let players = steam.each(query.as_deref(), Account::summary)?;
    Ok(Json(json!({ "response": { "players": players } })))
}

/// `GetPlayerBans/v1`: unlike the others, without `response` around it.
pub(crate) async fn bans(State(steam): State<Steam>, RawQuery(query): RawQuery) -> Result<Json<Value>, Page> {
    let players = steam.each(query.as_deref(), Account::bans)?;
    Ok(Json(json!({ "players": players })))
}

impl Steam {
    /// Tells something of each account asked for.
    fn each(&self, query: Option<&str>, tell: impl Fn(&Account) -> Value) -> Result<Vec<Value>, Page> {
        let ids = call::ids(&call::read(query)?)?;
        let state = self.state();
        Ok(ids.iter().filter_map(|id| state.accounts.get(id)).map(tell).collect())
    }
}

impl Account {
    fn summary(&self) -> Value {
        let id = self.id.to_string();
        let avatar = "https://avatars.steamstatic.com/fef49e7fa7e1997310d705b2a6158ff8dc1cdfeb";
        let mut summary = json!({
            "steamid": id, "communityvisibilitystate": if self.visible { 3 } else { 1 },
            "profilestate": 1, "personaname": self.name,
            "profileurl": format!("https://steamcommunity.com/profiles/{id}/"),
            "avatar": format!("{avatar}.jpg"), "avatarmedium": format!("{avatar}_medium.jpg"),
            "avatarfull": format!("{avatar}_full.jpg"),
            "avatarhash": "fef49e7fa7e1997310d705b2a6158ff8dc1cdfeb", "personastate": 0,
        });
        if self.visible {
            summary["primaryclanid"] = json!("103582791429521408");
            summary["personastateflags"] = json!(0);
            if let Some(created_at) = self.created_at {
                summary["timecreated"] = json!(created_at.div_euclid(1000));
            }
            if let Some(country) = &self.country {
                summary["loccountrycode"] = json!(country);
            }
        }
        summary
    }

    fn bans(&self) -> Value {
        json!({
            "SteamId": self.id.to_string(), "CommunityBanned": self.community_banned,
            "VACBanned": self.vac_bans > 0, "NumberOfVACBans": self.vac_bans,
            "DaysSinceLastBan": self.days_since_last_ban, "NumberOfGameBans": self.game_bans,
            "EconomyBan": self.economy_ban.word(),
        })
    }
}
