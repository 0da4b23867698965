//! What the stand-in answers and refuses, asked over its router.

mod check;
mod faults;
mod lies;
mod login;
mod pages;
mod player;
mod users;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};
use url::form_urlencoded;

use super::*;
use crate::testing::{Call, Seen, param, send};
use crate::{Clock, FaultKind, Scope};

/// Beyond 2^53, where floating point numbers lose digits.
const GABE: u64 = 76_561_197_960_287_930;
const SHY: u64 = 76_561_198_000_000_001;
const NOBODY: u64 = 76_561_198_999_999_999;
const WEB: &str = "https://steamcommunity.com";
const NS: &str = "http://specs.openid.net/auth/2.0";
const BACK: &str = "https://us.example/back?state=xyz";
const START: i64 = 1_790_000_000_000;

/// A Steam with two accounts, one of them private.
struct Place {
    steam: Steam,
    time: Arc<AtomicI64>,
}

impl Place {
    fn new() -> Place {
        let time = Arc::new(AtomicI64::new(START));
        let shown = Arc::clone(&time);
        let steam = Steam::new(Clock::from_fn(move || shown.load(Ordering::SeqCst)), WEB);
        steam.key("key");
        let game = |app_id, minutes| Game { app_id, minutes, ..Game::default() };
        let tf2 = Game { minutes_two_weeks: 90, last_played: Some(START), free: true, ..game(440, 7500) };
        steam.account(Account {
            id: GABE,
            name: "Rabscuttle".into(),
            created_at: Some(1_063_407_589_000),
            level: 42,
            games: vec![tf2, game(620, 1500), game(730, 0)],
            country: Some("US".into()),
            ..Account::default()
        });
        steam.account(Account {
            id: SHY,
            name: "Shy".into(),
            created_at: Some(1_230_000_000_000),
            visible: false,
            level: 12,
            games: vec![game(620, 60)],
            vac_bans: 1,
            game_bans: 2,
            days_since_last_ban: 30,
            community_banned: true,
            economy_ban: EconomyBan::Probation,
            ..Account::default()
        });
        Place { steam, time }
    }

    fn advance(&self, millis: i64) {
        self.time.fetch_add(millis, Ordering::SeqCst);
    }

    async fn send(&self, call: Call) -> Seen {
        send(self.steam.router(), call).await
    }

    async fn get(&self, path: &str) -> Seen {
        self.send(Call::new("GET", path)).await
    }

    /// Asks the provider about an assertion.
    async fn check(&self, fields: &[(String, String)]) -> Seen {
        self.send(Call::new("POST", "/openid/login").form(&question(fields))).await
    }
}

/// The form of a check: the fields of an assertion with another mode.
fn question(fields: &[(String, String)]) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        let asks = name == "openid.mode";
        form.append_pair(name, if asks { "check_authentication" } else { value });
    }
    form.finish()
}

fn verdict(valid: bool) -> String {
    format!("ns:{NS}\nis_valid:{valid}\n")
}

fn field<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    let name = format!("openid.{name}");
    fields.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
}
