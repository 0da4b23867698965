//! Spending: what reading facts costs, and that it stays within what the operator allows a month.
//!
//! The price is reserved in the database before the platform is asked and settled by what it
//! answered, so that processes share one budget and a crash spends too much on paper, never in truth.

use std::collections::BTreeSet;

use domain::fact::{FactKey, Unknown};
use domain::platform::ErrorClass;
use tracing::error;

use crate::app::App;
use crate::platform::{Answer, Platform, ReadError};
use crate::store::{StoreError, Tx, spending};

/// Millionths of a dollar.
const MICRO: i64 = 1_000_000;

/// Reads that may be made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reserved {
    /// Of how many accounts.
    pub(super) accounts: usize,
    /// What each of them costs at most, where anybody counts.
    price: Option<i64>,
    month: i64,
}

/// What a platform may cost in a month, where the operator set it.
fn budget(app: &App, platform: &Platform) -> Option<i64> {
    let set = app.settings.platforms.get(platform.key())?;
    Some(i64::from(set.monthly_budget_usd?).saturating_mul(MICRO))
}

/// What one read of these facts costs. Nothing where it is free, or nobody set a budget.
fn price(app: &App, platform: &Platform, wanted: &BTreeSet<FactKey>) -> Option<(i64, i64)> {
    let price = i64::try_from(platform.price(wanted, 1)).unwrap_or(i64::MAX);
    budget(app, platform).filter(|_| price > 0).map(|budget| (price, budget))
}

/// Reserves the money for reading these facts of so many accounts, or of as many as there is money for.
pub(super) async fn reserve(
    app: &App,
    platform: &Platform,
    (wanted, accounts): (&BTreeSet<FactKey>, usize),
) -> Result<Reserved, StoreError> {
    let (now, month) = (app.now(), app.now().month());
    let Some((price, budget)) = price(app, platform, wanted) else {
        return Ok(Reserved { accounts, price: None, month });
    };
    let (key, reads) = (platform.key().clone(), i64::try_from(accounts).unwrap_or(i64::MAX));
    let reserved = app.store.write(async move |tx| {
        let fit = spending::reserve(tx, (&key, month), (price, reads), budget).await?;
        let first = fit < reads && spending::tell(tx, (&key, month), now).await?;
        Ok((fit, first))
    });
    let (fit, first) = reserved.await?;
    if first {
        error!(platform = %platform.key(),
               "the month's money for {} is spent: nothing more is read there until {}; raise \
                platforms.{}.monthly_budget_usd to go on", platform.key(), now.next_month().rfc3339(), platform.key());
    }
    Ok(Reserved { accounts: usize::try_from(fit).unwrap_or(0), price: Some(price), month })
}

/// Gives back what was reserved for answers that did not come.
pub(super) async fn settle(
    app: &App,
    platform: &Platform,
    (wanted, reserved): (&BTreeSet<FactKey>, Reserved),
    answers: &[Vec<Answer>],
) -> Result<(), StoreError> {
    let Some(price) = reserved.price else { return Ok(()) };
    let requests = platform.requests_for(wanted);
    let cost = |answer: &Answer| {
        let facts = requests.get(&answer.request).filter(|_| was_told(answer));
        facts.map_or(0, |facts| platform.price(facts, 1))
    };
    let spent: u64 = answers.iter().flatten().map(cost).sum();
    let spent = i64::try_from(spent).unwrap_or(i64::MAX);
    let accounts = i64::try_from(reserved.accounts).unwrap_or(i64::MAX);
    let (key, month) = (platform.key().clone(), reserved.month);
    let unspent = price.saturating_mul(accounts).saturating_sub(spent);
    let sum = app.store.write(async move |tx| spending::add(tx, (&key, month), -unspent).await).await?;
    #[allow(clippy::cast_precision_loss, reason = "a month costs less than 2^52 millionths of a dollar")]
    app.metrics.budget_spent(platform.key(), sum as f64 / MICRO as f64);
    Ok(())
}

/// Whether an answer told of the account, which is what platforms take money for.
fn was_told(answer: &Answer) -> bool {
    match &answer.outcome {
        Ok(_) | Err(ReadError { class: ErrorClass::Private, .. }) => true,
        Err(error) => error.reason == Unknown::OtherAccount,
    }
}

/// Whether there is money left to read these facts once.
pub(super) async fn affords(
    app: &App,
    tx: &mut Tx,
    (platform, wanted): (&Platform, &BTreeSet<FactKey>),
) -> Result<bool, StoreError> {
    let Some((price, budget)) = price(app, platform, wanted) else { return Ok(true) };
    let spent = spending::find(tx, (platform.key(), app.now().month())).await?;
    Ok(spent.saturating_add(price) <= budget)
}
