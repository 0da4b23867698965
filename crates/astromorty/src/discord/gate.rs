//! The way out: every call passes here, and what came of it is written down here.
//!
//! Holds the pacer, the budget of invalid requests, the bot's token and the figures for health behind
//! one lock that is never held while waiting.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::moment::{Moment, Span};
use domain::token::Secret;
use sha2::{Digest, Sha256};
use tokio::sync::Notify;

use super::budget::Budget;
use super::call::{Call, Credential};
use super::pace::{BACKGROUND, Caller, Lane, Pacer, Permit, Ticket, Turn};
use super::told::{Limited, Reach, Told};
use super::{DiscordError, Health, Priority, Standing};
use crate::app::seam::{Clock, Random, Response};

/// How long a person waits for a turn.
const PATIENCE: Span = Span::seconds(10);

#[derive(Debug)]
pub(super) struct Gate {
    state: Mutex<State>,
    /// Somebody came back, so that there may be room.
    changed: Notify,
    clock: Clock,
    random: Random,
    /// Keys the hashes by which bearers are told apart.
    hash_key: [u8; 32],
}

#[derive(Debug)]
struct State {
    pacer: Pacer,
    budget: Budget,
    bot_token: Secret,
    /// Counts the bot's tokens, so that a late refusal of the old one does not stop the new one.
    bot_generation: u64,
    standing: Standing,
    last_success: Option<Moment>,
    last_failure: Option<Moment>,
}

/// A permit that comes back by itself when the caller goes away.
#[derive(Debug)]
pub(super) struct Pass {
    gate: Arc<Gate>,
    permit: Option<Permit>,
    /// The token to send, for calls of the bot.
    pub bot_token: Secret,
    bot_generation: u64,
    caller: Caller,
}

/// What an answer meant for us, as far as the gate cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Usable, a refusal included.
    Usable,
    /// Counted against us, but usable.
    Forbidden,
    /// The credential is not accepted.
    Unauthorized,
    /// None came, or none of use.
    Useless,
    /// Discord was not reached.
    Unsent,
}

impl Gate {
    pub(super) fn new(pace: u32, bot_token: Secret, clock: Clock, random: Random) -> Self {
        let mut hash_key = [0; 32];
        random.fill(&mut hash_key);
        Self {
            state: Mutex::new(State {
                pacer: Pacer::new(pace),
                budget: Budget::default(),
                bot_token,
                bot_generation: 0,
                standing: Standing::Unproven,
                last_success: None,
                last_failure: None,
            }),
            changed: Notify::new(),
            clock,
            random,
            hash_key,
        }
    }

    /// Until when a person who comes now is kept waiting.
    pub(super) fn patience(&self) -> Moment {
        self.clock.now() + PATIENCE
    }

    /// Waits for the call's turn, though not beyond `patience`, or says when it may come.
    pub(super) async fn enter(
        self: &Arc<Self>,
        call: &Call<'_>,
        patience: Moment,
    ) -> Result<Pass, DiscordError> {
        let lane = Lane { caller: self.caller(call.credential), guild: call.guild, route: call.route };
        match call.priority {
            Priority::Background => match self.ask(lane, BACKGROUND)? {
                Ok(pass) => Ok(pass),
                Err(then) => Err(DiscordError::NotBefore(then)),
            },
            Priority::Interactive => self.wait(lane, patience).await,
        }
    }

    async fn wait(self: &Arc<Self>, lane: Lane, patience: Moment) -> Result<Pass, DiscordError> {
        let place = Place::take(self, lane);
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            // From here on no change is missed, even one that comes before the wait begins.
            changed.as_mut().enable();
            let then = match self.ask(lane, place.ticket)? {
                Ok(pass) => return Ok(pass),
                Err(then) => then,
            };
            if then > patience {
                return Err(DiscordError::NotBefore(then));
            }
            tokio::select! {
                () = changed => {}
                () = self.clock.wait_until(then) => {}
            }
        }
    }

    /// A pass, or when to ask again.
    fn ask(self: &Arc<Self>, lane: Lane, place: Ticket) -> Result<Result<Pass, Moment>, DiscordError> {
        let now = self.clock.now();
        let mut state = self.state();
        if lane.caller == Caller::Bot && state.standing == Standing::Refused {
            return Err(DiscordError::TokenDead);
        }
        let priority = if place == BACKGROUND { Priority::Background } else { Priority::Interactive };
        if let Some(until) = state.budget.stopped(priority, now) {
            return Err(DiscordError::Stopped(until));
        }
        Ok(match state.pacer.ask(lane, place, now) {
            Turn::Wait(then) => Err(then),
            Turn::Go(permit) => Ok(Pass {
                gate: Arc::clone(self),
                permit: Some(permit),
                bot_token: state.bot_token.clone(),
                bot_generation: state.bot_generation,
                caller: lane.caller,
            }),
        })
    }

    /// Uses another bot token from now on; bot calls that were stopped go again.
    pub(super) fn replace_bot_token(&self, token: Secret) {
        let mut state = self.state();
        state.bot_token = token;
        state.bot_generation += 1;
        state.standing = Standing::Unproven;
    }

    pub(super) fn health(&self) -> Health {
        let now = self.clock.now();
        let mut state = self.state();
        Health {
            last_success: state.last_success,
            last_failure: state.last_failure,
            invalid_requests: state.budget.spent(now),
            bot_token: state.standing,
        }
    }

    /// Only hashes of tokens are kept, under a key of this process.
    fn caller(&self, credential: Credential<'_>) -> Caller {
        match credential {
            Credential::Bot => Caller::Bot,
            Credential::Application => Caller::Application,
            Credential::Bearer(token) => {
                let hash = Sha256::new().chain_update(self.hash_key).chain_update(token.expose()).finalize();
                let mut short = [0; 16];
                short.copy_from_slice(&hash[..16]);
                Caller::Bearer(u128::from_be_bytes(short))
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self, state: MutexGuard<'_, State>) {
        let awaited = state.pacer.awaited();
        drop(state);
        if awaited {
            self.changed.notify_waiters();
        }
    }
}

impl Pass {
    /// Writes down what came of the call.
    pub(super) fn settle(mut self, outcome: Outcome, told: Told) {
        let gate = Arc::clone(&self.gate);
        let now = gate.clock.now();
        let mut state = gate.state();
        if let Some(permit) = self.permit.take() {
            match outcome {
                Outcome::Unsent => state.pacer.unsent(permit),
                // A broken server that still counts is believed.
                Outcome::Useless if told.count.is_none() => state.pacer.unanswered(permit, now),
                Outcome::Usable | Outcome::Forbidden | Outcome::Unauthorized | Outcome::Useless => {
                    state.pacer.answered(permit, told, now);
                }
            }
        }
        state.note(outcome, self.caller, self.bot_generation, now);
        gate.wake(state);
    }

    /// Writes down a 429 and says when to come back.
    pub(super) fn put_off(mut self, limited: Limited, told: Told) -> Moment {
        let gate = Arc::clone(&self.gate);
        let now = gate.clock.now();
        let until = limited.until(now, gate.random.number());
        let mut state = gate.state();
        if let Some(permit) = self.permit.take() {
            state.pacer.limited(permit, told, (limited.reach, until));
        }
        if limited.reach != Reach::Shared {
            state.budget.spend(now);
        }
        state.last_failure = Some(now);
        gate.wake(state);
        until
    }

    /// What the answer tells of its bucket.
    pub(super) fn told(&self, response: &Response) -> Told {
        Told::by(response.headers(), self.gate.clock.now())
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if let Some(permit) = self.permit.take() {
            let now = self.gate.clock.now();
            let mut state = self.gate.state();
            state.pacer.unanswered(permit, now);
            self.gate.wake(state);
        }
    }
}

impl State {
    fn note(&mut self, outcome: Outcome, caller: Caller, generation: u64, now: Moment) {
        let bot = caller == Caller::Bot && generation == self.bot_generation;
        match outcome {
            Outcome::Usable => self.last_success = Some(now),
            Outcome::Forbidden => {
                self.last_success = Some(now);
                self.budget.spend(now);
            }
            Outcome::Unauthorized => self.budget.spend(now),
            Outcome::Useless | Outcome::Unsent => self.last_failure = Some(now),
        }
        match outcome {
            Outcome::Usable | Outcome::Forbidden if bot => self.standing = Standing::Accepted,
            Outcome::Unauthorized if bot => {
                self.standing = Standing::Refused;
                self.last_failure = Some(now);
            }
            Outcome::Usable
            | Outcome::Forbidden
            | Outcome::Unauthorized
            | Outcome::Useless
            | Outcome::Unsent => {}
        }
    }
}

/// A place in the line, given up when its holder goes away.
struct Place {
    gate: Arc<Gate>,
    ticket: Ticket,
}

impl Place {
    fn take(gate: &Arc<Gate>, lane: Lane) -> Self {
        Self { gate: Arc::clone(gate), ticket: gate.state().pacer.join(lane) }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        state.pacer.leave(self.ticket);
        self.gate.wake(state);
    }
}
