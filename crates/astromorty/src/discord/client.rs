//! The client: sends calls through the gate and reads what comes back.

use std::sync::Arc;

use domain::id::ApplicationId;
use domain::moment::Moment;
use domain::token::Secret;
use serde::de::DeserializeOwned;
use url::Url;

use super::answer::{self, Reader, Verdict};
use super::call::{Call, Origin};
use super::gate::{Gate, Outcome, Pass};
use super::told::{Limited, Told};
use super::{Access, DiscordError, Health, Priority};
use crate::app::seam::{Clock, Http, HttpError, Metrics, Random, Request, Response};

/// Discord. Clones share pacing, budget and the bot's token.
#[derive(Debug, Clone)]
pub struct Discord {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    gate: Arc<Gate>,
    origin: Origin,
    authorize_url: Url,
    application_id: ApplicationId,
    client_secret: Secret,
    http: Http,
    clock: Clock,
    metrics: Metrics,
}

impl Discord {
    /// A client that has not called anybody yet.
    #[must_use]
    pub fn new(access: Access, http: Http, clock: Clock, random: Random, metrics: Metrics) -> Self {
        let gate = Gate::new(access.pace, access.bot_token, clock.clone(), random);
        let base = access.api_url.as_str().trim_end_matches('/').to_owned();
        Self {
            inner: Arc::new(Inner {
                gate: Arc::new(gate),
                origin: Origin { base, user_agent: access.user_agent },
                authorize_url: access.authorize_url,
                application_id: access.application_id,
                client_secret: access.client_secret,
                http,
                clock,
                metrics,
            }),
        }
    }

    /// How Discord does, by our last real calls.
    #[must_use]
    pub fn health(&self) -> Health {
        self.inner.gate.health()
    }

    /// Uses another bot token from now on; bot calls that a refused token stopped go again.
    pub fn replace_bot_token(&self, token: Secret) {
        self.inner.gate.replace_bot_token(token);
    }

    /// Our application.
    #[must_use]
    pub fn application_id(&self) -> ApplicationId {
        self.inner.application_id
    }

    pub(super) fn client_secret(&self) -> &Secret {
        &self.inner.client_secret
    }

    pub(super) fn authorize_page(&self) -> &Url {
        &self.inner.authorize_url
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// Sends a call and reads the JSON of its answer.
    pub(super) async fn read<T: DeserializeOwned>(&self, call: &Call<'_>) -> Result<T, DiscordError> {
        self.send(call, answer::json).await
    }

    /// Sends a call whose answer has no content.
    pub(super) async fn act(&self, call: &Call<'_>) -> Result<(), DiscordError> {
        self.send(call, answer::nothing).await
    }

    /// Sends a call; a person's call that Discord put off is sent once more when it may be.
    pub(super) async fn send<T>(&self, call: &Call<'_>, read: Reader<T>) -> Result<T, DiscordError> {
        let patience = self.inner.gate.patience();
        match self.attempt(call, read, patience).await {
            Err(DiscordError::NotBefore(_)) if call.priority == Priority::Interactive => {
                self.attempt(call, read, patience).await
            }
            result => result,
        }
    }

    async fn attempt<T>(
        &self,
        call: &Call<'_>,
        read: Reader<T>,
        patience: Moment,
    ) -> Result<T, DiscordError> {
        let pass = self.inner.gate.enter(call, patience).await?;
        let request = call.request(&self.inner.origin, &pass.bot_token).ok_or(DiscordError::TokenDead)?;
        let answer = self.exchange_once(call, request).await;
        self.inner.metrics.outbound("discord", answer::class(&answer));
        match answer {
            Ok(response) => self.weigh(pass, &response, read),
            Err(error) => {
                let sent = error != HttpError::NotSent;
                let outcome = if sent { Outcome::Useless } else { Outcome::Unsent };
                pass.settle(outcome, Told::default());
                Err(DiscordError::Unavailable { sent })
            }
        }
    }

    /// One exchange; a second one where the first never left.
    async fn exchange_once(&self, call: &Call<'_>, request: Request) -> Result<Response, HttpError> {
        match self.inner.http.call(request.clone()).await {
            Err(HttpError::NotSent) if call.route.repeatable() => self.inner.http.call(request).await,
            answer => answer,
        }
    }

    fn weigh<T>(&self, pass: Pass, response: &Response, read: Reader<T>) -> Result<T, DiscordError> {
        let told = pass.told(response);
        let (outcome, result) = match answer::judge(response, read) {
            Verdict::Usable(content) => (Outcome::Usable, Ok(content)),
            Verdict::Limited => {
                let limited = Limited::by(response);
                if limited.counts() {
                    self.inner.metrics.invalid_request();
                }
                return Err(DiscordError::NotBefore(pass.put_off(limited, told)));
            }
            Verdict::Unauthorized(error) => (Outcome::Unauthorized, Err(error)),
            Verdict::Forbidden(error) => (Outcome::Forbidden, Err(error)),
            Verdict::Refused(error) => (Outcome::Usable, Err(error)),
            Verdict::Useless => {
                let error = DiscordError::Unavailable { sent: true };
                (Outcome::Useless, Err(error))
            }
        };
        if matches!(outcome, Outcome::Unauthorized | Outcome::Forbidden) {
            self.inner.metrics.invalid_request();
        }
        pass.settle(outcome, told);
        result
    }
}
