//! What an answer means.
//!
//! Only Discord's own words count: a page of HTML with status 404 says nothing about a member, and
//! half an answer is none.

use http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::DiscordError;
use super::told::{Limited, Reach};
use crate::app::seam::{HttpError, Response};

/// The meaning of one answer.
#[derive(Debug)]
pub(super) enum Verdict<T> {
    /// What we asked for.
    Usable(T),
    /// 429.
    Limited,
    /// 401: this credential is not accepted.
    Unauthorized(DiscordError),
    /// 403: refused, and counted against us.
    Forbidden(DiscordError),
    /// Any other refusal.
    Refused(DiscordError),
    /// Garbage, a broken server, a redirect.
    Useless,
}

/// Characters of Discord's message that we keep.
const MESSAGE_CHARS: usize = 300;

#[derive(Deserialize)]
struct Refusal {
    code: Option<u32>,
    message: Option<String>,
    /// A tree that follows the request's fields.
    errors: Option<Value>,
}

/// The token endpoint speaks RFC 6749 §5.2.
#[derive(Deserialize)]
struct OAuthRefusal {
    error: String,
    error_description: Option<String>,
}

/// Reads what an answer holds, if it makes sense.
pub(super) type Reader<T> = fn(&Response) -> Option<T>;

pub(super) fn judge<T>(response: &Response, read: Reader<T>) -> Verdict<T> {
    match response.status() {
        status if status.is_success() => read(response).map_or(Verdict::Useless, Verdict::Usable),
        StatusCode::TOO_MANY_REQUESTS => Verdict::Limited,
        StatusCode::UNAUTHORIZED => Verdict::Unauthorized(refused(response).into_dead()),
        StatusCode::FORBIDDEN => Verdict::Forbidden(refused(response)),
        // A proxy's word for its own timeout.
        StatusCode::REQUEST_TIMEOUT => Verdict::Useless,
        status if status.is_client_error() && says_why(response) => Verdict::Refused(refused(response)),
        _ => Verdict::Useless,
    }
}

/// For metrics.
pub(super) fn class(answer: &Result<Response, HttpError>) -> &'static str {
    match answer.as_ref().map(Response::status) {
        Ok(StatusCode::TOO_MANY_REQUESTS) => "429",
        Ok(status) if status.is_success() => "2xx",
        Ok(status) if status.is_redirection() => "3xx",
        Ok(status) if status.is_client_error() => "4xx",
        Ok(_) => "5xx",
        Err(_) => "none",
    }
}

pub(super) fn json<T: DeserializeOwned>(response: &Response) -> Option<T> {
    serde_json::from_slice(response.body()).ok()
}

/// For routes that answer 204: a page instead is somebody else's.
pub(super) fn nothing(response: &Response) -> Option<()> {
    response.body().is_empty().then_some(())
}

/// For routes whose answer is not described: no content, or some JSON.
pub(super) fn anything(response: &Response) -> Option<()> {
    let content: Option<Value> = json(response);
    (response.body().is_empty() || content.is_some()).then_some(())
}

fn says_why(response: &Response) -> bool {
    serde_json::from_slice::<serde_json::Map<String, Value>>(response.body())
        .is_ok_and(|body| body.contains_key("code") || body.contains_key("error"))
}

fn refused(response: &Response) -> DiscordError {
    if let Ok(oauth) = serde_json::from_slice::<OAuthRefusal>(response.body()) {
        return oauth.meaning(response.status());
    }
    let refusal = serde_json::from_slice(response.body()).unwrap_or(Refusal {
        code: None,
        message: None,
        errors: None,
    });
    let code = refusal.code.unwrap_or(0);
    match code {
        50025 => DiscordError::TokenDead,
        50026 => DiscordError::MissingScope,
        _ => DiscordError::Refused { status: response.status().as_u16(), code, message: refusal.words() },
    }
}

impl DiscordError {
    /// A 401 without a better reason means that the token is dead.
    fn into_dead(self) -> Self {
        match self {
            Self::Refused { .. } => Self::TokenDead,
            Self::NotBefore(_)
            | Self::TokenDead
            | Self::InvalidGrant
            | Self::InvalidClient
            | Self::MissingScope
            | Self::Unavailable { .. }
            | Self::Stopped(_) => self,
        }
    }
}

impl OAuthRefusal {
    fn meaning(self, status: StatusCode) -> DiscordError {
        let words = self.error_description.unwrap_or_default();
        let old_form = self.error == "invalid_request" && words.contains("refresh_token");
        match self.error.as_str() {
            "invalid_grant" => DiscordError::InvalidGrant,
            // Some years ago Discord said it this way.
            "invalid_request" if old_form => DiscordError::InvalidGrant,
            "invalid_client" | "unauthorized_client" => DiscordError::InvalidClient,
            error => DiscordError::Refused {
                status: status.as_u16(),
                code: 0,
                message: shorten(&format!("{error} {words}")),
            },
        }
    }
}

impl Refusal {
    fn words(&self) -> String {
        let mut words = self.message.clone().unwrap_or_else(|| "no reason given".to_owned());
        if let Some(errors) = &self.errors {
            describe(errors, &mut String::new(), &mut words);
        }
        shorten(&words)
    }
}

/// Writes `field.field: message` for every leaf of the tree.
fn describe(errors: &Value, path: &mut String, words: &mut String) {
    let Value::Object(fields) = errors else {
        return;
    };
    for (name, below) in fields {
        if words.len() > 4 * MESSAGE_CHARS {
            return;
        }
        if let ("_errors", Value::Array(leaves)) = (name.as_str(), below) {
            for message in leaves.iter().filter_map(|leaf| leaf.get("message")?.as_str()) {
                words.push_str("; ");
                words.push_str(path.trim_start_matches('.'));
                words.push_str(": ");
                words.push_str(message);
            }
            continue;
        }
        let length = path.len();
        path.push('.');
        path.push_str(name);
        describe(below, path, words);
        path.truncate(length);
    }
}

/// Fit for a line of a log.
fn shorten(words: &str) -> String {
    let plain = words.chars().filter(|c| !c.is_control());
    plain.take(MESSAGE_CHARS).collect::<String>().trim().to_owned()
}

impl Limited {
    /// Whether Discord counts it as an invalid request.
    pub(super) fn counts(self) -> bool {
        self.reach != Reach::Shared
    }
}
