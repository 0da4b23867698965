//! `[discord]`: our application there, and how we talk to it.

use domain::id::ApplicationId;
use domain::token::Secret;
use toml::Value;
use url::Url;

use super::mistake::Wrong;
use super::parse::{self, BaseUrl};
use super::reader::Reader;

const API_URL: &str = "https://discord.com/api/v10";
const AUTHORIZE_URL: &str = "https://discord.com/oauth2/authorize";
/// Requests a second, a little below the 50 that Discord allows a bot.
const PACE: u32 = 48;

/// Our application at Discord, and how we talk to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscordSettings {
    /// Which application; also its OAuth2 client id.
    pub application_id: ApplicationId,
    /// Its OAuth2 client secret.
    pub client_secret: Secret,
    /// What its bot signs in with.
    pub bot_token: Secret,
    /// The Ed25519 key that Discord signs interactions with.
    pub public_key: Option<[u8; 32]>,
    /// What REST calls start with; token and revoke URLs hang on it too.
    pub api_url: BaseUrl,
    /// Where members sign in.
    pub authorize_url: Url,
    /// Where the gateway is; `None` asks Discord.
    pub gateway_url: Option<Url>,
    /// How commands reach us.
    pub commands: Commands,
    /// How many gateway connections.
    pub shards: Shards,
    /// Whether the privileged members intent is used.
    pub members_intent: MembersIntent,
    /// Requests a second that the bot sends at most, up to 50; 0 leaves that to a proxy in front of Discord.
    pub pace: u32,
    /// Whether rules may give roles that let their holders do harm.
    pub allow_dangerous_roles: bool,
}

/// How commands reach us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commands {
    /// Over the gateway's socket.
    Gateway,
    /// By requests that Discord signs; needs `public_key`.
    Http,
}

/// How many gateway connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shards {
    /// As many as Discord advises.
    Auto,
    /// So many, at least one.
    Count(u32),
}

/// Whether the privileged members intent is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MembersIntent {
    /// Where the application's flags allow it.
    Auto,
    /// Yes.
    On,
    /// No.
    Off,
}

pub(super) fn read(reader: &mut Reader) -> Option<DiscordSettings> {
    let application_id = reader.required("discord.application_id", application);
    let client_secret = reader.required("discord.client_secret", parse::secret);
    let bot_token = reader.required("discord.bot_token", parse::secret);
    let api_url = url_or(reader, "discord.api_url", API_URL, parse::base_url);
    let authorize_url = url_or(reader, "discord.authorize_url", AUTHORIZE_URL, parse::url);
    let commands = reader.or("discord.commands", Commands::Gateway, commands);
    if commands == Commands::Http && !reader.has("discord.public_key") {
        reader.missing("discord.public_key");
    }
    Some(DiscordSettings {
        public_key: reader.optional("discord.public_key", public_key),
        gateway_url: reader.optional("discord.gateway_url", parse::socket_url),
        commands,
        shards: reader.or("discord.shards", Shards::Auto, shards),
        members_intent: reader.or("discord.members_intent", MembersIntent::Auto, members_intent),
        pace: reader.or("discord.pace", PACE, pace),
        allow_dangerous_roles: reader.or("discord.allow_dangerous_roles", false, parse::flag),
        application_id: application_id?,
        client_secret: client_secret?,
        bot_token: bot_token?,
        api_url: api_url?,
        authorize_url: authorize_url?,
    })
}

/// A URL that is set, or Discord's own. `None` only after a mistake is noted.
fn url_or<T>(
    reader: &mut Reader,
    key: &str,
    default: &str,
    parse: fn(&Value) -> Result<T, Wrong>,
) -> Option<T> {
    if reader.has(key) {
        return reader.optional(key, parse);
    }
    parse(&Value::String(default.to_owned())).ok()
}

fn application(value: &Value) -> Result<ApplicationId, Wrong> {
    parse::one(
        value,
        Wrong::new(
            "the value is not an application id",
            "copy it from the General Information page of your Discord application",
        ),
    )
}

fn public_key(value: &Value) -> Result<[u8; 32], Wrong> {
    let wrong = Wrong::new(
        "the value is not a public key of 64 hexadecimal digits",
        "copy it from the General Information page of your Discord application",
    );
    let text = parse::text(value)?;
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let digits = digits.filter(|digits| digits.len() == 64).ok_or(wrong)?;
    let mut key = [0; 32];
    for (byte, pair) in key.iter_mut().zip(digits.chunks(2)) {
        *byte = pair[0] << 4 | pair[1];
    }
    Ok(key)
}

fn commands(value: &Value) -> Result<Commands, Wrong> {
    match value.as_str().map(str::trim) {
        Some("gateway") => Ok(Commands::Gateway),
        Some("http") => Ok(Commands::Http),
        Some(_) | None => {
            Err(Wrong::new("commands come by gateway or http", "write \"gateway\" or \"http\""))
        }
    }
}

fn shards(value: &Value) -> Result<Shards, Wrong> {
    let wrong = Wrong::new("the value is not a number of shards", "write \"auto\" or a number from 1");
    if value.as_str().map(str::trim) == Some("auto") {
        return Ok(Shards::Auto);
    }
    match parse::one(value, wrong)? {
        0 => Err(wrong),
        count => Ok(Shards::Count(count)),
    }
}

fn members_intent(value: &Value) -> Result<MembersIntent, Wrong> {
    if value.as_str().map(str::trim) == Some("auto") {
        return Ok(MembersIntent::Auto);
    }
    let wrong = Wrong::new("the value is not \"auto\", true or false", "write \"auto\", true or false");
    let on = parse::flag(value).map_err(|_| wrong)?;
    Ok(if on { MembersIntent::On } else { MembersIntent::Off })
}

fn pace(value: &Value) -> Result<u32, Wrong> {
    let wrong = Wrong::new(
        "the pace is not from 0 to 50 requests a second; 0 leaves the pace to a proxy in front of Discord",
        "write 48, which leaves a margin below Discord's 50",
    );
    let pace = parse::one(value, wrong)?;
    if (0..=50).contains(&pace) { Ok(pace) } else { Err(wrong) }
}
