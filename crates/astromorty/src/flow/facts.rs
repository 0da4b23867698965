//! What is known of a user: the facts their rules are judged by.

use std::collections::{BTreeMap, BTreeSet};

use domain::cadence;
use domain::consent as law;
use domain::criteria::Criteria;
use domain::fact::{FactKey, Facts, Reading, Unknown};
use domain::id::{PlatformKey, UserId};
use domain::moment::{Moment, Span};

use crate::app::App;
use crate::store::connection::Connection;
use crate::store::observation::Observation;
use crate::store::{StoreError, Tx, connection, consent, hold, observation, rule};

/// A user's accounts and what they showed.
#[derive(Debug, Clone)]
pub struct Known {
    /// The accounts.
    pub connections: Vec<Connection>,
    /// Everything known of them; consent is applied when a rule is judged.
    pub facts: Facts,
}

/// Reads what is known of a user.
pub async fn known(app: &App, tx: &mut Tx, user: UserId) -> Result<Known, StoreError> {
    let connections = connection::of_user(tx, user).await?;
    let observed = observation::of_user(tx, user).await?;
    let fresh = |(key, platform): (&_, &crate::platform::Platform)| {
        (Clone::clone(key), cadence::fresh_for(platform.recheck().interval))
    };
    let held: BTreeMap<_, _> = hold::platforms(tx).await?.into_iter().collect();
    // An account that is gone shows nothing, unless nothing its platform says counts.
    let there = |one: &&Connection| one.gone.at.is_none() || held.contains_key(&one.platform);
    let observed = observed.into_iter().map(|one| {
        let since = held.get(&one.platform).copied();
        (one, since)
    });
    let facts = Facts {
        linked: connections.iter().filter(there).map(|one| one.platform.clone()).collect(),
        readings: observed.flat_map(readings).collect(),
        fresh_for: app.platforms.iter().map(fresh).collect(),
    };
    Ok(Known { connections, facts })
}

/// Facts of one request become unknown together; their last values stay stored. Nothing is known
/// by a platform that the brake holds.
fn readings((observed, held): (Observation, Option<Moment>)) -> BTreeMap<FactKey, Reading> {
    let Observation { facts, observed_at, unknown, .. } = observed;
    let unknown = held.map(|since| (Unknown::Held, since)).or(unknown);
    let reading = |value| match (unknown, observed_at, value) {
        (Some((reason, since)), _, _) => Reading::Unknown { reason, since: Some(since) },
        (None, Some(observed_at), Some(value)) => Reading::Known { value, observed_at },
        (None, Some(_), None) => Reading::Unknown { reason: Unknown::Private, since: observed_at },
        (None, None, _) => Reading::NEVER,
    };
    facts.into_iter().map(|(key, value)| (key, reading(value))).collect()
}

/// The facts to read of a user's accounts: those that a server they agreed for asks for, and those
/// of the metadata they agreed to show.
pub async fn wanted(app: &App, tx: &mut Tx, id: UserId) -> Result<BTreeSet<FactKey>, StoreError> {
    let mut agreed: BTreeMap<_, BTreeSet<FactKey>> = BTreeMap::new();
    for yes in consent::of_user(tx, id).await? {
        agreed.insert(yes.guild, yes.facts.into_iter().collect());
    }
    let mut wanted = BTreeSet::new();
    for rule in rule::for_user(tx, id).await? {
        let (Some(agreed), Some(criteria)) = (agreed.get(&rule.guild), parse(app, &rule.criteria)) else {
            continue;
        };
        let needed = law::needed([&criteria], &app.vocabulary);
        wanted.extend(needed.intersection(agreed).cloned());
    }
    let shown = connection::of_user(tx, id).await?.into_iter().filter(|one| one.shown_at.is_some());
    let shown: BTreeSet<_> = shown.map(|one| one.platform).collect();
    let values = app.records.iter().flat_map(|record| record.value.facts(&app.vocabulary));
    wanted.extend(values.filter(|fact| shown.contains(&fact.platform)));
    Ok(wanted)
}

/// How long a reading of a platform counts for every rule of a user's servers: the platform's own
/// time, or the shortest that a rule names.
pub async fn fresh_for(
    app: &App,
    tx: &mut Tx,
    (user, platform): (UserId, &PlatformKey),
) -> Result<Span, StoreError> {
    let usual = app
        .platform(platform)
        .map_or(cadence::DEFAULT_FRESH_FOR, |platform| cadence::fresh_for(platform.recheck().interval));
    let rules = rule::for_user(tx, user).await?;
    let criteria = rules.iter().filter_map(|rule| parse(app, &rule.criteria));
    Ok(criteria.filter_map(|criteria| shortest(&criteria, platform)).fold(usual, Span::min))
}

fn shortest(criteria: &Criteria, of: &PlatformKey) -> Option<Span> {
    match criteria {
        Criteria::All(parts) | Criteria::Any(parts) | Criteria::AtLeast(_, parts) => {
            parts.iter().filter_map(|part| shortest(part, of)).min()
        }
        Criteria::Not(part) => shortest(part, of),
        Criteria::Linked(_) => None,
        Criteria::Compare { fact, within, .. }
        | Criteria::Is { fact, within }
        | Criteria::Has { fact, within, .. } => within.filter(|_| fact.platform == *of),
    }
}

/// Every fact of a user's accounts that somebody could ask for: what the rules of their servers
/// read, agreed to or not yet, and the metadata.
pub async fn possible(app: &App, tx: &mut Tx, id: UserId) -> Result<BTreeSet<FactKey>, StoreError> {
    let rules = rule::for_user(tx, id).await?;
    let criteria: Vec<Criteria> = rules.iter().filter_map(|rule| parse(app, &rule.criteria)).collect();
    let mut possible = law::needed(&criteria, &app.vocabulary);
    possible.extend(app.records.iter().flat_map(|record| record.value.facts(&app.vocabulary)));
    Ok(possible)
}

/// The criteria of a stored rule. `None` when this version does not know what it speaks of, such
/// as a platform whose definition was removed: the rule is then paused, and takes nothing.
#[must_use]
pub fn parse(app: &App, text: &str) -> Option<Criteria> {
    Criteria::parse(text, &app.vocabulary).ok()
}
