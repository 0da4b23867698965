//! A vocabulary, facts and criteria for tests.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::criteria::{Criteria, Op};
use crate::fact::{FactKey, FactType, Facts, Reading, Unknown, Value};
use crate::id::{PlatformKey, UserId};
use crate::moment::{Moment, Span};
use crate::verdict::Subject;
use crate::vocabulary::{ArgKind, FactSpec, PlatformSpec, Vocabulary};

/// 2024-06-01T00:00:00Z.
pub(crate) const NOW: Moment = Moment::from_millis(1_717_200_000_000);

pub(crate) fn platform(key: &str) -> PlatformKey {
    key.parse().unwrap()
}

pub(crate) fn key(text: &str) -> FactKey {
    text.parse().unwrap()
}

/// GitHub, X and Steam with one fact or more of every kind.
pub(crate) fn vocabulary() -> Vocabulary {
    let fact = |platform: &str, name: &str, kind| FactSpec {
        name: name.to_owned(),
        kind,
        age_of: name.ends_with("_age").then(|| "created_at".to_owned()),
        args: vec![],
        costs_call: false,
        display: format!("fact-{platform}-{}", name.replace('_', "-")),
        hint: (name == "level").then(|| "open your profile".to_owned()),
    };
    let with = |fact: FactSpec, args: &[(&str, ArgKind)]| FactSpec {
        args: args.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect(),
        ..fact
    };
    let github = vec![
        fact("github", "account_age", FactType::Duration),
        fact("github", "created_at", FactType::Datetime),
        fact("github", "followers", FactType::Integer),
        fact("github", "following", FactType::Integer),
        fact("github", "company", FactType::Text),
        fact("github", "languages", FactType::TextSet),
        with(fact("github", "starred", FactType::Boolean), &[("repo", ArgKind::Text)]),
        with(
            fact("github", "reviews", FactType::Integer),
            &[("repo", ArgKind::Text), ("year", ArgKind::Integer)],
        ),
    ];
    let x = vec![
        fact("x", "account_age", FactType::Duration),
        fact("x", "followers", FactType::Integer),
        fact("x", "verified", FactType::Boolean),
    ];
    let steam = vec![
        fact("steam", "account_age", FactType::Duration),
        fact("steam", "level", FactType::Integer),
        fact("steam", "vac_banned", FactType::Boolean),
        with(fact("steam", "hours", FactType::Duration), &[("app", ArgKind::Integer)]),
    ];
    let mut vocabulary = Vocabulary::default();
    for (name, display_name, facts) in
        [("github", "GitHub", github), ("x", "X", x), ("steam", "Steam", steam)]
    {
        let display_name = display_name.to_owned();
        let key = platform(name);
        let aliases = (name == "x").then(|| platform("birdsite")).into_iter().collect();
        vocabulary.add(PlatformSpec { key, aliases, display_name, facts }).unwrap();
    }
    vocabulary
}

/// Facts of linked accounts, read an hour ago; each as `("github.followers", value)`.
pub(crate) fn facts(linked: &[&str], known: &[(&str, Value)]) -> Facts {
    let observed_at = NOW - Span::hours(1);
    let readings = known.iter().map(|(name, value)| {
        let value = value.clone();
        (key(name), Reading::Known { value, observed_at })
    });
    Facts {
        linked: linked.iter().map(|name| platform(name)).collect(),
        readings: readings.collect(),
        fresh_for: BTreeMap::new(),
    }
}

/// Ada, whose Discord account is of 2016-04-30, who joined the server a hundred days ago.
pub(crate) fn subject<'a>(facts: &'a Facts, vocabulary: &'a Vocabulary) -> Subject<'a> {
    Subject {
        facts,
        vocabulary,
        now: NOW,
        user: UserId::new(175_928_847_299_117_063).unwrap(),
        joined_at: Some(NOW - Span::days(100)),
    }
}

fn any_op() -> impl Strategy<Value = Op> {
    prop_oneof![
        Just(Op::AtLeast),
        Just(Op::MoreThan),
        Just(Op::AtMost),
        Just(Op::LessThan),
        Just(Op::Equal),
        Just(Op::NotEqual),
    ]
}

/// Texts with quotes, backslashes, line breaks, keywords, digits and far alphabets.
pub(crate) fn odd_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{1,12}",
        "[\"\\\\ \n\t(),:.=]{1,8}",
        "[0-9]{1,24}",
        Just("and".to_owned()),
        Just("o/r".to_owned()),
    ]
}

fn any_within() -> impl Strategy<Value = Option<Span>> {
    prop::option::of((0_i64..10_000_000).prop_map(Span::seconds))
}

fn argued(name: &'static str) -> impl Strategy<Value = FactKey> {
    odd_text()
        .prop_map(move |repo| FactKey { args: BTreeMap::from([("repo".to_owned(), repo)]), ..key(name) })
}

/// One criterion that the vocabulary allows. Ages are near those of [`any_facts`].
fn any_criterion() -> impl Strategy<Value = Criteria> {
    let integer = (
        prop_oneof![Just("github.followers"), Just("x.followers"), Just("steam.level")],
        prop_oneof![-2_i64..4, any::<i64>()],
    );
    let integer = integer.prop_map(|(name, number)| (key(name), Value::Integer(number)));
    let age = (
        prop_oneof![
            Just("github.account_age"),
            Just("discord.account_age"),
            Just("discord.member_age"),
            Just("steam.hours(app: 440)")
        ],
        0_i64..10,
    );
    let age = age.prop_map(|(name, n)| (key(name), Value::Duration(Span::seconds(n))));
    let long = (0_i64..9_000_000_000).prop_map(Span::seconds);
    let long = long.prop_map(|span| (key("x.account_age"), Value::Duration(span)));
    // The years 0 to 9999, which is what RFC 3339 can write.
    let date = prop_oneof![
        -62_167_219_200_000_i64..253_402_300_799_999,
        (-719_528_i64..2_932_896).prop_map(|day| day * 86_400_000),
        (-10_i64..10).prop_map(|second| NOW.millis() + second * 1000),
    ];
    let date = date.prop_map(Moment::from_millis);
    let date = date.prop_map(|date| (key("github.created_at"), Value::Datetime(date)));
    let compared = prop_oneof![4 => integer, 4 => age, 1 => long, 2 => date];
    let compare = (compared, any_op(), any_within())
        .prop_map(|((fact, value), op, within)| Criteria::Compare { fact, op, value, within });
    let text = (odd_text(), any::<bool>(), any_within()).prop_map(|(text, same, within)| {
        let op = if same { Op::Equal } else { Op::NotEqual };
        let (fact, value) = (key("github.company"), Value::Text(text));
        Criteria::Compare { fact, op, value, within }
    });
    let is = prop_oneof![Just(key("x.verified")), Just(key("steam.vac_banned")), argued("github.starred"),];
    let is = (is, any_within()).prop_map(|(fact, within)| Criteria::Is { fact, within });
    let has = (odd_text(), any_within()).prop_map(|(value, within)| {
        let fact = key("github.languages");
        Criteria::Has { fact, value, within }
    });
    let linked = prop_oneof![Just("github"), Just("x"), Just("steam")];
    let linked = linked.prop_map(|name| Criteria::Linked(platform(name)));
    prop_oneof![6 => compare, 1 => text, 2 => is, 1 => has, 2 => linked]
}

/// Criteria as a rule may have them: groups of one and more, up to four levels deep.
pub(crate) fn any_criteria() -> impl Strategy<Value = Criteria> {
    any_criterion().prop_recursive(4, 20, 4, |part| {
        let parts = prop::collection::vec(part.clone(), 1..4);
        prop_oneof![
            2 => parts.clone().prop_map(Criteria::All),
            2 => parts.clone().prop_map(Criteria::Any),
            1 => (parts, any::<u32>()).prop_map(|(parts, least)| {
                let most = u32::try_from(parts.len()).unwrap();
                Criteria::AtLeast(least % most + 1, parts)
            }),
            1 => part.prop_map(|part| Criteria::Not(Box::new(part))),
        ]
    })
}

fn any_reading(value: BoxedStrategy<Value>) -> impl Strategy<Value = Option<Reading>> {
    let unknown = Reading::Unknown { reason: Unknown::Private, since: None };
    let known = (value, -5_000_000_i64..5000).prop_map(|(value, ago)| {
        let observed_at = Moment::from_millis(NOW.millis() + ago);
        Some(Reading::Known { value, observed_at })
    });
    prop_oneof![6 => known, 1 => Just(Some(unknown)), 1 => Just(None)]
}

/// Facts near the thresholds of [`any_criteria`], partly unknown, old or of another kind.
pub(crate) fn any_facts() -> impl Strategy<Value = Facts> {
    let integer = (-2_i64..4).prop_map(Value::Integer);
    let date = (-9000_i64..9000).prop_map(|ago| Value::Datetime(Moment::from_millis(NOW.millis() + ago)));
    let boolean = any::<bool>().prop_map(Value::Boolean);
    let text = odd_text().prop_map(Value::Text);
    let texts = prop::collection::btree_set(odd_text(), 0..3).prop_map(Value::TextSet);
    let span = (0_i64..10).prop_map(|n| Value::Duration(Span::seconds(n)));
    let names = [
        ("github.followers", integer.clone().boxed()),
        ("x.followers", integer.clone().boxed()),
        ("steam.level", prop_oneof![9 => integer, 1 => boolean.clone()].boxed()),
        ("github.created_at", date.clone().boxed()),
        ("x.created_at", date.boxed()),
        ("x.verified", boolean.clone().boxed()),
        ("steam.vac_banned", boolean.boxed()),
        ("github.company", text.boxed()),
        ("github.languages", texts.boxed()),
        ("steam.hours(app: 440)", span.boxed()),
    ];
    let readings: Vec<_> = names
        .into_iter()
        .map(|(name, value)| any_reading(value).prop_map(move |reading| (key(name), reading)))
        .collect();
    let linked = prop::collection::btree_set(
        prop_oneof![Just("github"), Just("x"), Just("steam")].prop_map(platform),
        0..4,
    );
    let fresh_for = prop::option::of((0_i64..5000).prop_map(Span::seconds));
    (linked, readings, fresh_for).prop_map(|(linked, readings, fresh)| Facts {
        linked,
        readings: readings.into_iter().filter_map(|(key, reading)| Some((key, reading?))).collect(),
        fresh_for: fresh.map(|span| (platform("github"), span)).into_iter().collect(),
    })
}
