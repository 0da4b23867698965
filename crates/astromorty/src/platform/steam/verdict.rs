//! Steam's word on an assertion, asked for directly (§11.4.2).

use std::collections::BTreeMap;

use super::NAMESPACE;

/// The longest answer that is looked at, in bytes.
pub(super) const LONGEST: usize = 4096;

/// Why an assertion is not proven. Either way nobody has signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// Steam says that it did not make this assertion, or has confirmed it before.
    #[error("Steam does not confirm this sign-in; start again")]
    NotValid,
    /// Steam did not say. The assertion may be spent, so the whole sign-in starts again.
    #[error("Steam did not confirm this sign-in in time; nothing has changed, try again in a few minutes")]
    TryAgain,
}

impl Unproven {
    /// Its code in the security log and the metrics.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NotValid => "openid_not_valid",
            Self::TryAgain => "openid_no_verdict",
        }
    }
}

/// Reads the answer to `check_authentication`: `Ok` only when Steam said, in so many words, that
/// the assertion is its own (N-34). Throttling (403, 429) and silence are [`Unproven::TryAgain`].
pub fn verdict(status: u16, content: &[u8]) -> Result<(), Unproven> {
    let lines = if status == 200 { lines(content) } else { None };
    let lines = lines.filter(|lines| lines.get("ns") == Some(&NAMESPACE)).ok_or(Unproven::TryAgain)?;
    match lines.get("is_valid").copied() {
        Some("true") => Ok(()),
        Some("false") => Err(Unproven::NotValid),
        Some(_) | None => Err(Unproven::TryAgain),
    }
}

/// Key-value form: lines of a key, a colon and a value, each ended by a line feed and nothing else
/// (§4.1.1). `None` for any other text, and for a key that stands there twice.
fn lines(content: &[u8]) -> Option<BTreeMap<&str, &str>> {
    let text = std::str::from_utf8(content).ok().filter(|text| text.len() <= LONGEST)?;
    let mut lines = BTreeMap::new();
    for line in text.strip_suffix('\n')?.split('\n') {
        let (key, value) = line.split_once(':')?;
        let fits = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
        if !fits || value.contains(char::is_control) || lines.insert(key, value).is_some() {
            return None;
        }
    }
    Some(lines)
}
