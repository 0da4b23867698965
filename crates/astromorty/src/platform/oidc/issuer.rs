//! Issuers: one OpenID Connect site, as settings name it.

use std::sync::Arc;

use domain::platform::Problem;
use http::header::CONTENT_TYPE;
use serde_json::{Map, Value};
use url::Url;

use super::cache::Cached;
use super::pins::problem;
use super::{
    Circumstances, Claims, Compact, Expect, Keys, NoKey, OidcError, Pins, Refused, Site, check, fetch, user,
};
use crate::app::seam::{Clock, Http, Response};

/// One OpenID Connect site. Clones share what was read of it.
#[derive(Debug, Clone)]
pub struct Issuer {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    pins: Pins,
    document: Url,
    client_id: String,
    http: Http,
    clock: Clock,
    site: Cached<Site>,
    keys: Cached<KeyList>,
}

/// Keys, and where they were read.
#[derive(Debug)]
struct KeyList {
    from: Url,
    keys: Keys,
}

impl Issuer {
    /// Sets an issuer up without asking it anything; fails with all that is wrong with the settings.
    ///
    /// `issuer` is its name exactly as it writes it, `allowed_hosts` the hosts beside its own that
    /// its endpoints may be on ([`Pins::new`]), `client_id` our name there.
    pub fn new(
        issuer: &str,
        allowed_hosts: &[String],
        client_id: &str,
        (http, clock): (Http, Clock),
    ) -> Result<Self, Vec<Problem>> {
        let pins = Pins::new(issuer, allowed_hosts)?;
        let document = Url::parse(&pins.document());
        let document = document.map_err(|_| vec![problem("issuer", "is not an address")])?;
        if client_id.is_empty() {
            return Err(vec![problem("client_id", "is missing; register an application at the site")]);
        }
        let (site, keys) = (Cached::default(), Cached::default());
        let client_id = client_id.to_owned();
        Ok(Self { shared: Arc::new(Shared { pins, document, client_id, http, clock, site, keys }) })
    }

    /// Its name, byte for byte as settings have it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.shared.pins.issuer()
    }

    /// What it says of itself (OpenID Connect Discovery §4), at most an hour old; while it does not
    /// answer, at most a day. A failure stands for five seconds, or for a minute while an old copy does.
    pub async fn site(&self) -> Result<Arc<Site>, OidcError> {
        let shared = &self.shared;
        let fetch = async || {
            let document = fetch::get(&shared.http, &shared.document).await?;
            Ok(Site::read(&document, &shared.pins)?)
        };
        shared.site.read(&shared.clock, |_| true, fetch).await
    }

    /// Verifies an ID token (OpenID Connect Core §3.1.3.7) that the token endpoint gave for a code.
    ///
    /// Fails with [`OidcError::Refused`] when it is not to be believed, and with
    /// [`OidcError::Unavailable`] when the site does not tell its keys.
    pub async fn verify(&self, id_token: &str, expect: &Expect<'_>) -> Result<Claims, OidcError> {
        let token = Compact::read(id_token)?;
        let site = self.site().await?;
        if !site.id_token_algs.contains(&token.header.alg) {
            return Err(Refused::Algorithm.into());
        }
        let claims = self.open(&site, &token).await?;
        Ok(check(claims, &self.circumstances(&token), expect)?)
    }

    /// What a successful `UserInfo` answer tells of the account `subject` (OpenID Connect Core §5.3.2).
    ///
    /// It may be JSON or, as `application/jwt`, a signed token. About anybody else it tells nothing.
    pub async fn userinfo(&self, answer: &Response, subject: &str) -> Result<Map<String, Value>, OidcError> {
        if !is_token(answer) {
            return Ok(user::read(answer.body(), subject)?);
        }
        let text = str::from_utf8(answer.body()).map_err(|_| Refused::UserInfo)?;
        let token = Compact::read(text.trim_ascii())?;
        let site = self.site().await?;
        if !site.userinfo_algs.contains(&token.header.alg) {
            return Err(Refused::Algorithm.into());
        }
        let told = self.open(&site, &token).await?;
        Ok(user::check(told, &self.circumstances(&token), subject)?)
    }

    /// The content of a token that one of the site's keys has signed.
    ///
    /// The key list is read again, at most once a minute, when it has no such key (N-20), or when the
    /// token does not say which key and the only one is not it: the site may have changed it.
    async fn open(&self, site: &Site, token: &Compact<'_>) -> Result<Map<String, Value>, OidcError> {
        let shared = &self.shared;
        let list = shared.keys.read(&shared.clock, |list| list.from == site.jwks, || self.fetch_keys(site));
        let list = list.await?;
        let opened = open(&list.keys, token);
        let may_be_new = match opened {
            Err(Refused::Key) => list.keys.choose(&token.header).err() == Some(NoKey::Unknown),
            Err(Refused::Signature) => token.header.kid.is_none(),
            Ok(_) | Err(_) => false,
        };
        if may_be_new
            && let Some(newer) = shared.keys.renew(&shared.clock, &list, || self.fetch_keys(site)).await?
        {
            return Ok(open(&newer.keys, token)?);
        }
        Ok(opened?)
    }

    async fn fetch_keys(&self, site: &Site) -> Result<KeyList, OidcError> {
        let keys = fetch::get(&self.shared.http, &site.jwks).await?;
        Ok(KeyList { from: site.jwks.clone(), keys: Keys::read(&keys)? })
    }

    fn circumstances(&self, token: &Compact<'_>) -> Circumstances<'_> {
        let Shared { pins, client_id, clock, .. } = &*self.shared;
        Circumstances { issuer: pins.issuer(), client_id, alg: token.header.alg, now: clock.now() }
    }
}

fn open(keys: &Keys, token: &Compact<'_>) -> Result<Map<String, Value>, Refused> {
    token.open(keys.choose(&token.header).map_err(|_| Refused::Key)?)
}

fn is_token(answer: &Response) -> bool {
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next());
    kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/jwt"))
}
