//! Metadata, by example and by law.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::fact::{Facts, Reading, Unknown, Value};
use crate::fixtures::{NOW, any_criteria, any_facts, facts, key, platform, subject, vocabulary};
use crate::moment::Moment;

fn shown(names: &[(&str, &str, &str)]) -> Vec<Shown> {
    let shown = names.iter().map(|(key, display, username)| Shown {
        platform: platform(key),
        display: (*display).to_owned(),
        username: (*username).to_owned(),
    });
    shown.collect()
}

fn octocat() -> Vec<Shown> {
    shown(&[("github", "GitHub", "octocat")])
}

fn push(facts: &Facts, shown: &[Shown], last: Option<&RoleConnection>) -> RoleConnection {
    let vocabulary = vocabulary();
    role_connection(&default_records(), &subject(facts, &vocabulary), shown, last)
}

fn values(connection: &RoleConnection) -> String {
    serde_json::to_string(&connection.metadata).unwrap()
}

fn record(value: &str, kind: u8) -> MetadataRecord {
    MetadataRecord {
        key: "one".to_owned(),
        name: "One".to_owned(),
        description: "One value".to_owned(),
        kind: kind.try_into().unwrap(),
        value: MetadataValue::parse(value, &vocabulary()).unwrap(),
    }
}

fn github() -> Facts {
    let made = Moment::parse_rfc3339("2011-01-25T18:44:36Z").unwrap();
    facts(
        &["github"],
        &[("github.created_at", Value::Datetime(made)), ("github.followers", Value::Integer(120))],
    )
}

fn unknown(mut facts: Facts, name: &str) -> Facts {
    let reading = Reading::Unknown { reason: Unknown::Unavailable, since: Some(NOW) };
    facts.readings.insert(key(name), reading);
    facts
}

#[test]
fn what_is_shown_is_pushed_and_the_rest_is_zero() {
    let pushed = push(&github(), &octocat(), None);
    assert_eq!(
        serde_json::to_string(&pushed).unwrap(),
        concat!(
            r#"{"platform_name":"GitHub","platform_username":"octocat","metadata":{"#,
            r#""github_account":"2011-01-25T18:44:36Z","github_followers":"120","#,
            r#""linked_accounts":"1","steam_level":"0","x_followers":"0"}}"#
        )
    );
}

#[test]
fn who_shows_nothing_tells_nothing() {
    let shown_before = push(&github(), &octocat(), None);
    let pushed = push(&github(), &[], Some(&shown_before));
    assert_eq!(
        serde_json::to_string(&pushed).unwrap(),
        concat!(
            r#"{"platform_name":"Astromorty","metadata":{"github_followers":"0","#,
            r#""linked_accounts":"0","steam_level":"0","x_followers":"0"}}"#
        )
    );
}

#[test]
fn an_unknown_value_repeats_what_was_pushed_last() {
    let before = push(&github(), &octocat(), None);
    let down = unknown(unknown(github(), "github.followers"), "github.created_at");
    assert_eq!(push(&down, &octocat(), Some(&before)), before);
    assert_eq!(
        values(&push(&down, &octocat(), None)),
        r#"{"github_followers":"0","linked_accounts":"1","steam_level":"0","x_followers":"0"}"#
    );
}

#[test]
fn old_evidence_counts_as_unknown() {
    let before = push(&github(), &octocat(), None);
    let mut old = github();
    old.fresh_for.insert(platform("github"), crate::moment::Span::minutes(1));
    let changed =
        Reading::Known { value: Value::Integer(5), observed_at: NOW - crate::moment::Span::minutes(2) };
    old.readings.insert(key("github.followers"), changed);
    assert_eq!(push(&old, &octocat(), Some(&before)).metadata["github_followers"], "120");
}

#[test]
fn an_account_that_is_not_linked_any_more_gives_zero_and_not_the_last_value() {
    let before = push(&github(), &octocat(), None);
    let gone = push(&facts(&[], &[]), &octocat(), Some(&before));
    assert_eq!(gone.metadata["github_followers"], "0");
    assert!(!gone.metadata.contains_key("github_account"));
}

#[test]
fn a_last_value_of_another_kind_is_not_repeated() {
    let mut before = push(&github(), &octocat(), None);
    before.metadata.insert("github_followers".into(), "2011-01-25T18:44:36Z".into());
    before.metadata.insert("github_account".into(), "120".into());
    let down = unknown(unknown(github(), "github.followers"), "github.created_at");
    let pushed = push(&down, &octocat(), Some(&before));
    assert_eq!(pushed.metadata["github_followers"], "0");
    assert!(!pushed.metadata.contains_key("github_account"));
}

#[test]
fn numbers_stay_within_32_bits() {
    let many = facts(&["github"], &[("github.followers", Value::Integer(i64::MAX))]);
    assert_eq!(push(&many, &octocat(), None).metadata["github_followers"], "2147483647");
    let few = facts(&["github"], &[("github.followers", Value::Integer(i64::MIN))]);
    assert_eq!(push(&few, &octocat(), None).metadata["github_followers"], "-2147483648");
}

#[test]
fn n_51_names_are_joined_and_cut_between_characters() {
    let long = "ü".repeat(70);
    let both = shown(&[("github", "GitHub", &long), ("steam", "Steam", &long)]);
    let pushed = push(&github(), &both, None);
    assert_eq!(pushed.platform_name.as_deref(), Some("GitHub, Steam"));
    let name = pushed.platform_username.unwrap();
    assert_eq!(name.chars().count(), 100);
    assert!(name.starts_with(&format!("{long}, ü")));
    let many = shown(&[("github", &long, "a"), ("steam", "Steam", " ")]);
    let pushed = push(&github(), &many, None);
    assert_eq!(pushed.platform_name.unwrap().chars().count(), 50);
    assert_eq!(pushed.platform_username.as_deref(), Some("a"));
}

#[test]
fn criteria_are_pushed_as_1_or_0_and_do_not_see_what_is_not_shown() {
    let records = [record("github.followers >= 100 or steam linked", 7)];
    let vocabulary = vocabulary();
    let push = |facts: &Facts, shown: &[Shown], last: Option<&RoleConnection>| {
        let pushed = role_connection(&records, &subject(facts, &vocabulary), shown, last);
        pushed.metadata["one"].clone()
    };
    let mut facts = github();
    facts.linked.insert(platform("steam"));
    let steam = shown(&[("steam", "Steam", "ada")]);
    let few = unknown(facts.clone(), "github.followers");
    assert_eq!(push(&facts, &octocat(), None), "1");
    assert_eq!(push(&facts, &steam, None), "1");
    assert_eq!(push(&facts, &[], None), "0");
    let both = RoleConnection {
        platform_name: Some("GitHub, Steam".into()),
        platform_username: None,
        metadata: BTreeMap::from([("one".into(), "1".into())]),
    };
    assert_eq!(push(&few, &octocat(), Some(&both)), "0", "that told of Steam");
    let one = RoleConnection { platform_name: Some("GitHub".into()), ..both };
    assert_eq!(push(&few, &octocat(), Some(&one)), "1");
}

#[test]
fn ages_are_pushed_as_dates_and_lengths_as_hours() {
    let vocabulary = vocabulary();
    let played =
        facts(&["steam"], &[("steam.hours(app: 440)", Value::Duration(crate::moment::Span::minutes(119)))]);
    let steam = shown(&[("steam", "Steam", "ada")]);
    let push =
        |record: MetadataRecord| role_connection(&[record], &subject(&played, &vocabulary), &steam, None);
    let hours = push(record("steam.hours(app: 440)", 2));
    assert_eq!(hours.metadata["one"], "1");
    let discord = push(record("discord.account_age", 6));
    assert_eq!(discord.metadata["one"], "2016-04-30T11:18:25Z");
}

#[test]
fn a_value_is_a_fact_criteria_or_a_count() {
    let parse = |text: &str| MetadataValue::parse(text, &vocabulary());
    assert_eq!(parse("linked_accounts"), Ok(MetadataValue::LinkedAccounts));
    assert_eq!(parse("twitter.followers"), Ok(MetadataValue::Fact(key("x.followers"))));
    assert_eq!(parse("github.account_age"), Ok(MetadataValue::AccountDate(platform("github"))));
    assert!(matches!(parse("github.account_age >= 1y"), Ok(MetadataValue::Criteria(_))));
    for text in ["", "linked", "github.folowers", "github.followers >=", "linked_accounts + 1"] {
        assert!(parse(text).is_err(), "{text:?}");
    }
    for text in ["linked_accounts", "x.followers", "github.account_age", "x.verified and x linked"] {
        assert_eq!(parse(text).unwrap().to_string(), text);
    }
}

#[test]
fn the_default_records_obey_discord() {
    assert_eq!(check_records(&default_records(), &vocabulary()), []);
    let keys: Vec<_> = default_records().into_iter().map(|one| (one.key, one.kind.number())).collect();
    assert_eq!(
        keys,
        [
            ("github_account".to_owned(), 6),
            ("github_followers".to_owned(), 2),
            ("x_followers".to_owned(), 2),
            ("steam_level".to_owned(), 2),
            ("linked_accounts".to_owned(), 2),
        ]
    );
}

#[test]
fn without_the_platforms_the_default_records_give_zeros() {
    let vocabulary = Vocabulary::default();
    assert_eq!(check_records(&default_records(), &vocabulary), []);
    let facts = facts(&[], &[]);
    let pushed = role_connection(&default_records(), &subject(&facts, &vocabulary), &octocat(), None);
    assert_eq!(
        values(&pushed),
        r#"{"github_followers":"0","linked_accounts":"1","steam_level":"0","x_followers":"0"}"#
    );
}

#[test]
fn n_51_records_that_discord_would_refuse_are_named() {
    let told = |records: &[MetadataRecord]| -> Vec<String> {
        let mistakes = check_records(records, &vocabulary());
        mistakes.iter().map(ToString::to_string).collect()
    };
    let good = record("github.followers", 2);
    let with = |change: &dyn Fn(&mut MetadataRecord)| {
        let mut record = good.clone();
        change(&mut record);
        told(&[record])
    };
    assert_eq!(told(std::slice::from_ref(&good)), [""; 0]);
    let six: Vec<_> = (0..6).map(|n| MetadataRecord { key: format!("k{n}"), ..good.clone() }).collect();
    assert_eq!(told(&six), ["there are 6 metadata records, but Discord keeps at most 5; leave some out"]);
    assert_eq!(
        told(&[good.clone(), good.clone()]),
        ["two metadata records have the key `one`; rename one of them"]
    );
    for key in ["", "One", "a-b", "ü", &"k".repeat(51)] {
        assert_eq!(
            with(&|record| record.key = key.to_owned()),
            [format!("the metadata key `{key}` does not do; use 1 to 50 of a-z, 0-9 and _")]
        );
    }
    for name in ["", " ", &"ü".repeat(101)] {
        assert_eq!(
            with(&|record| record.name = name.to_owned()),
            ["the name of metadata `one` has to have 1 to 100 characters"]
        );
    }
    assert_eq!(with(&|record| record.description = "ü".repeat(200)), [""; 0]);
    assert_eq!(
        with(&|record| record.description = "ü".repeat(201)),
        ["the description of metadata `one` has to have 1 to 200 characters"]
    );
}

#[test]
fn a_type_has_to_fit_its_value() {
    let told = |value: &str, kind: u8| -> Option<String> {
        let mistakes = check_records(&[record(value, kind)], &vocabulary());
        mistakes.first().map(ToString::to_string)
    };
    for (value, good) in [
        ("github.followers", 1..=4),
        ("linked_accounts", 1..=4),
        ("steam.hours(app: 4)", 1..=4),
        ("github.account_age", 5..=6),
        ("github.created_at", 5..=6),
        ("x.verified", 7..=8),
        ("x linked", 7..=8),
    ] {
        for kind in 1..=8 {
            assert_eq!(told(value, kind).is_none(), good.contains(&kind), "{value} as {kind}");
        }
    }
    assert_eq!(
        told("github.followers", 6).unwrap(),
        "metadata `one` has type 6, but its value is a number; use one of the types 1 to 4"
    );
    assert!(told("github.company", 2).unwrap().contains("is a text"));
    for value in ["discord.member_age", "x linked and discord.member_age > 1d"] {
        assert!(told(value, 6).unwrap().contains("another one in every server"));
    }
}

#[test]
fn types_are_numbered_as_at_discord() {
    for number in 1..=8 {
        let kind = MetadataKind::try_from(number).unwrap();
        assert_eq!(serde_json::to_string(&kind).unwrap(), number.to_string());
    }
    for number in [0, 9, 255] {
        assert_eq!(MetadataKind::try_from(number), Err(NotAKind(number)));
    }
    assert_eq!(
        serde_json::to_string(&default_records()[1].schema()).unwrap(),
        concat!(
            r#"{"type":2,"key":"github_followers","name":"GitHub followers","#,
            r#""description":"Followers on GitHub, at least"}"#
        )
    );
}

#[test]
fn a_value_tells_which_facts_it_reads() {
    let read = |value: &str| -> Vec<String> {
        let facts = record(value, 2).value.facts(&vocabulary());
        facts.iter().map(ToString::to_string).collect()
    };
    assert_eq!(read("github.account_age"), ["github.created_at"]);
    assert_eq!(read("x.followers"), ["x.followers"]);
    assert_eq!(read("x.verified or x.followers > 1"), ["x.followers", "x.verified"]);
    assert_eq!(read("linked_accounts"), [""; 0]);
    assert_eq!(read("discord.account_age"), [""; 0]);
}

proptest! {
    #[test]
    fn every_number_is_pushed_always_and_within_discords_rules(facts in any_facts(), all: bool) {
        let all = if all { &[("x", "X", "a"), ("steam", "Steam", "b")][..] } else { &[] };
        let pushed = push(&facts, &shown(all), None);
        let zero = |key: &str| pushed.metadata[key] == "0";
        prop_assert!(!pushed.metadata.contains_key("github_account"), "GitHub is not shown");
        prop_assert!(zero("github_followers"));
        prop_assert!(!all.is_empty() || (zero("x_followers") && zero("steam_level")));
        prop_assert!(pushed.metadata.values().all(|value| (1..=100).contains(&value.len())));
        prop_assert!(pushed.metadata.len() <= 5);
    }

    #[test]
    fn pushing_again_changes_nothing(facts in any_facts()) {
        let first = push(&facts, &octocat(), None);
        prop_assert_eq!(push(&facts, &octocat(), Some(&first)), first);
    }

    /// Law 7: whatever is known of an account that is not shown, Discord is told the same.
    #[test]
    fn nothing_is_told_of_accounts_that_are_not_shown(
        facts in any_facts(),
        other in any_facts(),
        criteria in any_criteria(),
    ) {
        let vocabulary = vocabulary();
        let github = platform("github");
        let mut changed = other;
        changed.linked.remove(&github);
        changed.linked.extend(facts.linked.get(&github).cloned());
        changed.readings.retain(|key, _| key.platform != github);
        let of_github = facts.readings.iter().filter(|(key, _)| key.platform == github);
        changed.readings.extend(of_github.map(|(key, reading)| (key.clone(), reading.clone())));
        changed.fresh_for.clone_from(&facts.fresh_for);
        let mut records = default_records();
        let value = MetadataValue::Criteria(criteria);
        records[3] = MetadataRecord { value, ..record("x linked", 7) };
        let told = |facts: &Facts| {
            role_connection(&records, &subject(facts, &vocabulary), &octocat(), None)
        };
        prop_assert_eq!(told(&facts), told(&changed));
    }
}
