//! What people have granted apps: codes, access tokens and refresh tokens that rotate.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::Millis;
use crate::clock::{DAY, SECOND};

/// How long a code waits for its exchange.
const CODE_LIFETIME: Millis = 30 * SECOND;
/// How long an access token lives, in seconds: two hours.
pub(crate) const ACCESS_SECONDS: i64 = 7200;
/// How long a refresh token lives. X does not publish it; about six months are reported.
const REFRESH_LIFETIME: Millis = 180 * DAY;

/// Who granted what to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) client_id: String,
    pub(crate) account: u64,
    pub(crate) scopes: Vec<String>,
}

impl Grant {
    pub(crate) fn allows(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }
}

/// A code on its way through the browser.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) grant: Grant,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
    pub(crate) issued_at: Millis,
}

/// What a code or a refresh token is exchanged for: the next tokens of one sign-in.
#[derive(Debug, Clone)]
pub(crate) struct Right<T> {
    pub(crate) of: T,
    /// The number of the sign-in; all of its tokens die together.
    sign_in: u64,
}

/// What the token endpoint hands out.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
    pub(crate) scopes: Vec<String>,
}

#[derive(Debug, Clone)]
struct Token {
    grant: Grant,
    sign_in: u64,
    expires_at: Millis,
}

/// All codes and tokens.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    minted: u64,
    codes: BTreeMap<String, Right<Code>>,
    access: BTreeMap<String, Token>,
    refresh: BTreeMap<String, Token>,
    /// Codes and refresh tokens that were used, and the sign-in that they belonged to.
    used: BTreeMap<String, u64>,
}

impl Grants {
    /// A text that nobody has seen yet. The same run mints the same texts.
    fn mint(&mut self) -> String {
        self.minted += 1;
        URL_SAFE_NO_PAD.encode(Sha256::digest(format!("x {}", self.minted)))
    }

    pub(crate) fn issue_code(&mut self, of: Code) -> String {
        let text = self.mint();
        self.codes.insert(text.clone(), Right { of, sign_in: self.minted });
        text
    }

    /// Takes a code of this app out. A code that comes again ends its sign-in (RFC 6749 section 4.1.2).
    pub(crate) fn take_code(&mut self, text: &str, client_id: &str, now: Millis) -> Option<Right<Code>> {
        self.detect_reuse(text);
        if self.codes.get(text)?.of.grant.client_id != client_id {
            return None;
        }
        let code = self.codes.remove(text)?;
        self.used.insert(text.to_owned(), code.sign_in);
        (now < code.of.issued_at.saturating_add(CODE_LIFETIME)).then_some(code)
    }

    /// Takes a refresh token of this app out; the access token beside it dies. One that comes
    /// again was stolen from somebody, so its sign-in ends (RFC 9700 section 4.14.2).
    pub(crate) fn take_refresh(&mut self, text: &str, client_id: &str, now: Millis) -> Option<Right<Grant>> {
        self.detect_reuse(text);
        if self.refresh.get(text)?.grant.client_id != client_id {
            return None;
        }
        let Token { grant, sign_in, expires_at } = self.refresh.remove(text)?;
        self.used.insert(text.to_owned(), sign_in);
        self.access.retain(|_, token| token.sign_in != sign_in);
        (now < expires_at).then_some(Right { of: grant, sign_in })
    }

    fn detect_reuse(&mut self, text: &str) {
        if let Some(&sign_in) = self.used.get(text) {
            self.end(sign_in);
        }
    }

    fn end(&mut self, sign_in: u64) {
        self.access.retain(|_, token| token.sign_in != sign_in);
        self.refresh.retain(|_, token| token.sign_in != sign_in);
    }

    /// Mints the next tokens of a sign-in, with a refresh token if `offline.access` was granted.
    pub(crate) fn issue<T>(&mut self, right: &Right<T>, grant: &Grant, now: Millis) -> Issued {
        let sign_in = right.sign_in;
        let token =
            |lifetime| Token { grant: grant.clone(), sign_in, expires_at: now.saturating_add(lifetime) };
        let access = self.mint();
        self.access.insert(access.clone(), token(ACCESS_SECONDS * SECOND));
        let refresh = grant.allows("offline.access").then(|| self.mint());
        if let Some(text) = refresh.clone() {
            self.refresh.insert(text, token(REFRESH_LIFETIME));
        }
        Issued { access, refresh, scopes: grant.scopes.clone() }
    }

    /// The grant of a live access token.
    pub(crate) fn grant(&self, access: &str, now: Millis) -> Option<&Grant> {
        self.access.get(access).filter(|token| now < token.expires_at).map(|token| &token.grant)
    }

    /// An app gives a token back: an access token dies alone, a refresh token with all of its
    /// sign-in (RFC 7009 section 2.1). Tokens of other apps stay.
    pub(crate) fn forget(&mut self, text: &str, client_id: &str) {
        let owned = |token: &&Token| token.grant.client_id == client_id;
        if let Some(sign_in) = self.refresh.get(text).filter(owned).map(|token| token.sign_in) {
            self.end(sign_in);
        }
        if self.access.get(text).is_some_and(|token| owned(&token)) {
            self.access.remove(text);
        }
    }

    /// Kills everything that an account has granted.
    pub(crate) fn revoke(&mut self, account: u64) {
        self.codes.retain(|_, code| code.of.grant.account != account);
        self.access.retain(|_, token| token.grant.account != account);
        self.refresh.retain(|_, token| token.grant.account != account);
    }

    /// How many live access tokens an account has given out.
    pub(crate) fn access_tokens(&self, account: u64, now: Millis) -> usize {
        count(&self.access, account, now)
    }

    /// How many live refresh tokens an account has given out.
    pub(crate) fn refresh_tokens(&self, account: u64, now: Millis) -> usize {
        count(&self.refresh, account, now)
    }
}

fn count(tokens: &BTreeMap<String, Token>, account: u64, now: Millis) -> usize {
    tokens.values().filter(|token| token.grant.account == account && now < token.expires_at).count()
}
