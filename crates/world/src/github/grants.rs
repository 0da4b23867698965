//! What people have granted OAuth apps: codes and tokens.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::Millis;
use crate::clock::{MINUTE, SECOND};
use crate::discord::hex;

/// How long a code waits for its exchange.
const CODE_LIFETIME: Millis = 10 * MINUTE;
/// How long an expiring access token lives, in seconds: eight hours.
pub(crate) const ACCESS_SECONDS: i64 = 28_800;
/// How long a refresh token lives, in seconds: six months.
pub(crate) const REFRESH_SECONDS: i64 = 15_897_600;
/// The most tokens of one person, app and set of scopes; the oldest makes room.
const MOST_TOKENS: usize = 10;
/// The length of a token after its prefix.
const TOKEN_LENGTH: usize = 36;

/// The kind of app a grant is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    OAuth,
    App,
}

/// Who granted what to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) client_id: String,
    pub(crate) kind: Kind,
    pub(crate) account: u64,
    pub(crate) scopes: Vec<String>,
}

impl Grant {
    /// Whether one of these scopes was granted.
    pub(crate) fn has(&self, wanted: &[&str]) -> bool {
        self.scopes.iter().any(|scope| wanted.contains(&scope.as_str()))
    }
}

/// A code on its way through the browser.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) grant: Grant,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: Option<String>,
    pub(crate) expiring: bool,
    pub(crate) issued_at: Millis,
}

/// A token and its end, if it has one.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) grant: Grant,
    pub(crate) number: u64,
    pub(crate) issued_at: Millis,
    expires_at: Option<Millis>,
    /// The refresh token that dies with it.
    refresh: Option<String>,
}

/// What the token endpoint hands out.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
    pub(crate) scopes: Vec<String>,
}

/// A refresh token belongs to one access token and dies with it.
#[derive(Debug, Clone)]
struct Refresh {
    access: String,
    grant: Grant,
    expires_at: Millis,
}

/// All codes and tokens.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    minted: u64,
    codes: BTreeMap<String, Code>,
    tokens: BTreeMap<String, Token>,
    /// What each account has given out, oldest first; dead ones are dropped at the next issue.
    given: BTreeMap<u64, Vec<String>>,
    refresh: BTreeMap<String, Refresh>,
}

impl Grants {
    /// A text that nobody has seen yet. The same run mints the same texts.
    fn mint(&mut self, prefix: &str, length: usize) -> String {
        self.minted += 1;
        let mut digits = hex(&Sha256::digest(format!("github {prefix} {}", self.minted)));
        digits.truncate(length);
        format!("{prefix}{digits}")
    }

    pub(crate) fn issue_code(&mut self, code: Code) -> String {
        let text = self.mint("", 20);
        self.codes.insert(text.clone(), code);
        text
    }

    /// Takes a code of this app out: it works once.
    pub(crate) fn take_code(&mut self, text: &str, client_id: &str, now: Millis) -> Option<Code> {
        if self.codes.get(text)?.grant.client_id != client_id {
            return None;
        }
        let code = self.codes.remove(text)?;
        (now < code.issued_at.saturating_add(CODE_LIFETIME)).then_some(code)
    }

    /// Mints a token, and a refresh token with one that expires.
    pub(crate) fn issue(&mut self, grant: Grant, expiring: bool, now: Millis) -> Issued {
        self.make_room(&grant);
        let prefix = match grant.kind {
            Kind::OAuth => "gho_",
            Kind::App => "ghu_",
        };
        let access = self.mint(prefix, TOKEN_LENGTH);
        let number = self.minted;
        let refresh = expiring.then(|| self.mint("ghr_", TOKEN_LENGTH));
        if let Some(text) = refresh.clone() {
            let expires_at = now.saturating_add(REFRESH_SECONDS * SECOND);
            let (access, grant) = (access.clone(), grant.clone());
            self.refresh.insert(text, Refresh { access, grant, expires_at });
        }
        let issued =
            Issued { access: access.clone(), refresh: refresh.clone(), scopes: grant.scopes.clone() };
        self.given.entry(grant.account).or_default().push(access.clone());
        let expires_at = expiring.then(|| now.saturating_add(ACCESS_SECONDS * SECOND));
        self.tokens.insert(access, Token { grant, number, issued_at: now, expires_at, refresh });
        issued
    }

    /// Drops the oldest tokens of the same grant until one more fits.
    fn make_room(&mut self, grant: &Grant) {
        let given = self.given.entry(grant.account).or_default();
        given.retain(|text| self.tokens.contains_key(text));
        let same =
            given.iter().filter(|text| self.tokens.get(*text).is_some_and(|token| token.grant == *grant));
        let mut same: Vec<_> = same.cloned().collect();
        same.truncate((same.len() + 1).saturating_sub(MOST_TOKENS));
        for oldest in same {
            self.forget(&oldest);
        }
    }

    /// Takes a refresh token of this app out; its access token dies with it.
    pub(crate) fn take_refresh(&mut self, text: &str, client_id: &str, now: Millis) -> Option<Grant> {
        if self.refresh.get(text)?.grant.client_id != client_id {
            return None;
        }
        let refresh = self.refresh.remove(text)?;
        self.tokens.remove(&refresh.access);
        (now < refresh.expires_at).then_some(refresh.grant)
    }

    /// The live token with this text.
    pub(crate) fn token(&self, text: &str, now: Millis) -> Option<&Token> {
        let token = self.tokens.get(text)?;
        token.expires_at.is_none_or(|end| now < end).then_some(token)
    }

    /// Kills one token and the refresh token that belongs to it.
    pub(crate) fn forget(&mut self, text: &str) {
        let token = self.tokens.remove(text);
        if let Some(refresh) = token.and_then(|token| token.refresh) {
            self.refresh.remove(&refresh);
        }
    }

    /// Kills everything that matches.
    pub(crate) fn revoke(&mut self, matches: impl Fn(&Grant) -> bool) {
        self.codes.retain(|_, code| !matches(&code.grant));
        self.tokens.retain(|_, token| !matches(&token.grant));
        self.refresh.retain(|_, refresh| !matches(&refresh.grant));
    }

    /// The apps that an account has granted something.
    pub(crate) fn clients(&self, account: u64) -> BTreeSet<String> {
        self.all().filter(|grant| grant.account == account).map(|grant| grant.client_id.clone()).collect()
    }

    /// The scopes that an account has granted an app so far.
    pub(crate) fn scopes(&self, account: u64, client_id: &str) -> Vec<String> {
        let same = self.all().filter(|grant| grant.account == account && grant.client_id == client_id);
        let scopes: BTreeSet<_> = same.flat_map(|grant| grant.scopes.iter().cloned()).collect();
        scopes.into_iter().collect()
    }

    /// Leaves an app's tokens and refresh tokens those of their scopes that are named.
    pub(crate) fn narrow(&mut self, account: u64, client_id: &str, left: &[&str]) {
        let tokens = self.tokens.values_mut().map(|token| &mut token.grant);
        let grants = tokens.chain(self.refresh.values_mut().map(|refresh| &mut refresh.grant));
        for grant in grants.filter(|grant| grant.account == account && grant.client_id == client_id) {
            grant.scopes.retain(|scope| left.contains(&scope.as_str()));
        }
    }

    /// What lives in codes, tokens and refresh tokens.
    fn all(&self) -> impl Iterator<Item = &Grant> {
        let codes = self.codes.values().map(|code| &code.grant);
        let tokens = self.tokens.values().map(|token| &token.grant);
        codes.chain(tokens).chain(self.refresh.values().map(|refresh| &refresh.grant))
    }

    /// How many live access tokens an account has given out.
    pub(crate) fn count(&self, account: u64, now: Millis) -> usize {
        let given = self.given.get(&account).into_iter().flatten();
        given.filter(|text| self.token(text, now).is_some()).count()
    }
}
