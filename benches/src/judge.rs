//! One rule for one member: nothing but the decision.

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;

use anyhow::{Context, Result, anyhow};
use domain::criteria::Criteria;
use domain::fact::{FactKey, FactType, Facts, Reading, Value};
use domain::id::{PlatformKey, UserId};
use domain::moment::{Moment, Span};
use domain::verdict::{self, Outcome, Subject};
use domain::vocabulary::{FactSpec, PlatformSpec, Vocabulary};
use tokio::time::Instant;

use crate::figures::Spread;

const NOW: Moment = Moment::from_millis(1_790_000_000_000);
/// The first rule of the design's own examples: two criteria, one of them an age.
pub const RULE: &str = "github.followers >= 100 and github.account_age >= 1y";

/// Nanoseconds for the outcome, as previews need it, and for the whole verdict with its reasons.
pub fn measure(times: u32) -> Result<(Spread, Spread)> {
    let github: PlatformKey = "github".parse()?;
    let vocabulary = vocabulary(&github)?;
    let criteria = Criteria::parse(RULE, &vocabulary).map_err(|mistake| anyhow!(mistake.render(RULE)))?;
    let facts = facts(&github);
    let user = UserId::new(175_928_847_299_117_063)?;
    let subject = Subject { facts: &facts, vocabulary: &vocabulary, now: NOW, user, joined_at: None };
    let outcome = verdict::outcome_of(&criteria, &subject);
    (outcome == Outcome::Holds).then_some(()).context("the rule holds of this member")?;
    let outcome = spread(times, || verdict::outcome_of(black_box(&criteria), black_box(&subject)));
    let whole = spread(times, || verdict::judge(black_box(&criteria), black_box(&subject)));
    Ok((outcome, whole))
}

fn spread<T>(times: u32, one: impl Fn() -> T) -> Spread {
    let run = || {
        let start = Instant::now();
        (0..times).for_each(|_| drop(black_box(one())));
        start.elapsed().as_secs_f64() * 1e9 / f64::from(times)
    };
    run();
    Spread::of((0..9).map(|_| run()).collect())
}

fn vocabulary(github: &PlatformKey) -> Result<Vocabulary> {
    let fact = |name: &str, kind, age_of: Option<&str>| FactSpec {
        name: name.to_owned(),
        kind,
        age_of: age_of.map(str::to_owned),
        args: vec![],
        costs_call: false,
        display: format!("fact-github-{name}"),
        hint: None,
    };
    let facts = vec![
        fact("created_at", FactType::Datetime, None),
        fact("account_age", FactType::Duration, Some("created_at")),
        fact("followers", FactType::Integer, None),
        fact("following", FactType::Integer, None),
        fact("public_repos", FactType::Integer, None),
    ];
    let mut vocabulary = Vocabulary::default();
    let (aliases, display_name) = (BTreeSet::new(), "GitHub".to_owned());
    vocabulary.add(PlatformSpec { key: github.clone(), aliases, display_name, facts })?;
    Ok(vocabulary)
}

/// Everything that one read of a GitHub profile tells.
fn facts(github: &PlatformKey) -> Facts {
    let reading = |(name, value): (&str, Value)| {
        let key = FactKey { platform: github.clone(), name: name.to_owned(), args: BTreeMap::new() };
        (key, Reading::Known { value, observed_at: NOW - Span::hours(1) })
    };
    let values = [
        ("created_at", Value::Datetime(NOW - Span::days(3000))),
        ("followers", Value::Integer(250)),
        ("following", Value::Integer(3)),
        ("public_repos", Value::Integer(8)),
    ];
    Facts {
        linked: BTreeSet::from([github.clone()]),
        readings: values.into_iter().map(reading).collect(),
        fresh_for: BTreeMap::new(),
    }
}
