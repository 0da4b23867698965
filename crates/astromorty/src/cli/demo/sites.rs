//! The demo's other sites: X, Steam and an OpenID provider, with accounts that show and hide.

use serde_json::json;
use world::steam::Game;
use world::{Clock, Millis, Oidc, Steam, X, oidc, steam, x};

use super::{Origins, Secrets};

/// Our client id at X.
pub(super) const X_APP: &str = "rust-cafe-demo-x";
/// Our client id at the OpenID provider.
pub(super) const OPENID_CLIENT: &str = "rust-cafe-demo";

const YEAR: Millis = 365 * 86_400_000;

/// The OpenID provider's issuer.
pub(super) fn issuer(origin: &str) -> String {
    format!("{origin}/realms/cafe")
}

pub(super) fn x(clock: &Clock, origins: &Origins, secrets: &Secrets) -> X {
    let site = X::new(clock.clone());
    site.app(x::App {
        client_id: X_APP.to_owned(),
        client_secret: secrets.x_secret.clone(),
        bearer_token: None,
        redirect_uris: vec![format!("{}/api/role-connections/x/callback", origins.ours)],
    });
    let account = |id, username: &str, years, [followers, following, posts]: [u64; 3]| x::Account {
        id,
        username: username.to_owned(),
        name: username.to_owned(),
        created_at: clock.now() - years * YEAR,
        followers,
        following,
        posts,
        ..x::Account::default()
    };
    let verified =
        x::Account { verified: true, ..account(1_790_000_000_000_000_001, "adabird", 6, [120, 90, 800]) };
    site.account(verified);
    site.account(account(1_790_000_000_000_000_002, "quietbird", 1, [3, 40, 12]));
    site
}

pub(super) fn steam(clock: &Clock, origins: &Origins, secrets: &Secrets) -> Steam {
    let site = Steam::new(clock.clone(), &origins.steam);
    site.key(&secrets.steam_key);
    let game = |app_id, minutes| Game { app_id, minutes, minutes_two_weeks: 90, ..Game::default() };
    let account = |id, name: &str, level, hours: u64| steam::Account {
        id,
        name: name.to_owned(),
        created_at: Some(clock.now() - 9 * YEAR),
        level,
        games: vec![game(440, hours * 60), game(620, 1_500)],
        ..steam::Account::default()
    };
    site.account(account(76_561_197_960_287_930, "Rabscuttle", 42, 125));
    site.account(steam::Account {
        games_visible: false,
        ..account(76_561_198_000_000_002, "Shy player", 12, 300)
    });
    site
}

pub(super) fn openid(clock: &Clock, origins: &Origins, secrets: &Secrets) -> Oidc {
    let site = Oidc::new(clock.clone(), &issuer(&origins.openid));
    site.client(oidc::Client {
        client_id: OPENID_CLIENT.to_owned(),
        client_secret: secrets.openid_secret.clone(),
        redirect_uris: vec![format!("{}/api/role-connections/cafe/callback", origins.ours)],
        auth_methods: vec![oidc::AuthMethod::Basic],
        require_pkce: true,
    });
    let account = |sub: &str, username: &str, groups: &[&str]| oidc::Account {
        sub: sub.to_owned(),
        username: username.to_owned(),
        claims: json!({ "groups": groups }).as_object().cloned().unwrap_or_default(),
        ..oidc::Account::default()
    };
    site.account(account("5b1d0c9e-ada", "ada.lovelace", &["staff", "baristas"]));
    site.account(account("5b1d0c9e-guest", "guest", &["guests"]));
    site
}
