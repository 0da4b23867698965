//! `[platforms.…]`: our application at each platform, and where the platform is.

use std::collections::BTreeMap;

use domain::id::PlatformKey;
use domain::moment::Span;
use domain::token::Secret;
use toml::Value;

use super::known::{Form, KNOWN};
use super::mistake::{SettingsError, Wrong};
use super::parse::{self, BaseUrl};
use super::reader::Reader;

/// What an operator sets for one platform. Which of it is needed, its definition knows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlatformSettings {
    /// Our application there.
    pub client_id: Option<String>,
    /// Its secret.
    pub client_secret: Option<Secret>,
    /// Whether it may be linked; see [`PlatformSettings::is_enabled`].
    pub enabled: Option<bool>,
    /// Reads public facts in batches, without users' tokens.
    pub service_token: Option<Secret>,
    /// A GitHub App that does the same, with `private_key`.
    pub app_id: Option<String>,
    /// The App's key in PEM.
    pub private_key: Option<Secret>,
    /// X: reads public facts, paid by the operator.
    pub bearer_token: Option<Secret>,
    /// X: what a month may cost.
    pub monthly_budget_usd: Option<u32>,
    /// What the platform signs its webhook deliveries with.
    pub webhook_secret: Option<Secret>,
    /// Steam: the key of its web API.
    pub api_key: Option<Secret>,
    /// Other hosts than those of its definition, by their names there.
    pub hosts: BTreeMap<String, BaseUrl>,
    /// The definition this one builds on.
    pub extends: Option<String>,
    /// OpenID Connect: the issuer, letter by letter.
    pub issuer: Option<String>,
    /// OpenID Connect: further hosts its discovery document may name.
    pub allowed_hosts: Vec<String>,
    /// Whether an account that someone else has linked may be moved to who proves it, and then at
    /// most once in this time. `None` says never.
    pub transfer: Option<Span>,
    /// What takes the place of other keys of its definition, such as `display_name`, `facts` or
    /// `recheck.interval`, as written.
    pub changes: toml::Table,
}

impl PlatformSettings {
    /// Whether it may be linked, which it may unless the operator says no.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.enabled.unwrap_or(true)
    }
}

/// The platforms that anything is set for.
pub(super) fn read(reader: &mut Reader) -> BTreeMap<PlatformKey, PlatformSettings> {
    let mut platforms = BTreeMap::new();
    for name in reader.below("platforms") {
        match name.parse::<PlatformKey>() {
            Ok(key) => {
                platforms.insert(key, platform(reader, &name));
            }
            Err(error) => {
                let place = reader.first_place(&format!("platforms.{name}"));
                let cure = "spell it so".to_owned();
                reader.mistakes.push(SettingsError { place, what: error.to_string(), cure });
            }
        }
    }
    platforms
}

fn platform(reader: &mut Reader, name: &str) -> PlatformSettings {
    let at = |key: &str| format!("platforms.{name}.{key}");
    let settings = PlatformSettings {
        client_id: reader.optional(&at("client_id"), client_id),
        client_secret: reader.optional(&at("client_secret"), parse::secret),
        enabled: reader.optional(&at("enabled"), parse::flag),
        service_token: reader.optional(&at("service_token"), parse::secret),
        app_id: reader.optional(&at("app_id"), client_id),
        private_key: reader.optional(&at("private_key"), parse::pem),
        bearer_token: reader.optional(&at("bearer_token"), parse::secret),
        monthly_budget_usd: reader.optional(&at("monthly_budget_usd"), parse::count),
        webhook_secret: reader.optional(&at("webhook_secret"), parse::secret),
        api_key: reader.optional(&at("api_key"), parse::secret),
        hosts: hosts(reader, &at("hosts")),
        extends: reader.optional(&at("extends"), parse::text),
        issuer: reader.optional(&at("issuer"), issuer),
        allowed_hosts: reader.or(&at("allowed_hosts"), Vec::new(), parse::host_names),
        transfer: reader.or(&at("transfer"), None, transfer),
        changes: changes(reader, name),
    };
    together(reader, name);
    settings
}

/// Keys that make sense only side by side, or never do.
fn together(reader: &mut Reader, name: &str) {
    let at = |key: &str| format!("platforms.{name}.{key}");
    for (one, other) in [("client_secret", "client_id"), ("app_id", "private_key"), ("private_key", "app_id")]
    {
        if reader.has(&at(one)) && !reader.has(&at(other)) {
            reader.missing(&at(other));
        }
    }
    if reader.has(&at("service_token")) && reader.has(&at("app_id")) {
        let wrong = Wrong::new("a service token and an App are two ways to the same", "keep one of the two");
        reader.note(&at("service_token"), &wrong);
    }
}

fn hosts(reader: &mut Reader, section: &str) -> BTreeMap<String, BaseUrl> {
    let names = reader.below(section);
    let host = |name: String| {
        let url = reader.optional(&format!("{section}.{name}"), parse::base_url)?;
        Some((name, url))
    };
    names.into_iter().filter_map(host).collect()
}

/// The parts of a definition that are set. Whoever reads the definition holds them to its shape.
fn changes(reader: &mut Reader, name: &str) -> toml::Table {
    let mut changes = toml::Table::new();
    let display_name = format!("platforms.{name}.display_name");
    if let Some(text) = reader.optional(&display_name, parse::text) {
        changes.insert("display_name".to_owned(), Value::String(text));
    }
    let parts = KNOWN.iter().filter(|known| known.form == Form::Definition);
    for part in parts.filter_map(|known| known.key.strip_prefix("platforms.*.")) {
        if let Some(value) = reader.raw(&format!("platforms.{name}.{part}")) {
            changes.insert(part.to_owned(), value.clone());
        }
    }
    changes
}

/// A number will do: GitHub writes the ids of its Apps as numbers.
fn client_id(value: &Value) -> Result<String, Wrong> {
    value.as_integer().map_or_else(|| parse::text(value), |number| Ok(number.to_string()))
}

/// "never", or a length of time.
fn transfer(value: &Value) -> Result<Option<Span>, Wrong> {
    match parse::text(value)?.as_str() {
        "never" => Ok(None),
        _ => parse::length(value).map(Some),
    }
}

/// Checked like any URL and kept as written: issuers are compared letter by letter
/// (OpenID Connect Discovery 1.0 §4.3).
fn issuer(value: &Value) -> Result<String, Wrong> {
    parse::url(value)?;
    parse::text(value)
}
