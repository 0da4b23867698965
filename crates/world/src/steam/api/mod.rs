//! The Web API: interfaces, methods, versions; a key in the query.
//!
//! * `call`: the parameters of a call, in the query or as `input_json`.
//! * `users`: `ISteamUser`, many accounts at once.
//! * `player`: `IPlayerService`, one account at a time.

mod call;
mod player;
mod users;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use url::form_urlencoded;

use super::Steam;
use super::site::Page;
use super::state::Admission;

/// The methods, behind the check of the key. Each may be called with or without a slash at the end.
pub(crate) fn routes(steam: &Steam) -> Router<Steam> {
    let methods: [(&str, MethodRouter<Steam>); 5] = [
        ("/ISteamUser/GetPlayerSummaries/v2", get(users::summaries)),
        ("/ISteamUser/GetPlayerBans/v1", get(users::bans)),
        ("/IPlayerService/GetSteamLevel/v1", get(player::level)),
        ("/IPlayerService/GetOwnedGames/v1", get(player::owned_games)),
        ("/IPlayerService/GetRecentlyPlayedGames/v1", get(player::recent_games)),
    ];
    let add = |router: Router<Steam>, (path, method): (&str, MethodRouter<Steam>)| {
        router.route(path, method.clone()).route(&format!("{path}/"), method)
    };
    methods.into_iter().fold(Router::new(), add).layer(from_fn_with_state(steam.clone(), enter))
}

/// Lets calls with a known key through; the key comes once, and in the query.
async fn enter(State(steam): State<Steam>, request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let mut keys = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "key");
    let admission = match (keys.next(), keys.next()) {
        (Some((_, key)), None) => steam.state().admit(&key, steam.clock.now()),
        _ => Admission::UnknownKey,
    };
    match admission {
        Admission::Granted => next.run(request).await,
        Admission::UsedUp => Page::too_many_requests().into_response(),
        Admission::UnknownKey => Page::forbidden().into_response(),
    }
}
