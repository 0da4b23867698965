//! Webhook deliveries. They wait in a queue: nothing is sent from here.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::apps::{App, Registered};
use super::state::State;
use crate::discord::hex;

/// One delivery as it would be posted to the app's webhook address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The event, as in `X-GitHub-Event`.
    pub event: String,
    /// The id, as in `X-GitHub-Delivery`.
    pub id: String,
    /// All headers to send.
    pub headers: Vec<(String, String)>,
    /// The body, to be sent byte for byte.
    pub body: Vec<u8>,
}

impl Delivery {
    fn new(app: &App, event: &str, number: usize, body: Vec<u8>) -> Delivery {
        let id = guid(number);
        let mut headers = vec![
            ("content-type", "application/json".to_owned()),
            ("user-agent", "GitHub-Hookshot/0000000".to_owned()),
            ("x-github-event", event.to_owned()),
            ("x-github-delivery", id.clone()),
            ("x-github-hook-installation-target-type", "integration".to_owned()),
        ];
        if let Some(secret) = &app.webhook_secret {
            headers.push(("x-hub-signature-256", format!("sha256={}", sign(secret, &body))));
        }
        let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Delivery { event: event.to_owned(), id, headers, body }
    }
}

/// The body's HMAC-SHA256 in hexadecimal ("Validating webhook deliveries").
fn sign(secret: &str, body: &[u8]) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length (RFC 2104)");
    mac.update(body);
    hex(&mac.finalize().into_bytes())
}

/// An id in the form of a GUID; the same run makes the same ids.
fn guid(number: usize) -> String {
    let digits = hex(&Sha256::digest(format!("delivery {number}")));
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

impl State {
    /// Somebody takes back what they allowed one app, or all: its tokens die, and a GitHub App is
    /// told so (`github_app_authorization`).
    pub(crate) fn take_back(&mut self, account: u64, client_id: Option<&str>) {
        let mut clients = self.grants.clients(account);
        clients.retain(|known| client_id.is_none_or(|wanted| wanted == known));
        for client in clients {
            self.grants.revoke(|grant| grant.account == account && grant.client_id == client);
            self.tell_revoked(account, &client);
        }
    }

    fn tell_revoked(&mut self, account: u64, client_id: &str) {
        let (Some(Registered::App(app)), Some(account)) =
            (self.apps.get(client_id), self.accounts.get(&account))
        else {
            return;
        };
        let body = json!({ "action": "revoked", "sender": account.short_json() });
        let number = self.deliveries.len();
        let body = body.to_string().into_bytes();
        self.deliveries.push(Delivery::new(app, "github_app_authorization", number, body));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_the_documentation() {
        let signature = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        assert_eq!(sign("It's a Secret to Everybody", b"Hello, World!"), signature);
    }

    #[test]
    fn ids_have_the_form_of_a_guid() {
        let lengths: Vec<_> = guid(1).split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_ne!(guid(1), guid(2));
    }
}
