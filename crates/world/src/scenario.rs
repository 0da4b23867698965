//! A world in a file: what the stand-ins know when they start.

mod github;

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::discord::{Application, Condition, LinkedRule, Role};
use crate::{Discord, GitHub, Steam, X, steam, x};
use github::GitHubPart;

/// A scenario file in JSON. Unknown fields are refused.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    #[serde(default)]
    discord: DiscordPart,
    #[serde(default)]
    github: GitHubPart,
    #[serde(default)]
    oidc: crate::oidc::Part,
    #[serde(default)]
    steam: steam::scenario::Part,
    #[serde(default)]
    x: x::scenario::Part,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct DiscordPart {
    applications: Vec<ApplicationPart>,
    people: Vec<Person>,
    servers: Vec<Server>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ApplicationPart {
    id: u64,
    name: String,
    client_secret: String,
    bot_token: String,
    redirect_uris: Vec<String>,
    verification_url: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    id: u64,
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Server {
    id: u64,
    name: String,
    owner: u64,
    #[serde(default)]
    members: Vec<u64>,
    #[serde(default)]
    bots: Vec<Bot>,
    #[serde(default)]
    roles: Vec<RolePart>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bot {
    application: u64,
    position: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RolePart {
    id: u64,
    name: String,
    #[serde(default)]
    position: i64,
    #[serde(default)]
    permissions: u64,
    #[serde(default)]
    managed: bool,
    /// `#rrggbb`.
    color: Option<String>,
    linked: Option<LinkedPart>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkedPart {
    application: u64,
    any_of: Vec<Vec<ConditionPart>>,
}

/// `"connected"`, or a metadata key with the server's value.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ConditionPart {
    Connected,
    #[serde(untagged)]
    Field {
        key: String,
        value: i64,
    },
}

/// Why a scenario cannot be played.
#[derive(Debug)]
pub enum ScenarioError {
    /// The text is not a scenario.
    Unreadable(serde_json::Error),
    /// Something is named that the scenario does not hold.
    Dangling(String),
}

impl std::fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ScenarioError::Unreadable(error) => write!(f, "the scenario cannot be read: {error}"),
            ScenarioError::Dangling(what) => {
                write!(f, "the scenario names {what}; add it, or correct the id")
            }
        }
    }
}

impl std::error::Error for ScenarioError {}

impl Scenario {
    /// Reads a scenario and checks that all it names is there.
    pub fn parse(text: &str) -> Result<Scenario, ScenarioError> {
        let scenario: Scenario = serde_json::from_str(text).map_err(ScenarioError::Unreadable)?;
        scenario.check()?;
        Ok(scenario)
    }

    fn check(&self) -> Result<(), ScenarioError> {
        self.github.check().map_err(ScenarioError::Dangling)?;
        let Scenario { discord, .. } = self;
        self.oidc.check().map_err(ScenarioError::Dangling)?;
        let people: BTreeSet<_> = discord.people.iter().map(|person| person.id).collect();
        let applications: BTreeSet<_> = discord.applications.iter().map(|app| app.id).collect();
        for server in &discord.servers {
            let (name, dangling) = (&server.name, |what| Err(ScenarioError::Dangling(what)));
            let mut members = server.members.iter().chain([&server.owner]);
            if let Some(id) = members.find(|id| !people.contains(id)) {
                return dangling(format!("person {id} in \"{name}\", who does not exist"));
            }
            if let Some(bot) = server.bots.iter().find(|bot| !applications.contains(&bot.application)) {
                let id = bot.application;
                return dangling(format!("application {id} in \"{name}\", which does not exist"));
            }
            let colors = server.roles.iter().filter_map(|role| role.color.as_ref());
            if let Some(color) = colors.into_iter().find(|text| color(text).is_none()) {
                return dangling(format!("the colour \"{color}\" in \"{name}\", which is not #rrggbb"));
            }
        }
        Ok(())
    }

    /// The path of the OpenID provider's issuer, such as `/realms/one`; empty without one.
    #[must_use]
    pub fn oidc_path(&self) -> &str {
        &self.oidc.path
    }

    /// Fills an OpenID provider with its part, which is then gone.
    pub fn play_oidc(&mut self, oidc: &crate::Oidc) {
        std::mem::take(&mut self.oidc).play(oidc);
    }

    /// Fills an X with its part; once.
    pub fn play_x(&mut self, x: &X) {
        std::mem::take(&mut self.x).play(x);
    }

    /// Fills a Steam with its part; once.
    pub fn play_steam(&mut self, steam: &Steam) {
        std::mem::take(&mut self.steam).play(steam);
    }

    /// Fills a Discord and a GitHub with it.
    pub fn play(self, discord: &Discord, github: &GitHub) {
        self.discord.play(discord);
        self.github.play(github);
    }
}

impl DiscordPart {
    fn play(self, discord: &Discord) {
        for app in self.applications {
            discord.application(Application {
                id: app.id,
                name: app.name,
                client_secret: app.client_secret,
                bot_token: app.bot_token,
                redirect_uris: app.redirect_uris,
                verification_url: app.verification_url,
            });
        }
        for person in self.people {
            discord.user(person.id, &person.name);
        }
        for server in self.servers {
            discord.guild(server.id, &server.name, server.owner);
            server.members.iter().for_each(|user| discord.join(server.id, *user));
            server.bots.iter().for_each(|bot| discord.add_bot(server.id, bot.application, bot.position));
            server.roles.into_iter().for_each(|role| discord.role(server.id, role.into()));
        }
    }
}

impl From<RolePart> for Role {
    fn from(part: RolePart) -> Role {
        let condition = |part| match part {
            ConditionPart::Connected => Condition::Connected,
            ConditionPart::Field { key, value } => Condition::Field { key, value },
        };
        let group = |group: Vec<ConditionPart>| group.into_iter().map(condition).collect();
        Role {
            id: part.id,
            name: part.name,
            position: part.position,
            permissions: part.permissions,
            managed: part.managed,
            color: part.color.as_deref().and_then(color).unwrap_or_default(),
            linked: part.linked.map(|linked| LinkedRule {
                application: linked.application,
                any_of: linked.any_of.into_iter().map(group).collect(),
            }),
        }
    }
}

/// Reads `#rrggbb`.
fn color(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clock;

    const EXAMPLE: &str = include_str!("../scenarios/cafe.json");

    #[test]
    fn the_example_fills_all_worlds() {
        let (discord, github) = (Discord::new(Clock::system()), GitHub::new(Clock::system()));
        let (x, steam) = (X::new(Clock::system()), Steam::new(Clock::system(), "http://localhost"));
        let mut scenario = Scenario::parse(EXAMPLE).unwrap();
        scenario.play_x(&x);
        scenario.play_steam(&steam);
        scenario.play(&discord, &github);
        discord.give_by_hand(300, 201, 401);
        assert_eq!(discord.member_roles(300, 201), [401].into());
        assert_eq!(github.tokens_of(583_231), 0);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let refuse = |text: &str| Scenario::parse(text).unwrap_err().to_string();
        assert!(refuse("{").starts_with("the scenario cannot be read"));
        assert!(refuse(r#"{"myspace":{}}"#).contains("unknown field `myspace`"));
        assert!(refuse(r#"{"x":{"tokens":[]}}"#).contains("unknown field `tokens`"));
        assert!(refuse(r#"{"x":{"accounts":[{"id":1}]}}"#).contains("missing field"));
        assert!(refuse(r#"{"steam":{"key":"k"}}"#).contains("unknown field `key`"));
        let steam = r#"{"steam":{"accounts":[{"id":1,"name":"A","games":[{"app":1}]}]}}"#;
        assert!(refuse(steam).contains("unknown field `app`"));
        let server = |rest: &str| {
            format!(
                r#"{{"discord":{{"people":[{{"id":1,"name":"Ada"}}],
                "servers":[{{"id":2,"name":"S","owner":1{rest}}}]}}}}"#
            )
        };
        assert!(Scenario::parse(&server("")).is_ok());
        assert!(refuse(&server(r#","members":[9]"#)).contains("person 9"));
        assert!(refuse(&server(r#","bots":[{"application":9,"position":1}]"#)).contains("application 9"));
        let role = r#","roles":[{"id":3,"name":"R","color":"red"}]"#;
        assert!(refuse(&server(role)).contains("not #rrggbb"));
    }
}
