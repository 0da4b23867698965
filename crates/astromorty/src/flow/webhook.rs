//! News from a platform, signed by it: what they say is looked at, never believed by itself.

use domain::id::PlatformKey;
use domain::moment::Span;
use domain::platform::{Event, News, Webhook};
use domain::token::Secret;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tracing::info;

use super::queue::{self, Urgency};
use crate::app::{App, digest};
use crate::platform::Platform;
use crate::store::{StoreError, connection, due, once};

/// So long a delivery is known again when it is sent once more.
const REMEMBERED: Span = Span::days(7);
/// No name of a delivery or an event is longer.
const LONGEST_NAME: usize = 255;

/// Why news are not taken.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// Nobody sends any here.
    #[error("no webhook is set up for this platform")]
    NotSetUp,
    /// It is not from the platform.
    #[error("the signature is missing or wrong")]
    NotSigned,
    /// It is from the platform, and makes no sense.
    #[error("the delivery cannot be read")]
    Senseless,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes one delivery: `header` gives the values of its headers by name. Once it returns, what
/// follows is stored. A delivery that comes again is taken again, and nothing follows.
pub async fn receive<'a>(
    app: &App,
    key: &PlatformKey,
    header: impl Fn(&str) -> Option<&'a str>,
    body: &[u8],
) -> Result<(), HookError> {
    let platform = app.platform(key).ok_or(HookError::NotSetUp)?;
    let hook = platform.definition().webhook.as_ref().ok_or(HookError::NotSetUp)?;
    let secret = app.settings.platforms.get(key).and_then(|set| set.webhook_secret.as_ref());
    let signature = header(&hook.signature).and_then(|text| text.trim().strip_prefix(&hook.prefix));
    if !is_signed(secret.ok_or(HookError::NotSetUp)?, signature.unwrap_or_default(), body) {
        return Err(HookError::NotSigned);
    }
    let name = |at: &str| header(at).filter(|text| !text.is_empty() && text.len() <= LONGEST_NAME);
    let id = name(&hook.id).ok_or(HookError::Senseless)?;
    let event = name(&hook.event).ok_or(HookError::Senseless)?;
    let document: Value = serde_json::from_slice(body).map_err(|_| HookError::Senseless)?;
    let Some((subject, means)) = understood(hook, event, &document) else { return Ok(()) };
    act(app, platform, (id, &subject, means)).await?;
    app.wake.ring();
    Ok(())
}

/// HMAC-SHA256 over the body as it came, compared in constant time.
fn is_signed(secret: &Secret, signature: &str, body: &[u8]) -> bool {
    let Some(signature) = bytes(signature) else { return false };
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body);
    mac.verify_slice(&signature).is_ok()
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.as_bytes();
    if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.chunks(2).map(byte).collect()
}

/// Which account it is about and what it means; nothing for what nobody asked for.
fn understood(hook: &Webhook, event: &str, document: &Value) -> Option<(String, News)> {
    let Event { subject, only, means } = hook.events.get(event)?;
    if only.as_ref().is_some_and(|only| !only.shows(document)) {
        return None;
    }
    let subject = match subject.find(document)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_u64()?.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    Some((subject, *means))
}

async fn act(
    app: &App,
    platform: &Platform,
    (id, subject, means): (&str, &str, News),
) -> Result<(), StoreError> {
    let (key, instance, now) = (platform.key().clone(), platform.instance().to_owned(), app.now());
    let (kind, hash, subject) = (format!("webhook {key}"), digest(id), subject.to_owned());
    app.store
        .write(async move |tx| {
            if !once::first(tx, (&kind, &hash), (now, now + REMEMBERED)).await? {
                return Ok(());
            }
            let found = connection::of_account(tx, &key, &instance, &subject).await?;
            let Some(found) = found else { return Ok(()) };
            info!(platform = %key, user.id = %found.user, news = ?means, "a platform told news of an account");
            match means {
                News::Revoked => queue::probe(tx, (found.id, found.user), (Urgency::Background, now)).await,
                News::Changed => due::ask(tx, found.id, now).await,
            }
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n_46_only_the_right_signature_of_the_very_body_is_one() {
        let secret = Secret::new("It's a Secret to Everybody".to_owned());
        // From GitHub's documentation, "Validating webhook deliveries".
        let signature = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        assert!(is_signed(&secret, signature, b"Hello, World!"));
        assert!(is_signed(&secret, &signature.to_uppercase(), b"Hello, World!"));
        assert!(!is_signed(&secret, signature, b"Hello, World"));
        assert!(!is_signed(&Secret::new("another".to_owned()), signature, b"Hello, World!"));
        let (short, long) = (&signature[..62], format!("{signature}00"));
        for odd in ["", short, &long, &"g".repeat(64), &"é".repeat(32)] {
            assert!(!is_signed(&secret, odd, b"Hello, World!"), "{odd}");
        }
    }
}
