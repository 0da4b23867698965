//! `IPlayerService`: one account at a time; `{"response":{}}` for what is private, and for nobody.

use axum::Json;
use axum::extract::{RawQuery, State};
use serde_json::{Value, json};

use super::call::PlayerCall;
use crate::steam::Steam;
use crate::steam::account::{Account, Game};
use crate::steam::site::Page;

/// `GetSteamLevel/v1`.
pub(crate) async fn level(
    State(steam): State<Steam>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Page> {
    steam.tell(query.as_deref(), |account, _| {
        account.visible.then(|| json!({ "player_level": account.level }))
    })
}

/// `GetOwnedGames/v1`.
pub(crate) async fn owned_games(
    State(steam): State<Steam>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Page> {
    steam.tell(query.as_deref(), |account, call| {
        let games = account.shown_games()?.iter().filter(|game| call.wants(game));
        let games: Vec<_> = games.map(|game| account.game(game)).collect();
        Some(listed("game_count", games.len(), &games))
    })
}

/// `GetRecentlyPlayedGames/v1`.
pub(crate) async fn recent_games(
    State(steam): State<Steam>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Page> {
    steam.tell(query.as_deref(), |account, call| {
        let games = account.shown_games()?.iter().filter(|game| game.minutes_two_weeks > 0);
        let mut games: Vec<_> = games.map(|game| account.game(game)).collect();
        let total = games.len();
        if call.count > 0 {
            games.truncate(call.count);
        }
        Some(listed("total_count", total, &games))
    })
}

impl Steam {
    /// Tells something of one account.
    fn tell(
        &self,
        query: Option<&str>,
        tell: impl Fn(&Account, &PlayerCall) -> Option<Value>,
    ) -> Result<Json<Value>, Page> {
        let call = PlayerCall::read(query)?;
        let state = self.state();
        let told = state.accounts.get(&call.id).and_then(|account| tell(account, &call));
        Ok(Json(json!({ "response": told.unwrap_or_else(|| json!({})) })))
    }
}

/// A count, and the list that it counts; an empty list is left out.
fn listed(name: &str, count: usize, games: &[Value]) -> Value {
    let mut answer = json!({ name: count });
    if !games.is_empty() {
        answer["games"] = json!(games);
    }
    answer
}

impl PlayerCall {
    fn wants(&self, game: &Game) -> bool {
        let owned = !game.free || (self.free_games && game.minutes > 0);
        owned && self.only.as_ref().is_none_or(|only| only.contains(&game.app_id))
    }
}

impl Account {
    /// A game as the account shows it: hidden playtime reads 0.
    fn game(&self, game: &Game) -> Value {
        let minutes = if self.playtime_visible { game.minutes } else { 0 };
        let mut answer = json!({ "appid": game.app_id, "playtime_forever": minutes });
        if self.playtime_visible && game.minutes_two_weeks > 0 {
            answer["playtime_2weeks"] = json!(game.minutes_two_weeks);
        }
        let last_played = game.last_played.filter(|_| self.playtime_visible);
        if let Some(last_played) = last_played {
            answer["rtime_last_played"] = json!(last_played.div_euclid(1000));
        }
        answer
    }
}
