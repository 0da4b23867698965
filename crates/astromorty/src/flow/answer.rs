//! Answers: what a platform told of an account, stored with the work it causes.
//!
//! What has not changed causes nothing. What cannot be read becomes unknown, and unknown takes
//! nothing; an account that is not found is believed to be gone after three looks over a day (F-12).

use std::collections::BTreeMap;

use domain::fact::{FactKey, Value};
use domain::id::{RuleId, UserId};
use domain::moment::{Moment, Span};
use domain::platform::ErrorClass;
use domain::verdict::Outcome;
use tracing::info;

use super::queue::{self, Urgency};
use super::{brake, facts, standing};
use crate::app::App;
use crate::platform::{Answer, ReadError};
use crate::store::connection::{Connection, Gone};
use crate::store::observation::Observation;
use crate::store::token::Holder;
use crate::store::{StoreError, Tx, connection, consent, due, observation, token as tokens};

/// Between two looks for an account that was not found.
const LOOK_AGAIN: Span = Span::hours(12);
/// Looks after which an account that was never found counts as gone: the last a day after the first.
const LOOKS: i64 = 3;

/// What was told of one connection.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// The connection as it was when the platform was asked.
    pub(super) before: Connection,
    /// When it was due then.
    pub(super) due_at: Option<Moment>,
    /// What the platform answered; nothing when nothing may be read.
    pub(super) answers: Vec<Answer>,
    /// When to read it again.
    pub(super) next: Option<Moment>,
    /// Whether somebody waits for what it causes.
    pub(super) urgency: Urgency,
}

/// Stores what was told.
pub(super) async fn save(app: &App, tx: &mut Tx, told: &Told) -> Result<(), StoreError> {
    let (now, before) = (app.now(), &told.before);
    // Unlinked, or proven again by another account, while we asked: then this is nobody's answer.
    if !connection::lock(tx, before.id).await? {
        return Ok(());
    }
    let Some(current) = connection::find(tx, before.id).await? else { return Ok(()) };
    if current.subject != before.subject {
        return Ok(());
    }
    let known: Vec<_> = observation::of_user(tx, before.user).await?;
    let known: Vec<_> = known.into_iter().filter(|one| one.connection == before.id).collect();
    let gone = gone(current.gone, &told.answers, now);
    let changes = changes(app, tx, (told, &known)).await?;
    let news = changes != News::Nothing || gone.at.is_some() != current.gone.at.is_some();
    let was = if news && !known.is_empty() { outcomes(app, tx, before.user).await? } else { BTreeMap::new() };
    store(tx, (told, &known), now).await?;
    if gone != current.gone {
        connection::mark_gone(tx, before.id, gone).await?;
    }
    rename(tx, &current, &told.answers).await?;
    if told.answers.iter().any(|answer| answer.outcome.is_ok()) {
        connection::verified(tx, before.id, now).await?;
    }
    // A look that an outage spoiled is made when the outage ends, not at once.
    let next = next_look(gone).filter(|then| told.next.is_some() && *then > now).or(told.next);
    due::next(tx, before.id, (told.due_at, next)).await?;
    if !news {
        return Ok(());
    }
    if falls(&was, &outcomes(app, tx, before.user).await?) {
        brake::fell(app, tx, (&before.platform, before.id)).await?;
    }
    queue::all_roles(tx, before.user, (told.urgency, now)).await?;
    queue::push(tx, before.user, (told.urgency, now)).await?;
    info!(user.id = %before.user, platform = %before.platform, "read what an account shows");
    Ok(())
}

/// Whether judging again could come out differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    Nothing,
    Something,
}

async fn changes(app: &App, tx: &mut Tx, (told, known): (&Told, &[Observation])) -> Result<News, StoreError> {
    let mut fresh_for = None;
    for answer in &told.answers {
        let last = last(known, answer);
        let differs = match (&answer.outcome, last) {
            (Ok(facts), Some(last)) => last.unknown.is_some() || shown(facts, answer) != last.facts,
            (Ok(_), None) => true,
            (Err(error), _) if is_passed_over(error, last, told.urgency) => false,
            (Err(error), last) => {
                last.and_then(|last| last.unknown).map(|(reason, _)| reason) != Some(error.reason)
            }
        };
        if differs {
            return Ok(News::Something);
        }
        // The same values count again where the old ones were too old for a rule.
        let Some(seen) = last.and_then(|last| last.observed_at).filter(|_| answer.outcome.is_ok()) else {
            continue;
        };
        let fresh = match fresh_for {
            Some(fresh) => fresh,
            None => facts::fresh_for(app, tx, (told.before.user, &told.before.platform)).await?,
        };
        fresh_for = Some(fresh);
        if seen.age(app.now()) >= fresh {
            return Ok(News::Something);
        }
    }
    Ok(News::Nothing)
}

fn last<'a>(known: &'a [Observation], answer: &Answer) -> Option<&'a Observation> {
    let request = answer.request.to_string();
    known.iter().find(|one| one.request == request)
}

/// The facts of an answer in the order of their keys, nothing for those that the account hides.
fn shown(facts: &BTreeMap<FactKey, Value>, answer: &Answer) -> Vec<(FactKey, Option<Value>)> {
    let shown = facts.iter().map(|(key, value)| (key.clone(), Some(value.clone())));
    let hidden = answer.hidden.iter().map(|key| (key.clone(), None));
    let mut all: Vec<_> = shown.chain(hidden).collect();
    all.sort();
    all
}

/// A limit says nothing of the account: where nobody waits, what is known counts until it is too old.
fn is_passed_over(error: &ReadError, last: Option<&Observation>, urgency: Urgency) -> bool {
    let known = last.is_some_and(|last| last.observed_at.is_some() && last.unknown.is_none());
    error.class == ErrorClass::RateLimited && urgency == Urgency::Background && known
}

async fn store(tx: &mut Tx, (told, known): (&Told, &[Observation]), now: Moment) -> Result<(), StoreError> {
    let before = &told.before;
    for answer in &told.answers {
        let request = answer.request.to_string();
        let place = (before.id, request.as_str());
        match &answer.outcome {
            Ok(facts) => {
                // What is hidden cannot be remembered whole, so it is asked for anew.
                let etag = answer.etag.as_deref().filter(|_| answer.hidden.is_empty());
                observation::save(tx, place, (&shown(facts, answer), etag), now).await?;
            }
            Err(error) if is_passed_over(error, last(known, answer), told.urgency) => {}
            Err(error) => {
                if error.class == ErrorClass::ExpiredAccess {
                    tokens::lose(tx, Holder::Connection(before.id), before.generation).await?;
                }
                observation::save_unknown(tx, place, error.reason, now).await?;
            }
        }
    }
    let asked: Vec<String> = told.answers.iter().map(|answer| answer.request.to_string()).collect();
    observation::forget(tx, before.id, &asked).await
}

/// How sure it is by now that the account is gone. Looks count when they are half a day apart; any
/// good answer undoes all of it.
fn gone(before: Gone, answers: &[Answer], now: Moment) -> Gone {
    if answers.iter().any(|answer| answer.outcome.is_ok()) {
        return Gone::default();
    }
    let told = |answer: &Answer| matches!(&answer.outcome, Err(error) if error.class == ErrorClass::Gone);
    let counts = before.since.is_none() || next_look(before).is_some_and(|then| now >= then);
    if before.at.is_some() || !counts || !answers.iter().any(told) {
        return before;
    }
    let looks = before.looks + 1;
    let since = before.since.unwrap_or(now);
    Gone { since: Some(since), looks, at: (looks >= LOOKS).then_some(now) }
}

/// When the next look for an account counts that was not found. Nothing once it counts as gone.
fn next_look(gone: Gone) -> Option<Moment> {
    let since = gone.since.filter(|_| gone.at.is_none())?;
    Some(since + Span::seconds(LOOK_AGAIN.as_seconds().saturating_mul(gone.looks)))
}

/// What every rule of a user's servers says now.
async fn outcomes(app: &App, tx: &mut Tx, user: UserId) -> Result<BTreeMap<RuleId, Outcome>, StoreError> {
    let known = facts::known(app, tx, user).await?;
    let mut outcomes = BTreeMap::new();
    for yes in consent::of_user(tx, user).await? {
        let Some(server) = standing::server(tx, yes.guild, user).await? else { continue };
        let judged = server.judge(app, (user, &known), None);
        outcomes.extend(judged.iter().map(|one| (one.rule.id, one.outcome())));
    }
    Ok(outcomes)
}

fn falls(before: &BTreeMap<RuleId, Outcome>, after: &BTreeMap<RuleId, Outcome>) -> bool {
    let fell = |(rule, outcome): (&RuleId, &Outcome)| {
        *outcome == Outcome::Fails && before.get(rule) == Some(&Outcome::Holds)
    };
    after.iter().any(fell)
}

/// Names are only shown, but they should be today's.
async fn rename(tx: &mut Tx, current: &Connection, answers: &[Answer]) -> Result<(), StoreError> {
    let told = answers.iter().filter_map(|answer| answer.account.as_ref());
    let told =
        told.filter(|account| account.subject == current.subject).map(|account| &account.username).next();
    match told {
        Some(name) if *name != current.username => connection::rename(tx, current.id, name).await,
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::RequestKey;
    use domain::fact::Unknown;

    fn answer(outcome: Result<(), ErrorClass>) -> Answer {
        let error = |class| ReadError { reason: Unknown::Unavailable, class, retry_after: None };
        let outcome = outcome.map(|()| BTreeMap::new()).map_err(error);
        let request = RequestKey { name: "profile".to_owned(), args: BTreeMap::new() };
        Answer { request, outcome, hidden: std::collections::BTreeSet::new(), account: None, etag: None }
    }

    fn at(hours: i64) -> Moment {
        Moment::from_millis(0) + Span::hours(hours)
    }

    #[test]
    fn f_12_an_account_is_gone_after_three_looks_over_a_day() {
        let not_found = [answer(Err(ErrorClass::Gone))];
        let mut known = Gone::default();
        for (hours, looks, is_gone) in
            [(0, 1, false), (1, 1, false), (12, 2, false), (23, 2, false), (24, 3, true)]
        {
            known = gone(known, &not_found, at(hours));
            assert_eq!((known.looks, known.at.is_some()), (looks, is_gone), "after {hours} hours");
        }
        assert_eq!(gone(known, &not_found, at(99)), known);
        assert_eq!(gone(known, &[answer(Ok(())), answer(Err(ErrorClass::Gone))], at(99)), Gone::default());
    }

    #[test]
    fn f_12_silence_is_no_look() {
        let first = gone(Gone::default(), &[answer(Err(ErrorClass::Gone))], at(0));
        assert_eq!(next_look(first), Some(at(12)));
        assert_eq!(gone(first, &[answer(Err(ErrorClass::Unavailable))], at(13)), first);
        assert_eq!(gone(first, &[], at(13)), first);
    }
}
