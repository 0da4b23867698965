//! What people have granted clients: codes, access tokens and refresh tokens.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::Millis;
use crate::clock::{DAY, MINUTE, SECOND};
use crate::discord::hex;

/// How long a code waits for its exchange.
const CODE_LIFETIME: Millis = MINUTE;
/// How long an access token lives, in seconds.
pub(crate) const ACCESS_SECONDS: i64 = 3600;
/// How long a refresh token lives unused.
const REFRESH_LIFETIME: Millis = 30 * DAY;

/// The number of a grant. Everything that came out of one sign-in dies with it.
pub(crate) type GrantId = u64;

/// Who granted what to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) client_id: String,
    pub(crate) sub: String,
    pub(crate) scopes: Vec<String>,
    /// When the person was there.
    pub(crate) auth_time: Millis,
}

/// A code on its way through the browser.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) grant: Grant,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) issued_at: Millis,
}

/// An access token.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) grant_id: GrantId,
    pub(crate) scopes: Vec<String>,
    pub(crate) expires_at: Millis,
}

/// A refresh token. It stays known after its use, so that a second use is noticed.
#[derive(Debug, Clone)]
struct Refresh {
    grant_id: GrantId,
    expires_at: Millis,
    used: bool,
}

/// What the token endpoint hands out, before there is an ID token.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
    pub(crate) scopes: Vec<String>,
}

/// All codes and tokens.
#[derive(Debug)]
pub(crate) struct Grants {
    /// Makes the texts of one provider unlike those of another.
    salt: String,
    minted: u64,
    codes: BTreeMap<String, Code>,
    /// Codes that were exchanged, and what for.
    spent: BTreeMap<String, GrantId>,
    /// Grants that nobody has ended.
    live: BTreeMap<GrantId, Grant>,
    tokens: BTreeMap<String, Token>,
    refresh: BTreeMap<String, Refresh>,
}

impl Grants {
    pub(crate) fn new(salt: &str) -> Grants {
        Grants {
            salt: salt.to_owned(),
            minted: 0,
            codes: BTreeMap::new(),
            spent: BTreeMap::new(),
            live: BTreeMap::new(),
            tokens: BTreeMap::new(),
            refresh: BTreeMap::new(),
        }
    }

    /// A text that nobody has seen yet. The same run mints the same texts.
    fn mint(&mut self, prefix: &str) -> String {
        self.minted += 1;
        let digest = Sha256::digest(format!("{} {prefix} {}", self.salt, self.minted));
        format!("{prefix}{}", hex(&digest))
    }

    pub(crate) fn issue_code(&mut self, code: Code) -> String {
        let text = self.mint("code-");
        self.codes.insert(text.clone(), code);
        text
    }

    /// Takes a code of this client out: it works once. A second use kills what the first one gave
    /// (RFC 6749 section 4.1.2).
    pub(crate) fn take_code(&mut self, text: &str, client_id: &str, now: Millis) -> Option<Code> {
        if let Some(grant_id) = self.spent.get(text) {
            self.live.remove(grant_id);
            return None;
        }
        if self.codes.get(text)?.grant.client_id != client_id {
            return None;
        }
        let code = self.codes.remove(text)?;
        (now < code.issued_at.saturating_add(CODE_LIFETIME)).then_some(code)
    }

    /// Turns a code that passed all checks into a grant.
    pub(crate) fn open(&mut self, code_text: &str, grant: Grant) -> GrantId {
        self.minted += 1;
        self.spent.insert(code_text.to_owned(), self.minted);
        self.live.insert(self.minted, grant);
        self.minted
    }

    pub(crate) fn grant(&self, id: GrantId) -> Option<&Grant> {
        self.live.get(&id)
    }

    /// Mints an access token, and a refresh token if the person agreed to offline access.
    pub(crate) fn issue(&mut self, grant_id: GrantId, scopes: Vec<String>, now: Millis) -> Issued {
        let access = self.mint("access-");
        let expires_at = now.saturating_add(ACCESS_SECONDS * SECOND);
        self.tokens.insert(access.clone(), Token { grant_id, scopes: scopes.clone(), expires_at });
        let granted = self.live.get(&grant_id).map(|grant| grant.scopes.as_slice()).unwrap_or_default();
        let offline = granted.iter().any(|scope| scope == "offline_access");
        let refresh = offline.then(|| self.mint("refresh-"));
        if let Some(text) = refresh.clone() {
            let expires_at = now.saturating_add(REFRESH_LIFETIME);
            self.refresh.insert(text, Refresh { grant_id, expires_at, used: false });
        }
        Issued { access, refresh, scopes }
    }

    /// Uses up a refresh token of this client. A second use kills the grant (RFC 9700 section 4.14.2).
    pub(crate) fn use_refresh(&mut self, text: &str, client_id: &str, now: Millis) -> Option<GrantId> {
        let refresh = self.refresh.get_mut(text)?;
        let grant_id = refresh.grant_id;
        if self.live.get(&grant_id)?.client_id != client_id || now >= refresh.expires_at {
            return None;
        }
        if std::mem::replace(&mut refresh.used, true) {
            self.live.remove(&grant_id);
            return None;
        }
        Some(grant_id)
    }

    /// The grant of a refresh token that still works, and the token's end.
    pub(crate) fn refresh(&self, text: &str, now: Millis) -> Option<(GrantId, Millis)> {
        let refresh = self.refresh.get(text).filter(|refresh| !refresh.used && now < refresh.expires_at)?;
        self.live.contains_key(&refresh.grant_id).then_some((refresh.grant_id, refresh.expires_at))
    }

    /// The live access token with this text, and its grant.
    pub(crate) fn token(&self, text: &str, now: Millis) -> Option<(&Token, &Grant)> {
        let token = self.tokens.get(text).filter(|token| now < token.expires_at)?;
        Some((token, self.live.get(&token.grant_id)?))
    }

    /// The client that holds this token, of either kind.
    pub(crate) fn holder(&self, text: &str) -> Option<&str> {
        let access = self.tokens.get(text).map(|token| token.grant_id);
        let grant_id = access.or_else(|| self.refresh.get(text).map(|refresh| refresh.grant_id))?;
        self.live.get(&grant_id).map(|grant| grant.client_id.as_str())
    }

    /// Kills a token; with a refresh token its whole grant (RFC 7009 section 2.1).
    pub(crate) fn forget(&mut self, text: &str) {
        self.tokens.remove(text);
        if let Some(refresh) = self.refresh.remove(text) {
            self.live.remove(&refresh.grant_id);
        }
    }

    /// Kills everything of an account.
    pub(crate) fn revoke(&mut self, sub: &str) {
        self.codes.retain(|_, code| code.grant.sub != sub);
        self.live.retain(|_, grant| grant.sub != sub);
    }

    /// How many live access tokens an account has given out.
    pub(crate) fn count(&self, sub: &str, now: Millis) -> usize {
        let tokens = self.tokens.values().filter(|token| now < token.expires_at);
        let grants = tokens.filter_map(|token| self.live.get(&token.grant_id));
        grants.filter(|grant| grant.sub == sub).count()
    }
}
