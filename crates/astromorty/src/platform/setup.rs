//! One platform, set up: its definition, where it lives, and who we are there.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::id::PlatformKey;
use domain::platform::template::Values;
use domain::platform::{ClientAuth, Definition, Problem, Protocol, Recheck, Service, Template, host};
use domain::token::Secret;
use domain::vocabulary::ArgKind;
use url::Url;

use super::call::fits_header;
use super::credential::Kept;
use super::meter::Meter;
use super::oidc::Issuer;
use crate::app::seam::{Clock, Http, Metrics};

/// Who we are at a platform, and where it lives.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The public name of our client there.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
    /// A credential of the operator's that reads public facts without any user's token.
    pub service: Option<Secret>,
    /// Addresses that take the place of the definition's hosts, by name.
    pub hosts: BTreeMap<String, String>,
    /// OpenID Connect: the issuer, letter by letter.
    pub issuer: Option<String>,
    /// OpenID Connect: further hosts that the issuer's discovery document may name.
    pub allowed_hosts: Vec<String>,
}

/// What a platform needs of the outside.
#[derive(Debug, Clone)]
pub struct Seams {
    /// How it is called.
    pub http: Http,
    /// What the time is.
    pub clock: Clock,
    /// Where calls are counted.
    pub metrics: Metrics,
}

/// One platform that is set up. Clones share everything.
#[derive(Debug, Clone)]
pub struct Platform {
    pub(super) shared: Arc<Shared>,
}

/// What the clones of a [`Platform`] share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) definition: Definition,
    pub(super) client_id: String,
    pub(super) client_secret: Secret,
    pub(super) service: Kept,
    pub(super) hosts: BTreeMap<String, String>,
    pub(super) instance: String,
    /// The OpenID Connect issuer.
    pub(super) issuer: Option<Issuer>,
    /// Where browsers are sent, where the definition says.
    pub(super) authorize: Option<Url>,
    /// Arguments that are repositories, and the names of their two halves.
    pub(super) halves: Vec<(String, String, String)>,
    pub(super) meter: Meter,
    pub(super) http: Http,
    pub(super) clock: Clock,
    pub(super) metrics: Metrics,
}

impl Platform {
    /// Sets a platform up; fails with everything that is wrong with definition and credentials.
    pub fn new(definition: Definition, credentials: Credentials, seams: Seams) -> Result<Self, Vec<Problem>> {
        let mut problems = definition.check();
        check_credentials(&definition, &credentials, &mut problems);
        problems.extend(misplaced_issuer(&definition, &credentials));
        let mut hosts = hosts(&definition, &credentials.hosts, &mut problems);
        let issuer = issuer(&definition, &credentials, (&seams, &mut problems));
        if let Some(origin) = issuer.as_ref().and_then(|issuer| Url::parse(issuer.name()).ok()) {
            hosts.insert("web".to_owned(), origin.origin().ascii_serialization());
        }
        let parsed = |template: &Template| {
            let client = Values::from([("client_id", credentials.client_id.as_str())]);
            Url::parse(&template.fill(&hosts, &client)?).ok()
        };
        let authorize = definition.endpoints.authorize.as_ref().and_then(parsed);
        let placed = authorize.is_some() == definition.endpoints.authorize.is_some();
        let web = hosts.get("web").and_then(|web| Url::parse(web).ok());
        let (Some(web), true, true) = (web, placed, problems.is_empty()) else {
            if problems.is_empty() {
                problems.push(problem("hosts", "do not make the endpoints URLs"));
            }
            return Err(problems);
        };
        let service = Kept::new(definition.service.as_ref(), credentials.service);
        let halves = halves(&definition);
        let shared = Shared {
            definition,
            client_id: credentials.client_id,
            client_secret: credentials.client_secret,
            service,
            halves,
            meter: Meter::default(),
            hosts,
            instance: issuer
                .as_ref()
                .map_or_else(|| web.origin().ascii_serialization(), |issuer| issuer.name().to_owned()),
            issuer,
            authorize,
            http: seams.http,
            clock: seams.clock,
            metrics: seams.metrics,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Its name in settings, routes and rules.
    #[must_use]
    pub fn key(&self) -> &PlatformKey {
        &self.shared.definition.key
    }

    /// Its name for people.
    #[must_use]
    pub fn display_name(&self) -> &str {
        &self.shared.definition.display_name
    }

    /// The site that its accounts belong to, such as `https://github.com`; part of what tells two
    /// accounts apart.
    #[must_use]
    pub fn instance(&self) -> &str {
        &self.shared.instance
    }

    /// How often facts are read again.
    #[must_use]
    pub fn recheck(&self) -> Recheck {
        self.shared.definition.recheck
    }

    /// The definition it was set up with.
    #[must_use]
    pub fn definition(&self) -> &Definition {
        &self.shared.definition
    }

    /// The platform's own page where a user takes back what they allowed us.
    #[must_use]
    pub fn settings_url(&self) -> Option<String> {
        let template = self.shared.definition.settings_url.as_ref()?;
        self.fill(template, Values::new())
    }

    /// The public page of an account.
    #[must_use]
    pub fn profile_url(&self, subject: &str, username: &str) -> Option<String> {
        let template = self.shared.definition.identity.profile_url.as_ref()?;
        let values = Values::from([("subject", subject), ("username", username)]);
        self.fill(template, values)
    }

    /// A URL over our hosts; `client_id` is always known.
    pub(super) fn fill<'a>(&'a self, template: &Template, mut values: Values<'a>) -> Option<String> {
        values.insert("client_id", &self.shared.client_id);
        template.fill(&self.shared.hosts, &values)
    }

    /// Our hosts, those that an issuer names included.
    pub(super) async fn hosts(&self) -> Option<Cow<'_, BTreeMap<String, String>>> {
        let Some(issuer) = &self.shared.issuer else { return Some(Cow::Borrowed(&self.shared.hosts)) };
        let site = issuer.site().await.ok()?;
        let mut hosts = self.shared.hosts.clone();
        let named = [("userinfo", &site.userinfo), ("revoke", &site.revoke)];
        for (name, url) in named.into_iter().filter_map(|(name, url)| Some((name, url.as_ref()?))) {
            hosts.insert(name.to_owned(), url.to_string());
        }
        Some(Cow::Owned(hosts))
    }
}

/// The issuer of a platform that has one.
fn issuer(
    definition: &Definition,
    credentials: &Credentials,
    (seams, problems): (&Seams, &mut Vec<Problem>),
) -> Option<Issuer> {
    match (definition.protocol, &credentials.issuer) {
        (Protocol::Oidc, Some(issuer)) => {
            let (allowed, client) = (&credentials.allowed_hosts, &credentials.client_id);
            let made = Issuer::new(issuer, allowed, client, (seams.http.clone(), seams.clock.clone()));
            made.map_err(|found| problems.extend(found)).ok()
        }
        // Told as what is missing or out of place.
        (Protocol::Oidc, None) | (Protocol::OAuth2 | Protocol::SteamOpenId2, _) => None,
    }
}

/// Every argument that is a repository, with the names of its halves.
fn halves(definition: &Definition) -> Vec<(String, String, String)> {
    let args = definition.facts.values().flat_map(|fact| &fact.args);
    let repositories = args.filter(|(_, kind)| **kind == ArgKind::Repository).map(|(name, _)| name);
    let names: BTreeSet<&String> = repositories.collect();
    names.into_iter().map(|name| (name.clone(), format!("{name}_owner"), format!("{name}_name"))).collect()
}

fn problem(at: impl Into<String>, what: impl Into<String>) -> Problem {
    Problem { at: at.into(), what: what.into() }
}

fn check_credentials(definition: &Definition, credentials: &Credentials, problems: &mut Vec<Problem>) {
    let is_client = match definition.protocol {
        Protocol::OAuth2 | Protocol::Oidc => true,
        Protocol::SteamOpenId2 => false,
    };
    if is_client && credentials.client_id.trim().is_empty() {
        let what = "is missing; register an application at the platform and copy its client id";
        problems.push(problem("client_id", what));
    }
    let has_secret = definition.client.auth() != ClientAuth::None || definition.protocol == Protocol::Oidc;
    if is_client && has_secret && credentials.client_secret.expose().trim().is_empty() {
        let what = "is missing; make a client secret for the application at the platform";
        problems.push(problem("client_secret", what));
    }
    let setting = match &definition.service {
        Some(Service::Key { .. }) => "api_key",
        Some(Service::Bearer {} | Service::ClientCredentials { .. }) | None => "service_token",
    };
    match &credentials.service {
        Some(secret) if !fits_header(secret) => {
            let what = "is empty or not one line of text; leave the key out if there is none";
            problems.push(problem(setting, what));
        }
        None if !is_client => {
            let what = "is missing; without it nothing can be read of an account, not even its name";
            problems.push(problem(setting, what));
        }
        Some(_) | None => {}
    }
}

/// OpenID Connect has an issuer, and nothing else has.
fn misplaced_issuer(definition: &Definition, credentials: &Credentials) -> Option<Problem> {
    let is_oidc = definition.protocol == Protocol::Oidc;
    let Credentials { issuer, allowed_hosts, .. } = credentials;
    let what = "is for OpenID Connect alone; take it out, or let the platform extend \"oidc\"";
    match (is_oidc, issuer) {
        (true, None) => {
            let what = "is missing; copy it letter by letter from the provider's discovery document";
            Some(problem("issuer", what))
        }
        (false, Some(_)) => Some(problem("issuer", what)),
        (false, None) if !allowed_hosts.is_empty() => Some(problem("allowed_hosts", what)),
        (true, Some(_)) | (false, None) => None,
    }
}

fn hosts(
    definition: &Definition,
    settings: &BTreeMap<String, String>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, String> {
    let known: Vec<_> = definition.hosts.keys().map(String::as_str).collect();
    for name in settings.keys().filter(|name| !known.contains(&name.as_str())) {
        let what = format!("is not a host of {}; there are: {}", definition.key, known.join(", "));
        problems.push(problem(format!("hosts.{name}"), what));
    }
    let mut hosts = BTreeMap::new();
    for (name, address) in host::resolve(&definition.hosts, settings) {
        let address = address.unwrap_or_default();
        let unreadable = || Url::parse(&address).is_err().then_some("is not an address");
        if let Some(fault) = host::fault(&address).or_else(unreadable)
            && settings.contains_key(&name)
        {
            problems.push(problem(format!("hosts.{name}"), fault));
        }
        hosts.insert(name, address);
    }
    hosts
}
