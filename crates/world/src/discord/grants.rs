//! What people have authorized: codes, access tokens and refresh tokens.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::Millis;
use crate::clock::{MINUTE, SECOND};

/// How long a code waits for its exchange. Discord does not say; this is short on purpose.
pub(crate) const CODE_LIFETIME: Millis = MINUTE;
/// How long an access token lives, in seconds: seven days.
pub(crate) const ACCESS_SECONDS: i64 = 604_800;
/// The length of minted tokens.
const TOKEN_LENGTH: usize = 30;

/// Somebody's consent to an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Consent {
    pub(crate) application: u64,
    pub(crate) user: u64,
    pub(crate) scopes: Vec<String>,
}

impl Consent {
    pub(crate) fn includes(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }
}

/// A code on its way through the browser.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) consent: Consent,
    /// Where the code was sent.
    pub(crate) redirect_uri: String,
    /// Whether the authorization request named that address, so that the exchange must as well.
    pub(crate) named: bool,
    pub(crate) challenge: Option<String>,
    pub(crate) issued_at: Millis,
}

/// An access token's consent and end.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    pub(crate) consent: Consent,
    pub(crate) expires_at: Millis,
}

/// Everything that can be presented at the token endpoint or as a bearer.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    minted: u64,
    codes: BTreeMap<String, Code>,
    access: BTreeMap<String, Access>,
    refresh: BTreeMap<String, Consent>,
}

impl Grants {
    /// A text that nobody has seen yet. The same run mints the same texts.
    fn mint(&mut self, what: &str) -> String {
        self.minted += 1;
        let digest = Sha256::digest(format!("discord {what} {}", self.minted));
        let mut text = URL_SAFE_NO_PAD.encode(digest);
        text.truncate(TOKEN_LENGTH);
        text
    }

    pub(crate) fn issue_code(&mut self, code: Code) -> String {
        let text = self.mint("code");
        self.codes.insert(text.clone(), code);
        text
    }

    /// Takes a code out: whoever presents it, it works once.
    pub(crate) fn take_code(&mut self, text: &str, now: Millis) -> Option<Code> {
        let code = self.codes.remove(text)?;
        (now < code.issued_at.saturating_add(CODE_LIFETIME)).then_some(code)
    }

    /// Mints an access and a refresh token.
    pub(crate) fn issue_pair(&mut self, consent: Consent, now: Millis) -> (String, String) {
        let (access, refresh) = (self.mint("access"), self.mint("refresh"));
        let expires_at = now.saturating_add(ACCESS_SECONDS * SECOND);
        self.access.insert(access.clone(), Access { consent: consent.clone(), expires_at });
        self.refresh.insert(refresh.clone(), consent);
        (access, refresh)
    }

    /// Takes a refresh token out, if it is this application's: it works once.
    pub(crate) fn take_refresh(&mut self, text: &str, application: u64) -> Option<Consent> {
        if self.refresh.get(text)?.application != application {
            return None;
        }
        self.refresh.remove(text)
    }

    /// The live access token with this text.
    pub(crate) fn access(&self, text: &str, now: Millis) -> Option<&Access> {
        self.access.get(text).filter(|access| now < access.expires_at)
    }

    /// Whose token this is, of either kind.
    pub(crate) fn owner(&self, text: &str) -> Option<&Consent> {
        self.access.get(text).map(|access| &access.consent).or_else(|| self.refresh.get(text))
    }

    /// Kills everything that a person has authorized an application for.
    pub(crate) fn revoke(&mut self, application: u64, user: u64) {
        let other = |consent: &Consent| consent.application != application || consent.user != user;
        self.codes.retain(|_, code| other(&code.consent));
        self.access.retain(|_, access| other(&access.consent));
        self.refresh.retain(|_, consent| other(consent));
    }

    /// Every scope that a person has granted an application and not taken back.
    pub(crate) fn consents(&self, application: u64, user: u64) -> BTreeSet<String> {
        let theirs = |consent: &&Consent| consent.application == application && consent.user == user;
        self.refresh.values().filter(theirs).flat_map(|consent| consent.scopes.clone()).collect()
    }

    /// Who has authorized what: pairs of application and user.
    pub(crate) fn authorized(&self) -> impl Iterator<Item = (u64, u64)> {
        let pairs: BTreeSet<_> =
            self.refresh.values().map(|consent| (consent.application, consent.user)).collect();
        pairs.into_iter()
    }
}
