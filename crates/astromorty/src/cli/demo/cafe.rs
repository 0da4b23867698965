//! The demo's world: a server, a few people, their roles, and accounts with different facts.

use axum::Router;
use world::discord::{Application, Condition, LinkedRule, Role, permission};
use world::github::{Account, OAuthApp};
use world::{Clock, Discord, GitHub, Millis};

pub(super) use super::sites::{OPENID_CLIENT, X_APP, issuer};
use super::{Origins, Secrets, sites};

/// Our application at Discord; its bot's user has the same id.
pub(super) const APPLICATION: u64 = 1_100_000_000_000_000_001;
/// Our client id at GitHub.
pub(super) const GITHUB_APP: &str = "Iv1.rustcafedemo0001";
/// The server.
pub(super) const SERVER: u64 = 1_100_000_000_000_000_100;

const HOST: u64 = 1_100_000_000_000_000_207;
const POPULAR: u64 = 1_100_000_000_000_000_206;
const OLD_HAND: u64 = 1_100_000_000_000_000_205;
const REGULAR: u64 = 1_100_000_000_000_000_204;
const ON_GITHUB: u64 = 1_100_000_000_000_000_203;
const ALL_ROUNDER: u64 = 1_100_000_000_000_000_208;
const OCTO_FAMOUS: u64 = 1_100_000_000_000_000_202;

/// The rules: a role and for what.
pub(super) const RULES: [(u64, &str); 5] = [
    (POPULAR, "github.followers >= 10"),
    (OLD_HAND, "github.account_age >= 1y and github.public_repos >= 5"),
    (REGULAR, "at least 2 of (github.followers >= 50, github.public_repos >= 20, github.account_age >= 5y)"),
    (ON_GITHUB, "github linked"),
    (ALL_ROUNDER, "x.followers >= 100 and steam.hours(app: 440) >= 50h and cafe.groups has \"baristas\""),
];

/// Who owns the server.
const FERRIS: u64 = 691_052_403_110_412_330;
/// Ids tell when an account was made: from 2016 to 2024.
const PEOPLE: [(u64, &str); 5] = [
    (175_928_847_299_117_063, "ada"),
    (204_255_221_017_214_977, "grace"),
    (316_241_907_205_734_401, "linus"),
    (FERRIS, "ferris"),
    (1_290_337_915_004_088_391, "mallory"),
];

/// As the product counts ids.
pub(super) fn id(number: u64) -> i64 {
    i64::try_from(number).expect("ids of this file have 61 bits")
}

/// Builds all sites: Discord, GitHub, X, Steam, the OpenID provider.
pub(super) fn build(origins: &Origins, secrets: &Secrets) -> [Router; 5] {
    let clock = Clock::system();
    let (discord, github) = (Discord::new(clock.clone()), GitHub::new(clock.clone()));
    discord.application(Application {
        id: APPLICATION,
        name: "Astromorty".to_owned(),
        client_secret: secrets.discord_secret.clone(),
        bot_token: secrets.bot_token.clone(),
        redirect_uris: vec![format!("{}/auth/discord/callback", origins.ours)],
        verification_url: Some(format!("{}/api/role-connections/verify", origins.ours)),
    });
    server(&discord);
    github.app(OAuthApp {
        client_id: GITHUB_APP.to_owned(),
        client_secret: secrets.github_secret.clone(),
        redirect_uris: vec![format!("{}/api/role-connections/github/callback", origins.ours)],
        expiring_tokens: false,
    });
    for account in accounts(clock.now()) {
        github.account(account);
    }
    let (x, steam) = (sites::x(&clock, origins, secrets), sites::steam(&clock, origins, secrets));
    let openid = sites::openid(&clock, origins, secrets);
    [discord.router(), github.router(), x.router(), steam.router(), openid.router()]
}

fn server(discord: &Discord) {
    discord.guild(SERVER, "Rust Café", FERRIS);
    for (id, name) in PEOPLE {
        discord.user(id, name);
        discord.join(SERVER, id);
    }
    discord.add_bot(SERVER, APPLICATION, 10);
    for role in roles() {
        discord.role(SERVER, role);
    }
    discord.give_by_hand(SERVER, FERRIS, HOST);
}

/// All below the bot's role but the host's.
fn roles() -> [Role; 7] {
    let role = |id, name: &str, position, color| Role {
        id,
        name: name.to_owned(),
        position,
        color,
        ..Role::default()
    };
    let famous = Condition::Field { key: "github_followers".to_owned(), value: 10 };
    let linked = LinkedRule { application: APPLICATION, any_of: vec![vec![famous]] };
    [
        Role { permissions: permission::MANAGE_GUILD, ..role(HOST, "Host", 12, 0x00e7_4c3c) },
        role(POPULAR, "Popular", 6, 0x00e6_7e22),
        role(OLD_HAND, "Old hand", 5, 0x002e_cc71),
        role(REGULAR, "Regular", 4, 0x00f1_c40f),
        role(ON_GITHUB, "On GitHub", 3, 0x0034_98db),
        role(ALL_ROUNDER, "All-rounder", 7, 0x001a_bc9c),
        Role { linked: Some(linked), ..role(OCTO_FAMOUS, "Octo-famous", 2, 0x009b_59b6) },
    ]
}

/// Accounts from well known to brand new.
fn accounts(now: Millis) -> [Account; 5] {
    const DAY: Millis = 86_400_000;
    const YEAR: Millis = 365 * DAY;
    let account = |id, login: &str, age, [followers, following, public_repos]: [u64; 3]| Account {
        id,
        login: login.to_owned(),
        created_at: now - age,
        followers,
        following,
        public_repos,
        ..Account::default()
    };
    [
        account(583_231, "octocat", 15 * YEAR, [60, 9, 8]),
        account(480_938, "hubot", 12 * YEAR, [7, 0, 24]),
        account(10_137, "ghost", 17 * YEAR, [0, 0, 0]),
        account(2_719_048, "ferris-crab", 3 * YEAR, [128, 40, 31]),
        account(9_919_919, "newcomer", 20 * DAY, [1, 3, 2]),
    ]
}
