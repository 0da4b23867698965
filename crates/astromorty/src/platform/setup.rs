//! One platform, set up: its definition, where it lives, and who we are there.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::id::PlatformKey;
use domain::platform::template::Values;
use domain::platform::{Definition, Problem, Recheck, Template, host};
use domain::token::Secret;
use http::HeaderValue;
use url::Url;

use crate::app::seam::{Clock, Http, Metrics};

/// Who we are at a platform, and where it lives.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The public name of our client there.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
    /// A credential of the operator's that reads public facts without any user's token.
    pub service_token: Option<Secret>,
    /// Addresses that take the place of the definition's hosts, by name.
    pub hosts: BTreeMap<String, String>,
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
    pub(super) service_token: Option<Secret>,
    pub(super) hosts: BTreeMap<String, String>,
    pub(super) instance: String,
    pub(super) authorize: Url,
    pub(super) http: Http,
    pub(super) clock: Clock,
    pub(super) metrics: Metrics,
}

impl Platform {
    /// Sets a platform up; fails with everything that is wrong with definition and credentials.
    pub fn new(definition: Definition, credentials: Credentials, seams: Seams) -> Result<Self, Vec<Problem>> {
        let mut problems = definition.check();
        check_credentials(&credentials, &mut problems);
        let hosts = hosts(&definition, &credentials.hosts, &mut problems);
        let parsed = |template: &Template| {
            let client = Values::from([("client_id", credentials.client_id.as_str())]);
            Url::parse(&template.fill(&hosts, &client)?).ok()
        };
        let authorize = parsed(&definition.endpoints.authorize);
        let web = hosts.get("web").and_then(|web| Url::parse(web).ok());
        let (Some(authorize), Some(web), true) = (authorize, web, problems.is_empty()) else {
            if problems.is_empty() {
                problems.push(problem("hosts", "do not make the endpoints URLs"));
            }
            return Err(problems);
        };
        let shared = Shared {
            definition,
            client_id: credentials.client_id,
            client_secret: credentials.client_secret,
            service_token: credentials.service_token,
            hosts,
            instance: web.origin().ascii_serialization(),
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
}

fn problem(at: impl Into<String>, what: impl Into<String>) -> Problem {
    Problem { at: at.into(), what: what.into() }
}

fn check_credentials(credentials: &Credentials, problems: &mut Vec<Problem>) {
    if credentials.client_id.trim().is_empty() {
        let what = "is missing; register an application at the platform and copy its client id";
        problems.push(problem("client_id", what));
    }
    if credentials.client_secret.expose().trim().is_empty() {
        let what = "is missing; make a client secret for the application at the platform";
        problems.push(problem("client_secret", what));
    }
    let token = credentials.service_token.as_ref().map(Secret::expose);
    if token.is_some_and(|token| token.is_empty() || HeaderValue::from_str(token).is_err()) {
        let what = "is empty or not one line of text; leave the key out to read with users' tokens";
        problems.push(problem("service_token", what));
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
