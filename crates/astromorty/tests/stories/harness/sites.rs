//! More sites: X, Steam and an OpenID Connect provider, beside Discord and GitHub.

use std::collections::BTreeMap;

use url::Url;
use world::{oidc, steam, x};

use super::TestApp;
use super::browser::{Answer, Browser};

/// The issuer, letter by letter.
pub const ISSUER: &str = "https://id.test/realms/one";
/// The lowest number of an ordinary account at Steam.
pub const STEAM: u64 = 76_561_197_960_265_728;

/// The settings with which the product knows them.
pub const SITES: [(&str, &str); 15] = [
    ("TWITTER_CLIENT_ID", "x-client"),
    ("TWITTER_CLIENT_SECRET", "x-client-secret"),
    ("ASTROMORTY__PLATFORMS__X__BEARER_TOKEN", "x-bearer-token"),
    ("ASTROMORTY__PLATFORMS__X__HOSTS__WEB", "https://x.test"),
    ("ASTROMORTY__PLATFORMS__X__HOSTS__API", "https://api.x.test"),
    ("STEAM_API_KEY", "steam-api-key"),
    ("ASTROMORTY__PLATFORMS__STEAM__HOSTS__WEB", "https://steam.test"),
    ("ASTROMORTY__PLATFORMS__STEAM__HOSTS__API", "https://api.steam.test"),
    ("ASTROMORTY__PLATFORMS__CLUB__EXTENDS", "oidc"),
    ("ASTROMORTY__PLATFORMS__CLUB__DISPLAY_NAME", "The Club"),
    ("ASTROMORTY__PLATFORMS__CLUB__ISSUER", ISSUER),
    ("ASTROMORTY__PLATFORMS__CLUB__CLIENT_ID", "club-client"),
    ("ASTROMORTY__PLATFORMS__CLUB__CLIENT_SECRET", "club-client-secret"),
    ("ASTROMORTY__LIMITS__LINK_STARTS_SESSION", "0"),
    ("ASTROMORTY__LIMITS__LINK_STARTS_USER", "0"),
];

/// The three sites.
#[derive(Clone)]
pub struct Sites {
    pub x: world::X,
    pub steam: world::Steam,
    pub club: world::Oidc,
}

impl Sites {
    /// Opens them for a product that was started with [`SITES`].
    pub fn open(app: &TestApp) -> Self {
        let ticking = app.clock.clone();
        let time = world::Clock::from_fn(move || ticking.now().millis());
        let sites = Self {
            x: world::X::new(time.clone()),
            steam: world::Steam::new(time.clone(), "https://steam.test"),
            club: world::Oidc::new(time, ISSUER),
        };
        sites.x.limits(x::RateLimits::off());
        sites.x.app(x::App {
            client_id: "x-client".into(),
            client_secret: "x-client-secret".into(),
            bearer_token: Some("x-bearer-token".into()),
            redirect_uris: vec!["https://roles.test/api/role-connections/x/callback".into()],
        });
        sites.steam.key("steam-api-key");
        sites.club.client(oidc::Client {
            client_id: "club-client".into(),
            client_secret: "club-client-secret".into(),
            redirect_uris: vec!["https://roles.test/api/role-connections/club/callback".into()],
            auth_methods: vec![oidc::AuthMethod::Basic],
            require_pkce: true,
        });
        sites.serve(app);
        sites
    }

    /// Lets them answer for a product's outside.
    pub fn serve(&self, app: &TestApp) {
        for host in ["x.test", "api.x.test"] {
            app.outside.serve(host, self.x.router());
        }
        for host in ["steam.test", "api.steam.test"] {
            app.outside.serve(host, self.steam.router());
        }
        app.outside.serve("id.test", self.club.router());
    }

    /// An account at X.
    pub fn at_x(&self, id: u64, username: &str, followers: u64) {
        self.x.account(x::Account {
            id,
            username: username.into(),
            name: username.into(),
            created_at: super::START - 3 * 365 * 86_400_000,
            followers,
            ..Default::default()
        });
    }

    /// An account at Steam.
    pub fn at_steam(&self, id: u64, name: &str, level: u32) {
        let created_at = Some(super::START - 5 * 365 * 86_400_000);
        let game = steam::Game { app_id: 440, minutes: 6_000, minutes_two_weeks: 60, ..Default::default() };
        let account = steam::Account {
            id,
            name: name.into(),
            created_at,
            level: level.into(),
            games: vec![game],
            ..Default::default()
        };
        self.steam.account(account);
    }

    /// An account at the club; groups come with every scope.
    pub fn at_club(&self, sub: &str, username: &str, groups: &[&str]) {
        let claims = serde_json::json!({ "groups": groups });
        self.club.account(oidc::Account {
            sub: sub.into(),
            username: username.into(),
            claims: claims.as_object().unwrap().clone(),
            ..Default::default()
        });
    }

    /// What a browser brings back from Steam, as the query of our callback.
    pub async fn steam_way_back(&self, browser: &mut Browser, id: u64) -> Vec<(String, String)> {
        let there = browser.get("/api/role-connections/steam/authorize").await.location();
        let asked: BTreeMap<String, String> = there.query_pairs().into_owned().collect();
        let return_to = &asked["openid.return_to"];
        let state = Url::parse(return_to).unwrap().query_pairs().next().unwrap().1.into_owned();
        let mut fields = vec![("state".to_owned(), state)];
        fields.extend(self.steam.assertion(id, return_to));
        fields
    }
}

/// The callback with these fields.
pub fn steam_callback(fields: &[(String, String)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    format!("/api/role-connections/steam/callback?{query}")
}

impl Browser {
    /// Signs in at Steam; ends on the confirm page.
    #[allow(clippy::wrong_self_convention, reason = "it goes to a page, it turns into nothing")]
    pub async fn to_confirm_steam(&mut self, sites: &Sites, id: u64) -> Answer {
        let fields = sites.steam_way_back(self, id).await;
        self.visit(&steam_callback(&fields)).await
    }

    /// Signs in at the club; ends on the confirm page.
    #[allow(clippy::wrong_self_convention, reason = "it goes to a page, it turns into nothing")]
    pub async fn to_confirm_club(&mut self, sub: &str) -> Answer {
        let back = self.club_way_back(sub).await;
        self.visit(back.as_str()).await
    }

    /// The address with which the club sends the browser back.
    pub async fn club_way_back(&mut self, sub: &str) -> Url {
        let there = self.get("/api/role-connections/club/authorize").await.location();
        self.post(there.as_str(), &[("user", sub), ("decision", "authorize")]).await.location()
    }
}
